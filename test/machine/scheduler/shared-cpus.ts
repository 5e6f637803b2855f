import { effectiveCpus } from '../../../src/cpus/effective.ts';
import type { Grant, JobFile } from '../../../src/machine/scheduler/grant.ts';
import { type Share, shareOf } from '../../../src/machine/scheduler/share.ts';
import { keptVariables } from '../../../src/situation/kept-variables.ts';
import { machine } from '../../machine.ts';

export type Env = { [name: string]: string };

interface Around {
  /** All 16 CPUs where it is not said; null: not known. */
  affinity?: string | null;
  cpuset?: string;
  file?: JobFile;
}

/** The share on a machine of 16 CPUs that may all be used, unless it is said otherwise; by what a snapshot would keep. */
export function shared(env: Env, { affinity = '0-15', cpuset, file }: Around = {}): Share {
  const set = cpuset === undefined ? null : { cpus: cpuset, file: '/cpuset.cpus' };
  const { cpus } = machine({ cpus: 16, affinity, online: 16, cpuset: set });
  return shareOf(keptVariables(env), effectiveCpus(cpus), file ?? null);
}

/** The grant of a job that says nothing. */
export const NOTHING: Omit<Grant, 'scheduler'> = {
  onNode: true,
  inStep: false,
  cpus: null,
  cpusOnNode: null,
  tasksOnNode: null,
  tasks: null,
  nodes: null,
  memoryBytes: null,
  variable: null,
  raw: null,
  memoryVariable: null,
};
