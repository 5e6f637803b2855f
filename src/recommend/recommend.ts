import { openmpLimits } from '../backends/openmp-limits.ts';
import { BACKEND_VARIABLES } from '../backends/variables.ts';
import type { ConfigError } from '../rules/errors.ts';
import { ruleSetOf, traitsOf } from '../rules/generations.ts';
import { type ConfigInput, type Knob, pythonName, usesRay } from '../rules/resolution.ts';
import { resolveConfig } from '../rules/resolve.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { unknownVariables } from '../rules/variables.ts';

/** A configuration that fits the machine, ready to be put into the environment. */
export interface Recommendation {
  env: { [name: string]: string };
  /** Variables to take out of the environment. */
  unset: string[];
  /** `initialize()`'s parameters, or a batch call's `n_jobs`, that have to change as well, since they beat the environment. */
  parameters: { [name: string]: number | number[] };
  why: string;
}

/** What a recommendation is to fit. */
export interface RecommendFor {
  /** CPUs for work-stealing pools, and for pools with barriers. */
  effective: number;
  floor: number;
  /** Ray is not installed, so that it must not be used. */
  rayMissing: boolean;
  /** Batch jobs that are threads run at the same time (2026): there is no GIL, or the model lets go of it. */
  jobsAtOnce: boolean;
  /** What BLAS starts when it is imported goes beyond a limit, so that it has to be told before. */
  limitBlas: boolean;
  /** An OpenBLAS takes OpenMP's number, whatever LensKit tells it. */
  blasInOpenmp: boolean;
  /** Variables that do harm for reasons of their own. */
  unset: readonly string[];
}

/** LensKit itself never chooses more (`min(n, 8)`, `min(…, 4)`): beyond it nothing is known to gain. */
const MOST_THREADS = 8;
const MOST_BACKEND_THREADS = 4;
/** No model of 2025.6 and newer uses more than one of a worker's while it makes a list; LensKit has no more than so many. */
const MOST_WORKER_THREADS = 4;

/** Jobs of a batch run that are threads of the process, where they run at the same time (2026). */
export function fittingJobs({ effective, jobsAtOnce }: Pick<RecommendFor, 'effective' | 'jobsAtOnce'>): number {
  return jobsAtOnce ? fittingThreads(effective, effective).threads : 1;
}

/** The threads that fit: `effective` for work-stealing pools, `floor` for the backends' pools with barriers. */
function fittingThreads(effective: number, floor: number): { threads: number; backendThreads: number } {
  const threads = Math.max(1, Math.min(effective, MOST_THREADS));
  const share = Math.floor(Math.min(effective, floor) / threads);
  return { threads, backendThreads: Math.max(1, Math.min(share, MOST_BACKEND_THREADS)) };
}

/**
 * The recommendation for a machine and so many workers: in the main process threads for the effective CPUs, the
 * backends limited; in each worker its share of the threads, and one backend thread, so that all of them fit whatever
 * the model is. It overrides what else is set: variables of a higher rank where a file would win, variables to unset
 * where their mere presence does harm.
 *
 * @param workers worker processes (up to 2025) or Ray's tasks (2026); 1: a batch run stays in the process
 */
export function recommend(input: ConfigInput, machine: RecommendFor, workers = 1): Recommendation {
  const byTasks = traitsOf(input.rules).batch === 'tasks';
  if (workers > 1 && byTasks) return attempt(input, machine, { workers, jobsAreThreads: false, ray: true });
  const first = attempt(input, machine, { workers, jobsAreThreads: machine.jobsAtOnce, ray: null });
  if (!byTasks) return first;
  // Ray may show only once what LensKit refuses is gone; its jobs are processes, which multiply the threads.
  const outcome = resolveConfig({ ...input, params: {}, env: applied(input.env, first) });
  if (!outcome.ok || !usesRay(outcome.resolution.main)) return first;
  const jobsAreThreads = machine.jobsAtOnce && machine.rayMissing;
  return attempt(input, machine, { workers, jobsAreThreads, ray: machine.rayMissing ? false : null });
}

