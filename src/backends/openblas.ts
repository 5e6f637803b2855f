import { type PoolLibrary, threadsFrom } from './pool-variables.ts';

/**
 * The most threads of the OpenBLAS in pip's wheels of numpy and scipy. Counted in /proc with 128 CPUs: numpy 1.26.4,
 * 2.0.2, 2.2.6, 2.4.6 and 2.5.5, scipy 1.11.4, 1.13.1, 1.15.3, 1.17.1 and 1.18.1, on Linux x86-64.
 */
export const WHEELS_MOST_THREADS = 64;

/** How an OpenBLAS was built, as far as it is known. */
export interface OpenblasBuild {
  /** The most threads; null: not known. */
  most?: number | null;
  /** It computes in OpenMP's threads, not in its own. */
  threading?: 'openmp';
}

/**
 * OpenBLAS's own number: the first of its variables that holds one, at most all CPUs and what it is built for; else
 * as many as these allow (`blas_get_cpu_number` in `driver/others/memory.c`). Built for OpenMP it takes OpenMP's number
 * at every call, whatever its own variables say, also above the CPUs (`num_cpu_avail` in `common_thread.h`; counted with
 * 0.3.21 and 0.3.29).
 *
 * @returns also the `name` of the variable that decides; null: none does
 */
export function openblasThreads(
  env: { readonly [name: string]: string },
  cpus: number,
  { most = null, threading }: OpenblasBuild = {},
): { threads: number; why: string; name: string | null } {
  const inOpenmp = threading === 'openmp';
  const set = threadsFrom(openblasLibrary(threading), env);
  const all = most !== null && most < cpus ? { threads: most, why: `it is built for ${most}`, name: null } : null;
  if (set !== null && (all === null || set.threads <= all.threads))
    return {
      threads: inOpenmp ? set.threads : Math.min(set.threads, cpus),
      why: `${set.name}=${env[set.name]}`,
      name: set.name,
    };
  return all ?? { threads: cpus, why: 'all CPUs', name: null };
}

/** Whose variables an OpenBLAS reads. */
export function openblasLibrary(threading: OpenblasBuild['threading']): PoolLibrary {
  return threading === 'openmp' ? 'OpenBLAS in OpenMP' : 'OpenBLAS';
}

/**
 * Whether LensKit's number reaches it, in the thread that sets it: by `openblas_set_num_threads`, which one that is
 * built for OpenMP hands on to OpenMP up to 0.3.21, while from 0.3.22 on (OpenBLAS's #3951) OpenMP's own number comes back
 * with the next call; or by Torch's, where both compute in one OpenMP. Counted with 0.3.21 and 0.3.29; null: not known,
 * as after 0.3.29.
 */
export function isLimitable(
  { threading, version }: OpenblasBuild & { version: string | null },
  sharesOpenmp: boolean,
): boolean | null {
  if (threading !== 'openmp' || sharesOpenmp) return true;
  const [major = 0, minor = 0, patch = 0] = (version ?? '').split('.').map(Number);
  if (major !== 0 || minor !== 3 || patch > 29) return null;
  return patch < 22;
}
