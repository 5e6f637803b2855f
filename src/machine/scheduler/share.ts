import type { EffectiveCpus } from '../../cpus/effective.ts';
import { type Env, emptyGrant, type Grant, type JobFile } from './grant.ts';
import { LAUNCHER_MARKERS, LAUNCHER_VARIABLES, type Launcher, launchersOf } from './launchers.ts';
import { withoutHosts } from './lsf.ts';
import { SCHEDULERS } from './schedulers.ts';
import { divided } from './values.ts';

/** What of the machine is this process's. */
export interface Share {
  /** null: no batch scheduler runs this. */
  grant: Grant | null;
  launchers: Launcher[];
  /** The CPUs that this process is to use; null: nobody divides them. */
  cpus: number | null;
  /** With how many others like it they are shared here, this one included. */
  siblings: number;
  /** The affinity is its own and no sibling's. */
  bound: boolean;
}

/** The variables that are looked at, for a snapshot to keep: with their values, or without. */
export const SHARE_VARIABLES: readonly string[] = [
  ...SCHEDULERS.flatMap(({ variables }) => variables),
  ...LAUNCHER_VARIABLES,
];
export const SHARE_MARKERS: readonly string[] = [
  ...SCHEDULERS.flatMap(({ markers, files = [] }) => [...markers, ...files]),
  ...LAUNCHER_MARKERS,
];
/** Those whose values name machines, and how they are kept. */
export const SHARE_REWRITTEN: { readonly [name: string]: (raw: string) => string } = {
  LSB_MCPU_HOSTS: withoutHosts,
  LSB_HOSTS: withoutHosts,
};

/**
 * This process's share of the CPUs: what its scheduler granted, divided by the processes that a launcher started
 * beside it. A launcher that bound each to CPUs of its own has divided them already.
 */
export function shareOf(env: Env, cpus: EffectiveCpus, file: JobFile | null): Share {
  const granted = grantOf(env, cpus, file);
  const launchers = launchersOf(env, granted?.nodes ?? null);
  const inStep = granted?.inStep && (granted.tasksOnNode ?? 1) > 1;
  // What srun started as tasks of a step is divided already, whatever PMI says of them.
  const dividing = launchers
    .map(({ siblings, role }) => ({ siblings: siblings ?? 1, role }))
    .filter(({ siblings, role }) => siblings > 1 && !(inStep && role === 'MPI'));
  const mpi = dividing.find(({ role }) => role === 'MPI')?.siblings ?? 1;
  const nested = dividing.reduce((all, { siblings, role }) => (role === 'MPI' ? all : all * siblings), 1);
  const siblings = (granted?.tasksOnNode ?? 1) * mpi * nested;
  const plain = launchers.map(({ role: _, ...launcher }) => launcher);
  // Tests and tasks all have the affinity of what started them.
  const bound = nested === 1 && isBound(cpus, granted, siblings);
  if (granted !== null) {
    const { cpus: all, cpusOnNode } = granted;
    const own = all === null ? null : divided(ofLaunched(all, cpusOnNode, mpi), nested);
    return { grant: { ...granted, cpus: own }, launchers: plain, cpus: own, siblings, bound };
  }
  if (dividing.length === 0) return { grant: null, launchers: plain, cpus: null, siblings, bound: false };
  // What MPI's launcher has bound, it has divided.
  const own = narrowed(cpus, everyones(cpus)) !== null;
  const each = own ? cpus.effective : divided(cpus.effective, mpi);
  return { grant: null, launchers: plain, cpus: divided(each, nested), siblings, bound };
}

/** What a batch scheduler granted; of several the one that says how many CPUs, from the inside out. */
function grantOf(env: Env, cpus: EffectiveCpus, file: JobFile | null): Grant | null {
  const grants = SCHEDULERS.filter(({ markers }) => markers.some((name) => env[name])).map(
    ({ name, files = [], grant }): Grant => ({
      ...emptyGrant(name),
      ...grant(env, {
        file: file && files.includes(file.variable) ? file : null,
        bound: narrowed(cpus, cpus.online),
      }),
    }),
  );
  return grants.find((grant) => grant.cpus !== null) ?? grants[0] ?? null;
}

/** The CPUs of one of `mpi` processes; where CPUs were asked for each task, no more than those. */
function ofLaunched(cpus: number, cpusOnNode: number | null, mpi: number): number {
  return Math.min(cpus, divided(cpusOnNode ?? cpus, mpi));
}

/** The number of CPUs of the affinity where it leaves some of `all` out; else null. */
function narrowed({ affinity }: EffectiveCpus, all: number | null): number | null {
  return (affinity ?? 0) < (all ?? 0) ? affinity : null;
}

/** The CPUs that there are for all siblings where no scheduler says: those of the container, or of the machine. */
function everyones({ online, cpuset }: EffectiveCpus): number | null {
  return online && Math.min(online, cpuset ?? online);
}

/** True where the affinity is one that every sibling can have for itself. */
function isBound(cpus: EffectiveCpus, grant: Grant | null, siblings: number): boolean {
  const own = narrowed(cpus, cpus.online);
  const all = grant === null ? everyones(cpus) : grant.cpusOnNode;
  return own !== null && own * siblings <= (all ?? 0);
}
