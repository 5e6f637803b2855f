import { type Config2025, isConfig2025, type WorkerFailure } from '../../rules/resolution.ts';
import { type Check, counted, NO_PLAN, pass, recommended, skip, whatIsSet } from '../check.ts';

/** Lists can leave workers with no threads (`LK_NUM_PROCS=2,4` on 2 CPUs), or make LensKit divide by 0 there. */
export const configWorkerZeroThreads: Check = {
  id: 'config/worker-zero-threads',
  title: 'worker processes get no threads',
  run(context) {
    const { resolution } = context;
    if (resolution === null) return skip(NO_PLAN);
    const { main } = resolution;
    if (!isConfig2025(main)) return skip('no threads are handed down to workers before 2025.1 and since 2026.1');
    const workers = resolution.workers as (Config2025 | WorkerFailure)[];
    // Values of the main process are another check's matter.
    if (main.threads <= 0 || main.backendThreads <= 0) return skip('the main process has no threads to hand down');
    const depth = workers.findIndex((worker) => 'error' in worker || worker.threads <= 0 || worker.backendThreads <= 0);
    const worker = workers[depth];
    if (worker === undefined) return pass('every worker has at least one thread');
    const at = depth === 0 ? 'a worker' : `a worker at depth ${depth + 1}`;
    const starts = depth === 0 && main.processes !== 1;
    return {
      status: 'error' in worker && starts ? 'fail' : 'warn',
      title:
        'error' in worker
          ? `LensKit stops with ${worker.error.type} when it sets up ${at}`
          : `${at} gets ${counted(worker.threads, 'thread')} and ${counted(worker.backendThreads, 'backend thread')}`,
      detail:
        'error' in worker
          ? "it divides the CPUs by the worker's number of processes, which is 0"
          : "it divides the CPUs by the worker's number of processes; Rayon and Torch then take all CPUs or ignore it",
      evidence: whatIsSet(context),
      fix: recommended(context),
    };
  },
};
