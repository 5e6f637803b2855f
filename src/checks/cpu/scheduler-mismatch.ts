import { inert } from '../../escape/shell.ts';
import type { Grant } from '../../machine/scheduler/grant.ts';
import type { Launcher } from '../../machine/scheduler/launchers.ts';
import type { Situation, Surroundings, UnknownRules } from '../../situation/situation.ts';
import {
  counted,
  type Evidence,
  type Finding,
  type Fix,
  type MachineCheck,
  NO_PLAN,
  pass,
  RULES_UNKNOWN,
  recommended,
  skip,
} from '../check.ts';

/** A batch scheduler or a launcher gives this process other CPUs than it may run on, or than LensKit will use. */
export const cpuSchedulerMismatch: MachineCheck = {
  id: 'cpu/scheduler-mismatch',
  title: 'the job was granted other CPUs than LensKit will use',
  needsNoRules: true,
  run(context) {
    const { grant, share, cpus } = context;
    const part = fairPart(context);
    if (grant === null && share.cpus === null && (cpus.affinity ?? part) >= part) return withoutShare(context);
    if (grant !== null && !grant.onNode) return onSubmitHost(grant);
    if (grant !== null && share.cpus === null)
      return skip(`${grant.scheduler} runs this, but no variable says how many CPUs it granted`);
    const own = share.cpus ?? cpus.effective;
    const least = Math.max(own, part);
    if (cpus.affinity !== null && cpus.affinity < least) {
      // What the job asked for each task is more than this step has: each has its part.
      if (share.bound && isOverbooked(grant)) return pass(`${granted(context)} to a task, and this step divides them`);
      // Of a job that is yet to be submitted limits/job-size says so.
      return context.question.allocation === null ? tooNarrow(context) : skip('the node is smaller than the job');
    }
    // What every sibling has for itself is right: whole cores where single CPUs were asked for.
    if (cpus.effective <= own || share.bound) return pass(`${granted(context)}, and the plan keeps to it`);
    return wider(context, own);
  },
};

function withoutShare({ share }: Surroundings): Finding {
  const uncounted = share.launchers.find(({ siblings }) => siblings === null);
  if (uncounted === undefined) return pass('no batch scheduler runs this');
  return {
    status: 'info',
    title: `${uncounted.variable} is set, which ${uncounted.launcher} does for its workers: how many share the CPUs is not said`,
    detail: 'the plan is for one process that has the CPUs alone; divide the threads by the number of workers',
    evidence: [{ where: uncounted.variable, said: 'set' }],
  };
}

function onSubmitHost({ scheduler }: Grant): Finding {
  return {
    status: 'info',
    title: `this shell belongs to a job of ${scheduler}, and does not run on a node of it`,
    detail:
      'what is started here uses none of the CPUs and none of the memory that were granted; the plan is for this host',
    evidence: [{ where: 'SLURM_NODEID, SLURM_PROCID', said: 'not set' }],
    fix: { commands: [['srun', 'lk', 'doctor']] },
  };
}

/** `Slurm granted 2 CPUs`, `4 processes of pytest-xdist share 8 CPUs: 2 CPUs for each`. */
function granted({ grant, share, cpus }: Surroundings): string {
  const count = share.cpus ?? cpus.effective;
  if (grant !== null) return `${grant.scheduler} granted ${counted(count, 'CPU')}`;
  const who = share.launchers.find(({ siblings }) => siblings !== null)?.launcher ?? 'a launcher';
  return `${counted(share.siblings, 'process')} of ${who} share the CPUs: ${counted(count, 'CPU')} for each`;
}

function evidenceOf({ grant, share, cpus, ncpus }: Surroundings): Evidence[] {
  return [
    ...(grant === null ? [] : [{ where: grant.variable ?? grant.scheduler, said: grant.raw ?? '' }]),
    ...(grant !== null && (grant.tasksOnNode ?? 1) > 1
      ? [{ where: 'tasks of the step on this node', said: String(grant.tasksOnNode) }]
      : []),
    ...share.launchers.map(({ variable, raw }) => ({ where: variable, said: raw ?? 'set' })),
    { where: 'affinity', said: counted(cpus.affinity ?? ncpus.count, 'CPU') },
  ];
}

