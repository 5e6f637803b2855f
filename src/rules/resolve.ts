import { readSettings } from '../python-values/settings-file.ts';
import { ConfigError, quoted } from './errors.ts';
import { ASSUMED_GENERATION, type Rules, rulesFor } from './generation.ts';
import { ruleSetOf } from './generations.ts';
import type { ConfigInput, Count, Outcome, Parameters, Resolution } from './resolution.ts';

/** Answers by their questions: one diagnosis asks for three of them eight times, and ten thousand machines are mostly alike. */
const KNOWN = new Map<string, Outcome>();
const MOST_KNOWN = 500;
/** What is longer is hardly asked twice. */
const LONGEST_KNOWN = 4000;

/** What LensKit of these rules makes of a configuration: a resolution, or its refusal. Never throws. */
export function resolveConfig(input: ConfigInput): Outcome {
  const key = keyOf(input);
  const known = key === null ? undefined : KNOWN.get(key);
  if (known !== undefined) return known;
  const outcome = resolved(input);
  if (key === null) return outcome;
  if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
  KNOWN.set(key, outcome);
  return outcome;
}

/** null: files hold values of Python's that JSON has not. */
function keyOf({ files, ...others }: ConfigInput): string | null {
  if (files.length > 0) return null;
  const key = JSON.stringify(others, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return key.length > LONGEST_KNOWN ? null : key;
}

function resolved(input: ConfigInput): Outcome {
  const { resolve, refusedKnobs } = ruleSetOf(input.rules);
  try {
    return { ok: true, resolution: resolve(input) };
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, error, knobs: refusedKnobs(input, error) };
    throw error;
  }
}

/** What `resolveParallelism` takes. */
export interface ResolveOptions {
  /** A version such as `2025.8.1`, or a generation: `0.14`, `2025.2`, `2025.3`, `2026.1` (its newest rules). Default: `2025.3`. */
  lenskit?: string;
  /** NCPUS as LensKit would count it: a positive integer. 0.14 counts all CPUs of the machine. */
  cpus: Count;
  /** The CPUs of the affinity, which Numba counts (0.14). Default: `cpus`. */
  affinity?: Count;
  /** Numba's version (0.14): before 0.54 it counts all CPUs of the machine. Default: a newer one. */
  numba?: string;
  /** Only LensKit's own and the backend's variables are looked at. Default: none. */
  env?: { readonly [name: string]: string | undefined };
  /** `n_jobs` (0.14), the parameters of `initialize()` (2025); ignored from 2026.1 on, which has none. */
  params?: Parameters;
  /** Contents of `lenskit.toml` and `lenskit.local.toml` (2026). */
  toml?: string | null;
  localToml?: string | null;
  /** True for a free-threaded build of Python (2026). Default: false. */
  freeThreaded?: boolean;
}

/**
 * What LensKit's parallelism comes to: the main process, its workers by nesting depth, what child processes
 * inherit, LensKit's warnings, and every knob with where its value comes from.
 *
 * Agrees with LensKit's own code (0.14.4, 2025.2.0, 2025.8.1, 2026.1.0, 2026.4.0). Integers are numbers, or bigints
 * where a number would not be exact.
 *
 * @throws ConfigError where LensKit itself would refuse the configuration
 * @throws RangeError for a `lenskit` or `cpus` that makes no sense
 */
export function resolveParallelism(options: ResolveOptions): Resolution {
  // Not what is kept: whoever asks may change what they are given.
  const outcome = resolved({
    rules: knownRules(options.lenskit ?? ASSUMED_GENERATION),
    cpus: positive(options.cpus, 'cpus'),
    affinity: options.affinity === undefined ? undefined : positive(options.affinity, 'affinity'),
    numba: options.numba ?? null,
    env: options.env ?? {},
    params: options.params ?? {},
    files: [
      ...(typeof options.localToml === 'string' ? [readSettings(options.localToml, 'lenskit.local.toml')] : []),
      ...(typeof options.toml === 'string' ? [readSettings(options.toml, 'lenskit.toml')] : []),
    ],
    freeThreaded: options.freeThreaded ?? false,
  });
  if (outcome.ok) return outcome.resolution;
  throw outcome.error;
}

function knownRules(version: string): Rules {
  const rules = rulesFor(version);
  if (rules === 'too-old')
    throw new RangeError(`LensKit ${version} has rules that are not known; they begin with 0.10.1`);
  if (rules === 'invalid')
    throw new RangeError(`lenskit: ${quoted(version)} is no version; write one such as 2025.8.1`);
  return rules;
}

function positive(cpus: Count, name: string): bigint {
  if ((typeof cpus === 'bigint' || Number.isSafeInteger(cpus)) && cpus >= 1) return BigInt(cpus);
  throw new RangeError(`${name}: ${quoted(cpus)} is no number of CPUs; write 1 or more`);
}
