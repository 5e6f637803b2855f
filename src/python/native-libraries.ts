/** A kind of native thread pool: how its library is called. What governs it is in `config/pool-variables.ts`. */
export interface NativeLibrary {
  /** The field's name for it. */
  family:
    | 'OpenBLAS'
    | 'MKL'
    | 'BLIS'
    | 'FlexiBLAS'
    | 'Accelerate'
    | 'libgomp'
    | 'libiomp5'
    | 'libomp'
    | 'TBB'
    | 'Rayon'
    | 'Arrow'
    | 'Polars';
  /** threadpoolctl's `user_api`: what it computes. */
  api: 'blas' | 'openmp' | 'tasks';
  /** Prefixes of the file's name. */
  prefixes: readonly string[];
}

/** The libraries that wheels and conda packages bring (prefixes and names as in threadpoolctl 3.6). */
export const NATIVE_LIBRARIES: readonly NativeLibrary[] = [
  {
    family: 'OpenBLAS',
    api: 'blas',
    prefixes: ['libscipy_openblas', 'libopenblas', 'openblas'],
  },
  { family: 'MKL', api: 'blas', prefixes: ['libmkl_rt', 'mkl_rt'] },
  { family: 'BLIS', api: 'blas', prefixes: ['libblis', 'blis'] },
  { family: 'FlexiBLAS', api: 'blas', prefixes: ['libflexiblas.', 'libflexiblas64.'] },
  { family: 'libgomp', api: 'openmp', prefixes: ['libgomp'] },
  { family: 'libiomp5', api: 'openmp', prefixes: ['libiomp'] },
  { family: 'libomp', api: 'openmp', prefixes: ['libomp.', 'libomp-', 'vcomp'] },
  { family: 'Arrow', api: 'tasks', prefixes: ['libarrow.', 'arrow.dll'] },
  { family: 'Polars', api: 'tasks', prefixes: ['polars.', '_polars_runtime.'] },
  { family: 'TBB', api: 'tasks', prefixes: ['libtbb.', 'libtbb-', 'libtbb12'] },
];

/** The library that a file is, by its name. */
export function nativeLibrary(file: string): NativeLibrary | null {
  const name = file.toLowerCase();
  if (!/\.(so(\.[\d.]+)?|dylib|dll|pyd)$/.test(name)) return null;
  return NATIVE_LIBRARIES.find(({ prefixes }) => prefixes.some((prefix) => name.startsWith(prefix))) ?? null;
}
