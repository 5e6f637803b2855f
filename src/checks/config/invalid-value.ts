import { inert } from '../../escape/shell.ts';
import { importFaults } from '../../rules/0.14/read-when-imported.ts';
import { type ConfigError, quoted } from '../../rules/errors.ts';
import { traitsOf } from '../../rules/generations.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, type Evidence, type Fix, pass, type Status, skip } from '../check.ts';
import { isTooFewProcesses } from './too-few-processes.ts';

/** LensKit, or a library that it cannot do without, would raise an exception on this configuration. */
export const configInvalidValue: Check = {
  id: 'config/invalid-value',
  title: 'LensKit refuses a value',
  run(situation) {
    if (isTooFewProcesses(situation.refusal)) return skip('said by config/non-positive');
    const found = [...ofRefusal(situation), ...ofWorkers(situation), ...ofLibraries(situation)];
    const fails = ({ status }: Problem): boolean => status === 'fail';
    // The worst gives the title.
    const problems = [...found.filter(fails), ...found.filter((problem) => !fails(problem))];
    const [first, ...more] = problems;
    if (first === undefined) return pass('LensKit takes the configuration');
    const details = [...first.details, ...more.flatMap(({ says, details: own }) => [says, ...own])];
    return {
      status: first.status,
      title: first.says,
      ...(details.length > 0 ? { detail: details.join('; ') } : {}),
      evidence: problems.flatMap(({ evidence }) => evidence),
      fix: together(problems.map(({ fix }) => fix)),
    };
  },
};

interface Problem {
  status: Status;
  says: string;
  details: string[];
  evidence: Evidence[];
  fix: Fix;
}

function ofRefusal({ refusal, recommendation }: Situation): Problem[] {
  if (refusal === null) return [];
  return [
    {
      status: 'fail',
      says: `LensKit stops with ${refusal.type}: ${refusal.message}`,
      details: refusal.others.map(({ message }) => message),
      evidence: [refusal, ...refusal.others].map(evidenceOf),
      fix: fixFor(refusal, recommendation.env),
    },
  ];
}

/** A variable of Numba's that Numba only warns of, and of which a worker dies (`_initialize_mp_worker`, 0.14.4). */
function ofWorkers({ resolution, rules, env, recommendation }: Situation): Problem[] {
  if (resolution === null || traitsOf(rules).pools !== 'numba' || resolution.warnings.length === 0) return [];
  const raw = env.NUMBA_NUM_THREADS ?? '';
  const at = `NUMBA_NUM_THREADS=${quoted(raw)}`;
  const [worker] = resolution.workers;
  const dies = worker !== undefined && 'error' in worker;
  const value = recommendation.env.NUMBA_NUM_THREADS;
  return [
    {
      status: dies ? 'fail' : 'warn',
      says: dies
        ? `every worker dies with ${worker.error.type}, and a batch run with BrokenProcessPool: ${at}: no integer; write a whole number such as 2, or unset it`
        : `Numba warns and takes its default: ${at}: no integer; with worker processes every worker dies of it`,
      details: [],
      evidence: [{ where: 'NUMBA_NUM_THREADS', said: quoted(raw) }],
      fix: value === undefined ? { unset: ['NUMBA_NUM_THREADS'] } : { env: { NUMBA_NUM_THREADS: value } },
    },
  ];
}

function ofLibraries({ rules, env, python }: Situation): Problem[] {
  if (traitsOf(rules).pools !== 'numba') return [];
  const has = (family: string) => python.pools.some((pool) => pool.family === family);
  const libraries =
    python.interpreter === null
      ? null
      : { mkl: has('MKL'), tbb: python.numbaLayers?.some(({ layer }) => layer === 'tbb') ?? has('TBB') };
  return importFaults(env, libraries).map(({ variable, raw, certain, says }) => ({
    status: certain ? 'fail' : 'warn',
    says,
    details: [],
    evidence: [{ where: variable, said: quoted(raw) }],
    fix: { unset: [variable] },
  }));
}

function evidenceOf({ source, value }: ConfigError): Evidence {
  const line = source?.line === undefined ? '' : `:${source.line}`;
  const where = source?.kind === 'parameter' ? `parameter ${source.name}` : `${source?.name ?? 'settings'}${line}`;
  return { where, said: quoted(value ?? '') };
}

function fixFor({ source }: ConfigError, env: { [name: string]: string }): Fix {
  const name = source?.name;
  if (source?.kind === 'parameter') return { text: inert`correct the parameter ${name ?? ''}` };
  if (source?.kind !== 'env' || name === undefined) {
    return name === undefined || source?.line === undefined
      ? { text: inert`correct ${name ?? 'the settings'}` }
      : { text: inert`correct ${name}, line ${source.line}` };
  }
  const value = env[name];
  return value === undefined ? { unset: [name] } : { env: { [name]: value } };
}

/** One fix for all: each mends a variable of its own. */
function together(fixes: readonly Fix[]): Fix {
  const unset = fixes.flatMap((fix) => fix.unset ?? []);
  const env = Object.assign({}, ...fixes.map((fix) => fix.env ?? {}));
  const text = fixes.find((fix) => fix.text !== undefined)?.text;
  return {
    ...(Object.keys(env).length > 0 ? { env } : {}),
    ...(unset.length > 0 ? { unset } : {}),
    ...(text === undefined ? {} : { text }),
  };
}
