import { openblasThreads, WHEELS_MOST_THREADS } from '../backends/openblas.ts';
import { cpusAtLoad } from '../cpus/at-load.ts';
import type { EffectiveCpus } from '../cpus/effective.ts';
import type { BindingAtImport } from '../openmp/at-import.ts';
import type { PythonFacts } from '../python/facts.ts';
import type { NativePool } from '../python/pools.ts';

/** The threads of one library once it is imported, the importing one included. */
export interface LibraryAtImport {
  /** `OpenBLAS (numpy)`. */
  library: string;
  main: number;
  worker: number;
  by: string;
}

/** What a process has started before any knob of LensKit applies. */
export interface AtImport {
  /** All threads of the main process once numpy and scipy.linalg are imported, as /proc counts them. */
  main: number;
  /** The same of a worker process, which imports them as well. */
  worker: number;
  libraries: LibraryAtImport[];
  /** True: no environment is known, so that these are pip's wheels. */
  assumed: boolean;
}

const PIPS_WHEELS: PythonFacts['pools'] = ['numpy', 'scipy'].map((owner) => ({
  family: 'OpenBLAS',
  api: 'blas',
  owner,
  file: '',
  version: null,
  most: WHEELS_MOST_THREADS,
}));

/** The BLAS libraries that numpy and scipy load, each with the most threads that it is built for; where no environment is known pip's. */
export function blasAtImport(python: PythonFacts): (NativePool & { most: number | null })[] {
  const pools = isAssumed(python) ? PIPS_WHEELS : python.pools.filter(({ api }) => api === 'blas');
  return pools.map((pool) => ({ ...pool, most: mostOf(pool.owner, pool.most) }));
}

function isAssumed({ lenskit, pools }: PythonFacts): boolean {
  return lenskit === null && pools.length === 0;
}

/**
 * OpenBLAS starts its threads when it is loaded, as many as it is built for, as there are CPUs in the affinity, and as
 * its variables allow; a quota it does not know. No other library that LensKit imports starts threads of
 * computation then. Counted in /proc with LensKit 2025.8.1 and 2026.4.0.
 */
export function atImport(
  python: PythonFacts,
  env: { readonly [name: string]: string },
  cpus: Pick<EffectiveCpus, 'affinity' | 'online'>,
  binding: Pick<BindingAtImport, 'cpus'>,
): AtImport {
  const assumed = isAssumed(python);
  const atLoad = cpusAtLoad(cpus);
  const libraries = blasAtImport(python)
    .filter(startsWhenLoaded)
    .map(({ family, owner, most }) => {
      const inMain = openblasThreads(env, atLoad, { most });
      const inWorker = openblasThreads(env, binding.cpus ?? atLoad, { most });
      return { library: `${family} (${owner})`, main: inMain.threads, worker: inWorker.threads, by: inMain.why };
    });
  const all = (column: 'main' | 'worker') => libraries.reduce((sum, library) => sum + library[column] - 1, 1);
  return { main: all('main'), worker: all('worker'), libraries, assumed };
}

function startsWhenLoaded({ family, threading }: NativePool): boolean {
  return family === 'OpenBLAS' && threading !== 'openmp';
}

/** What an OpenBLAS is built for: as it is written, where nothing is as pip's wheels are; null: not known. */
function mostOf(owner: string, most: number | null | undefined): number | null {
  if (most !== undefined) return most;
  return owner === 'numpy' || owner === 'scipy' ? WHEELS_MOST_THREADS : null;
}
