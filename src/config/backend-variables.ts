/** The variables of the native libraries that LensKit hands to child processes where they are unset. */
export const BACKEND_VARIABLES = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'] as const;

/** Further variables of native libraries that decide on threads or on where they run. */
export const LIBRARY_VARIABLES = [
  ...BACKEND_VARIABLES,
  'GOTO_NUM_THREADS',
  'BLIS_NUM_THREADS',
  'MKL_THREADING_LAYER',
  'RAYON_NUM_THREADS',
  'NUMBA_NUM_THREADS',
  'POLARS_MAX_THREADS',
  'OMP_PROC_BIND',
  'OMP_PLACES',
  'GOMP_CPU_AFFINITY',
  'KMP_AFFINITY',
] as const;

/** The three variables with one value, apart from those that are set, be it to nothing. */
export function unsetBackendVariables(
  env: { readonly [name: string]: string | undefined },
  value: string,
): { [name: string]: string } {
  const unset = BACKEND_VARIABLES.filter((name) => env[name] === undefined);
  return Object.fromEntries(unset.map((name) => [name, value]));
}
