import type { ThreadLimit } from '../cpus/process-limits.ts';
import { type Allocation, variablesOf } from '../machine/scheduler/allocation.ts';
import { SHARE_MARKERS, SHARE_VARIABLES } from '../machine/scheduler/share.ts';
import { slurm } from '../machine/scheduler/slurm.ts';
import type { Facts } from './facts.ts';
import { MOST_CPUS } from './question.ts';

/**
 * The facts as a task of a job would find them that `srun` starts on such a node: its variables, and no CPUs but its
 * own, as where Slurm binds tasks or holds them in cgroups. What the machine is a part of by now counts no more.
 */
export function allocated(facts: Facts, allocation: Allocation, nodeCpus: number | null): Facts {
  // Which CPUs those will be is not known.
  const { siblings: _, ...machine } = facts.machine;
  const { unmounted: __, ...cpus } = facts.cpus;
  const online = nodeCpus ?? cpus.online;
  // Where the node's size is not known nothing is too large for it.
  const most = online ?? MOST_CPUS;
  const variables = variablesOf(allocation, most);
  const { cpus: granted } = slurm.grant(variables, { file: null, bound: null });
  const own = Math.max(1, Math.min(most, granted ?? 1));
  const outside = Object.entries(facts.env).filter(
    ([name]) => !SHARE_VARIABLES.includes(name) && !SHARE_MARKERS.includes(name),
  );
  return {
    ...facts,
    env: { ...Object.fromEntries(outside), ...variables },
    cpus: {
      ...cpus,
      online,
      affinity: own === 1 ? '0' : `0-${own - 1}`,
      cpuset: null,
      isolated: null,
      quotas: [],
      throttling: null,
      stopped: null,
      threadLimits: cpus.threadLimits.flatMap(inJob),
      warnings: [],
    },
    machine: {
      ...machine,
      jobFile: null,
      memory: { ...machine.memory, limit: null, available: machine.memory.total },
    },
  };
}

/**
 * The kernel's limit is the node's; those of the user's processes go with the job (`PropagateResourceLimits` in slurm.conf(5) is
 * ALL by default), but not what counts against them; those of control groups stay where they are.
 */
function inJob(limit: ThreadLimit): ThreadLimit[] {
  if (limit.name === 'pids.max') return [];
  return [limit.name === 'RLIMIT_NPROC' ? { ...limit, now: null } : limit];
}
