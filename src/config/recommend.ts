import { BACKEND_VARIABLES } from './backend-variables.ts';
import type { ConfigError } from './errors.ts';
import { pythonJson } from './python-json.ts';
import type { ConfigInput, Outcome } from './resolution.ts';
import { resolveConfig } from './resolve.ts';
import { lowerEnv } from './settings-sources.ts';
import { unknownVariables } from './variables.ts';

/** A configuration that fits the machine, ready to be put into the environment. */
export interface Recommendation {
  env: { [name: string]: string };
  /** Variables to take out of the environment. */
  unset: string[];
  /** `initialize()`'s parameters that have to change as well, since they beat the environment. */
  parameters: { [name: string]: number };
  why: string;
}

/** LensKit itself never chooses more (`min(n, 8)`, `min(…, 4)`): beyond it nothing is known to gain. */
const MOST_THREADS = 8;
const MOST_BACKEND_THREADS = 4;

/** The threads that fit: `effective` for work-stealing pools, `floor` for the backends' pools with barriers. */
export function fittingThreads(effective: number, floor: number): { threads: number; backendThreads: number } {
  const threads = Math.max(1, Math.min(effective, MOST_THREADS));
  const share = Math.floor(Math.min(effective, floor) / threads);
  return { threads, backendThreads: Math.max(1, Math.min(share, MOST_BACKEND_THREADS)) };
}

/**
 * The recommendation for a machine: one process (each worker first imports Torch, which small jobs do not win
 * back), threads for the effective CPUs, the backends limited. It overrides what else is set: variables of a
 * higher rank where a file would win, variables to unset where their mere presence does harm.
 */
export function recommend(input: ConfigInput, effective: number, floor: number): Recommendation {
  const { threads, backendThreads } = fittingThreads(effective, floor);
  const result: Recommendation = {
    env: {},
    unset: harmful(input),
    parameters: parameters(input, threads, backendThreads),
    why: reason(input, effective, threads, backendThreads),
  };
  const wanted = input.rules.generation === '2026.1' ? wanted2026(input, threads, backendThreads) : wanted2025(threads, backendThreads);
  for (const [name, value] of Object.entries(wanted)) {
    for (const variable of placing(input, name)) result.env[variable] = String(value);
  }
  for (const name of BACKEND_VARIABLES) {
    if (input.env[name] !== undefined) result.env[name] = String(backendThreads);
  }
  unsetWhatIsRefused(input, result);
  return result;
}

/** The environment with a recommendation put into it. */
export function applied(env: ConfigInput['env'], { env: set, unset }: Recommendation): ConfigInput['env'] {
  const kept = Object.entries(env).filter(([name]) => !unset.includes(name));
  return { ...Object.fromEntries(kept), ...set };
}

function wanted2025(threads: number, backendThreads: number): { [variable: string]: number } {
  return { LK_NUM_PROCS: 1, LK_NUM_THREADS: threads, LK_NUM_BACKEND_THREADS: backendThreads };
}

function wanted2026(input: ConfigInput, threads: number, backendThreads: number): { [variable: string]: number } {
  const ray = usesRay(resolveConfig(input));
  const jobs = input.freeThreaded && !ray ? threads : 1;
  return { LK_NUM_THREADS: threads, LK_NUM_BACKEND_THREADS: backendThreads, LK_NUM_BATCH_JOBS: jobs };
}

function usesRay(outcome: Outcome): boolean {
  return outcome.ok && 'useRay' in outcome.resolution.main && outcome.resolution.main.useRay;
}

/** The variables to set so that this one counts: from 2026.1 on, files and `LK_PARALLEL…` beat the flat one. */
function placing(input: ConfigInput, name: string): string[] {
  if (input.rules.generation !== '2026.1') return [name];
  const outcome = resolveConfig(input);
  const knobs = outcome.ok ? outcome.resolution.knobs : outcome.knobs;
  const knob = knobs.find((candidate) => candidate.env === name);
  const higher = knob?.candidates.some(
    (candidate) => candidate.set && (candidate.kind === 'file' || (candidate.kind === 'env' && candidate.name?.toUpperCase() !== name)),
  );
  const nested = `LK_PARALLEL__${name.slice('LK_'.length)}`;
  // The flat one as well where it is set: a bad value there is refused whatever else is set.
  if (!higher) return [name];
  return lowerEnv(input.env).has(name.toLowerCase()) ? [nested, name] : [nested];
}

/** Variables whose presence alone is a finding: deprecated, misspelt, of another generation. */
function harmful(input: ConfigInput): string[] {
  const names = Object.keys(input.env).filter((name) => input.env[name] !== undefined);
  const unknown = unknownVariables(input.rules, names).filter(({ kind }) => kind !== 'unknown');
  const deprecated = input.rules.generation === '2025.3' && input.env['LK_NUM_CHILD_THREADS'] ? ['LK_NUM_CHILD_THREADS'] : [];
  return [...new Set([...unknown.map(({ name }) => name), ...deprecated, ...otherSpellings(input), ...switchedOff(input)])];
}

/** `LK_PARALLEL=null` switches off every `LK_PARALLEL__X`. */
function switchedOff(input: ConfigInput): string[] {
  const json = input.rules.generation === '2026.1' ? lowerEnv(input.env).get('lk_parallel') : undefined;
  return json !== undefined && pythonJson(json.value) === null ? [json.name] : [];
}

/** From 2026.1 on `lk_num_threads` is `LK_NUM_THREADS` too, and the later of both wins. */
function otherSpellings(input: ConfigInput): string[] {
  if (input.rules.generation !== '2026.1') return [];
  return Object.keys(input.env).filter((name) => /^lk_/i.test(name) && name !== name.toUpperCase() && input.env[name] !== undefined);
}

function parameters(input: ConfigInput, threads: number, backendThreads: number): { [name: string]: number } {
  if (input.rules.generation === '2026.1') return {};
  const fitting = { processes: 1, threads, backendThreads };
  const given = Object.entries(fitting).filter(([name]) => (input.params[name as keyof typeof fitting] ?? null) !== null);
  return Object.fromEntries(given.map(([name, value]) => [name === 'backendThreads' ? 'backend_threads' : name, value]));
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
    source?.kind === 'env' && source.name !== undefined && !(source.name in result.env) && !result.unset.includes(source.name);
}

function reason(input: ConfigInput, effective: number, threads: number, backendThreads: number): string {
  const fits = `${threads} × ${backendThreads} threads fit ${effective} effective CPU${effective === 1 ? '' : 's'}`;
  if (input.rules.generation === '2026.1') return fits;
  return `${fits}; one process, since every worker process imports Torch first, which only long batch runs win back`;
}
