/** From which on a run's exit status is 1 (`--fail-on`). */
export const FAIL_LEVELS = ['fail', 'warn', 'never'] as const;

/** 1 where something was found at or above the level; a check that crashed counts among what failed. */
export function exitStatus(level: (typeof FAIL_LEVELS)[number], found: { failures: number; warnings: number }): 0 | 1 {
  if (level === 'never') return 0;
  return found.failures > 0 || (level === 'warn' && found.warnings > 0) ? 1 : 0;
}
