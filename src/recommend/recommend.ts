import { openmpLimits } from '../backends/openmp-limits.ts';
import { BACKEND_VARIABLES } from '../backends/variables.ts';
import { pythonInt } from '../python-values/int.ts';
import { pythonJson } from '../python-values/json.ts';
import { lowerEnv } from '../rules/2026.1/settings-sources.ts';
import type { ConfigError } from '../rules/errors.ts';
import { type ConfigInput, type Knob, type Outcome, pythonName } from '../rules/resolution.ts';
import { resolveConfig } from '../rules/resolve.ts';
import { unknownVariables } from '../rules/variables.ts';

/** A configuration that fits the machine, ready to be put into the environment. */
export interface Recommendation {
  env: { [name: string]: string };
  /** Variables to take out of the environment. */
  unset: string[];
  /** `initialize()`'s parameters that have to change as well, since they beat the environment. */
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

/** The variables of 2026 that every recommendation sets. */
const SET_2026 = ['LK_NUM_THREADS', 'LK_NUM_BACKEND_THREADS', 'LK_NUM_BATCH_JOBS'];

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
 * @param workers worker processes (2025) or Ray's tasks (2026); 1: a batch run stays in the process
 */
export function recommend(input: ConfigInput, machine: RecommendFor, workers = 1): Recommendation {
  if (workers > 1 && input.rules.generation === '2026.1')
    return attempt(input, machine, { workers, jobsAreThreads: false, ray: true });
  const first = attempt(input, machine, { workers, jobsAreThreads: machine.jobsAtOnce, ray: null });
  if (input.rules.generation !== '2026.1') return first;
  // Ray may show only once what LensKit refuses is gone; its jobs are processes, which multiply the threads.
  const outcome = resolveConfig({ ...input, params: {}, env: applied(input.env, first) });
  if (!usesRay(outcome)) return first;
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
  const fitting = fittingThreads(effective, machine.floor);
  const { threads } = fitting;
  // What the backends' own variables say holds in the main process and in its workers.
  const shared = spread.workers > 1 && backendVariables(input, machine).length > 0;
  const backendThreads = shared ? 1 : fitting.backendThreads;
  const knobValues = wanted(input, spread, { effective, threads, backendThreads });
  const unset = [
    ...harmful(input),
    ...openmpLimits(input.env, knobValues.LK_NUM_BACKEND_THREADS?.[0] ?? backendThreads),
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
  if (spread.ray !== null)
    for (const variable of placing(cleaned, knobs, 'LK_USE_RAY')) result.env[variable] = String(spread.ray);
  for (const name of backendVariables(cleaned, machine)) result.env[name] = String(backendThreads);
  unsetWhatIsRefused(input, result);
  return result;
}

/** The knobs' values, of the main process and where they differ of the workers. */
function wanted(
  { rules }: ConfigInput,
  { workers, jobsAreThreads, ray }: Spread,
  { effective, threads, backendThreads }: { effective: number; threads: number; backendThreads: number },
): { [knob: string]: number[] } {
  if (rules.generation === '2026.1') {
    return {
      LK_NUM_THREADS: [threads],
      // Each of Ray's tasks asks for as many CPUs as there are backend threads.
      LK_NUM_BACKEND_THREADS: [ray === true ? 1 : backendThreads],
      LK_NUM_BATCH_JOBS: [jobsAreThreads ? threads : workers],
    };
  }
  if (workers === 1) return { LK_NUM_PROCS: [1], LK_NUM_THREADS: [threads], LK_NUM_BACKEND_THREADS: [backendThreads] };
  if (rules.generation === '2025.2') {
    // A worker has one thread, and the child threads for its backends.
    return {
      LK_NUM_PROCS: [workers],
      LK_NUM_THREADS: [threads],
      LK_NUM_BACKEND_THREADS: [backendThreads],
      LK_NUM_CHILD_THREADS: [1],
    };
  }
  return {
    LK_NUM_PROCS: [workers],
    LK_NUM_THREADS: [threads, Math.max(1, Math.min(Math.floor(effective / workers), MOST_WORKER_THREADS))],
    LK_NUM_BACKEND_THREADS: [backendThreads, 1],
  };
}

/** The environment with a recommendation put into it. */
export function applied<Value extends string | undefined>(
  env: { readonly [name: string]: Value },
  { env: set, unset }: Pick<Recommendation, 'env' | 'unset'>,
): { [name: string]: Value | string } {
  const kept = Object.entries(env).filter(([name]) => !unset.includes(name));
  return { ...Object.fromEntries(kept), ...set };
}

function usesRay(outcome: Outcome): boolean {
  return outcome.ok && 'useRay' in outcome.resolution.main && outcome.resolution.main.useRay;
}

/** The variables to set so that this one counts: from 2026.1 on, files and `LK_PARALLEL…` beat the flat one. */
function placing(input: ConfigInput, knobs: readonly Knob[], name: string): string[] {
  if (input.rules.generation !== '2026.1') return [name];
  const knob = knobs.find((candidate) => candidate.env === name);
  const higher = knob?.candidates.some(
    (candidate) =>
      candidate.set &&
      (candidate.kind === 'file' || (candidate.kind === 'env' && candidate.name?.toUpperCase() !== name)),
  );
  const nested = `LK_PARALLEL__${name.slice('LK_'.length)}`;
  // The flat one as well where it is set: a bad value there is refused whatever else is set.
  if (!higher) return [name];
  return lowerEnv(input.env).has(name.toLowerCase()) ? [nested, name] : [nested];
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

/** Variables whose presence alone is a finding: deprecated, misspelt, of another generation. */
function harmful(input: ConfigInput): string[] {
  const names = Object.keys(input.env).filter((name) => input.env[name] !== undefined);
  const unknown = unknownVariables(input.rules, names).filter(({ kind }) => kind !== 'unknown');
  return [
    ...new Set([
      ...unknown.map(({ name }) => name),
      ...childThreads(input),
      ...otherSpellings(input),
      ...switchedOff(input),
      ...beaten(input),
    ]),
  ];
}

/** Deprecated in 2025.3; before, harmful where workers would get none. */
function childThreads({ rules, env }: ConfigInput): string[] {
  const raw = env.LK_NUM_CHILD_THREADS;
  if (!raw || rules.generation === '2026.1') return [];
  const threads = pythonInt(raw);
  return rules.generation === '2025.3' || threads === null || threads <= 0n ? ['LK_NUM_CHILD_THREADS'] : [];
}

/** `LK_PARALLEL=null` switches off every `LK_PARALLEL__X`. */
function switchedOff(input: ConfigInput): string[] {
  const json = input.rules.generation === '2026.1' ? lowerEnv(input.env).get('lk_parallel') : undefined;
  return json !== undefined && pythonJson(json.value) === null ? [json.name] : [];
}

/** Flat variables that a file overrides, and that the recommendation does not set itself. */
function beaten(input: ConfigInput): string[] {
  if (input.rules.generation !== '2026.1') return [];
  return knobsOf(input)
    .filter(({ env }) => !SET_2026.includes(env))
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

/** From 2026.1 on `lk_num_threads` is `LK_NUM_THREADS` too, and the later of both wins. */
function otherSpellings(input: ConfigInput): string[] {
  if (input.rules.generation !== '2026.1') return [];
  return Object.keys(input.env).filter(
    (name) => /^lk_/i.test(name) && name !== name.toUpperCase() && input.env[name] !== undefined,
  );
}

/** Of the parameters that are given those that have to change. */
function parameters(input: ConfigInput, knobValues: { [knob: string]: number[] }): Recommendation['parameters'] {
  if (input.rules.generation === '2026.1') return {};
  const fitting = {
    processes: knobValues.LK_NUM_PROCS,
    threads: knobValues.LK_NUM_THREADS,
    backendThreads: knobValues.LK_NUM_BACKEND_THREADS,
    childThreads: knobValues.LK_NUM_CHILD_THREADS,
  };
  return Object.fromEntries(
    Object.entries(fitting).flatMap(([name, values]) => {
      const given = (input.params[name as keyof typeof fitting] ?? null) !== null;
      const [first] = values ?? [];
      if (!given || values === undefined || first === undefined) return [];
      return [[pythonName(name), values.length === 1 ? first : values]];
    }),
  );
}

/** LensKit reports some refusals only once others are gone, so that this asks again until none is left. */
function unsetWhatIsRefused(input: ConfigInput, result: Recommendation): void {
  for (let round = 0; round < 50; round++) {
    const outcome = resolveConfig({ ...input, params: {}, env: applied(input.env, result) });
    if (outcome.ok) return;
    const at = [outcome.error, ...outcome.error.others].find(removable(result))?.source?.name;
    if (at === undefined) {
      result.why = `${outcome.error.message}; correct that first`;
      return;
    }
    result.unset.push(at);
  }
}

function removable(result: Recommendation): (error: ConfigError) => boolean {
  return ({ source }) =>
    source?.kind === 'env' &&
    source.name !== undefined &&
    !(source.name in result.env) &&
    !result.unset.includes(source.name);
}

function reason(effective: number, threads: number, backendThreads: number): string {
  return `${threads} × ${backendThreads} threads fit ${effective} effective CPU${effective === 1 ? '' : 's'}`;
}
