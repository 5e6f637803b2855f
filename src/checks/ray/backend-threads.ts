import { isConfig2026 } from '../../rules/resolution.ts';
import { type Check, counted, NO_PLAN, pass, recommended, skip } from '../check.ts';

/** Each of Ray's tasks asks for as many CPUs as it has backend threads (`lenskit/batch/_ray.py`, 2026.4.0). */
export const rayBackendThreads: Check = {
  id: 'ray/backend-threads',
  title: 'Ray cannot give a task as many CPUs as it has backend threads',
  run(situation) {
    const { resolution, ray } = situation;
    if (resolution === null) return skip(NO_PLAN);
    const { main } = resolution;
    if (ray === null || !isConfig2026(main)) return pass('Ray is not asked for');
    const { source } = resolution.knobs.find(({ name }) => name === 'numBackendThreads') ?? { source: null };
    const evidence = [{ where: source?.name ?? 'LK_NUM_BACKEND_THREADS', said: String(main.numBackendThreads) }];
    if (BigInt(main.numBackendThreads) < 0n) {
      return {
        status: 'fail',
        title: `batch runs stop with ValueError: a task would ask Ray for ${main.numBackendThreads} CPUs`,
        detail: 'the documentation knows -1 as leaving the limits as they are; Ray takes no negative number of CPUs',
        evidence,
        fix: recommended(situation),
      };
    }
    if (ray.tasks === 0) {
      return {
        status: 'fail',
        title: `the batch never ends: a task asks for ${counted(main.numBackendThreads, 'CPU')}, and ${ray.cluster === 'own' ? 'Ray' : 'the largest node'} has ${ray.largestNode}`,
        detail: 'Ray waits for a node that is large enough',
        evidence: [
          ...evidence,
          {
            where: ray.cluster === 'own' ? "Ray's CPUs" : 'CPUs of the largest node',
            said: ray.cluster === 'own' ? `${ray.cpus}, LensKit's count` : `${ray.largestNode}, seen by --probe`,
          },
        ],
        fix: recommended(situation),
      };
    }
    return ray.largestNode === null
      ? skip('the nodes of a cluster that runs already are not seen unless --probe joins it')
      : pass(`${counted(main.numBackendThreads, 'CPU')} a task, of ${ray.largestNode}`);
  },
};
