import { HIDDEN } from '../privacy/ranges.ts';
import { isSecretName } from '../privacy/secret-names.ts';

/**
 * What LensKit's own doctor lists (`^(LK_|OMP_|NUMBA_|MKL_|TORCH_|PY)`, 2026.4.0), and what else decides on threads, memory and
 * what is loaded. LensKit's own are kept by `situation/kept-variables.ts`, which knows which of them are settings.
 */
const BEARING =
  /^(OMP_|KMP_|GOMP_|NUMBA_|MKL_|TORCH_|PYTORCH_|PY|OPENBLAS_|GOTO_|BLIS_|FLEXIBLAS|VECLIB_|NUMEXPR_|RAYON_|POLARS_|ARROW_|TBB_|RAY_|ATEN_|CUDA_|HIP_|ROCR_|NCCL_|MALLOC_|LD_PRELOAD$|LD_LIBRARY_PATH$|VIRTUAL_ENV$|CONDA_PREFIX$|TMPDIR$)/;
const MOST_VARIABLES = 500;
const LONGEST = 4096;

/** The variables that bear on threads, with values; what is secret by its name keeps the name alone. */
export function bearingVariables(env: { readonly [name: string]: string | undefined }): { [name: string]: string } {
  const names = Object.keys(env).filter((name) => BEARING.test(name) && env[name] !== undefined);
  return Object.fromEntries(
    names
      .sort()
      .slice(0, MOST_VARIABLES)
      .map((name) => [name, isSecretName(name) ? HIDDEN : (env[name] as string).slice(0, LONGEST)]),
  );
}
