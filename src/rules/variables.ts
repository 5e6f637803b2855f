import { closest, distance } from 'fastest-levenshtein';
import { parallelFields } from './2026.1/lenskit-settings.ts';
import type { Generation, Rules } from './generation.ts';

/** Variables that LensKit reads for other purposes than parallelism (LensKit 2025.2.0, 2025.8.1, 2026.4.0). */
const OTHER_VARIABLES = [
  'LK_DEVICE',
  'LK_EASE_SOLVER',
  'LK_LOG_CONFIG',
  'LK_LOG_FILE',
  'LK_LOG_FILE_LEVEL',
  'LK_LOG_LEVEL',
  'LK_MACHINE',
  'LK_PROCESS_SLOT',
  'LK_PROJECT_ROOT',
  'LK_SKIP_LOG_SETUP',
  'LK_TEST_RETRAIN',
  'LK_TORCH_COMPILE',
  'LK_TRACE',
  'LK_VERBOSE',
];

const VARIABLES_2025 = ['LK_NUM_PROCS', 'LK_NUM_THREADS', 'LK_NUM_BACKEND_THREADS', 'LK_NUM_CHILD_THREADS'];

/** Settings of 2026 that are tables: `LK_RANDOM` as JSON, `LK_RANDOM__SEED` below it. */
const SECTIONS_2026 = ['LK_PARALLEL', 'LK_RANDOM', 'LK_TUNING', 'LK_MACHINES', 'LK_PROMETHEUS'];

/** What to use instead of a variable of another generation; null: there is nothing like it. */
const SUCCESSORS: { readonly [generation in Generation]: { readonly [variable: string]: string | null } } = {
  '2025.2': {
    LK_NUM_CPUS: null,
    LK_NUM_BATCH_JOBS: 'LK_NUM_PROCS',
    LK_USE_RAY: null,
    LK_TUNE_JOBS: null,
    LK_PARALLEL: null,
  },
  '2025.3': {
    LK_NUM_CPUS: null,
    LK_NUM_BATCH_JOBS: 'LK_NUM_PROCS',
    LK_USE_RAY: null,
    LK_TUNE_JOBS: null,
    LK_PARALLEL: null,
  },
  '2026.1': { LK_NUM_PROCS: 'LK_NUM_BATCH_JOBS', LK_NUM_CHILD_THREADS: null },
};

const SINCE: { readonly [variable: string]: string } = {
  LK_NUM_PROCS: 'up to 2025.8',
  LK_NUM_CHILD_THREADS: 'up to 2025.8',
};

/** A variable that looks like LensKit's and that this LensKit does not use. */
export interface UnknownVariable {
  name: string;
  /** `other-generation`: some other LensKit knows it; `spelling`: close to one that is known; else `unknown`. */
  kind: 'other-generation' | 'spelling' | 'unknown';
  /** What to write instead; null: nothing does the same. */
  instead: string | null;
  /** The LensKit that knows it. */
  generation: string | null;
}

/** The `LK_…` variables that LensKit of these rules does not use, in the order of the environment. */
export function unknownVariables(rules: Rules, names: readonly string[]): UnknownVariable[] {
  return names.filter((name) => /^lk_/i.test(name)).flatMap((name) => judge(rules, name) ?? []);
}

function judge(rules: Rules, name: string): UnknownVariable | null {
  const is2026 = rules.generation === '2026.1';
  // From 2026.1 on the names may be written in any case; before, on Windows alone.
  const canonical = is2026 ? name.toUpperCase() : name;
  const known = knownVariables(rules);
  const section = SECTIONS_2026.find((prefix) => canonical === prefix || canonical.startsWith(`${prefix}__`));
  if (is2026 && section) return null;
  if (known.includes(canonical) || OTHER_VARIABLES.includes(canonical)) return null;
  const other = nestedSuccessor(rules, canonical);
  if (other !== undefined) {
    const generation = SINCE[canonical] ?? 'from 2026.1 on';
    return { name, kind: 'other-generation', instead: other, generation };
  }
  const candidates = [...known, ...OTHER_VARIABLES];
  const near = closest(name.toUpperCase().slice(0, 60), candidates);
  if (name.length <= 60 && distance(name.toUpperCase(), near) <= Math.max(2, Math.floor(near.length / 6))) {
    return { name, kind: 'spelling', instead: near, generation: null };
  }
  return { name, kind: 'unknown', instead: null, generation: null };
}

/** `LK_PARALLEL__NUM_THREADS` has its flat variable as what to use before 2026; undefined: no such rule. */
function nestedSuccessor(rules: Rules, name: string): string | null | undefined {
  const successors = SUCCESSORS[rules.generation];
  if (name in successors) return successors[name];
  const flat = /^LK_PARALLEL__(.+)$/i.exec(name)?.[1];
  if (flat === undefined || rules.generation === '2026.1') return undefined;
  const variable = `LK_${flat.toUpperCase()}`;
  return knownVariables(rules).includes(variable) ? variable : (successors[variable] ?? null);
}

/** The variables for parallelism that these rules read and use. */
export function knownVariables(rules: Rules): string[] {
  if (rules.generation !== '2026.1') return VARIABLES_2025;
  const fields = parallelFields(rules).filter((field) => field !== 'num_procs');
  return [...fields.map((field) => `LK_${field.toUpperCase()}`), 'LK_PARALLEL'];
}
