import { BACKEND_VARIABLES } from '../backends/variables.ts';
import type { Objective } from '../documents/bench-choices.ts';
import type { Role, Settings } from '../documents/bench-result.ts';
import { busyThreads as busyOf, busyPlan } from '../plan/threads.ts';
import { type Rules, since } from '../rules/generation.ts';
import { traitsOf } from '../rules/generations.ts';
import { givenThreads, isConfig014, isConfig2026, type MainConfig } from '../rules/resolution.ts';
import { resolveParallelism } from '../rules/resolve.ts';

/** A setting to measure: every knob of the generation and the backends' variables, so that it means the same anywhere. */
export interface Candidate {
  env: { [name: string]: string };
  /** Why it is in the space whatever its values are. */
  roles: Role[];
  /** What it says of each dimension, for tables; `workerThreads` only where workers have threads of their own. */
  settings: Settings;
  /** Threads at work at once. */
  busy: number;
}

/** What the user limits the space to; empty lists: what fits the machine. */
export interface Ranges {
  processes: readonly number[];
  threads: readonly number[];
  backendThreads: readonly number[];
  /** The most busy threads for each effective CPU. */
  maxOversubscription: number;
}

export interface SpaceInput {
  rules: Rules;
  /** NCPUS as LensKit counts it. */
  cpus: number;
  /** What Numba and BLAS count, where LensKit does not size them (0.14); absent: the same. */
  libraryCpus?: number;
  effective: number;
  freeThreaded: boolean;
  /** Ray is installed and this LensKit can use it. */
  ray: boolean;
  ranges: Ranges;
  objective: Objective;
  /** The models that the job trains and asks, by name; empty: not known. */
  models: readonly string[];
  /** The recommendation's variables. */
  recommended: { readonly [name: string]: string };
  /** Files or `LK_PARALLEL…` would beat the flat variables (2026), so that the nested ones are set as well. */
  nested: boolean;
}

export interface Space {
  candidates: Candidate[];
  /** Coordinates of each candidate: powers of two become steps of 1. */
  points: number[][];
  /** Variables that no candidate may inherit: another spelling or a deprecated knob would add to what is set. */
  unset: RegExp;
  /** Those of them that a file may not set any more where a setting is written into it. */
  replaced: RegExp;
}

/** More settings than this are not listed: flags narrow the space. */
export const MOST_CANDIDATES = 4096;

/** LensKit caps a worker's inherited threads at this (`_subprocess_config`, 2025.8.1). */
const WORKER_CAP = 4;

/**
 * The settings to choose among: the product of the ranges as far as it fits the machine, LensKit's default, and
 * the recommendation of `lk doctor`.
 */
export function spaceOf(input: SpaceInput): Space {
  const { rules, ranges, effective } = input;
  const chosen = [
    { settings: defaultSettings(input), role: 'default' as const },
    { settings: recommendedSettings(input), role: 'recommended' as const },
    ...product(input)
      .filter((settings) => busyThreads(input, settings) <= ranges.maxOversubscription * effective)
      .map((settings) => ({ settings, role: null })),
  ];
  const byEnv = new Map<string, Candidate>();
  for (const { settings, role } of chosen) {
    const env = environmentOf(settings, input);
    const key = JSON.stringify(env);
    const known = byEnv.get(key) ?? { env, roles: [], settings, busy: busyThreads(input, settings) };
    if (role !== null) known.roles.push(role);
    byEnv.set(key, known);
  }
  const candidates = [...byEnv.values()];
  return { candidates, points: candidates.map(({ settings }) => coordinates(settings)), ...removed(rules) };
}

/**
 * The threads at work at once under a setting in what is measured: of the job's model, or where it is not known of a
 * model that uses every knob.
 */
