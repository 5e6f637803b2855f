/** A kind of native thread pool: how its library is called, and what governs it. */
export interface NativeLibrary {
  /** The field's name for it. */
  family: 'OpenBLAS' | 'MKL' | 'BLIS' | 'libgomp' | 'libiomp5' | 'libomp' | 'TBB' | 'Rayon';
  /** threadpoolctl's `user_api`: what it computes. */
  api: 'blas' | 'openmp' | 'tasks';
  /** Prefixes of the file's name. */
  prefixes: readonly string[];
  /** Its own variables, the first one that is set winning. */
  variables: readonly string[];
}

/** The libraries that wheels and conda packages bring (prefixes and names as in threadpoolctl 3.6). */
export const NATIVE_LIBRARIES: readonly NativeLibrary[] = [
  {
    family: 'OpenBLAS',
    api: 'blas',
    prefixes: ['libscipy_openblas', 'libopenblas', 'openblas'],
    variables: ['OPENBLAS_NUM_THREADS', 'GOTO_NUM_THREADS', 'OMP_NUM_THREADS'],
  },
  { family: 'MKL', api: 'blas', prefixes: ['libmkl_rt', 'mkl_rt'], variables: ['MKL_NUM_THREADS', 'OMP_NUM_THREADS'] },
  { family: 'BLIS', api: 'blas', prefixes: ['libblis', 'blis'], variables: ['BLIS_NUM_THREADS', 'OMP_NUM_THREADS'] },
  { family: 'libgomp', api: 'openmp', prefixes: ['libgomp'], variables: ['OMP_NUM_THREADS'] },
  { family: 'libiomp5', api: 'openmp', prefixes: ['libiomp'], variables: ['OMP_NUM_THREADS'] },
  { family: 'libomp', api: 'openmp', prefixes: ['libomp.', 'libomp-', 'vcomp'], variables: ['OMP_NUM_THREADS'] },
  { family: 'TBB', api: 'tasks', prefixes: ['libtbb.', 'libtbb-', 'libtbb12'], variables: [] },
];

/** The library that a file is, by its name. */
export function nativeLibrary(file: string): NativeLibrary | null {
  const name = file.toLowerCase();
  if (!/\.(so(\.[\d.]+)?|dylib|dll)$/.test(name)) return null;
  return NATIVE_LIBRARIES.find(({ prefixes }) => prefixes.some((prefix) => name.startsWith(prefix))) ?? null;
}
