import { inert } from '../../escape/shell.ts';
import { type Check, NO_PLAN, pass, skip } from '../check.ts';

/** LensKit joins a Ray that it did not start: its settings do not reach the workers, and it is not set up there. */
export const rayExistingCluster: Check = {
  id: 'ray/existing-cluster',
  title: "LensKit's settings do not reach the workers of a Ray cluster that runs already",
  run({ resolution, ray, ncpus }) {
    if (resolution === null) return skip(NO_PLAN);
    if (ray === null) return pass('Ray is not asked for');
    if (ray.cluster === 'own') return pass('LensKit starts Ray itself');
    return {
      status: 'warn',
      title: 'LensKit joins a Ray cluster that runs already, and its settings do not reach the workers there',
      detail: `in a worker Rayon takes all CPUs of the node (${ncpus.count} on this one), Torch and BLAS as many as the task asks for, and LensKit is not set up`,
      evidence: [{ where: ray.foundBy ?? 'Ray', said: ray.foundBy === 'RAY_ADDRESS' ? 'set' : 'written by ray start' }],
      fix: {
        text: inert`before the batch: ray.init(address="auto", runtime_env={"env_vars": get_parallel_config().env_vars(), "worker_process_setup_hook": "lenskit.parallel.ensure_parallel_init"})`,
      },
    };
  },
};
