import { inert } from '../../escape/shell.ts';
import type { ConfigError } from '../../rules/errors.ts';
import { traitsOf } from '../../rules/generations.ts';
import type { Knob } from '../../rules/resolution.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, type Evidence, type Finding, type Fix, NO_PLAN, pass, type Status, skip } from '../check.ts';
import { isTooFewProcesses } from './too-few-processes.ts';

interface Consequence {
  status: Status;
  says: string;
}

/** What comes of 0 or fewer, as seen in real processes of LensKit 2025.8.1, and of a worker's threads of 0.14.4. */
const CONSEQUENCES: { readonly [knob: string]: (value: bigint) => Consequence } = {
  processes: () => ({ status: 'fail', says: 'a batch run stops with ValueError: max_workers must be greater than 0' }),
  threads: (value) =>
    value < 0n
      ? { status: 'fail', says: 'Rayon stops with OverflowError' }
      : { status: 'warn', says: 'Rayon and Torch take all CPUs instead' },
  backendThreads: () => ({ status: 'warn', says: 'Torch refuses it and BLAS keeps all CPUs' }),
  childThreads: () => ({ status: 'warn', says: 'Torch refuses it in workers, and BLAS keeps all CPUs there' }),
  workerThreads: () => ({
    status: 'info',
    says: 'as the second number it is for MKL alone, with which it was not tried; Numba keeps its threads',
  }),
};

/** A number that LensKit takes and that makes no sense. */
export const configNonPositive: Check = {
  id: 'config/non-positive',
  title: 'a number of processes or threads is 0 or less',
  run({ resolution, refusal, recommendation, rules }) {
    if (isTooFewProcesses(refusal)) return refused(refusal, recommendation.env);
    if (resolution === null) return skip(NO_PLAN);
    const { zeroIsDefault } = traitsOf(rules);
    const found = zeroIsDefault ? [] : resolution.knobs.flatMap(bad);
    const [first] = found;
    if (first === undefined)
      return pass(zeroIsDefault ? '0 and -1 have a meaning since 2026.1' : 'all numbers are 1 or more');
    const worst = (['fail', 'warn'] as const).find((wanted) => found.some(({ status }) => status === wanted));
    return {
      status: worst ?? 'info',
      title: `${first.knob.source?.name}=${first.knob.source?.raw}: ${first.says}`,
      ...(found.length > 1
        ? {
            detail: found
              .slice(1)
              .map(({ knob, says }) => `${knob.source?.name}=${knob.source?.raw}: ${says}`)
              .join('; '),
          }
        : {}),
      evidence: found.map(
        ({ knob }): Evidence => ({ where: knob.source?.name ?? knob.env, said: knob.source?.raw ?? '' }),
      ),
      fix: fixFor(
        found.map(({ knob }) => knob),
        recommendation,
      ),
    };
  },
};

/** 0.14 hands the number on to a pool, which refuses it (`ProcessPoolExecutor`). */
function refused({ source, type }: ConfigError, env: { [name: string]: string }): Finding {
  const { kind, name = '', raw = '' } = source ?? {};
  const value = env[name];
  return {
    status: 'fail',
    title: `${name}=${raw}: a batch run stops with ${type}: max_workers must be greater than 0`,
    evidence: [{ where: kind === 'parameter' ? `parameter ${name}` : name, said: raw }],
    fix:
      kind === 'parameter'
        ? { text: inert`correct the parameter ${name}` }
        : value === undefined
          ? { unset: [name] }
          : { env: { [name]: value } },
  };
}

function bad(knob: Knob): (Consequence & { knob: Knob })[] {
  // Of workers that are not started.
  if (knob.name === 'workerThreads' && knob.worker === null) return [];
  const value = Array.isArray(knob.value) ? knob.value[0] : knob.value;
  if ((typeof value !== 'number' && typeof value !== 'bigint') || value > 0 || knob.source?.kind === 'default')
    return [];
  const consequence = CONSEQUENCES[knob.name]?.(BigInt(value));
  return consequence ? [{ ...consequence, knob }] : [];
}

/** What is recommended for the same knobs; a parameter beats the environment, so that another one alone mends it. */
function fixFor(knobs: readonly Knob[], { env, parameters }: Situation['recommendation']): Fix {
  const isGiven = ({ source }: Knob): boolean => source?.kind === 'parameter';
  const variables = knobs.filter((knob) => !isGiven(knob)).map((knob) => knob.env);
  const set = variables.filter((name) => env[name] !== undefined);
  const unset = variables.filter((name) => env[name] === undefined);
  const names = knobs.filter(isGiven).map(({ source }) => source?.name ?? '');
  const [unknown] = names.filter((name) => parameters[name] === undefined);
  return {
    ...(set.length > 0 ? { env: Object.fromEntries(set.flatMap((name) => entry(name, env[name]))) } : {}),
    ...(unset.length > 0 ? { unset } : {}),
    ...(names.length > 0
      ? { parameters: Object.fromEntries(names.flatMap((name) => entry(name, parameters[name]))) }
      : {}),
    ...(unknown === undefined ? {} : { text: inert`correct the parameter ${unknown}` }),
  };
}

function entry<Value>(name: string, value: Value | undefined): [string, Value][] {
  return value === undefined ? [] : [[name, value]];
}
