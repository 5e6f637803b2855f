import { openblasThreads } from '../../backends/openblas.ts';
import { cpusAtLoad } from '../../cpus/at-load.ts';
import { traitsOf } from '../../rules/generations.ts';
import type { Knob } from '../../rules/resolution.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, counted, type Evidence, type Finding, NO_PLAN, pass, recommended, skip } from '../check.ts';

/** More threads at work than CPUs to run them. */
export const planOversubscribed: Check = {
  id: 'plan/oversubscribed',
  title: 'more busy threads than CPUs',
  run(context) {
    const { plan, cpus, resolution } = context;
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
      evidence: [...resolution.knobs.flatMap((knob) => evidenceOf(knob, context)), ...blasOf(context)],
      fix: recommended(context),
    };
  },
};

function evidenceOf({ name, env, source, value, status }: Knob, { ncpus }: Situation): Evidence[] {
  if (value === null || typeof value === 'string' || status !== 'in use') return [];
  // Numba counts for itself.
  const count = name === 'numbaThreads' ? Number(value) : ncpus.count;
  const where = source?.kind === 'default' ? `default for ${counted(count, 'CPU')}` : (source?.name ?? env);
  return [{ where, said: `${env.replace(/^LK_/, '').toLowerCase()} = ${value}` }];
}

/** The BLAS that no knob of LensKit limits. */
function blasOf({ rules, env, cpus, python, atImport }: Situation): Evidence[] {
  if (traitsOf(rules).limitsBlas !== 'never') return [];
  const blas = python.pools.find(({ family }) => family === 'OpenBLAS');
  if (blas === undefined && !atImport.assumed) return [];
  const { threads, why } = openblasThreads(env, cpusAtLoad(cpus), blas);
  return [{ where: why, said: `threads of OpenBLAS = ${threads}` }];
}

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
