import { threadsFrom } from './pool-variables.ts';

/**
 * The most threads of the OpenBLAS in pip's wheels of numpy and scipy. Counted in /proc with 128 CPUs: numpy 1.26.4,
 * 2.0.2, 2.2.6, 2.4.6 and 2.5.5, scipy 1.11.4, 1.13.1, 1.15.3, 1.17.1 and 1.18.1, on Linux x86-64.
 */
export const WHEELS_MOST_THREADS = 64;

/**
 * OpenBLAS's own number: the first of its variables that holds one, at most all CPUs and what it is built for; else
 * as many as these allow (`blas_get_cpu_number` in `driver/others/memory.c`).
 *
 * @returns also the `name` of the variable that decides; null: none does
 * @param most the number that it is built for; null: not known
 */
export function openblasThreads(
  env: { readonly [name: string]: string },
  cpus: number,
  most: number | null = null,
): { threads: number; why: string; name: string | null } {
  const set = threadsFrom('OpenBLAS', env);
  const all = most !== null && most < cpus ? { threads: most, why: `it is built for ${most}`, name: null } : null;
  if (set !== null && (all === null || set.threads <= all.threads))
    return { threads: Math.min(set.threads, cpus), why: `${set.name}=${env[set.name]}`, name: set.name };
  return all ?? { threads: cpus, why: 'all CPUs', name: null };
}
