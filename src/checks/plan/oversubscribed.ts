import type { Situation } from '../../situation/situation.ts';
import { type Check, counted, type Finding, NO_PLAN, pass, recommended, skip } from '../check.ts';

/** More threads at work than CPUs to run them. */
export const planOversubscribed: Check = {
  id: 'plan/oversubscribed',
  title: 'more busy threads than CPUs',
  run(context) {
    const { plan, cpus, ncpus, resolution } = context;
    if (plan === null || plan.peakThreads === null || resolution === null) return skip(NO_PLAN);
    const { effective } = cpus;
    if (plan.peakThreads <= effective) {
      return exceptions(context) ?? pass(`${counted(plan.peakThreads, 'busy thread')} on ${counted(effective, 'CPU')}`);
    }
    const ratio = (Number(plan.peakThreads) / effective).toFixed(1);
    const parts = [`training ${plan.trainingThreads}`, `batch ${plan.batchThreads}`];
    return {
      status: 'warn',
      title: `${plan.peakThreads} busy threads on ${counted(effective, 'CPU')}: ${ratio} for each`,
      detail: `at work at once: ${parts.join(', ')}; beyond the CPUs they only wait for each other`,
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

/** Where nobody said which model it is: those that would keep more threads busy than most do. null: none does. */
function exceptions({ plan, cpus, models, ...context }: Situation): Finding | null {
  if (plan === null || models.length > 0) return null;
  const busiest = new Map<string, number>();
  for (const threads of [plan.trainingThreadsByModel, plan.batchThreadsByModel]) {
    for (const [name, count] of Object.entries(threads))
      busiest.set(name, Math.max(Number(count), busiest.get(name) ?? 0));
  }
  const beyond = [...busiest].filter(([, count]) => count > cpus.effective);
  if (beyond.length === 0) return null;
  const most = Math.max(...beyond.map(([, count]) => count));
  return {
    status: 'info',
    title: `${counted(Number(plan.peakThreads), 'busy thread')} on ${counted(cpus.effective, 'CPU')}; up to ${most} with ${beyond.map(([name]) => name).join(', ')}`,
    detail: 'lk doctor --model NAME looks at one of them',
    fix: recommended({ ...context, plan, cpus, models }),
  };
}