/** The launcher that may have bound this process, and can be told not to. */
function binder({ share }: Surroundings): Launcher | undefined {
  return share.launchers.find(({ launcher, siblings }) => siblings !== null && UNBOUND[launcher] !== undefined);
}

/** What each would have of the machine if a launcher had bound none; 0: none binds here. */
function fairPart(context: Surroundings): number {
  const launcher = context.grant === null ? binder(context) : undefined;
  return launcher === undefined ? 0 : Math.floor(allOf(context) / (launcher.siblings ?? 1));
}

function allOf({ cpus }: Surroundings): number {
  return cpus.cpuset ?? cpus.online ?? 1;
}

function tooNarrow(context: Surroundings): Finding {
  const { grant, cpus } = context;
  const step = grant !== null && askAgain(grant, context.env);
  const launcher = binder(context);
  const said =
    grant === null
      ? `${launcher?.launcher ?? 'a launcher'} started ${counted(launcher?.siblings ?? 1, 'process')} on ${counted(allOf(context), 'CPU')}`
      : granted(context);
  return {
    status: 'warn',
    title: `${said}, and the process may run on ${cpus.affinity}`,
    detail: step
      ? 'srun does not inherit --cpus-per-task from sbatch since Slurm 22.05'
      : launcher === undefined
        ? 'the affinity or cpuset is narrower than the grant'
        : `${launcher.launcher} binds its processes; threads of one then share the CPUs that it is bound to`,
    evidence: evidenceOf(context),
    fix: step
      ? { env: { SRUN_CPUS_PER_TASK: String(grant?.cpus) } }
      : (UNBOUND[launcher?.launcher ?? ''] ?? {
          text: inert`ask the scheduler to bind the task to all CPUs of the job`,
        }),
  };
}

/** How a launcher is told to bind nothing. */
const UNBOUND: { readonly [launcher: string]: Fix } = {
  'Open MPI': { text: inert`mpirun --bind-to none, and the rest of the command as it is` },
  MPICH: { text: inert`mpiexec -bind-to none, and the rest of the command as it is (Intel MPI: I_MPI_PIN=0)` },
  MVAPICH2: { env: { MV2_ENABLE_AFFINITY: '0' } },
};

/** True where the step was not asked for the CPUs of each task that the job was, and has enough for it. */
function askAgain(grant: Grant, env: Situation['env']): boolean {
  const { scheduler, inStep, variable, cpus } = grant;
  const asked = variable === 'SLURM_CPUS_PER_TASK' || variable === 'SLURM_TRES_PER_TASK';
  if (scheduler !== 'Slurm' || !inStep || !asked || cpus === null) return false;
  // srun refuses a step that is larger than the job.
  return !isOverbooked(grant) && env.SRUN_CPUS_PER_TASK === undefined;
}

function wider(context: Situation | UnknownRules, own: number): Finding {
  if (context.rules === null) return skip(RULES_UNKNOWN);
  const { plan, cpus, grant } = context;
  if (plan === null || plan.peakThreads === null) return skip(NO_PLAN);
  if (plan.peakThreads <= own) {
    return {
      status: 'info',
      title: `${granted(context)} of the ${cpus.effective} that it may run on; the plan keeps to it`,
      evidence: evidenceOf(context),
    };
  }
  return {
    status: 'warn',
    title: `${granted(context)}, and LensKit will use ${counted(plan.peakThreads, 'thread')} on ${cpus.effective}`,
    detail:
      grant === null || grant.inStep
        ? 'nothing holds the process to its share: it takes CPUs from the processes beside it'
        : 'nothing holds the job to its grant here: it takes CPUs from other jobs on the node',
    evidence: evidenceOf(context),
    fix: recommended(context),
  };
}

/** True where the tasks of a step would need more CPUs than it has here, each as many as it was granted. */
function isOverbooked(grant: Grant | null): boolean {
  if (grant === null || !grant.inStep || grant.cpusOnNode === null || grant.cpus === null) return false;
  return grant.cpus * (grant.tasksOnNode ?? 1) > grant.cpusOnNode;
}
