import { isLimitable, type OpenblasBuild, openblasLibrary, openblasThreads } from '../backends/openblas.ts';
import { type PoolLibrary, threadsFrom, threadsIn, variablesOf } from '../backends/pool-variables.ts';
import { openmpBoolean } from '../backends/thread-readings.ts';
import type { EffectiveCpus } from '../cpus/effective.ts';
import type { MachineFacts } from '../machine/observe.ts';
import type { NativePool } from '../python/pools.ts';
import { traitsOf } from '../rules/generations.ts';
import { isConfig2026 } from '../rules/resolution.ts';
import type { Situation } from '../situation/situation.ts';
import { numbaRows } from './numba-threads.ts';
import { type Process, type ProcessContext, processesOf } from './processes.ts';
import type { PoolThreads } from './row.ts';
import { sharesTorchsOpenmp } from './shared-openmp.ts';

type Pools = ProcessContext & {
  python: Pick<Situation['python'], 'pools' | 'torch' | 'numbaLayers'>;
  cpus: Pick<EffectiveCpus, 'floor'>;
  machine: Pick<MachineFacts, 'topology'>;
};

/** A number of threads, and what decides it. */
interface Foretold {
  /** null: it depends on the load of the machine. */
  threads: number | null;
  why: string;
}

/** Arrow's own number of I/O threads. */
const ARROW_IO_THREADS = 8;

const NOT_SET_UP = 'all CPUs: LensKit not set up';

/**
 * Foretells every pool of the environment: LensKit sizes Rayon and Torch, limits BLAS unless a variable keeps it
 * from that, and reaches nothing else (`initialize()`, `init_threading()`; seen with 2025.8.1 and 2026.4.0). 0.14 sizes
 * none: Numba's threads are Numba's own, and OpenBLAS has all CPUs unless a variable says otherwise (seen with 0.14.4).
 */
export function poolThreads(context: Pools): PoolThreads[] {
  const { resolution, python } = context;
  const processes = processesOf(context);
  if (resolution === null || processes === null) return [];
  const { inMain, inWorker } = processes;
  const row = (
    named: Pick<PoolThreads, 'pool' | 'file' | 'version' | 'variables'>,
    foretell: (process: Process) => Foretold,
  ): PoolThreads => {
    const main = foretell(inMain);
    const worker = inWorker && foretell(inWorker);
    return {
      ...named,
      main: main.threads,
      worker: worker?.threads ?? null,
      by: main.why,
      workerBy: worker === null || worker.why === main.why ? null : worker.why,
    };
  };
  const rows: PoolThreads[] = [];
  for (const { family, file, version } of python.pools) {
    if (family !== 'Rayon') continue;
    rows.push(row({ pool: 'Rayon (LensKit)', file, version, variables: ['LK_NUM_THREADS'] }, rayonThreads));
  }
  rows.push(...numbaRows(context));
  const { limitsBlas, pools: sized } = traitsOf(context.rules);
  if (python.torch !== null) {
    const { version } = python.torch;
    const own = limitsBlas === 'never' ? [] : ['LK_NUM_BACKEND_THREADS'];
    const intra = [...own, 'OMP_NUM_THREADS', 'OMP_THREAD_LIMIT', 'OMP_DYNAMIC'];
    rows.push(
      row({ pool: 'Torch intra-op', file: null, version, variables: intra }, (process) =>
        torchThreads(process, context),
      ),
    );
    // LensKit sets it no more from 2026.1 on, nor does 0.14, and no variable does.
    const isFree = isConfig2026(resolution.main) || sized === 'numba';
    const inter = { pool: 'Torch inter-op', file: null, version, variables: isFree ? [] : ['LK_NUM_THREADS'] };
    rows.push(
      row(inter, (process) =>
        isFree ? { threads: process.later, why: 'all CPUs: no knob reaches it' } : rayonThreads(process),
      ),
    );
  }
  for (const pool of python.pools) rows.push(...nativeRows(pool, context, row));
  return rows;
}

type Row = (
  named: Pick<PoolThreads, 'pool' | 'file' | 'version' | 'variables'>,
  foretell: (process: Process) => Foretold,
) => PoolThreads;

