import { isConfig2026, type Resolution } from '../config/resolution.ts';
import { roomOf, type ThreadLimit, tightestThreadLimit } from '../cpus/process-limits.ts';
import type { MachineFacts } from '../machine/observe.ts';
import type { AtImport } from './at-import.ts';
import { startedThreads } from './started-threads.ts';

const MEBIBYTE = 1024 ** 2;

/**
 * Address space that a process takes, in bytes: least `RLIMIT_AS` with which it ended well, found by bisection with
 * LensKit 2025.8.1 and 2026.4.0, Torch 2.15, on Linux x86-64, and with 2, 16 and 64 CPUs: for `import
 * lenskit.batch` 3343, 3941 and 5863 MiB, for a job that trains and recommends 3847, 4949 and 8824 MiB.
 * That was with one thread of LensKit and of its backends; each further one reserves a stack and an arena (malloc(3)).
 */
export function addressSpaceNeeded(
  { main: threads, libraries }: AtImport,
  resolution: Resolution | null,
): { toImport: number; toRun: number } {
  const further = resolution === null ? 0 : furtherThreads(resolution, libraries.length);
  return {
    toImport: (3300 + 20.5 * (threads - 1)) * MEBIBYTE,
    toRun: (3770 + 40 * (threads - 1) + (8 + 64) * further) * MEBIBYTE,
  };
}

function furtherThreads({ main }: Resolution, libraries: number): number {
  const [threads, backend] = isConfig2026(main)
    ? [main.numThreads, main.numBackendThreads]
    : [main.threads, main.backendThreads];
  return Math.max(0, Number(threads) - 1) + Math.max(0, Number(backend) - 1) * (1 + libraries);
}

/** True where neither a limit of threads nor one of address space stands in the way, as far as they are known. */
export function fitsLimits(
  resolution: Resolution,
  atImport: AtImport,
  cpus: number,
  limits: { threads: readonly ThreadLimit[]; machine: Pick<MachineFacts, 'limits'> },
): boolean {
  const tightest = tightestThreadLimit(limits.threads);
  const started = startedThreads(resolution, atImport, cpus);
  const { soft = null } = limits.machine.limits?.addressSpace ?? {};
  return (
    (tightest === null || started === null || started.all <= roomOf(tightest)) &&
    (soft === null || addressSpaceNeeded(atImport, resolution).toRun <= soft)
  );
}
