import { isConfig2026 } from '../../rules/resolution.ts';
import { type Check, NO_PLAN, pass, skip } from '../check.ts';

/** From 2026.1 on batch jobs are threads of Python: with the GIL they take turns. */
export const pythonGilBatch: Check = {
  id: 'python/gil-batch',
  title: 'batch jobs share the GIL',
  run({ resolution, python }) {
    if (resolution === null) return skip(NO_PLAN);
    const { main } = resolution;
    if (!isConfig2026(main)) return pass('batch jobs are processes before 2026.1');
    if (main.useRay) return pass('batch jobs are Ray workers');
    if (python.freeThreaded) return pass('Python is free-threaded');
    if (python.interpreter === null) return skip('no Python was found');
    const evidence = [{ where: 'Python', said: `${python.version ?? ''} with the GIL` }];
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
      title: 'one batch job: with the GIL there is nothing to gain from more',
      detail: 'a free-threaded Python (3.14t) or Ray (LK_USE_RAY=1) would run several',
      evidence,
    };
  },
};