/** LensKit's number, which Rayon (and Torch's inter-op pool up to 2025.8) takes; 0 is all CPUs to it. */
function rayonThreads({ setUp, threads, later }: Process): Foretold {
  return setUp ? { threads: threads ?? later, why: 'LK_NUM_THREADS' } : { threads: later, why: NOT_SET_UP };
}

/**
 * The threads that Torch's OpenMP starts: what LensKit gives, or the number of the MKL in Torch's wheels, which takes
 * no more than there are cores; and OpenMP's own limit above both. null: by OMP_DYNAMIC, as the machine's load is.
 */
function torchThreads(process: Process, { machine }: Pools): Foretold {
  const { env, atLoad, backend } = process;
  const limit = threadsFrom('OpenMP', env, 'most threads');
  const own = { threads: atLoad, why: 'not limited' };
  const set = threadsFrom('OpenMP', env);
  if (set !== null) Object.assign(own, { threads: set.threads, why: whence(process, set.name) });
  const mkl = threadsIn('MKL_NUM_THREADS', env.MKL_NUM_THREADS);
  if (mkl !== null) Object.assign(own, { threads: mkl, why: whence(process, 'MKL_NUM_THREADS') });
  if (!/^\s*(false|0)\s*$/i.test(env.MKL_DYNAMIC ?? '')) {
    const { topology } = machine;
    const cores = topology !== null && topology.cpus === atLoad ? topology.cores : atLoad;
    own.threads = Math.min(own.threads, cores);
  }
  const says = backend === null ? own : { threads: backend, why: 'LK_NUM_BACKEND_THREADS' };
  if (says.threads > 1 && openmpBoolean(env.OMP_DYNAMIC ?? '') === true)
    return { threads: null, why: `OMP_DYNAMIC: at most ${says.threads}, fewer on a busy machine` };
  return limit !== null && limit.threads < says.threads
    ? { threads: limit.threads, why: whence(process, limit.name) }
    : says;
}

/** A variable as what decides: with its value, or who set it where the user did not. */
function whence({ env, origins }: Process, name: string): string {
  return origins[name] ?? `${name}=${env[name]}`;
}

/** Whose variables govern the family; null: no variable reaches it. */
const LIBRARY: { [family in NativePool['family']]: PoolLibrary | null } = {
  OpenBLAS: 'OpenBLAS',
  MKL: 'MKL',
  BLIS: 'BLIS',
  FlexiBLAS: null,
  Accelerate: 'Accelerate',
  libgomp: 'OpenMP',
  libiomp5: 'OpenMP',
  libomp: 'OpenMP',
  Arrow: 'Arrow',
  Polars: 'Polars',
  TBB: null,
  Rayon: 'Rayon',
};

function nativeRows(pool: NativePool, context: Pools, row: Row): PoolThreads[] {
  const { family, api, owner, file, version } = pool;
  // Torch's own OpenMP is what its intra-op threads are; LensKit's Rayon has its row.
  if (family === 'Rayon' || (api === 'openmp' && owner === 'torch')) return [];
  const library = family === 'OpenBLAS' ? openblasLibrary(pool.threading) : LIBRARY[family];
  const named = { pool: `${family} (${owner})`, file, version };
  if (family === 'Arrow') return arrowRows(named, row);
  if (pool.backend !== undefined) return flexiblasRows(named, pool.backend, row);
  const own = library === null ? [] : variablesOf(library, family === 'Accelerate' ? 'most threads' : 'threads');
  // No library that limits others knows Accelerate.
  const isShared = pool.threading === 'openmp' && sharesTorchsOpenmp(pool, context.python);
  const isLimited = traitsOf(context.rules).limitsBlas !== 'never';
  const limitable = isLimited && api === 'blas' && family !== 'Accelerate' ? isLimitable(pool, isShared) : false;
  const variables = [...(limitable === false ? [] : ['LK_NUM_BACKEND_THREADS']), ...own];
  return [
    row({ ...named, variables }, (process) => {
      const { env, backend } = process;
      const kept = env.OPENBLAS_NUM_THREADS !== undefined || env.MKL_NUM_THREADS !== undefined;
      const limited =
        limitable !== false &&
        backend !== null &&
        (isShared || !(kept && traitsOf(context.rules).limitsBlas !== 'always'));
      const untold =
        mklOfWorker(pool, process, context) ?? ownThreads(library, process, { floor: context.cpus.floor, built: pool });
      return limited ? limitedThreads(backend, untold, limitable) : untold;
    }),
  ];
}

