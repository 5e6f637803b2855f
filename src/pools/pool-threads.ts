import { backendThreadsOf } from '../config/backend-threads.ts';
import { openblasThreads } from '../config/openblas.ts';
import { type PoolLibrary, threadsFrom, threadsIn, variablesOf } from '../config/pool-variables.ts';
import { type Config2025, type Config2026, isConfig2026 } from '../config/resolution.ts';
import { openmpBoolean } from '../config/thread-readings.ts';
import { cpusAtLoad } from '../cpus/at-load.ts';
import type { EffectiveCpus } from '../cpus/effective.ts';
import type { MachineFacts } from '../machine/observe.ts';
import type { BindingAtImport } from '../openmp/at-import.ts';
import type { NativePool } from '../python/pools.ts';
import type { Situation } from '../situation/situation.ts';

/** The threads that a pool will have, and what decides. */
export interface PoolThreads {
  /** `OpenBLAS (numpy)`, `Rayon (LensKit)`, `Torch intra-op`. */
  pool: string;
  file: string | null;
  /** Of the library, where it is written. */
  version: string | null;
  /** The variables that govern it, LensKit's first; empty: none does. */
  variables: string[];
  /** null: it depends on the load of the machine. */
  main: number | null;
  /** null: no worker process, LensKit fails to make one, or it depends on the load. */
  worker: number | null;
  by: string;
}

type Pools = Pick<Situation, 'resolution' | 'python' | 'env' | 'rules'> & {
  cpus: Pick<EffectiveCpus, 'affinity' | 'online' | 'floor'>;
  binding: Pick<BindingAtImport, 'cpus'>;
  machine: Pick<MachineFacts, 'topology'>;
};

/** A pool in the main process and in a worker: environments and the CPUs that can be counted differ. */
interface Process {
  env: { readonly [name: string]: string };
  /** The CPUs that a library counts when it is loaded, and once Torch has bound its thread. */
  atLoad: number;
  later: number;
  /** The backend threads that LensKit gives; null: it limits nothing. */
  backend: number | null;
}

/** Arrow's own number of I/O threads. */
const ARROW_IO_THREADS = 8;

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
  const { inMain, inWorker } = processes(context, worker);
  const threads = Number(isConfig2026(main) ? main.numThreads : main.threads);
  for (const { family, file, version } of python.pools) {
    if (family !== 'Rayon') continue;
    rows.push({
      pool: 'Rayon (LensKit)',
      file,
      version,
      variables: ['LK_NUM_THREADS'],
      main: threads > 0 ? threads : inMain.later,
      worker: worker && (positive(worker.threads) ?? inMain.later),
      by: 'LK_NUM_THREADS',
    });
  }
  if (python.torch !== null) {
    const [foretold, ofWorker] = [torchThreads(inMain, context), inWorker && torchThreads(inWorker, context)];
    rows.push({
      pool: 'Torch intra-op',
      file: null,
      version: python.torch.version,
      variables: ['LK_NUM_BACKEND_THREADS', 'OMP_NUM_THREADS', 'OMP_THREAD_LIMIT', 'OMP_DYNAMIC'],
      main: foretold.threads,
      worker: ofWorker?.threads ?? null,
      by: foretold.why,
    });
    rows.push(interop(main, worker, inMain.later, python.torch.version));
  }
  for (const pool of python.pools) rows.push(...nativeRows(pool, context, inMain, inWorker));
  return rows;
}

function processes(
  { resolution, env, cpus, binding }: Pools,
  worker: Config2025 | null,
): { inMain: Process; inWorker: Process | null } {
  const atLoad = cpusAtLoad(cpus);
  const later = binding.cpus ?? atLoad;
  const inMain = { env, atLoad, later, backend: resolution && backendThreadsOf(resolution) };
  if (worker === null) return { inMain, inWorker: null };
  // A child starts with the affinity that its parent was left with; what LensKit hands it comes after the libraries.
  return { inMain, inWorker: { env, atLoad: later, later, backend: positive(worker.backendThreads) } };
}

/**
 * The threads that Torch's OpenMP starts: what LensKit gives, or the number of the MKL in Torch's wheels, which takes
 * no more than there are cores; and OpenMP's own limit above both. null: by OMP_DYNAMIC, as the machine's load is.
 */
