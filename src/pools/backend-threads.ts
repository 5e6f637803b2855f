import { isConfig2026, type Resolution } from '../config/resolution.ts';

/** The number of threads that LensKit gives the backends of the main process; null: it leaves them alone. */
export function backendThreadsOf({ main }: Resolution): number | null {
  const threads = Number(isConfig2026(main) ? main.numBackendThreads : main.backendThreads);
  return threads > 0 ? threads : null;
}

/** A backend variable's number: the first of OpenMP's list, a positive integer; else null. */
export function variableThreads(value: string | undefined): number | null {
  const first = /^\s*\+?(\d{1,9})\s*(?:,|$)/.exec(value ?? '')?.[1];
  return first === undefined || Number(first) === 0 ? null : Number(first);
}

/** OpenBLAS's own number: the first of these variables that is one, at most all CPUs; else all CPUs. */
export function openblasThreads(
  env: { readonly [name: string]: string },
  cpus: number,
): { threads: number; why: string } {
  for (const name of ['OPENBLAS_NUM_THREADS', 'GOTO_NUM_THREADS', 'OMP_NUM_THREADS']) {
    const threads = variableThreads(env[name]);
    if (threads !== null) return { threads: Math.min(threads, cpus), why: `${name}=${env[name]}` };
  }
  return { threads: cpus, why: 'all CPUs' };
}
