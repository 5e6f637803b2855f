import { type Config2025, isConfig2026 } from '../config/resolution.ts';
import type { NativePool } from '../python/pools.ts';
import { backendThreadsOf, openblasThreads, variableThreads } from './backend-threads.ts';
import type { Context } from './check.ts';

/** The threads that a pool will have, and what decides. */
export interface PoolThreads {
  /** `OpenBLAS (numpy)`, `Rayon (LensKit)`, `Torch intra-op`. */
  pool: string;
  file: string | null;
  main: number | null;
  /** null: no worker process, or LensKit fails to make one. */
  worker: number | null;
  by: string;
}

type Pools = Pick<Context, 'resolution' | 'python' | 'env' | 'ncpus' | 'rules'>;

/**
 * Foretells every pool of the environment: LensKit sizes Rayon and Torch, limits BLAS unless a variable keeps it
 * from that, and reaches nothing else (`initialize()`, `init_threading()`; seen with 2025.8.1 and 2026.4.0).
 */
export function poolThreads(context: Pools): PoolThreads[] {
  const { resolution, python } = context;
  if (resolution === null) return [];
  const { main } = resolution;
  const first = resolution.workers[0];
  const worker = first && !('error' in first) ? first : null;
  const rows: PoolThreads[] = [];
  const ncpus = context.ncpus.count;

  const threads = Number(isConfig2026(main) ? main.numThreads : main.threads);
  const backend = backendThreadsOf(resolution);
  const workerBackend = worker && positive(worker.backendThreads);
  for (const { family, file } of python.pools) {
    if (family !== 'Rayon') continue;
    rows.push({
      pool: 'Rayon (LensKit)',
      file,
      main: threads > 0 ? threads : ncpus,
      worker: worker && (positive(worker.threads) ?? ncpus),
      by: 'threads',
    });
  }
  if (python.torch !== null) {
    const unlimited = variableThreads(context.env.OMP_NUM_THREADS) ?? ncpus;
    rows.push({
      pool: 'Torch intra-op',
      file: null,
      main: backend ?? unlimited,
      worker: worker && (workerBackend ?? unlimited),
      by: backend === null ? 'not limited' : 'backend threads',
    });
    rows.push(interop(main, worker, ncpus));
  }
  for (const pool of python.pools) {
    const row = nativeRow(pool, context, backend, worker, workerBackend);
    if (row) rows.push(row);
  }
  return rows;
}

function interop(main: Parameters<typeof isConfig2026>[0], worker: Config2025 | null, ncpus: number): PoolThreads {
  const row = { pool: 'Torch inter-op', file: null };
  // LensKit sets it no more from 2026.1 on.
  if (isConfig2026(main)) return { ...row, main: ncpus, worker: null, by: 'Torch: all CPUs' };
  return {
    ...row,
    main: positive(main.threads) ?? ncpus,
    worker: worker && (positive(worker.threads) ?? ncpus),
    by: 'threads',
  };
}

function nativeRow(
  { family, api, owner, file }: NativePool,
  { env, ncpus, rules }: Pools,
  backend: number | null,
  worker: Config2025 | null,
  workerBackend: number | null,
): PoolThreads | null {
  const pool = `${family} (${owner})`;
  if (api === 'blas') {
    const keptOut =
      rules.generation !== '2025.2' && (env.OPENBLAS_NUM_THREADS !== undefined || env.MKL_NUM_THREADS !== undefined);
    const own = family === 'MKL' ? mklThreads(env, ncpus.count) : openblasThreads(env, ncpus.count);
    if (keptOut || backend === null)
      return { pool, file, main: own.threads, worker: worker && own.threads, by: own.why };
    return { pool, file, main: backend, worker: worker && (workerBackend ?? own.threads), by: 'backend threads' };
  }
  // Torch's own OpenMP is what its intra-op threads are.
  if (api !== 'openmp' || owner === 'torch') return null;
  const asked = variableThreads(env.OMP_NUM_THREADS);
  const threads = asked ?? ncpus.count;
  return {
    pool,
    file,
    main: threads,
    worker: worker && threads,
    by: asked === null ? 'all CPUs: no knob reaches it' : 'OMP_NUM_THREADS',
  };
}

function mklThreads(env: Context['env'], cpus: number): { threads: number; why: string } {
  for (const name of ['MKL_NUM_THREADS', 'OMP_NUM_THREADS']) {
    const threads = variableThreads(env[name]);
    if (threads !== null) return { threads, why: `${name}=${env[name]}` };
  }
  return { threads: cpus, why: 'all CPUs' };
}

function positive(value: number | bigint): number | null {
  return value > 0 ? Number(value) : null;
}
