import { threadsFrom } from '../backends/pool-variables.ts';
import { openmpBoolean } from '../backends/thread-readings.ts';
import type { NumbaLayer } from '../python/numba-layers.ts';
import { isConfig014 } from '../rules/resolution.ts';
import { numbaLayer } from '../situation/numba-layer.ts';
import type { Situation } from '../situation/situation.ts';
import type { PoolThreads } from './row.ts';

type Context = Pick<Situation, 'resolution' | 'env'> & {
  python: Pick<Situation['python'], 'packages' | 'numbaLayers'>;
};

/**
 * The pool of Numba's threading layer (0.14), in workers as in the main process: what LensKit sets there comes after
 * Numba has fixed its number. `omp` asks OpenMP for that number, which its own limits alone make smaller.
 */
export function numbaRows({ resolution, env, python }: Context): PoolThreads[] {
  const { numbaLayers: layers } = python;
  const version = python.packages.numba;
  if (resolution === null || !isConfig014(resolution.main) || version === undefined) return [];
  const layer = layers === undefined ? null : numbaLayer(env.NUMBA_THREADING_LAYER, layers);
  const [worker] = resolution.workers;
  const knob = resolution.knobs.find(({ name }) => name === 'numbaThreads');
  const says = knob?.source?.kind === 'env' ? `${knob.env}=${knob.source.raw}` : 'all CPUs';
  const bounds = layer?.layer === 'omp' ? ['OMP_THREAD_LIMIT', 'OMP_DYNAMIC'] : [];
  const named = {
    pool: layer === null ? 'Numba' : `Numba (${layer.layer})`,
    file: layer?.file ?? null,
    version,
    variables: ['NUMBA_NUM_THREADS', 'NUMBA_THREADING_LAYER', ...bounds],
  };
  if (layers !== undefined && layer === null) {
    const by = `no threading layer for ${env.NUMBA_THREADING_LAYER ?? 'default'}: a parallel loop raises ValueError`;
    return [{ ...named, main: null, worker: null, by, workerBy: null }];
  }
  const main = bounded(Number(resolution.main.numbaThreads), says, layer, env);
  const inWorker =
    worker !== undefined && 'numbaThreads' in worker ? bounded(Number(worker.numbaThreads), says, layer, env) : null;
  return [{ ...named, main: main.threads, worker: inWorker?.threads ?? null, by: main.by, workerBy: null }];
}

/** OpenMP's limits hold for `num_threads` as well. */
function bounded(
  threads: number,
  by: string,
  layer: NumbaLayer | null,
  env: { readonly [name: string]: string },
): { threads: number | null; by: string } {
  if (layer?.layer !== 'omp') return { threads, by };
  if (threads > 1 && openmpBoolean(env.OMP_DYNAMIC ?? '') === true)
    return { threads: null, by: `OMP_DYNAMIC: at most ${threads}, fewer on a busy machine` };
  const limit = threadsFrom('OpenMP', env, 'most threads');
  return limit !== null && limit.threads < threads
    ? { threads: limit.threads, by: `${limit.name}=${env[limit.name]}` }
    : { threads, by };
}
