import { closest, distance } from 'fastest-levenshtein';
import { POOL_VARIABLES } from '../backends/pool-variables.ts';
import type { Rules } from './generation.ts';
import { ruleSetOf, traitsOf } from './generations.ts';

/** The releases that know a variable; of those that are not here: from 2026.1 on. */
const KNOWN_BY: { readonly [variable: string]: string } = {
  LK_NUM_PROCS: 'up to 2025.8',
  LK_TEMP_DIR: 'up to 0.14',
  LK_NUM_THREADS: 'from 2025.1 on',
  LK_NUM_BACKEND_THREADS: 'from 2025.1 on',
  LK_NUM_CHILD_THREADS: '2025.1 to 2025.8',
};

/** No name of LensKit's is half as long; the time that a comparison takes grows with the length. */
const LONGEST_LOOKED_AT = 60;

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
  // From 2026.1 on the names may be written in any case; before, on Windows alone.
  const canonical = traitsOf(rules).anyCase ? name.toUpperCase() : name;
  const known = knownVariables(rules);
  const { tables, otherVariables } = ruleSetOf(rules);
  if (tables.some((prefix) => canonical === prefix || canonical.startsWith(`${prefix}__`))) return null;
  if (known.includes(canonical) || otherVariables.includes(canonical)) return null;
  const other = nestedSuccessor(rules, canonical);
  if (other !== undefined) {
    const generation = KNOWN_BY[canonical] ?? 'from 2026.1 on';
    return { name, kind: 'other-generation', instead: other, generation };
  }
  if (name.length <= LONGEST_LOOKED_AT) {
    const near = closest(name.toUpperCase(), [...known, ...otherVariables]);
    if (distance(name.toUpperCase(), near) <= Math.max(2, Math.floor(near.length / 6)))
      return { name, kind: 'spelling', instead: near, generation: null };
  }
  return { name, kind: 'unknown', instead: null, generation: null };
}

/** `LK_PARALLEL__NUM_THREADS` has its flat variable as what to use before 2026; undefined: no such rule. */
function nestedSuccessor(rules: Rules, name: string): string | null | undefined {
  const successors = ruleSetOf(rules).instead;
  if (name in successors) return successors[name];
  const flat = /^LK_PARALLEL__(.+)$/i.exec(name)?.[1];
  if (flat === undefined) return undefined;
  const variable = `LK_${flat.toUpperCase()}`;
  return knownVariables(rules).includes(variable) ? variable : (successors[variable] ?? null);
}

/**
 * True for what a file that somebody else has written may bring into a line to paste: a variable of LensKit's or of a
 * native library's threads, with a plain value.
 */
export function mayBePasted(name: string, value = ''): boolean {
  const isKnown = /^_?LK_[A-Z_]{1,60}$/i.test(name) || name === 'PYTHON_CPU_COUNT' || POOLS.has(name);
  return isKnown && /^[\w.,:-]{0,64}$/.test(value);
}

const POOLS: ReadonlySet<string> = new Set(POOL_VARIABLES.map(({ name }) => name));

/** The variables for parallelism that these rules read and use. */
export function knownVariables(rules: Rules): string[] {
  return ruleSetOf(rules).variables(rules);
}
