import type { LiveFacts } from './facts.ts';

/** Below this part of its periods a quota is being used, not exceeded. */
const NOTEWORTHY = 0.05;

/** True where its quota has stopped a job. */
export function isStopped({ throttledShare }: Pick<LiveFacts, 'throttledShare'>): boolean {
  return (throttledShare ?? 0) >= NOTEWORTHY;
}
