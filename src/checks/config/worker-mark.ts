import { traitsOf } from '../../rules/generations.ts';
import { type Check, pass, skip } from '../check.ts';

/**
 * `_LK_IN_MP=yes` is how LensKit 0.14 marks the time that a pool is open (`lenskit/util/parallel.py`): item-kNN that is
 * imported then is compiled without parallel loops (`lenskit/algorithms/item_knn.py`). Only `yes` counts.
 */
export const configWorkerMark: Check = {
  id: 'config/worker-mark',
  title: "LensKit's mark of a worker is set",
  run({ rules, env }) {
    const raw = env._LK_IN_MP;
    if (traitsOf(rules).api !== 'algorithms') return skip('LensKit marks no workers since 2025.1');
    if (raw !== 'yes')
      return pass(raw === undefined ? '_LK_IN_MP is not set' : `_LK_IN_MP=${raw} means nothing: only yes does`);
    return {
      status: 'warn',
      title: '_LK_IN_MP=yes: item-kNN trains with one thread, as if it were in a worker',
      detail:
        'LensKit sets it while a pool is open, and leaves it behind where a batch call fails; what is started then inherits it',
      evidence: [{ where: '_LK_IN_MP', said: raw }],
      fix: { unset: ['_LK_IN_MP'] },
    };
  },
};
