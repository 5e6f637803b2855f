import { BACKEND_VARIABLES } from '../backends/variables.ts';
import type { Method } from '../documents/bench-choices.ts';
import type { Role, Settings } from '../documents/bench-result.ts';
import { traitsOf } from '../rules/generations.ts';
import { isConfig014, type Resolution } from '../rules/resolution.ts';
import { resolveParallelism } from '../rules/resolve.ts';
import type { Environment } from './engines/engine.ts';
import {
  type BusyInput,
  busyThreads,
  type Candidate,
  environmentOf,
  type Space,
  settingsOf,
  versionOf,
} from './space.ts';

/** One configuration that is run: a candidate, or what there is now. */
export interface Setting {
  /** Every knob, to be shown and handed out. */
  env: { [name: string]: string };
  settings: Settings;
  roles: Role[];
  busy: number;
  /** The whole environment that its runs have. */
  environment: Environment;
  /** Its name in the journal. */
  key: string;
}

/** What is compared: each configuration once. The candidates come first, in the order of the space. */
export interface Plan {
  settings: Setting[];
  /** Which of them is the current environment. */
  reference: number;
  /** The current environment is one of the candidates, and its runs are theirs. */
  pooled: boolean;
}

export interface CurrentEnvironment {
  environment: Environment;
  /** The part of it that bears on parallelism. */
  relevant: { readonly [name: string]: string };
  /** What LensKit makes of it; null: LensKit refuses it. */
  resolution: Resolution | null;
}

const CURRENT = 'baseline';

/**
 * The configurations of a space and the current one. Where LensKit itself is measured, what it resolves to the same is
 * the same; of a command only the same environment is, since nobody knows what it reads.
 */
export function planOf(
  { candidates, unset }: Space,
  input: BusyInput,
  current: CurrentEnvironment,
  resolves: boolean,
): Plan {
  const settings = candidates.map(
    (candidate): Setting => ({
      ...candidate,
      environment: withCandidate(current.environment, unset, candidate),
      key: JSON.stringify(candidate.env),
    }),
  );
  const same = settings.findIndex((setting, index) =>
    resolves
      ? isResolvedAs(candidates[index] as Candidate, input, current)
      : sameVariables(setting.environment, current.environment),
  );
  const own = same < 0 ? alone(input, current) : (settings[same] as Setting);
  const now: Setting = { ...own, roles: ['current', ...own.roles], environment: current.environment, key: CURRENT };
  return same < 0
    ? { settings: [...settings, now], reference: settings.length, pooled: false }
    : { settings: settings.with(same, now), reference: same, pooled: true };
}

/** A current environment that is no candidate, with every knob named: as it is set, else as LensKit resolves it. */
function alone(input: BusyInput, { relevant, resolution }: CurrentEnvironment): Omit<Setting, 'environment' | 'key'> {
  const { rules, cpus, freeThreaded, libraryCpus = cpus } = input;
  const main = (
    resolution ?? resolveParallelism({ lenskit: versionOf(rules), cpus, affinity: libraryCpus, freeThreaded })
  ).main;
  const settings = settingsOf(main, Number(blasVariable(relevant) ?? libraryCpus));
  const named = environmentOf(settings, input);
  const env = Object.fromEntries(Object.entries(named).map(([name, value]) => [name, relevant[name] ?? value]));
  return { env, settings, roles: [], busy: busyThreads(input, settings) };
}

/** A candidate's environment: the user's, without any knob that is set there, with the candidate's. */
function withCandidate(environment: Environment, unset: RegExp, { env }: Candidate): Environment {
  const kept = Object.entries(environment).filter(([name]) => !unset.test(name));
  return { ...Object.fromEntries(kept), ...env };
}

function sameVariables(a: Environment, b: Environment): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

/** LensKit has the same threads at every depth, and the backends' variables say nothing else. */
function isResolvedAs({ env }: Candidate, input: BusyInput, { relevant, resolution }: CurrentEnvironment): boolean {
  if (resolution === null) return false;
  const { rules, cpus, freeThreaded, libraryCpus = cpus } = input;
  const own = resolveParallelism({ lenskit: versionOf(rules), cpus, affinity: libraryCpus, freeThreaded, env });
  // Nobody sizes BLAS there: without a variable it takes all CPUs.
  if (
    traitsOf(rules).limitsBlas === 'never' &&
    (blasVariable(relevant) ?? String(libraryCpus)) !== env.OPENBLAS_NUM_THREADS
  )
    return false;
  return (
    threadsOf(own) === threadsOf(resolution) &&
    BACKEND_VARIABLES.every((name) => relevant[name] === undefined || relevant[name] === env[name])
  );
}

/** OpenBLAS's own variable, else OpenMP's, which it reads as well. */
function blasVariable(env: { readonly [name: string]: string }): string | undefined {
  return env.OPENBLAS_NUM_THREADS ?? env.OMP_NUM_THREADS;
}

/** In workers of 0.14 what LensKit sets comes too late (`rules/0.14/resolve.ts`). */
const WITHOUT_EFFECT = ['tuneJobs', 'numbaConfig', 'mklThreads'];

function threadsOf({ main, workers }: Resolution): string {
  // Tuning is not measured, and 0 is "no limit" as if it were not set.
  const late = isConfig014(main);
  return JSON.stringify({ main, workers }, (name, value: unknown) =>
    WITHOUT_EFFECT.includes(name) || (late && name === 'threads')
      ? undefined
      : typeof value === 'bigint'
        ? String(value)
        : value,
  );
}

/** So few settings are all measured. */
const SMALL_SPACE = 6;

/** How a space of so many settings is searched. */
export function methodOf(wanted: Method, candidates: number): 'exhaustive' | 'racing' {
  if (wanted !== 'auto') return wanted;
  return candidates <= SMALL_SPACE ? 'exhaustive' : 'racing';
}
