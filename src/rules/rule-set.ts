import type { ConfigError } from './errors.ts';
import type { Generation, Rules } from './generation.ts';
import type { ConfigInput, Knob, Parameters, Resolution } from './resolution.ts';

/** What sets the generations apart for those who ask, as data: nobody else looks at a generation's name. */
export interface Traits {
  /** What scripts write: `lenskit.algorithms` (0.x), or pipelines. */
  api: 'algorithms' | 'pipelines';
  /** Who makes the lists of a batch run: processes of LensKit's own, or threads and Ray's tasks. */
  batch: 'processes' | 'tasks';
  /** What a script can pass; the rest of `Parameters` means nothing here. */
  parameters: readonly (keyof Parameters)[];
  /** What LensKit counts: the CPUs of the affinity, or all of the machine's (`multiprocessing.cpu_count()`). */
  counts: 'affinity' | 'machine';
  /** Rayon, Torch and their number of threads; `numba`: Numba's, which LensKit does not size. */
  pools: 'rayon and torch' | 'torch' | 'numba';
  /** Whether LensKit limits BLAS: in any case, unless a variable of the backends is set, or never. */
  limitsBlas: 'always' | 'unless set' | 'never';
  /** `lenskit.toml` is read. */
  settingsFiles: boolean;
  childThreads: 'in use' | 'deprecated' | null;
  /** 0 and fewer have a meaning of their own. */
  zeroIsDefault: boolean;
  /** A variable may be written in any case. */
  anyCase: boolean;
  /** The least Python with which it takes Ray; null: it knows no Ray. */
  ray: readonly [major: number, minor: number] | null;
  /** Whose counted threads and measured costs hold: of the first that has a model (`plan/`). */
  measuredAs: readonly Measured[];
}

/** The LensKits that were counted and measured: 0.14.4, 2025.2.0, 2025.8.1, 2026.4.0. */
export type Measured = '0.14' | '2025.2' | '2025' | '2026';

/** What is to be set: numbers that fit the machine. */
export interface Wanted {
  /** Processes or tasks that make lists at the same time; 1: none but the main process. */
  workers: number;
  threads: number;
  backendThreads: number;
  /** Threads of a worker. */
  workerThreads: number;
  /** Jobs that are threads of one process. */
  jobs: number;
  ray: boolean | null;
}

/** A generation of LensKit's rules: all that `lk` knows of it stands behind this. */
export interface RuleSet {
  generation: Generation;
  traits: Traits;
  /** @throws ConfigError where LensKit would refuse the configuration */
  resolve(input: ConfigInput): Resolution;
  /** What can still be said of the knobs where LensKit refuses. */
  refusedKnobs(input: ConfigInput, error: ConfigError): Knob[];
  /** The variables for parallelism that it reads and uses. */
  variables(rules: Rules): string[];
  /** Those that it reads for other purposes. */
  otherVariables: readonly string[];
  /** Variables below which it reads tables: `LK_RANDOM`, `LK_RANDOM__SEED`. */
  tables: readonly string[];
  /** What to use instead of a variable of another generation; null: there is nothing like it. */
  instead: { readonly [variable: string]: string | null };
  /** The parameter that beats a variable. */
  beatenBy: { readonly [variable: string]: keyof Parameters };
  /** The variable that beats a file, by the one that does not; null: it reads no files. */
  beatsFiles: ((variable: string) => string) | null;
  /** Variables of its own whose presence does harm. */
  harmful(env: { readonly [name: string]: string | undefined }): string[];
  /** The values of its variables, of the main process and where they differ of the workers. */
  settings(wanted: Wanted): { [variable: string]: number[] };
}
