import {
  arrowThreads,
  atoiThreads,
  mklThreads,
  openmpListThreads,
  openmpThreads,
  plainThreads,
} from './thread-readings.ts';

/** Whose variables they are: a native library, or LensKit's own Rayon. */
export type PoolLibrary =
  | 'OpenMP'
  | 'LLVM OpenMP'
  | 'OpenBLAS'
  | 'OpenBLAS in OpenMP'
  | 'MKL'
  | 'BLIS'
  | 'Accelerate'
  | 'NumExpr'
  | 'Numba'
  | 'Rayon'
  | 'Polars'
  | 'Arrow';

/** One library's reading of one variable. */
export interface PoolVariable {
  name: string;
  library: PoolLibrary;
  /** What it decides: the number of threads, the most there may be, whether the library may start fewer, and so on. */
  limits: 'threads' | 'I/O threads' | 'most threads' | 'fewer threads' | 'where they run' | 'kind of threads';
  /** How a number is read; absent: it is a word. */
  read?: (value: string) => number | null;
}

/** The first that holds a number wins within a library; `OMP_NUM_THREADS` is read by several, each in its way. */
export const POOL_VARIABLES: readonly PoolVariable[] = [
  { name: 'OMP_NUM_THREADS', library: 'OpenMP', limits: 'threads', read: openmpListThreads },
  { name: 'OMP_THREAD_LIMIT', library: 'OpenMP', limits: 'most threads', read: openmpThreads },
  { name: 'OMP_DYNAMIC', library: 'OpenMP', limits: 'fewer threads' },
  { name: 'OMP_PROC_BIND', library: 'OpenMP', limits: 'where they run' },
  { name: 'OMP_PLACES', library: 'OpenMP', limits: 'where they run' },
  { name: 'GOMP_CPU_AFFINITY', library: 'OpenMP', limits: 'where they run' },
  { name: 'KMP_AFFINITY', library: 'LLVM OpenMP', limits: 'where they run' },
  { name: 'OPENBLAS_NUM_THREADS', library: 'OpenBLAS', limits: 'threads', read: atoiThreads },
  { name: 'OPENBLAS_DEFAULT_NUM_THREADS', library: 'OpenBLAS', limits: 'threads', read: atoiThreads },
  { name: 'GOTO_NUM_THREADS', library: 'OpenBLAS', limits: 'threads', read: atoiThreads },
  { name: 'OMP_NUM_THREADS', library: 'OpenBLAS', limits: 'threads', read: atoiThreads },
  { name: 'OMP_NUM_THREADS', library: 'OpenBLAS in OpenMP', limits: 'threads', read: openmpListThreads },
  { name: 'MKL_NUM_THREADS', library: 'MKL', limits: 'threads', read: mklThreads },
  { name: 'MKL_DOMAIN_NUM_THREADS', library: 'MKL', limits: 'threads', read: mklDomainThreads },
  { name: 'OMP_NUM_THREADS', library: 'MKL', limits: 'threads', read: openmpListThreads },
  { name: 'MKL_DYNAMIC', library: 'MKL', limits: 'fewer threads' },
  { name: 'MKL_THREADING_LAYER', library: 'MKL', limits: 'kind of threads' },
  { name: 'BLIS_NUM_THREADS', library: 'BLIS', limits: 'threads', read: atoiThreads },
  { name: 'OMP_NUM_THREADS', library: 'BLIS', limits: 'threads', read: atoiThreads },
  { name: 'VECLIB_MAXIMUM_THREADS', library: 'Accelerate', limits: 'most threads', read: atoiThreads },
  { name: 'NUMEXPR_NUM_THREADS', library: 'NumExpr', limits: 'threads', read: plainThreads },
  { name: 'NUMEXPR_MAX_THREADS', library: 'NumExpr', limits: 'most threads', read: plainThreads },
  { name: 'NUMBA_NUM_THREADS', library: 'Numba', limits: 'threads', read: plainThreads },
  { name: 'NUMBA_THREADING_LAYER', library: 'Numba', limits: 'kind of threads' },
  { name: 'RAYON_NUM_THREADS', library: 'Rayon', limits: 'threads', read: plainThreads },
  { name: 'POLARS_MAX_THREADS', library: 'Polars', limits: 'threads', read: plainThreads },
  { name: 'OMP_NUM_THREADS', library: 'Arrow', limits: 'threads', read: arrowThreads },
  { name: 'OMP_THREAD_LIMIT', library: 'Arrow', limits: 'most threads', read: arrowThreads },
  { name: 'ARROW_IO_THREADS', library: 'Arrow', limits: 'I/O threads', read: plainThreads },
];

type Env = { readonly [name: string]: string | undefined };

/** The names that a library reads for this. */
export function variablesOf(library: PoolLibrary, limits: PoolVariable['limits'] = 'threads'): string[] {
  return POOL_VARIABLES.filter((row) => row.library === library && row.limits === limits).map(({ name }) => name);
}

/** The number that a library takes from the environment, and from which variable; null: from none. */
export function threadsFrom(
  library: PoolLibrary,
  env: Env,
  limits: PoolVariable['limits'] = 'threads',
): { threads: number; name: string } | null {
  for (const row of POOL_VARIABLES) {
    const value = env[row.name];
    if (row.library !== library || row.limits !== limits || value === undefined) continue;
    const threads = row.read?.(value) ?? null;
    if (threads !== null) return { threads, name: row.name };
  }
  return null;
}

/** The number that a variable's own library, the first of the table, reads there. */
export function threadsIn(name: string, value: string | undefined): number | null {
  const read = POOL_VARIABLES.find((row) => row.name === name)?.read;
  return value === undefined || read === undefined ? null : read(value);
}

/** `MKL_DOMAIN_ALL=2, MKL_DOMAIN_BLAS=4`: what concerns BLAS, its own before all. */
function mklDomainThreads(value: string): number | null {
  const blas = /\bMKL_(?:DOMAIN_)?BLAS(?:\s*=\s*|\s+)(\d+)/i.exec(value)?.[1];
  const digits = blas ?? /\bMKL_(?:DOMAIN_)?ALL(?:\s*=\s*|\s+)(\d+)/i.exec(value)?.[1];
  return digits === undefined ? null : mklThreads(digits);
}
