import type { EffectiveCpus } from '../cpus/effective.ts';
import type { CpuFacts } from '../cpus/observe.ts';
import type { LiveFacts } from '../live/facts.ts';
import type { MachineFacts } from '../machine/observe.ts';
import type { Grant } from '../machine/scheduler/grant.ts';
import type { Share } from '../machine/scheduler/share.ts';
import type { BindingAtImport } from '../openmp/at-import.ts';
import type { PlanThreads } from '../plan/threads.ts';
import type { CpuShareFacts } from '../probe/cpu-share.ts';
import type { ProbeFacts } from '../probe/observed.ts';
import type { PythonFacts } from '../python/facts.ts';
import type { SettingsFile } from '../python-values/settings-file.ts';
import type { Advice } from '../recommend/advice.ts';
import type { ConfigError } from '../rules/errors.ts';
import type { Rules } from '../rules/generation.ts';
import type { Knob, Parameters, Resolution } from '../rules/resolution.ts';
import type { ScriptReport } from '../script/judge.ts';
import type { AtImport } from './at-import.ts';
import type { Question } from './question.ts';

/** What holds whatever LensKit is installed: the facts, with the question's answers put in their place. */
export interface Surroundings {
  question: Question;
  cpuFacts: CpuFacts;
  cpus: EffectiveCpus;
  /** What LensKit counts. */
  ncpus: { count: number; why: string };
  /** What importing Torch does to the affinity before LensKit counts. */
  binding: BindingAtImport;
  /** The threads that importing starts, before LensKit's knobs apply. */
  atImport: AtImport;
  python: PythonFacts;
  machine: MachineFacts;
  /** null: not probed. */
  probe: ProbeFacts | null;
  /** What busy loops got of the CPUs; null: not measured. */
  cpuShare: CpuShareFacts | null;
  /** What `--script` does when a worker imports it; null: none was named. */
  script: ScriptReport | null;
  /** What two looks at a running job told; null: none was named. */
  live: LiveFacts | null;
  /** What a batch scheduler granted; null: none is running this. */
  grant: Grant | null;
  /** What of the machine is this process's, where a scheduler or a launcher divides it. */
  share: Share;
  /** The settings files that were found, read or not. */
  settings: readonly SettingsFile[];
  /** The models that are asked about, by name: `--model`, or what `--script` builds; empty: not known. */
  models: readonly string[];
  env: { readonly [name: string]: string };
  /** Whose rules hold, and why these. `version` is null where a generation was chosen or no LensKit is installed. */
  lenskit: { version: string | null; why: string };
}

/** What a batch run does with Ray. */
export interface RayUse {
  /** `own`: LensKit starts it; `existing`: it runs already, and LensKit's settings do not reach its workers. */
  cluster: 'own' | 'existing';
  /** How an existing one is found: `RAY_ADDRESS`, or the file of `ray start`. */
  foundBy: string | null;
  /** The CPUs that LensKit gives to its own: its count, whatever LK_NUM_CPUS says. */
  cpus: number | null;
  /** The CPUs of the largest node; null: a cluster that runs already, and no probe has joined it. */
  largestNode: number | null;
  /** The CPUs that a task asks Ray for; null: fewer than none, which Ray refuses. */
  cpusOfTask: number | null;
  /** Tasks at once; 0: no node is large enough; null: not to be known from here, or refused. */
  tasks: number | null;
}

/** All that is needed to answer: checks, plan, pools, recommendation and the space of a benchmark come from it. */
export interface Situation extends Surroundings {
  rules: Rules;
  params: Parameters;
  /** null: LensKit refuses the configuration. */
  resolution: Resolution | null;
  refusal: ConfigError | null;
  /** Every knob with where its value comes from; where LensKit refuses, as far as it is known. */
  knobs: Knob[];
  plan: PlanThreads | null;
  /** null: Ray is not used. */
  ray: RayUse | null;
  recommendation: Advice;
  /** What a run comes to once the recommendation is followed; null: LensKit refuses it all the same. */
  recommendedRun: { resolution: Resolution; atImport: AtImport } | null;
}

/** A LensKit whose rules are not known: nothing that they decide can be said. */
export interface UnknownRules extends Surroundings {
  rules: null;
}
