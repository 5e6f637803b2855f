import type { Generation } from '../rules/generation.ts';
import type { BenchPhase, EngineName, RunOutcome } from './bench-choices.ts';

/** The version of the JSON document of `lk bench batch`; raised when a field changes its meaning or goes. */
export const BENCH_VERSION = 1;

/** What a setting says of each dimension. */
export interface Settings {
  /** Worker processes (2025) or batch jobs (2026). */
  processes: number;
  threads: number;
  backendThreads: number;
  /** Threads in a worker where they are not those that it would inherit (2025.3). */
  workerThreads: number | null;
  /** 2026; null before. */
  ray: boolean | null;
}

/** One measured run. Times in seconds, memory in bytes; null: not known. */
export interface Run {
  /** When it was begun, UTC; null: it was kept before this was known. */
  time: string | null;
  /** What is compared: the objective's time. Of a run that was ended, the time until then. */
  seconds: number;
  status: RunOutcome;
  exitCode: number | null;
  signal: number | null;
  cpuSeconds: number | null;
  /** The largest process. */
  peakRssBytes: number | null;
  /** All processes at once, shared pages counted once; null: there was one alone. */
  peakTreeBytes: number | null;
  /** While a quota held its cgroup back; null: there is no quota. */
  throttledSeconds: number | null;
  /** CPUs that others kept busy meanwhile, anywhere on the machine. */
  foreignLoad: number | null;
  /** Processes that it left behind. */
  left: number;
  phases: Phases | null;
  /** Of a run that failed: why, and the end of standard error. */
  reason: string | null;
  errors: string[];
  /** The configuration that LensKit really had. */
  configuration: { [name: string]: unknown } | null;
  /** It was the first of a process that was kept for more; null: it had a process of its own. */
  first: boolean | null;
}

/** A run that counts in no figure of a setting. */
export interface OtherRun extends Run {
  phase: Extract<BenchPhase, 'warming up' | 'extrapolating'>;
  env: { [name: string]: string };
  /** Another number of users than the job's own; null: that. */
  users: number | null;
}

/** Worker processes or tasks beside the main process: one process means none. */
export function workersOf({ processes, ray }: Settings): number {
  return ray === false || (processes === 1 && ray !== true) ? 0 : processes;
}

/** Where a run's time went. `batch` holds `spawn`, the time until the first worker's first answer. */
export interface Phases {
  /** The first run of the process, which was so short that a second one was made, and counts. */
  first?: number;
  import?: number;
  load?: number;
  train?: number;
  spawn?: number;
  batch?: number;
  users?: number;
  usersPerSecond?: number;
}

export interface Trial {
  env: { [name: string]: string };
  settings: Settings;
  roles: Role[];
  /** `dropped`: it lost, so that its runs were ended early or no more were made. */
  status: 'ok' | 'failed' | 'timeout' | 'dropped';
  runs: Run[];
  /** Runs that were ended count as longer than that; null: it lies among them, or there is none. */
  median: number | null;
  /** 95 %, of the median; null: too few runs. */
  interval: [number, number] | null;
  /** It cannot be told from the best. */
  tied: boolean;
}

/** Why a setting is in the space whatever its values are; `current`: it is what the environment comes to now. */
export type Role = 'current' | 'default' | 'recommended';

/** What the pairs of runs say: the current environment against the most promising setting. */
export interface Verdict {
  /**
   * `faster`: a claim is made; `same`: no difference that can be told from noise; `too few`: too few pairs to say
   * anything; `current fails`: the current environment never comes to its end, and the best does; `none`: no setting
   * succeeded.
   */
  kind: 'faster' | 'same' | 'too few' | 'current fails' | 'none';
  /** Pairs that count. */
  rounds: number;
  /** The most by which a setting may still be faster, as a share of its speed (0.03: 3 %); null: not known. */
  atMost: number | null;
  /** About how many rounds would tell a difference of 5 %, or tell anything; null: those that were made. */
  roundsNeeded: number | null;
  /** The budget and the runs that are wanted for them; null: what was given is enough. */
  budgetSeconds: number | null;
  runsNeeded: number | null;
  /** The budget is too short for all settings, as the first run says; null: it is not, or that is not known. */
  shortage?: Shortage | null;
  /** How much longer the same setting takes from run to run, as a share; it was taken out. */
  drift: number;
  /** Rounds that other work disturbed, so that they were repeated. */
  disturbed: number;
}

export interface Shortage {
  /** What takes so long: a run, `--setup` before it, or starting its process. */
  what: 'run' | 'setup' | 'start';
  seconds: number;
  /** It takes longer than that: the budget's end has cut it short. */
  isLonger: boolean;
  settings: number;
  /** Seconds that all of them need, or more. */
  needed: number;
}

