import type { Inert } from '../escape/shell.ts';
import { isConfig2026, processesOf } from '../rules/resolution.ts';
import type { Situation, UnknownRules } from '../situation/situation.ts';

/** What a check comes to, the worst first. `error`: the check itself failed, so that nothing is known. */
export const STATUSES = ['error', 'fail', 'warn', 'info', 'pass', 'skip'] as const;

export type Status = (typeof STATUSES)[number];

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
  parameters?: { [name: string]: number | number[] };
  /** Programs to start, as their arguments. */
  commands?: string[][];
  /** What no variable can do, in words that do nothing when they are pasted. */
  text?: Inert;
}

/** What a check came to. `title` is one line; `detail` says why. */
export interface Finding {
  status: Status;
  title: string;
  detail?: string;
  evidence?: Evidence[];
  fix?: Fix;
}

export interface Check {
  /** `group/name`, never renamed: users skip checks by it. */
  id: string;
  /** What it looks for, for lists. */
  title: string;
  run(situation: Situation): Finding;
}

/** A check that says something also where the rules of LensKit are not known. */
export interface MachineCheck extends Check {
  needsNoRules: true;
  run(situation: Situation | UnknownRules): Finding;
}

/** The reason that checks skip with which look at what LensKit's rules decide. */
export const RULES_UNKNOWN = 'the rules of this LensKit are not known';

export const pass = (title: string): Finding => ({ status: 'pass', title });
export const skip = (reason: string): Finding => ({ status: 'skip', title: reason });

/** The reason that every check of the plan skips with where there is none. */
export const NO_PLAN = 'LensKit refuses the configuration, so that there is no plan';

/** The reason that checks of GPUs skip with where nobody can tell whether there are any. */
export const GPUS_UNKNOWN = 'GPUs cannot be seen in WSL: --probe asks nvidia-smi';

/** `1 CPU`, `2 CPUs`. */
export function counted(count: number | bigint, noun: string): string {
  return `${count} ${noun}${count === 1 || count === 1n ? '' : noun.endsWith('ss') ? 'es' : 's'}`;
}

/** `5 s`, `0.4 s`: it is not known better. */
export function aboutSeconds(seconds: number): string {
  return `${seconds >= 2 ? Math.round(seconds) : Number(seconds.toPrecision(1))} s`;
}

/** `1.5 GB`, `311 MB`. */
export function size(bytes: number): string {
  return bytes >= 1e9 ? `${Math.round(bytes / 1e8) / 10} GB` : `${Math.round(bytes / 1e6)} MB`;
}

/** The number of worker processes that a batch run starts (up to 2025; with Ray, its jobs); 0: it stays in this process. */
export function workerProcesses({ resolution }: Situation): number {
  if (resolution === null) return 0;
  const { main } = resolution;
  if (isConfig2026(main)) return main.useRay ? Number(main.numBatchJobs) : 0;
  const processes = Number(processesOf(main));
  return processes > 1 ? processes : 0;
}

/** Variables, and what they are set to. */
export function variablesAsEvidence(names: readonly string[], env: { readonly [name: string]: string }): Evidence[] {
  return names.map((name) => ({ where: name, said: env[name] ?? '' }));
}

/** What the user set, by a parameter, variable or file, as evidence. */
export function whatIsSet({ resolution }: Situation): Evidence[] {
  return (resolution?.knobs ?? []).flatMap(({ source, env }) =>
    source === null || source.kind === 'default' ? [] : [{ where: source.name ?? env, said: source.raw ?? '' }],
  );
}

/** The whole recommendation as a fix. */
export function recommended({ recommendation: { env, unset, parameters } }: Situation): Fix {
  return {
    env,
    ...(unset.length > 0 ? { unset } : {}),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  };
}

/** A limit that cannot be seen is no pass: a group of this controller is named, and no mount shows its hierarchy. null: none. */
export function unseenLimits({ cpuFacts }: Situation, controller: 'pids' | 'memory'): Finding | null {
  return cpuFacts.unmounted?.includes(controller)
    ? skip(`no mount shows the ${controller} hierarchy of /proc/self/cgroup: its limits cannot be seen`)
    : null;
}
