import { BACKEND_VARIABLES } from '../config/backend-variables.ts';
import { threadsFrom, threadsIn } from '../config/pool-variables.ts';
import { openmpBoolean } from '../config/thread-readings.ts';
import { backendThreadsOf } from './backend-threads.ts';
import { type Check, type Finding, NO_PLAN, pass, skip } from './check.ts';

/** Variables of the native libraries that contradict each other, or LensKit, which overrules them for Torch. */
export const backendConflictingThreads: Check = {
  id: 'backend/conflicting-threads',
  title: 'thread variables contradict each other',
  run({ resolution, env }) {
    const fewer = resolution && startsFewer(env, backendThreadsOf(resolution));
    if (fewer) return fewer;
    const set = BACKEND_VARIABLES.filter((name) => env[name] !== undefined && env[name] !== '');
    if (set.length === 0) return pass('no thread variable of a native library is set');
    if (resolution === null) return skip(NO_PLAN);
    const backend = backendThreadsOf(resolution);
    const evidence = [
      ...set.map((name) => ({ where: name, said: env[name] ?? '' })),
      { where: 'backend threads', said: String(backend ?? 'not limited') },
    ];
    const nonsense = set.find((name) => threadsIn(name, env[name]) === null);
    const fix = { env: Object.fromEntries(set.map((name) => [name, String(backend ?? 1)])) };
    if (nonsense) {
      return {
        status: 'warn',
        title: `${nonsense}=${env[nonsense]}: no number of threads, so that it is ignored`,
        evidence,
        fix,
      };
    }
    const values = new Set(set.map((name) => threadsIn(name, env[name])));
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

/** OpenMP's own limits, of which neither LensKit nor Torch knows: Torch says its number and starts fewer. */
function startsFewer(env: { readonly [name: string]: string }, backend: number | null): Finding | null {
  const limit = threadsFrom('OpenMP', env, 'most threads');
  const dynamic = openmpBoolean(env.OMP_DYNAMIC ?? '') === true;
  const limited = limit !== null && backend !== null && limit.threads < backend;
  if (!limited && !(dynamic && backend !== 1)) return null;
  const name = limited ? limit.name : 'OMP_DYNAMIC';
  const says = backend === null ? 'its backend threads' : `${backend} backend threads`;
  return {
    status: 'warn',
    title: `${name}=${env[name]}: Torch says ${says} and starts ${limited ? limit.threads : 'fewer where the machine is busy'}`,
    detail: "it is OpenMP's own limit, which LensKit's knobs do not lift",
    evidence: [
      { where: name, said: env[name] ?? '' },
      { where: 'backend threads', said: String(backend ?? 'not limited') },
    ],
    fix: { unset: [name] },
  };
}