function torchThreads(process: Process, { machine }: Pools): { threads: number | null; why: string } {
  const { env, atLoad, backend } = process;
  const limit = threadsFrom('OpenMP', env, 'most threads');
  const own = { threads: atLoad, why: 'not limited' };
  const set = threadsFrom('OpenMP', env);
  if (set !== null) own.threads = set.threads;
  const mkl = threadsIn('MKL_NUM_THREADS', env.MKL_NUM_THREADS);
  if (mkl !== null) own.threads = mkl;
  if (!/^\s*(false|0)\s*$/i.test(env.MKL_DYNAMIC ?? '')) {
    const { topology } = machine;
    const cores = topology !== null && topology.cpus === atLoad ? topology.cores : atLoad;
    own.threads = Math.min(own.threads, cores);
  }
  const says = backend === null ? own : { threads: backend, why: 'LK_NUM_BACKEND_THREADS' };
  if (says.threads > 1 && openmpBoolean(env.OMP_DYNAMIC ?? '') === true)
    return { threads: null, why: `OMP_DYNAMIC: at most ${says.threads}, fewer on a busy machine` };
  return limit !== null && limit.threads < says.threads
    ? { threads: limit.threads, why: `${limit.name}=${env[limit.name]}` }
    : says;
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

/** Whose variables govern the family; null: no variable reaches it. */
const LIBRARY: { [family in NativePool['family']]: PoolLibrary | null } = {
  OpenBLAS: 'OpenBLAS',
  MKL: 'MKL',
  BLIS: 'BLIS',
  libgomp: 'OpenMP',
  libiomp5: 'OpenMP',
  libomp: 'OpenMP',
  Arrow: 'Arrow',
  Polars: 'Polars',
  TBB: null,
  Rayon: 'Rayon',
};

function nativeRows(pool: NativePool, context: Pools, inMain: Process, inWorker: Process | null): PoolThreads[] {
  const { family, api, owner, file, version, most = null } = pool;
  // Torch's own OpenMP is what its intra-op threads are; LensKit's Rayon has its row.
  if (family === 'Rayon' || (api === 'openmp' && owner === 'torch')) return [];
  const library = LIBRARY[family];
  const own = library === null ? [] : variablesOf(library);
  const row = { pool: `${family} (${owner})`, file, version };
  if (family === 'Arrow') return arrowRows(row, inMain, inWorker);
  const { env } = inMain;
  const set = env.OPENBLAS_NUM_THREADS !== undefined || env.MKL_NUM_THREADS !== undefined;
  const limited = api === 'blas' && inMain.backend !== null && !(set && context.rules.generation !== '2025.2');
  const variables = [...(api === 'blas' ? ['LK_NUM_BACKEND_THREADS'] : []), ...own];
  const byItself = ownThreads(library, inMain, context, most);
  const ofWorker = inWorker && ownThreads(library, inWorker, context, most).threads;
  if (!limited) return [{ ...row, variables, main: byItself.threads, worker: ofWorker, by: byItself.why }];
  const worker = inWorker && (inWorker.backend ?? ofWorker);
  return [{ ...row, variables, main: inMain.backend, worker, by: 'LK_NUM_BACKEND_THREADS' }];
}

/** Arrow's two pools, which LensKit's data goes through and no knob of LensKit reaches. */
function arrowRows(
  { pool, file, version }: Pick<PoolThreads, 'pool' | 'file' | 'version'>,
  inMain: Process,
  inWorker: Process | null,
): PoolThreads[] {
  const cpu = (process: Process) => ownThreads('Arrow', process, null);
  const io = (process: Process) => threadsFrom('Arrow', process.env, 'I/O threads')?.threads ?? ARROW_IO_THREADS;
  const main = cpu(inMain);
  const set = threadsFrom('Arrow', inMain.env, 'I/O threads');
  return [
    {
      pool: pool.replace('Arrow', 'Arrow CPU'),
      file,
      version,
      variables: [...variablesOf('Arrow'), ...variablesOf('Arrow', 'most threads')],
      main: main.threads,
      worker: inWorker && cpu(inWorker).threads,
      by: main.why,
    },
    {
      pool: pool.replace('Arrow', 'Arrow I/O'),
      file,
      version,
      variables: variablesOf('Arrow', 'I/O threads'),
      main: io(inMain),
      worker: inWorker && io(inWorker),
      by: set === null ? "Arrow's default" : `${set.name}=${inMain.env[set.name]}`,
    },
  ];
}

/** What a library does by itself: the first of its variables that is a number, at most all CPUs for OpenBLAS; else all. */
function ownThreads(
  library: PoolLibrary | null,
  { env, atLoad, later }: Process,
  context: Pools | null,
  built: number | null = null,
): { threads: number; why: string } {
  if (library === null) return { threads: later, why: 'all CPUs: no knob reaches it' };
  if (library === 'OpenBLAS') return openblasThreads(env, atLoad, built);
  const set = threadsFrom(library, env);
  const most = threadsFrom(library, env, 'most threads');
  // Polars asks Rust, which knows quotas and rounds them down.
  const all = library === 'Polars' && context !== null ? Math.min(later, context.cpus.floor) : later;
  const threads = set?.threads ?? all;
  const limit = most !== null && most.threads < threads ? most : set;
  if (limit === null) return { threads, why: 'all CPUs' };
  return { threads: Math.min(threads, limit.threads), why: `${limit.name}=${env[limit.name]}` };
}

function positive(value: number | bigint): number | null {
  return value > 0 ? Number(value) : null;
}
