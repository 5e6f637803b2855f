import type { EffectiveCpus } from './effective.ts';

/**
 * The CPUs that a library counts when it is loaded: the affinity as the process got it. NumPy, and with it OpenBLAS,
 * is loaded before Torch binds its thread; and none of them reads PYTHON_CPU_COUNT.
 */
export function cpusAtLoad({ affinity, online }: Pick<EffectiveCpus, 'affinity' | 'online'>): number {
  return affinity ?? online ?? 1;
}
