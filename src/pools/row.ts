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
  /** What decides in a worker; null: the same, or there is none. */
  workerBy: string | null;
}
