import type { Knob } from '../../rules/resolution.ts';
import { type Check, type Evidence, type Fix, NO_PLAN, pass, type Status, skip } from '../check.ts';

interface Consequence {
  status: Status;
  says: string;
}

/** What comes of 0 or fewer, as seen in real processes of LensKit 2025.8.1. */
const CONSEQUENCES_2025: { readonly [knob: string]: (value: bigint) => Consequence } = {
  processes: () => ({ status: 'fail', says: 'a batch run stops with ValueError: max_workers must be greater than 0' }),
  threads: (value) =>
    value < 0n
      ? { status: 'fail', says: 'Rayon stops with OverflowError' }
      : { status: 'warn', says: 'Rayon and Torch take all CPUs instead' },
  backendThreads: () => ({ status: 'warn', says: 'Torch refuses it and BLAS keeps all CPUs' }),
  childThreads: () => ({ status: 'warn', says: 'Torch refuses it in workers, and BLAS keeps all CPUs there' }),
};

/** A number that LensKit takes and that makes no sense. */
export const configNonPositive: Check = {
  id: 'config/non-positive',
  title: 'a number of processes or threads is 0 or less',
  run({ resolution, recommendation, rules }) {
    if (resolution === null) return skip(NO_PLAN);
    const found = rules.generation === '2026.1' ? [] : resolution.knobs.flatMap(bad);
    const [first] = found;
    if (first === undefined) {
      return pass(rules.generation === '2026.1' ? '0 and -1 have a meaning since 2026.1' : 'all numbers are 1 or more');
    }
    return {
      status: found.some(({ status }) => status === 'fail') ? 'fail' : 'warn',
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
        recommendation.env,
      ),
    };
  },
};

function bad(knob: Knob): (Consequence & { knob: Knob })[] {
  const value = Array.isArray(knob.value) ? knob.value[0] : knob.value;
  if ((typeof value !== 'number' && typeof value !== 'bigint') || value > 0 || knob.source?.kind === 'default')
    return [];
  const consequence = CONSEQUENCES_2025[knob.name]?.(BigInt(value));
  return consequence ? [{ ...consequence, knob }] : [];
}

function fixFor(knobs: Knob[], env: { [name: string]: string }): Fix {
  const set = knobs
    .filter((knob) => env[knob.env] !== undefined)
    .map((knob) => [knob.env, env[knob.env] ?? ''] as const);
  const unset = knobs.filter((knob) => env[knob.env] === undefined).map((knob) => knob.env);
  return { ...(set.length > 0 ? { env: Object.fromEntries(set) } : {}), ...(unset.length > 0 ? { unset } : {}) };
}