export function busyThreads(input: BusyInput, settings: Settings): number {
  const { rules, cpus, freeThreaded, objective, models, libraryCpus = cpus } = input;
  const env = environmentOf(settings, input);
  const resolution = resolveParallelism({ lenskit: versionOf(rules), cpus, affinity: libraryCpus, freeThreaded, env });
  const ray = { nodes: [BigInt(cpus)], lists: null };
  const blas = traitsOf(rules).limitsBlas === 'never' ? { blas: BigInt(settings.backendThreads) } : {};
  const plan = { resolution, rules, cpus: BigInt(libraryCpus), ...blas, ray, models };
  const busy = models.length > 0 ? busyPlan(plan) : busyOf(plan, USES_EVERY_KNOB);
  const phases = { batch: [busy.batch], train: [busy.training], total: [busy.training, busy.batch] }[objective];
  return Math.max(...phases.map((threads) => (threads === null ? Number.POSITIVE_INFINITY : Number(threads))));
}

const USES_EVERY_KNOB = { training: 'threads', inference: 'either' } as const;

/** What a setting's variables and its busy threads depend on. */
export type BusyInput = Pick<
  SpaceInput,
  'rules' | 'cpus' | 'libraryCpus' | 'freeThreaded' | 'objective' | 'models' | 'nested'
>;

function product(input: SpaceInput): Settings[] {
  const { ranges, cpus, effective, rules } = input;
  const or = (given: readonly number[], most: number) => (given.length > 0 ? given : steps(most));
  // Under a quota somewhat more than it allows may pay: 1.5 CPUs keep two threads of a work-stealing pool busy.
  const most = Math.max(effective, Math.min(cpus, Math.floor(effective * ranges.maxOversubscription)));
  const processes = or(ranges.processes, most);
  const threads = or(ranges.threads, most);
  const backendThreads = or(ranges.backendThreads, Math.min(most, 8));
  const rays = traitsOf(rules).batch === 'tasks' ? (input.ray ? [false, true] : [false]) : [null];
  const found: Settings[] = [];
  for (const ray of rays) {
    for (const p of processes) {
      for (const t of threads) {
        for (const b of backendThreads) {
          for (const workerThreads of workerVariants(input, p, t)) {
            found.push({ processes: p, threads: t, backendThreads: b, workerThreads, ray });
            if (found.length > MOST_CANDIDATES) return found;
          }
        }
      }
    }
  }
  return found;
}

/**
 * Lists matter where training and batch are both measured, or where a worker would be capped: the main process
 * trains with all threads, a worker has one, or as many as main.
 */
function workerVariants(
  { rules, ranges, objective, cpus }: SpaceInput,
  processes: number,
  threads: number,
): (number | null)[] {
  // Lists took the place of the child threads.
  if (traitsOf(rules).childThreads !== 'deprecated' || processes === 1 || ranges.threads.length > 0) return [null];
  const inherited = Math.min(threads, WORKER_CAP, cpus);
  const wanted = objective === 'total' ? [threads, 1] : [threads];
  return [...new Set(wanted)].map((count) => (count === inherited ? null : count));
}

/** 1, 2, 4 … and the largest itself. */
function steps(most: number): number[] {
  const powers = Array.from({ length: 32 }, (_, exponent) => 2 ** exponent).filter((value) => value < most);
  return [...powers, Math.max(1, most)];
}

function defaultSettings(input: SpaceInput): Settings {
  return settingsWith({}, input);
}

function recommendedSettings(input: SpaceInput): Settings {
  return settingsWith(input.recommended, input);
}

/** What variables of LensKit's and its libraries come to. */
function settingsWith(
  given: SpaceInput['recommended'],
  { rules, cpus, libraryCpus = cpus, freeThreaded }: SpaceInput,
): Settings {
  const env = Object.fromEntries(Object.entries(given).filter(([name]) => /^(?:LK|NUMBA)_/.test(name)));
  const { main } = resolveParallelism({ lenskit: versionOf(rules), cpus, affinity: libraryCpus, freeThreaded, env });
  return settingsOf(main, Number(given.OPENBLAS_NUM_THREADS ?? libraryCpus));
}

/** As `resolveParallelism` takes it. */
export function versionOf({ release, generation }: Rules): string {
  return release === null ? generation : release.join('.');
}

