/** From which on a run's exit status is 1: `--fail-on`, `fail-on` of a project's settings. */
export const FAIL_LEVELS = ['fail', 'warn', 'never'] as const;

export type FailLevel = (typeof FAIL_LEVELS)[number];
