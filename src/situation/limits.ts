import { roomOf, type ThreadLimit, tightestThreadLimit } from '../cpus/process-limits.ts';
import type { MachineFacts } from '../machine/observe.ts';
import { givenThreads, isConfig014, isConfig2026, type Resolution } from '../rules/resolution.ts';
import type { AtImport } from './at-import.ts';
import { startedThreads } from './started-threads.ts';
import { type ThreadStacks, USUAL_STACK } from './thread-stacks.ts';

const MEBIBYTE = 1024 ** 2;

/**
 * What one process takes that imports LensKit and runs a small job: the least limit of a control group with which it
 * ended well, found by bisection with LensKit 2025.8.1 and 2026.4.0: docs/checks/memory/process-does-not-fit.md.
 */
export const PROCESS_BYTES = 362 * MEBIBYTE;

/** Address space, in bytes. */
export interface AddressSpace {
  /** Below it importing ends. */
  toImport: number;
  /** Below it a small job ends, whatever else holds. */
  least: number;
  /** What a small job takes at the most. */
  toRun: number;
}

/**
 * What a process has with one thread, in MiB and without stacks, and the threads with a stack of the usual size that it
 * has besides OpenBLAS's: Python's, LensKit's. `least` is by what it uses, `mapped` by what it maps where stacks are large.
 */
const OF_2025 = { toImport: 3300, importing: 0, least: 3434, mapped: 3400, toRun: 3754, running: 2 };
const OF_2026 = { toImport: 3270, importing: 1, least: 3686, mapped: 3380, toRun: 3738, running: 4 };
/** Of each of OpenBLAS's threads, without its stack: at import, and once it is used. */
const BUFFERS = { toImport: 12.5, toRun: 32 };

/**
 * Address space that a process takes, which depends on the size of stacks: docs/checks/memory/address-space.md has what
 * was measured. Found by bisection of `RLIMIT_AS` with LensKit 2025.8.1 and 2026.4.0, Torch 2.15, on Linux x86-64, with
 * one thread of LensKit and of its backends; each further one reserves a stack and an arena (malloc(3)).
 */
export function addressSpaceNeeded(
  { main, libraries }: Pick<AtImport, 'main' | 'libraries'>,
  resolution: Pick<Resolution, 'main'> | null,
  stacks: ThreadStacks,
): AddressSpace {
  const stack = stacks.usual / MEBIBYTE;
  const blas = main - 1;
  const of = resolution !== null && isConfig2026(resolution.main) ? OF_2026 : OF_2025;
  const running = (of.running + blas) * stack + BUFFERS.toRun * blas;
  const usual = (of.running + blas) * (USUAL_STACK / MEBIBYTE) + BUFFERS.toRun * blas;
  const further = resolution === null ? 0 : furtherThreads(resolution, libraries.length, stacks);
  return {
    toImport: (of.toImport + (of.importing + blas) * stack + BUFFERS.toImport * blas) * MEBIBYTE,
    least: Math.max(of.least + Math.min(running, usual), of.mapped + (of.running + blas) * stack) * MEBIBYTE,
    toRun: (of.toRun + running) * MEBIBYTE + further,
  };
}

const ARENA = 64 * MEBIBYTE;

function furtherThreads({ main }: Pick<Resolution, 'main'>, libraries: number, stacks: ThreadStacks): number {
  const { threads, backend } = givenThreads(main);
  const backends = Math.max(0, Number(backend) - 1);
  return (
    Math.max(0, Number(threads) - 1) * (stacks.rayon + ARENA) +
    backends * (stacks.openmp + ARENA + libraries * (stacks.usual + ARENA))
  );
}

/** True where neither a limit of threads nor one of address space stands in the way, as far as they are known. */
export function fitsLimits(
  resolution: Resolution,
  atImport: AtImport,
  cpus: number,
  limits: { threads: readonly ThreadLimit[]; machine: Pick<MachineFacts, 'limits'>; stacks: ThreadStacks },
): boolean {
  const tightest = tightestThreadLimit(limits.threads);
  const started = startedThreads(resolution, atImport, cpus);
  const { soft = null } = limits.machine.limits?.addressSpace ?? {};
  // Of 0.14 it was not measured.
  const mapped = soft !== null && !isConfig014(resolution.main);
  return (
    (tightest === null || started === null || started.all <= roomOf(tightest)) &&
    (!mapped || addressSpaceNeeded(atImport, resolution, limits.stacks).toRun <= soft)
  );
}
