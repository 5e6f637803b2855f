import { threadsFrom } from '../config/pool-variables.ts';
import { isConfig2026, type Resolution } from '../config/resolution.ts';
import type { EffectiveCpus } from '../cpus/effective.ts';

/** The number of threads that LensKit gives the backends of the main process; null: it leaves them alone. */
export function backendThreadsOf({ main }: Resolution): number | null {
  const threads = Number(isConfig2026(main) ? main.numBackendThreads : main.backendThreads);
  return threads > 0 ? threads : null;
}

/**
 * The CPUs that a library counts when it is loaded: the affinity as the process got it. NumPy, and with it OpenBLAS,
 * is loaded before Torch binds its thread; and none of them reads PYTHON_CPU_COUNT.
 */
export function cpusAtLoad({ affinity, online }: Pick<EffectiveCpus, 'affinity' | 'online'>): number {
  return affinity ?? online ?? 1;
}

/** OpenBLAS's own number: the first of its variables that holds one (`name`), at most all CPUs; else all CPUs. */
export function openblasThreads(
  env: { readonly [name: string]: string },
  cpus: number,
): { threads: number; why: string; name: string | null } {
  const set = threadsFrom('OpenBLAS', env);
  if (set === null) return { threads: cpus, why: 'all CPUs', name: null };
  return { threads: Math.min(set.threads, cpus), why: `${set.name}=${env[set.name]}`, name: set.name };
}
