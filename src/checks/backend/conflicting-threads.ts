import { BACKEND_VARIABLES } from '../../config/backend-variables.ts';
import { backendThreadsOf, variableThreads } from '../../pools/backend-threads.ts';
import { type Check, NO_PLAN, pass, skip } from '../check.ts';

/** Variables of the native libraries that contradict each other, or LensKit, which overrules them for Torch. */
export const backendConflictingThreads: Check = {
  id: 'backend/conflicting-threads',
  title: 'thread variables contradict each other',
  run({ resolution, env }) {
    const set = BACKEND_VARIABLES.filter((name) => env[name] !== undefined && env[name] !== '');
    if (set.length === 0) return pass('no thread variable of a native library is set');
    if (resolution === null) return skip(NO_PLAN);
    const backend = backendThreadsOf(resolution);
    const evidence = [
      ...set.map((name) => ({ where: name, said: env[name] ?? '' })),
      { where: 'backend threads', said: String(backend ?? 'not limited') },
    ];
    const nonsense = set.find((name) => variableThreads(env[name]) === null);
    const fix = { env: Object.fromEntries(set.map((name) => [name, String(backend ?? 1)])) };
    if (nonsense) {
      return {
        status: 'warn',
        title: `${nonsense}=${env[nonsense]}: no number of threads, so that it is ignored`,
        evidence,
        fix,
      };
    }
    const values = new Set(set.map((name) => variableThreads(env[name])));
    if (values.size === 1 && (backend === null || values.has(backend)))
      return pass(`${set.join(', ')} agree with LensKit`);
    const [first = ''] = set;
    return {
      status: 'warn',
      title:
        values.size > 1
          ? `${set.map((name) => `${name}=${env[name]}`).join(', ')}: each library follows its own`
          : `${first}=${env[first]}, but LensKit gives Torch ${backend} backend threads`,
      detail:
        "LensKit sets Torch's threads to its backend threads whatever OMP_NUM_THREADS says; OpenBLAS and MKL follow their own variables",
      evidence,
      fix,
    };
  },
};
