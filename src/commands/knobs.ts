/** The knobs that have a page, with what else they may be called. */
export const KNOBS: { readonly [variable: string]: readonly string[] } = {
  LK_NUM_PROCS: ['processes', 'num_procs', 'n_jobs'],
  LK_NUM_THREADS: ['threads', 'num_threads'],
  LK_NUM_BACKEND_THREADS: ['backend_threads', 'num_backend_threads'],
  LK_NUM_CHILD_THREADS: ['child_threads'],
  LK_NUM_CPUS: ['num_cpus'],
  LK_NUM_BATCH_JOBS: ['num_batch_jobs'],
  LK_USE_RAY: ['use_ray'],
  LK_TUNE_JOBS: ['tune_jobs'],
  NUMBA_NUM_THREADS: ['numba_threads'],
  NUMBA_THREADING_LAYER: ['threading_layer'],
  LK_TEMP_DIR: ['temp_dir'],
  CSR_KERNEL: [],
  _LK_IN_MP: [],
};
