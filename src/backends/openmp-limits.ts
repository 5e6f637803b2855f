import { threadsFrom } from './pool-variables.ts';
import { openmpBoolean } from './thread-readings.ts';

/**
 * OpenMP's own limits that let it start fewer threads than it is told to, of which neither LensKit nor Torch knows.
 *
 * @param backend the threads it is told to start; null: not limited
 */
export function openmpLimits(env: { readonly [name: string]: string | undefined }, backend: number | null): string[] {
  const limit = threadsFrom('OpenMP', env, 'most threads');
  const below = limit !== null && backend !== null && limit.threads < backend;
  const dynamic = backend !== 1 && openmpBoolean(env.OMP_DYNAMIC ?? '') === true;
  return [...(below ? ['OMP_THREAD_LIMIT'] : []), ...(dynamic ? ['OMP_DYNAMIC'] : [])];
}