interface Spread {
  workers: number;
  /** 2026: threads of Python that run at the same time. */
  jobsAreThreads: boolean;
  /** Whether LensKit is to use Ray; null: as it is. */
  ray: boolean | null;
}

function attempt(input: ConfigInput, machine: RecommendFor, spread: Spread): Recommendation {
  const { effective } = machine;
  const { workers, ray } = spread;
  const fitting = fittingThreads(effective, machine.floor);
  const { threads } = fitting;
  // What the backends' own variables say holds in the main process and in its workers.
  const shared = workers > 1 && backendVariables(input, machine).length > 0;
  const backendThreads = shared ? 1 : fitting.backendThreads;
  const knobValues = ruleSetOf(input.rules).settings({
    workers,
    threads,
    backendThreads,
    workerThreads: Math.max(1, Math.min(Math.floor(effective / workers), MOST_WORKER_THREADS)),
    jobs: spread.jobsAreThreads ? threads : workers,
    ray,
  });
  const unset = [
    ...harmful(input, Object.keys(knobValues)),
    ...limitsOfOpenmp(input, knobValues, backendThreads),
    ...machine.unset.filter((name) => input.env[name] !== undefined),
  ];
  const result: Recommendation = {
    env: {},
    unset: unset.filter((name) => knobValues[name] === undefined),
    parameters: parameters(input, knobValues),
    why: reason(effective, threads, backendThreads),
  };
  const cleaned = { ...input, env: applied(input.env, { env: {}, unset }) };
  const knobs = knobsOf(cleaned);
  for (const [name, values] of Object.entries(knobValues)) {
    for (const variable of placing(cleaned, knobs, name)) result.env[variable] = values.join();
  }
  if (ray !== null) for (const variable of placing(cleaned, knobs, 'LK_USE_RAY')) result.env[variable] = String(ray);
  for (const name of backendVariables(cleaned, machine)) result.env[name] ??= String(backendThreads);
  unsetWhatIsRefused(input, result);
  return result;
}

type KnobValues = ReturnType<RuleSet['settings']>;

/** Of Torch's pool; up to 0.14 of Numba's, whose usual pool is OpenMP's, and of those that LensKit does not limit. */
function limitsOfOpenmp({ rules, env }: ConfigInput, values: KnobValues, backendThreads: number): string[] {
  const counts =
    traitsOf(rules).pools === 'numba'
      ? [values.NUMBA_NUM_THREADS?.[0] ?? null, null]
      : [values.LK_NUM_BACKEND_THREADS?.[0] ?? backendThreads];
  return [...new Set(counts.flatMap((count) => openmpLimits(env, count)))];
}

/** The environment with a recommendation put into it. */
export function applied<Value extends string | undefined>(
  env: { readonly [name: string]: Value },
  { env: set, unset }: Pick<Recommendation, 'env' | 'unset'>,
): { [name: string]: Value | string } {
  const gone = new Set(unset);
  const kept = Object.entries(env).filter(([name]) => !gone.has(name));
  return { ...Object.fromEntries(kept), ...set };
}

/** The variables to set so that this one counts: where files are read, they and `LK_PARALLEL…` beat the flat one. */
function placing(input: ConfigInput, knobs: readonly Knob[], name: string): string[] {
  const { beatsFiles } = ruleSetOf(input.rules);
  if (beatsFiles === null) return [name];
  const knob = knobs.find((candidate) => candidate.env === name);
  const higher = knob?.candidates.some(
    (candidate) =>
      candidate.set &&
      (candidate.kind === 'file' || (candidate.kind === 'env' && candidate.name?.toUpperCase() !== name)),
  );
  if (!higher) return [name];
  // The flat one as well where it is set: a bad value there is refused whatever else is set.
  const isSet = Object.keys(input.env).some((other) => other.toUpperCase() === name && input.env[other] !== undefined);
  return isSet ? [beatsFiles(name), name] : [beatsFiles(name)];
}

