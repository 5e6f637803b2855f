import { type Config2025, type Config2026, isConfig2026 } from '../config/resolution.ts';
import { NATIVE_LIBRARIES } from '../python/native-libraries.ts';
import type { NativePool } from '../python/pools.ts';
import type { Situation } from '../situation/situation.ts';
import { backendThreadsOf, openblasThreads, variableThreads } from './backend-threads.ts';

/** The threads that a pool will have, and what decides. */
export interface PoolThreads {
  /** `OpenBLAS (numpy)`, `Rayon (LensKit)`, `Torch intra-op`. */
  pool: string;
  file: string | null;
  /** Of the library, where it is written. */
  version: string | null;
  /** The variables that govern it, LensKit's first; empty: none does. */
  variables: string[];
  main: number | null;
  /** null: no worker process, or LensKit fails to make one. */
  worker: number | null;
  by: string;
}

type Pools = Pick<Situation, 'resolution' | 'python' | 'env' | 'ncpus' | 'rules'>;

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
  for (const { family, file, version } of python.pools) {
    if (family !== 'Rayon') continue;
    rows.push({
      pool: 'Rayon (LensKit)',
      file,
      version,
      variables: ['LK_NUM_THREADS'],
      main: threads > 0 ? threads : ncpus,
      worker: worker && (positive(worker.threads) ?? ncpus),
      by: 'LK_NUM_THREADS',
    });
  }
  if (python.torch !== null) {
    const unlimited = variableThreads(context.env.OMP_NUM_THREADS) ?? ncpus;
    rows.push({
      pool: 'Torch intra-op',
      file: null,
      version: python.torch.version,
      variables: ['LK_NUM_BACKEND_THREADS', 'OMP_NUM_THREADS'],
      main: backend ?? unlimited,
      worker: worker && (workerBackend ?? unlimited),
      by: backend === null ? 'not limited' : 'LK_NUM_BACKEND_THREADS',
    });
    rows.push(interop(main, worker, ncpus, python.torch.version));
  }
  for (const pool of python.pools) {
    const row = nativeRow(pool, context, backend, worker, workerBackend);
    if (row) rows.push(row);
  }
  return rows;
}

function interop(
  main: Config2025 | Config2026,
  worker: Config2025 | null,
  ncpus: number,
  version: string,
): PoolThreads {
  const row = { pool: 'Torch inter-op', file: null, version };
  // LensKit sets it no more from 2026.1 on, and no variable does.
  if (isConfig2026(main))
    return { ...row, variables: [], main: ncpus, worker: null, by: 'all CPUs: no knob reaches it' };
  const inMain = positive(main.threads) ?? ncpus;
  const inWorker = worker && (positive(worker.threads) ?? ncpus);
  return { ...row, variables: ['LK_NUM_THREADS'], main: inMain, worker: inWorker, by: 'LK_NUM_THREADS' };
}

function nativeRow(
  { family, api, owner, file, version }: NativePool,
  { env, ncpus, rules }: Pools,
  backend: number | null,
  worker: Config2025 | null,
  workerBackend: number | null,
): PoolThreads | null {
  const own = NATIVE_LIBRARIES.find((library) => library.family === family)?.variables ?? [];
  const row = { pool: `${family} (${owner})`, file, version };
  const byItself = ownThreads(own, env, ncpus.count);
  if (api === 'blas') {
    const set = env.OPENBLAS_NUM_THREADS !== undefined || env.MKL_NUM_THREADS !== undefined;
    const variables = ['LK_NUM_BACKEND_THREADS', ...own];
    if ((set && rules.generation !== '2025.2') || backend === null) {
      return { ...row, variables, main: byItself.threads, worker: worker && byItself.threads, by: byItself.why };
    }
    const inWorker = worker && (workerBackend ?? byItself.threads);
    return { ...row, variables, main: backend, worker: inWorker, by: 'LK_NUM_BACKEND_THREADS' };
  }
  // Torch's own OpenMP is what its intra-op threads are; LensKit's Rayon has its row.
  if (owner === 'torch' || family === 'Rayon') return null;
  return { ...row, variables: [...own], main: byItself.threads, worker: worker && byItself.threads, by: byItself.why };
}

/** What a library does by itself: the first of its variables that is a number, at most all CPUs for BLAS; else all. */
function ownThreads(
  variables: readonly string[],
  env: Situation['env'],
  cpus: number,
): { threads: number; why: string } {
  if (variables.includes('OPENBLAS_NUM_THREADS')) return openblasThreads(env, cpus);
  for (const name of variables) {
    const threads = variableThreads(env[name]);
    if (threads !== null) return { threads, why: `${name}=${env[name]}` };
  }
  return { threads: cpus, why: variables.length > 0 ? 'all CPUs' : 'all CPUs: no knob reaches it' };
}

function positive(value: number | bigint): number | null {
  return value > 0 ? Number(value) : null;
}
