import { type Check, counted, NO_PLAN, pass, recommended, skip } from '../check.ts';

/** More threads at work than CPUs to run them. */
export const planOversubscribed: Check = {
  id: 'plan/oversubscribed',
  title: 'more busy threads than CPUs',
  run(context) {
    const { plan, cpus, ncpus, resolution } = context;
    if (plan === null || plan.peakThreads === null || resolution === null) return skip(NO_PLAN);
    const { effective } = cpus;
    if (plan.peakThreads <= effective) {
      return pass(`${counted(plan.peakThreads, 'thread')} on ${counted(effective, 'CPU')}`);
    }
    const ratio = (Number(plan.peakThreads) / effective).toFixed(1);
    const parts = [`training ${plan.trainingThreads}`, `batch ${plan.batchThreads}`];
    return {
      status: 'warn',
      title: `${plan.peakThreads} busy threads on ${counted(effective, 'CPU')}: ${ratio} for each`,
      detail: `threads at once: ${parts.join(', ')}; beyond the CPUs they only wait for each other`,
      evidence: resolution.knobs
        .filter(({ value, status }) => value !== null && status === 'in use')
        .map(({ env, source, value }) => ({
          where: source?.kind === 'default' ? `default for ${counted(ncpus.count, 'CPU')}` : (source?.name ?? env),
          said: `${env.replace(/^LK_/, '').toLowerCase()} = ${value}`,
        })),
      fix: recommended(context),
    };
  },
};
