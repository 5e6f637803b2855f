import type { FailLevel } from '../project/fail-levels.ts';

/** 1 where something was found at or above the level; a check that crashed counts among what failed. */
export function exitStatus(level: FailLevel, found: { failures: number; warnings: number }): 0 | 1 {
  if (level === 'never') return 0;
  return found.failures > 0 || (level === 'warn' && found.warnings > 0) ? 1 : 0;
}
