import { threadsIn } from '../../backends/pool-variables.ts';
import { traitsOf } from '../../rules/generations.ts';
import { givenThreads } from '../../rules/resolution.ts';
import { type Check, NO_PLAN, pass, skip } from '../check.ts';

/** LensKit sizes its Rayon pool itself: `RAYON_NUM_THREADS` has no effect on it (seen with 2025.8.1 and 2026.4.0). */
export const backendRayonVariableIgnored: Check = {
  id: 'backend/rayon-variable-ignored',
  title: 'RAYON_NUM_THREADS is not obeyed',
  run({ env, resolution, rules }) {
    const raw = env.RAYON_NUM_THREADS;
    if (!raw) return pass('RAYON_NUM_THREADS is not set');
    if (traitsOf(rules).pools !== 'rayon and torch') return pass('LensKit has no Rayon before 2025.3');
    if (resolution === null) return skip(NO_PLAN);
    const { threads } = givenThreads(resolution.main);
    if (threadsIn('RAYON_NUM_THREADS', raw) === Number(threads))
      return pass(`RAYON_NUM_THREADS=${raw} is what LensKit uses anyway`);
    return {
      status: 'warn',
      title: `RAYON_NUM_THREADS=${raw} does not reach LensKit, whose pool has ${threads}`,
      detail: 'LK_NUM_THREADS decides; other Rust libraries, such as polars, may obey it',
      evidence: [{ where: 'RAYON_NUM_THREADS', said: raw }],
      fix: { unset: ['RAYON_NUM_THREADS'] },
    };
  },
};
