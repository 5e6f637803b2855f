import type { NumbaLayer } from './numba-layers.ts';
import type { Unread } from './path-files.ts';
import type { NativePool } from './pools.ts';
import type { SiteKind } from './site.ts';

/** What led to an interpreter. */
export type FoundBy =
  | '--python'
  | 'process'
  | 'project settings'
  | 'command'
  | 'lenskit parallel'
  | 'Jupyter kernel'
  | 'VIRTUAL_ENV'
  | 'CONDA_PREFIX'
  | "lk's own environment"
  | '.venv'
  | 'PATH';

/** Which Python was found, and what LensKit is installed there. Plain data, read from files alone. */
export interface PythonFacts {
  /** The interpreter; null: none was found. */
  interpreter: string | null;
  /** `sys.prefix`. */
  prefix: string | null;
  /** `3.11.7`, or `3.11` where the last number is written nowhere. */
  version: string | null;
  freeThreaded: boolean;
  implementation: 'CPython' | 'PyPy' | null;
  kind: 'venv' | 'uv' | 'conda' | 'pyenv' | 'system' | null;
  foundBy: FoundBy | null;
  lenskit: { version: string; file: string } | null;
  /** The environment's own LensKit, where one from outside of it is imported instead; null: none is hidden. */
  hidden: { version: string; file: string; by: 'PYTHONPATH' | 'user site' } | null;
  /** The code that is imported, without metadata beside it; `hides`: other code, which `lenskit` is of. */
  unversioned: { file: string; by: SiteKind; hides: string | null } | null;
  /** What comes before `lenskit`, or might have it. */
  unread: Unread[];
  /** Versions of the packages that bear on parallelism. */
  packages: { [name: string]: string };
  /** Torch's build; `cuda` null: for CPUs alone. */
  torch: { version: string; cuda: string | null } | null;
  pools: NativePool[];
  /** Numba's threading layers that can be loaded. Absent: not looked at, as beside a LensKit from 2025.1 on and in older snapshots. */
  numbaLayers?: NumbaLayer[];
  /** What `python` on the PATH leads to, where that is another environment. */
  competing: { interpreter: string; lenskit: string | null } | null;
  /** What was looked at in vain, and what could not be read. */
  notes: string[];
}

export const NO_PYTHON: PythonFacts = {
  interpreter: null,
  prefix: null,
  version: null,
  freeThreaded: false,
  implementation: null,
  kind: null,
  foundBy: null,
  lenskit: null,
  hidden: null,
  unversioned: null,
  unread: [],
  packages: {},
  torch: null,
  pools: [],
  competing: null,
  notes: [],
};