export interface BenchResult {
  schemaVersion: typeof BENCH_VERSION;
  program: { name: 'lk'; version: string };
  time: string;
  engine: EngineName;
  /** What was run: the user's command, or the engine's job in words. */
  job: { [name: string]: unknown };
  objective: string;
  generation: Generation;
  /** Whose rules these are, in words, and whether that is only assumed. Results of earlier versions do not say. */
  rules?: { why: string; assumed: boolean };
  lenskit: string | null;
  machine: { platform: string; arch: string; model: string | null };
  cpus: { effective: number; online: number | null; lenskit: number; quota: number | null };
  /** What else the times depend on; null: it was kept before this was known. */
  conditions: Conditions | null;
  space: number;
  search: {
    method: string;
    seed: number;
    rounds: number;
    separated: boolean;
    complete: boolean;
    /**
     * Settings that were not run: until the first of their workers answers it takes longer than a run of another setting, so many
     * seconds at the least. Results of earlier versions do not have it.
     */
    slowStarts?: { env: { [name: string]: string }; seconds: number }[];
    /** Runs for fewer users than the job has: those that they show to be slow are not run with all. */
    samples: { env: { [name: string]: string }; users: number; seconds: number }[];
  };
  trials: Trial[];
  baseline: {
    env: { [name: string]: string };
    status: Trial['status'];
    runs: Run[];
    median: number | null;
    interval: [number, number] | null;
  };
  /** The setting that was shown to be faster, else the current one. */
  best: {
    env: { [name: string]: string };
    settings: Settings;
    roles: Role[];
    median: number;
    interval: [number, number] | null;
    /** The baseline's median by this one's; 1 where nothing changes; null: the baseline has none. */
    speedup: number | null;
    /** A setting was shown to be better than the current environment. */
    changed: boolean;
    /** Now ÷ best, of pairs of runs; null: nothing changes, or the current environment never came to its end. */
    ratio: number | null;
    /** 95 %; the upper bound is null where the current environment's runs had to be ended. */
    ratioInterval: [number, number | null] | null;
  } | null;
  verdict: Verdict;
  model: CostModel | null;
  /** Of warming up and of other numbers of users. */
  otherRuns: OtherRun[];
  /**
   * `preparingSeconds`: of them, beside the runs, in starting processes, importing and loading; `phases`: the seconds that each
   * took.
   */
  spent: {
    seconds: number;
    runs: number;
    preparingSeconds: number;
    phases: { [phase in BenchPhase]?: number };
  };
  /** Ended before the search was done. */
  interrupted: boolean;
  comparison: Comparison | null;
  warnings: string[];
}

/** What has to be named beside the times. */
export interface Conditions {
  /** How the effective CPUs come about, in words. */
  cpus: string;
  /** Of the machine, or what a limit leaves of it. */
  memoryBytes: number | null;
  /** Versions by name. */
  software: { [name: string]: string };
  /** What was asked for: runs before the first that counts, of the current environment and of each other setting. */
  warmup: { current: number; others: number };
  seed: number;
  budgetSeconds: number;
}

/** seconds = fixed + perWorker × workers + users ÷ throughput. */
export interface CostModel {
  fixedSeconds: number;
  perWorkerSeconds: number;
  settings: { env: { [name: string]: string }; workers: number; usersPerSecond: number }[];
  /** Mean of |foretold − measured| ÷ measured over what was fitted. */
  error: number;
  /** Measured at a size that was not fitted. */
  check: { users: number; env: { [name: string]: string }; foretold: number; measured: number }[];
  /** From so many users on this setting wins. */
  winners: { fromUsers: number; env: { [name: string]: string } }[];
  /** For --for-users. */
  asked: { users: number; env: { [name: string]: string }; seconds: number } | null;
}

/** Against a result that was saved before. */
export interface Comparison {
  file: string;
  time: string;
  /** Whose rules that one was measured under, and its LensKit. */
  generation: Generation;
  lenskit: string | null;
  /** Where another job was measured there: what tells the two apart, and nothing else is compared. */
  differs: string[];
  /** What stands for the same in both, whatever the variables are called: of two generations no setting is the same. */
  roles: { role: 'current' | 'default' | 'best'; before: ComparedSetting; now: ComparedSetting; ratio: number }[];
  settings: { env: { [name: string]: string }; before: number; now: number; ratio: number }[];
  bestBefore: { env: { [name: string]: string }; median: number } | null;
}

export interface ComparedSetting {
  env: { [name: string]: string };
  median: number;
  settings: Settings | null;
}

/** Without what the measured command printed, for files that are made to be shared. */
export function withoutOutput(result: BenchResult): BenchResult {
  const silent = <T extends { runs: Run[] }>(one: T): T => ({ ...one, runs: one.runs.map(runWithoutOutput) });
  return {
    ...result,
    baseline: silent(result.baseline),
    trials: result.trials.map(silent),
    otherRuns: result.otherRuns.map((run) => ({ ...run, errors: [] })),
  };
}

/** The same of one run. */
export function runWithoutOutput(run: Run): Run {
  return { ...run, errors: [] };
}

/** What is handed out to be set: a setting that was shown to be better; null: none was. Older results do not say. */
export function claimed({ best }: Pick<BenchResult, 'best'>): NonNullable<BenchResult['best']> | null {
  return best?.changed === true ? best : null;
}

/** Knobs that decide nothing where all others are set: how many CPUs LensKit counts, how many jobs tune. */
const UNRELATED = /^LK_(?:PARALLEL__)?(?:NUM_CPUS|TUNE_JOBS)$/i;

/**
 * What is handed out to be set. The CPUs that LensKit counts are the defaults of knobs that are all set here (2026,
 * `schemas/settings.py`; Ray counts its own, `parallel/ray.py`), and tuning was not measured.
 */
export function handedOut(env: BenchResult['baseline']['env']): BenchResult['baseline']['env'] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !UNRELATED.test(name)));
}

/** `LK_NUM_PROCS=1 LK_NUM_THREADS=2 LK_NUM_BACKEND_THREADS=1`: what tells a setting from the others. */
export function labelOf(env: { readonly [name: string]: string }): string {
  // LensKit 0.14 sizes neither Numba nor BLAS, so that their own variables tell.
  const knobs = 'NUMBA_NUM_THREADS' in env ? /^(?:LK|NUMBA|OPENBLAS)_/ : /^LK_(?!PARALLEL|NUM_CPUS|TUNE_JOBS)/i;
  const own = Object.entries(env).filter(([name]) => knobs.test(name));
  return own.map(([name, value]) => `${name}=${value}`).join(' ') || 'the current environment';
}
