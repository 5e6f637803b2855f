import { inert } from '../../escape/shell.ts';
import { isConfig2026 } from '../../rules/resolution.ts';
import { type Check, NO_PLAN, pass, recommended, skip } from '../check.ts';

/** LensKit is to use Ray, and Ray is not installed. */
export const rayMissing: Check = {
  id: 'ray/missing',
  title: 'Ray is asked for and not installed',
  run(context) {
    const { resolution, python } = context;
    if (resolution === null) return skip(NO_PLAN);
    const { main } = resolution;
    if (!isConfig2026(main) || !main.useRay) return pass('Ray is not asked for');
    if (python.interpreter === null) return skip('no Python was found');
    const version = python.packages.ray;
    if (version !== undefined) return pass(`Ray ${version}`);
    return {
      status: 'fail',
      title: 'LensKit is to use Ray, and Ray is not installed: batch runs stop with ImportError',
      evidence: [
        { where: resolution.knobs.find(({ name }) => name === 'useRay')?.source?.name ?? 'use_ray', said: 'true' },
      ],
      fix: { ...recommended(context), text: inert`or pip install "lenskit[ray]"` },
    };
  },
};
