import type { CpuSet } from '../cpus/cpu-list.ts';

/**
 * Which libgomp: that of Torch's wheels (GCC 8, as manylinux_2_28 has it; the same file in 2.0 – 2.15), or one of
 * GCC 12 and newer, as Debian and conda-forge have it, with more names and with a check for numbers that are none.
 */
export type Libgomp = 'wheel' | 'newer';

/** What libgomp reads of the machine. */
export interface Place {
  /** The affinity of the process. */
  affinity: CpuSet;
  /** The siblings of the first CPU of the affinity; null: `/sys` does not show them. */
  siblings: Siblings | null;
  /** One more than the greatest CPU number that fits its CPU sets. */
  limit: number;
}

/** The CPUs that share a core, and a socket, with a CPU. */
export interface Siblings {
  core: CpuSet;
  socket: CpuSet;
}
