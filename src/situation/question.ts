import type { Allocation } from '../machine/scheduler/allocation.ts';
import type { BatchCosts } from '../plan/costs.ts';
import type { Parameters } from '../rules/resolution.ts';

/** What the user asks for beyond what was found: other rules, other CPUs, other variables, parameters. */
export interface Question {
  /** A version or generation instead of the installed one. */
  lenskit: string | null;
  /** As if the machine had this many CPUs and no limits. */
  cpus: number | null;
  /** For how many users a batch run makes lists; null: not said. */
  users: number | null;
  /** The model that is trained and asked, by its name; null: not said. */
  model: string | null;
  /** What `lk bench batch` measured, and the file that says so; null: none was named. */
  costs: (BatchCosts & { file: string; model: string }) | null;
  /** As if this were a task of a job that asks for so much, on a node such as the machine; null: as it is. */
  allocation: Allocation | null;
  env: { [name: string]: string };
  unset: string[];
  params: Parameters;
}

/** The flag of a parameter: `--backend-threads`, and for `n_jobs` `--jobs`. */
export function flagOf(parameter: keyof Parameters): string {
  if (parameter === 'nJobs') return '--jobs';
  return `--${parameter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** More than any machine has; a CPU set of so many is still quick to make. */
export const MOST_CPUS = 65_536;

export const NO_QUESTION: Question = {
  lenskit: null,
  cpus: null,
  users: null,
  model: null,
  costs: null,
  allocation: null,
  env: {},
  unset: [],
  params: {},
};

/** One question on top of another, as when a snapshot's is asked again with further flags. */
export function combined(below: Question, above: Question): Question {
  return {
    lenskit: above.lenskit ?? below.lenskit,
    cpus: above.cpus ?? below.cpus,
    users: above.users ?? below.users,
    model: above.model ?? below.model,
    costs: above.costs ?? below.costs,
    allocation: above.allocation ?? below.allocation,
    env: { ...below.env, ...above.env },
    unset: [...below.unset, ...above.unset],
    params: { ...below.params, ...above.params },
  };
}
