import type { LiveFacts, LiveProcess } from './facts.ts';

type Processes = Pick<LiveFacts, 'processes'>;

/** Threads of a job that want a CPU; null: the kernel does not tell. */
export function wantingThreads({ processes }: Processes): number | null {
  return processes.reduce<number | null>(
    (sum, { wanting }) => (sum === null || wanting === null ? null : sum + wanting),
    0,
  );
}

/** All of its threads, asleep or not. */
export function threadsOf({ processes }: Processes): number {
  return processes.reduce((sum, { threads }) => sum + threads, 0);
}

export function workersOf({ processes }: Processes): LiveProcess[] {
  return processes.filter(({ role }) => role === 'worker');
}
