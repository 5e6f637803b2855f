import { inert } from '../../escape/shell.ts';
import { traitsOf } from '../../rules/generations.ts';
import { type Check, pass, skip } from '../check.ts';

/** `LK_NUM_CHILD_THREADS` and `child_threads` are deprecated since 2025.3 in favour of lists. */
export const configDeprecatedChildThreads: Check = {
  id: 'config/deprecated-child-threads',
  title: 'child threads are set the deprecated way',
  run({ rules, resolution, env, params }) {
    const { childThreads } = traitsOf(rules);
    if (childThreads === 'in use') return pass('LK_NUM_CHILD_THREADS is not deprecated before 2025.3');
    if (childThreads === null) return skip('LensKit knows no child threads before 2025.1 and since 2026.1');
    const knob = resolution?.knobs.find(({ name }) => name === 'childThreads');
    const raw = env.LK_NUM_CHILD_THREADS;
    const isParameter = (params.childThreads ?? null) !== null;
    if (!raw && !isParameter) return pass('LK_NUM_CHILD_THREADS is not set');
    const backend = resolution?.knobs.find(({ name }) => name === 'backendThreads')?.value;
    const list = Array.isArray(backend) ? backend.join(',') : null;
    const where = isParameter ? 'child_threads' : 'LK_NUM_CHILD_THREADS';
    return {
      status: 'warn',
      title: `${where} is deprecated since LensKit 2025.3: write a list instead`,
      detail: 'LensKit adds it to the end of the list of backend threads, where it counts for the workers',
      evidence: [{ where, said: String(knob?.value ?? params.childThreads ?? raw) }],
      fix: isParameter
        ? {
            text: list
              ? inert`backend_threads=[${list}] instead of child_threads`
              : inert`a list in backend_threads instead of child_threads`,
          }
        : { ...(list ? { env: { LK_NUM_BACKEND_THREADS: list } } : {}), unset: ['LK_NUM_CHILD_THREADS'] },
    };
  },
};
