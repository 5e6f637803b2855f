import { areWithoutGil, MODELS } from '../../plan/models.ts';
import { isConfig2026 } from '../../rules/resolution.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, counted, type Evidence, NO_PLAN, pass, recommended, skip } from '../check.ts';

/** From 2026.1 on batch jobs are threads of Python: with the GIL they take turns, unless the model works without it. */
export const pythonGilBatch: Check = {
  id: 'python/gil-batch',
  title: 'batch jobs share the GIL',
  run(context) {
    const { resolution, python, models } = context;
    if (resolution === null) return skip(NO_PLAN);
    const { main } = resolution;
    if (!isConfig2026(main)) return pass('batch jobs are processes before 2026.1');
    if (main.useRay) return pass('batch jobs are Ray workers');
    if (python.freeThreaded) return pass('Python is free-threaded');
    if (python.interpreter === null) return skip('no Python was found');
    if (areWithoutGil(models)) return together(context, Number(main.numBatchJobs));
    const evidence: Evidence[] = [
      { where: 'Python', said: `${python.version ?? ''} with the GIL` },
      { where: 'measured with LensKit 2026.4.0', said: `${WITHOUT_GIL.join(', ')} alone gain from more jobs` },
    ];
    if (main.numBatchJobs > 1) {
      return {
        status: 'warn',
        title: `${main.numBatchJobs} batch jobs are threads, and the GIL lets one of them run Python at a time`,
        detail: 'LensKit itself warns that throughput will suffer',
        evidence,
        fix: {
          env: {
            [resolution.knobs.find(({ name }) => name === 'numBatchJobs')?.source?.kind === 'file'
              ? 'LK_PARALLEL__NUM_BATCH_JOBS'
              : 'LK_NUM_BATCH_JOBS']: '1',
          },
        },
      };
    }
    return {
      status: 'info',
      title: `one batch job: with the GIL nothing but ${WITHOUT_GIL.join(', ')} gain from more`,
      detail:
        'a free-threaded Python (3.14t) or Ray (LK_USE_RAY=1) would run several; --model NAME says which model it is',
      evidence,
    };
  },
};

const WITHOUT_GIL = MODELS.filter(({ withoutGil }) => withoutGil === true).map(({ name }) => name);

/** Jobs of models whose lists are made without the GIL are worth a CPU each. */
function together(context: Situation, jobs: number): ReturnType<Check['run']> {
  const { models, cpus, recommendation } = context;
  const free = `${models.join(' and ')} lets go of the GIL while it makes lists`;
  const advised = Object.entries(recommendation.env).find(([name]) => name.endsWith('NUM_BATCH_JOBS'))?.[1];
  if (Number(advised ?? 1) <= jobs) return pass(`${counted(jobs, 'batch job')}: ${free}`);
  return {
    status: 'warn',
    title: `${counted(jobs, 'batch job')} on ${counted(cpus.effective, 'CPU')}, and ${free}: the other CPUs stay idle`,
    detail:
      'two jobs on two CPUs were 1.5 (ease) to 1.9 (item-knn) times as fast as one, measured with LensKit 2026.4.0',
    evidence: [{ where: 'LK_NUM_BATCH_JOBS', said: `${jobs}, ${advised} would fit` }],
    fix: recommended(context),
  };
}
