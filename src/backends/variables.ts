/** The variables of the native libraries that LensKit hands to child processes where they are unset. */
export const BACKEND_VARIABLES = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'] as const;

/** The three variables with one value, apart from those that are set, be it to nothing. */
export function unsetBackendVariables(
  env: { readonly [name: string]: string | undefined },
  value: string,
): { [name: string]: string } {
  const unset = BACKEND_VARIABLES.filter((name) => env[name] === undefined);
  return Object.fromEntries(unset.map((name) => [name, value]));
}