/** 0.14 hands a worker's number to MKL where the module `mkl` can be imported; its setting beats the variables. */
function mklOfWorker({ family }: NativePool, process: Process, { python }: Pools): Foretold | null {
  if (family !== 'MKL' || process.mkl === null || python.packages['mkl-service'] === undefined) return null;
  return { threads: process.mkl, why: 'the second number of LK_NUM_PROCS' };
}

/** FlexiBLAS has no threads but those of what it hands to, which is a row of its own where that has a pool. */
function flexiblasRows(
  named: Pick<PoolThreads, 'pool' | 'file' | 'version'>,
  { name, by, threads }: NonNullable<NativePool['backend']>,
  row: Row,
): PoolThreads[] {
  if (threads === 'of a pool') return [];
  const foretold: Foretold =
    threads === 'one'
      ? { threads: 1, why: `${name} has no threads (${by})` }
      : { threads: null, why: `not known: ${by}` };
  return [row({ ...named, variables: ['FLEXIBLAS'] }, () => foretold)];
}

/** LensKit's number; where it is not known whether that reaches the library, only one that both have. */
function limitedThreads(backend: number, own: Foretold, isKnown: true | null): Foretold {
  if (isKnown || own.threads === backend) return { threads: backend, why: 'LK_NUM_BACKEND_THREADS' };
  return {
    threads: null,
    why: `not known whether LK_NUM_BACKEND_THREADS reaches it: ${backend}, or ${own.threads} (${own.why})`,
  };
}

/** Arrow's two pools, which LensKit's data goes through and no knob of LensKit reaches. */
function arrowRows({ pool, file, version }: Pick<PoolThreads, 'pool' | 'file' | 'version'>, row: Row): PoolThreads[] {
  return [
    row(
      {
        pool: pool.replace('Arrow', 'Arrow CPU'),
        file,
        version,
        variables: [...variablesOf('Arrow'), ...variablesOf('Arrow', 'most threads')],
      },
      (process) => ownThreads('Arrow', process),
    ),
    row(
      { pool: pool.replace('Arrow', 'Arrow I/O'), file, version, variables: variablesOf('Arrow', 'I/O threads') },
      (process) => {
        const set = threadsFrom('Arrow', process.env, 'I/O threads');
        return set === null
          ? { threads: ARROW_IO_THREADS, why: "Arrow's default" }
          : { threads: set.threads, why: whence(process, set.name) };
      },
    ),
  ];
}

/**
 * What a library does by itself: the first of its variables that is a number, at most all CPUs for OpenBLAS; else all,
 * and one for BLIS. Polars asks Rust, which knows quotas and rounds them down to `floor`.
 */
function ownThreads(
  library: PoolLibrary | null,
  process: Process,
  { floor = Number.POSITIVE_INFINITY, built = {} }: { floor?: number; built?: OpenblasBuild } = {},
): Foretold {
  const { env, atLoad, later } = process;
  if (library === null) return { threads: later, why: 'all CPUs: no knob reaches it' };
  if (library === 'OpenBLAS' || library === 'OpenBLAS in OpenMP') {
    const { threads, name, why } = openblasThreads(env, atLoad, built);
    return { threads, why: name === null ? why : whence(process, name) };
  }
  const set = threadsFrom(library, env);
  const most = threadsFrom(library, env, 'most threads');
  // Counted with Debian's libblis4-pthread and libblis4-openmp 1.1.
  if (library === 'BLIS' && set === null) return { threads: 1, why: "BLIS's default" };
  if (library === 'Accelerate')
    return most === null
      ? { threads: null, why: 'not known: as many as Accelerate sees fit' }
      : { threads: most.threads === 1 ? 1 : null, why: `${whence(process, most.name)}: no more than ${most.threads}` };
  const threads = set?.threads ?? (library === 'Polars' ? Math.min(later, floor) : later);
  const limit = most !== null && most.threads < threads ? most : set;
  if (limit === null) return { threads, why: 'all CPUs' };
  return { threads: Math.min(threads, limit.threads), why: whence(process, limit.name) };
}
