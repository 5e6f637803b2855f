import { openmpLimits } from '../../backends/openmp-limits.ts';
import { threadsIn } from '../../backends/pool-variables.ts';
import { BACKEND_VARIABLES } from '../../backends/variables.ts';
import { backendThreadsOf } from '../../rules/backend-threads.ts';
import { traitsOf } from '../../rules/generations.ts';
import { isConfig014 } from '../../rules/resolution.ts';
import { startsOpenmp } from '../../situation/numba-layer.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, counted, type Finding, NO_PLAN, pass, skip, variablesAsEvidence } from '../check.ts';

/** Variables of the native libraries that contradict each other, or LensKit, which overrules them for Torch. */
export const backendConflictingThreads: Check = {
  id: 'backend/conflicting-threads',
  title: 'thread variables contradict each other',
  run(context) {
    const { resolution, env } = context;
    const contradiction = contradictions(context);
    if (resolution === null) return contradiction;
    const { main } = resolution;
    // Numba's usual threading layer starts OpenMP's threads.
    const told = isConfig014(main) ? Number(main.numbaThreads) : backendThreadsOf(resolution);
    const names = isConfig014(main) && !startsOpenmp(context) ? [] : openmpLimits(env, told);
    if (names.length === 0) return contradiction;
    if (contradiction.status !== 'warn') return startsFewer(context, told, names);
    return { ...contradiction, fix: { ...contradiction.fix, unset: names } };
  },
};

function contradictions({ resolution, env, rules }: Situation): Finding {
  const set = BACKEND_VARIABLES.filter((name) => env[name] !== undefined && env[name] !== '');
  if (set.length === 0) return pass('no thread variable of a native library is set');
  if (resolution === null) return skip(NO_PLAN);
  const backend = backendThreadsOf(resolution);
  const evidence = [
    ...variablesAsEvidence(set, env),
    ...(traitsOf(rules).pools === 'numba'
      ? []
      : [{ where: 'backend threads', said: String(backend ?? 'not limited') }]),
  ];
  const nonsense = set.find((name) => threadsIn(name, env[name]) === null);
  const fix = { env: Object.fromEntries(set.map((name) => [name, String(backend ?? 1)])) };
  if (nonsense) {
    return {
      status: 'warn',
      title: `${nonsense}=${env[nonsense]}: no number of threads to ${readerOf(nonsense)}, which ignores it`,
      evidence,
      fix,
    };
  }
  if (traitsOf(rules).pools === 'numba')
    return pass(`${set.join(', ')}: each is for its own library, and for none of LensKit's`);
  const values = new Set(set.map((name) => threadsIn(name, env[name])));
  if (values.size === 1 && (backend === null || values.has(backend)))
    return pass(`${set.join(', ')} agree with LensKit`);
  return {
    status: 'warn',
    title:
      values.size > 1 || backend === null
        ? `${set.map((name) => `${name}=${env[name]}`).join(', ')}: each library follows its own`
        : `${set[0]}=${env[set[0] ?? '']}, but LensKit gives Torch ${counted(backend, 'backend thread')}`,
    detail:
      "LensKit sets Torch's threads to its backend threads whatever OMP_NUM_THREADS says; OpenBLAS and MKL follow their own variables",
    evidence,
    fix,
  };
}

/** Others may read it in their own way: of `3x` Arrow makes 3. */
function readerOf(variable: string): string {
  if (variable.startsWith('OMP_')) return 'OpenMP';
  return variable.startsWith('MKL_') ? 'MKL' : 'its library';
}

/** Torch says its number, and OpenMP starts fewer. */
function startsFewer({ env, rules }: Situation, told: number | null, names: string[]): Finding {
  const [name = ''] = names;
  const isNumba = traitsOf(rules).pools === 'numba';
  const says = told === null ? 'all it has' : counted(told, isNumba ? 'thread' : 'backend thread');
  const starts = name === 'OMP_DYNAMIC' ? 'fewer where the machine is busy' : threadsIn(name, env[name]);
  return {
    status: 'warn',
    title: `${name}=${env[name]}: ${isNumba ? 'Numba' : 'Torch'} says ${says} and starts ${starts}`,
    detail: `it is OpenMP's own limit, which ${isNumba ? 'NUMBA_NUM_THREADS does' : "LensKit's knobs do"} not lift`,
    evidence: [
      ...variablesAsEvidence(names, env),
      { where: isNumba ? "Numba's threads" : 'backend threads', said: String(told ?? 'not limited') },
    ],
    fix: { unset: names },
  };
}