/** What a process's configuration says of each dimension; `blas` are the threads of a BLAS that LensKit does not size. */
export function settingsOf(main: MainConfig, blas: number): Settings {
  if (isConfig014(main)) {
    const { processes, numbaThreads } = main;
    return {
      processes: Number(processes),
      threads: Number(numbaThreads),
      backendThreads: blas,
      workerThreads: null,
      ray: null,
    };
  }
  if (isConfig2026(main)) {
    return {
      processes: Number(main.numBatchJobs),
      threads: Number(main.numThreads),
      backendThreads: Number(main.numBackendThreads),
      workerThreads: null,
      ray: main.useRay,
    };
  }
  return {
    processes: Number(main.processes),
    threads: Number(givenThreads(main).threads),
    backendThreads: Number(givenThreads(main).backend),
    workerThreads: null,
    ray: null,
  };
}

/** A setting's variables: every knob of the generation, and the backends'. */
export function environmentOf(settings: Settings, { rules, cpus, nested }: BusyInput): Candidate['env'] {
  const { processes, threads, backendThreads, workerThreads, ray } = settings;
  const backends = Object.fromEntries(BACKEND_VARIABLES.map((name) => [name, String(backendThreads)]));
  const { batch, childThreads, pools } = traitsOf(rules);
  if (pools === 'numba') return { LK_NUM_PROCS: String(processes), NUMBA_NUM_THREADS: String(threads), ...backends };
  if (batch === 'processes') {
    return {
      LK_NUM_PROCS: String(processes),
      LK_NUM_THREADS: workerThreads === null ? String(threads) : `${threads},${workerThreads}`,
      LK_NUM_BACKEND_THREADS: String(backendThreads),
      // A worker's backend threads before lists existed; since 2025.3 it is deprecated, and left out.
      ...(childThreads === 'in use' ? { LK_NUM_CHILD_THREADS: String(backendThreads) } : {}),
      ...backends,
    };
  }
  const knobs = {
    NUM_CPUS: String(cpus),
    NUM_THREADS: String(threads),
    NUM_BACKEND_THREADS: String(backendThreads),
    NUM_BATCH_JOBS: String(processes),
    USE_RAY: String(ray ?? false),
    // 0 is "no limit", as when it is not set (`lenskit/tuning`, 2026.4.0)
    ...(since(rules, '2026.2.0') ? { TUNE_JOBS: '0' } : {}),
  };
  const under = (prefix: string) =>
    Object.fromEntries(Object.entries(knobs).map(([name, value]) => [`${prefix}${name}`, value]));
  return { ...under('LK_'), ...(nested ? under('LK_PARALLEL__') : {}), ...backends };
}

/** Every spelling of every knob: what a candidate does not set itself must not be there. */
function removed(rules: Rules): Pick<Space, 'unset' | 'replaced'> {
  if (traitsOf(rules).anyCase)
    return {
      unset:
        /^lk_(num_(cpus|procs|threads|backend_threads|batch_jobs|child_threads)|use_ray|tune_jobs|parallel(__.*)?)$/i,
      // What is not handed out stays as it is.
      replaced:
        /^lk_(num_(procs|threads|backend_threads|batch_jobs|child_threads)|use_ray|parallel(__(?!num_cpus$|tune_jobs$).*)?)$/i,
    };
  const unset =
    traitsOf(rules).pools === 'numba'
      ? /^(LK_NUM_PROCS|NUMBA_NUM_THREADS)$/
      : /^LK_NUM_(PROCS|THREADS|BACKEND_THREADS|CHILD_THREADS)$/;
  return { unset, replaced: unset };
}

function coordinates({ processes, threads, backendThreads, workerThreads, ray }: Settings): number[] {
  const point = [processes, threads, backendThreads].map(Math.log2);
  if (ray !== null) return [...point, Number(ray)];
  return [...point, workerThreads === null ? 0 : Math.log2(threads / workerThreads)];
}
