import type { ConfigError } from '../config/errors.ts';
import type { Rules } from '../config/generation.ts';
import type { PlanThreads } from '../config/plan.ts';
import type { Recommendation } from '../config/recommend.ts';
import { isConfig2026, type Parameters, type Resolution } from '../config/resolution.ts';
import type { SettingsFile } from '../config/toml.ts';
import type { EffectiveCpus } from '../cpus/effective.ts';
import type { CpuFacts } from '../cpus/observe.ts';
import type { MachineFacts } from '../machine/observe.ts';
import type { Grant } from '../machine/scheduler.ts';
import type { BindingAtImport } from '../openmp/at-import.ts';
import type { ProbeFacts } from '../probe/observed.ts';
import type { PythonFacts } from '../python/facts.ts';
import type { ScriptReport } from '../script/judge.ts';

export type Status = 'pass' | 'info' | 'warn' | 'fail' | 'skip';

/** A file (with line) or variable, and what it said. */
export interface Evidence {
  where: string;
  said: string;
}

/** What to do about it, to be pasted. */
export interface Fix {
  env?: { [name: string]: string };
  unset?: string[];
  /** Parameters of `initialize()`, which beat the environment. */
  parameters?: { [name: string]: number };
  /** What no variable can do. */
  text?: string;
}

/** What a check came to. `title` is one line; `detail` says why. */
export interface Finding {
  status: Status;
  title: string;
  detail?: string;
  evidence?: Evidence[];
  fix?: Fix;
}

/** All that a check may look at. */
export interface Context {
  cpuFacts: CpuFacts;
  cpus: EffectiveCpus;
  /** What LensKit counts. */
  ncpus: { count: number; why: string };
  /** What importing Torch does to the affinity before LensKit counts. */
  binding: BindingAtImport;
  python: PythonFacts;
  machine: MachineFacts;
  /** null: not probed. */
  probe: ProbeFacts | null;
  /** What `--script` does when a worker imports it; null: none was named. */
  script: ScriptReport | null;
  /** What a batch scheduler granted; null: none is running this. */
  grant: Grant | null;
  /** The settings files that were found, read or not. */
  settings: readonly SettingsFile[];
  rules: Rules;
  /** True: `--lenskit` chose the rules, so that no installed LensKit is needed. */
  rulesChosen: boolean;
  env: { readonly [name: string]: string };
  params: Parameters;
  /** null: LensKit refuses the configuration. */
  resolution: Resolution | null;
  refusal: ConfigError | null;
  plan: PlanThreads | null;
  recommendation: Recommendation;
}

export interface Check {
  /** `group/name`, never renamed: users skip checks by it. */
  id: string;
  /** What it looks for, for lists. */
  title: string;
  run(context: Context): Finding;
}

export const pass = (title: string): Finding => ({ status: 'pass', title });
export const skip = (reason: string): Finding => ({ status: 'skip', title: reason });

/** The reason that every check of the plan skips with where there is none. */
export const NO_PLAN = 'LensKit refuses the configuration, so that there is no plan';

/** `1 CPU`, `2 CPUs`. */
export function counted(count: number | bigint, noun: string): string {
  return `${count} ${noun}${count === 1 || count === 1n ? '' : noun.endsWith('ss') ? 'es' : 's'}`;
}

/** `1.5 GB`, `311 MB`. */
export function size(bytes: number): string {
  return bytes >= 1e9 ? `${Math.round(bytes / 1e8) / 10} GB` : `${Math.round(bytes / 1e6)} MB`;
}

/** The number of worker processes that a batch run starts (2025; with Ray, its jobs); 0: it stays in this process. */
export function workerProcesses({ resolution }: Context): number {
  if (resolution === null) return 0;
  const { main } = resolution;
  if (isConfig2026(main)) return main.useRay ? Number(main.numBatchJobs) : 0;
  const processes = Number(main.processes);
  return processes > 1 ? processes : 0;
}

/** What the user set, by a parameter, variable or file, as evidence. */
export function whatIsSet({ resolution }: Context): Evidence[] {
  return (resolution?.knobs ?? []).flatMap(({ source, env }) =>
    source === null || source.kind === 'default' ? [] : [{ where: source.name ?? env, said: source.raw ?? '' }],
  );
}

/** The whole recommendation as a fix. */
export function recommended({ recommendation: { env, unset, parameters } }: Context): Fix {
  return {
    env,
    ...(unset.length > 0 ? { unset } : {}),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  };
}
