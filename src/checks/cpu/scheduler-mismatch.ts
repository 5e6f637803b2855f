import { inert } from '../../escape/shell.ts';
import { type Check, counted, pass, recommended, skip } from '../check.ts';

/** A batch scheduler granted other CPUs than the process has, or than LensKit will use. */
export const cpuSchedulerMismatch: Check = {
  id: 'cpu/scheduler-mismatch',
  title: 'the job was granted other CPUs than LensKit will use',
  run(context) {
    const { grant, cpus, plan, ncpus, env } = context;
    if (grant === null) return pass('no batch scheduler runs this');
    if (grant.cpus === null) return skip(`${grant.scheduler} runs this, but no variable says how many CPUs it granted`);
    const evidence = [
      { where: grant.variable ?? grant.scheduler, said: grant.raw ?? '' },
      { where: 'affinity', said: counted(cpus.affinity ?? ncpus.count, 'CPU') },
    ];
    const granted = `${grant.scheduler} granted ${counted(grant.cpus, 'CPU')}`;
    if (cpus.affinity !== null && cpus.affinity < grant.cpus) {
      const step =
        grant.scheduler === 'Slurm' && env.SLURM_STEP_ID !== undefined && env.SRUN_CPUS_PER_TASK === undefined;
      return {
        status: 'warn',
        title: `${granted}, and the process may run on ${cpus.affinity}`,
        detail: step
          ? 'srun does not inherit --cpus-per-task from sbatch since Slurm 22.05'
          : 'the affinity or cpuset is narrower than the grant',
        evidence,
        fix: step
          ? { env: { SRUN_CPUS_PER_TASK: String(grant.cpus) } }
          : { text: inert`ask the scheduler to bind the task to all CPUs of the job` },
      };
    }
    if (plan?.peakThreads != null && plan.peakThreads > grant.cpus && grant.cpus < cpus.effective) {
      return {
        status: 'warn',
        title: `${granted}, and LensKit will use ${plan.peakThreads} threads on ${cpus.effective}`,
        detail: 'nothing holds the job to its grant here: it takes CPUs from other jobs on the node',
        evidence,
        fix: recommended(context),
      };
    }
    return pass(`${granted}, and the plan keeps to it`);
  },
};