/**
 * Those that are set; with MKL's set OpenBLAS's too, since LensKit then limits neither; and OpenMP's where an OpenBLAS
 * reads no other.
 */
function backendVariables({ env }: ConfigInput, { limitBlas, blasInOpenmp }: RecommendFor): string[] {
  const set = BACKEND_VARIABLES.filter((name) => env[name] !== undefined);
  const openblas = limitBlas || set.includes('MKL_NUM_THREADS') ? ['OPENBLAS_NUM_THREADS'] : [];
  return [...new Set([...set, ...openblas, ...(blasInOpenmp ? ['OMP_NUM_THREADS'] : [])])];
}

/** Variables whose presence alone is a finding: deprecated, misspelt, of another generation, beaten by a file. */
function harmful(input: ConfigInput, recommended: readonly string[]): string[] {
  const { rules, env } = input;
  const names = Object.keys(env).filter((name) => env[name] !== undefined);
  const unknown = unknownVariables(rules, names).filter(({ kind }) => kind !== 'unknown');
  const all = [...unknown.map(({ name }) => name), ...ruleSetOf(rules).harmful(env), ...beaten(input, recommended)];
  return [...new Set(all)];
}

/** Flat variables that a file overrides, and that the recommendation does not set itself. */
function beaten(input: ConfigInput, recommended: readonly string[]): string[] {
  if (!traitsOf(input.rules).settingsFiles) return [];
  return knobsOf(input)
    .filter(({ env }) => !recommended.includes(env))
    .flatMap(({ candidates, env }) => {
      const winner = candidates.find(({ set }) => set);
      const flat = candidates.find(({ kind, name, set }) => kind === 'env' && set && name?.toUpperCase() === env);
      return winner?.kind === 'file' && flat?.name !== undefined ? [flat.name] : [];
    });
}

function knobsOf(input: ConfigInput): Knob[] {
  const outcome = resolveConfig(input);
  return outcome.ok ? outcome.resolution.knobs : outcome.knobs;
}

/** Of the parameters that are given those that have to change. */
function parameters({ rules, params }: ConfigInput, knobValues: KnobValues): Recommendation['parameters'] {
  return Object.fromEntries(
    Object.entries(ruleSetOf(rules).beatenBy).flatMap(([variable, name]) => {
      const given = (params[name] ?? null) !== null;
      const values = knobValues[variable];
      const [first] = values ?? [];
      if (!given || values === undefined || first === undefined) return [];
      return [[pythonName(name), values.length === 1 ? first : values]];
    }),
  );
}

/**
 * Every variable that LensKit refuses. It reports some refusals only once others are gone, so that this asks again until
 * none is left. It ends: every round takes out others of the variables that are set.
 */
function unsetWhatIsRefused(input: ConfigInput, result: Recommendation): void {
  for (;;) {
    const outcome = resolveConfig({ ...input, params: {}, env: applied(input.env, result) });
    if (outcome.ok) return;
    const refused = new Set([outcome.error, ...outcome.error.others].flatMap(removable(result)));
    if (refused.size === 0) {
      result.why = `${outcome.error.message}; correct that first`;
      return;
    }
    result.unset.push(...refused);
  }
}

/** The variable that an error is of, where taking it out is left to do. */
function removable(result: Recommendation): (error: ConfigError) => string[] {
  const unset = new Set(result.unset);
  return ({ source }) =>
    source?.kind === 'env' && source.name !== undefined && !(source.name in result.env) && !unset.has(source.name)
      ? [source.name]
      : [];
}

function reason(effective: number, threads: number, backendThreads: number): string {
  return `${threads} × ${backendThreads} threads fit ${effective} effective CPU${effective === 1 ? '' : 's'}`;
}
