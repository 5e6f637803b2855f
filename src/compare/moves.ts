import type { Fix } from '../checks/check.ts';
import type { Move } from '../documents/comparison.ts';
import { type Rules, rulesFor } from '../rules/generation.ts';
import { ruleSetOf } from '../rules/generations.ts';
import { type Knob, type Parameters, pythonName } from '../rules/resolution.ts';
import { resolveConfig } from '../rules/resolve.ts';
import { knownVariables, unknownVariables } from '../rules/variables.ts';
import type { Compared } from './compared.ts';

/** From one LensKit to another, with what is set for the first one. */
interface Change {
  from: Rules;
  to: Rules;
  knobs: readonly Knob[];
}

/** The places to set something that another LensKit has not, or has elsewhere, and what to write there instead. */
export function movesOf(a: Compared, b: Compared): Move[] {
  const [from, to] = [rulesOf(a), rulesOf(b)];
  if (from === null || to === null) return [];
  const change = { from, to, knobs: a.knobs };
  const moved = [...variables(change), ...refusedValues(change), ...parameters(change), ...otherPlaces(change)];
  return [...moved, ...newOnes(change, moved)];
}

function rulesOf({ lenskit }: Compared): Rules | null {
  const named = lenskit.version ?? lenskit.generation;
  const rules = named === null ? 'invalid' : rulesFor(named);
  return typeof rules === 'string' ? null : rules;
}

/** The variables that are read no more, or soon. Those that stand for nothing by themselves only where they are set. */
function variables(change: Change): Move[] {
  const { from, to, knobs } = change;
  const read = knownVariables(to);
  const { instead, traits } = ruleSetOf(to);
  const own = knownVariables(from);
  const others = knobs.filter(({ name, env }) => !own.includes(env) && (name === 'numbaThreads' || isSet(env, knobs)));
  const names = [...new Set([...own, ...others.map(({ env }) => env)])];
  const gone = names
    .filter((name) => !read.includes(name) && Object.hasOwn(instead, name))
    .map((name) => moveOf(name, instead[name] ?? null, setBy(knobs, 'env', name)));
  const isDeprecated = traits.childThreads === 'deprecated' && ruleSetOf(from).traits.childThreads === 'in use';
  if (!isDeprecated) return gone;
  const set = setBy(knobs, 'env', CHILD_THREADS);
  const backend = knobs.find(({ name }) => name === 'backendThreads');
  const list = [firstOf(backend), firstOf(set)];
  const isList = list.every((value) => value !== null);
  const fix = isList ? { env: { LK_NUM_BACKEND_THREADS: list.join(',') }, unset: [CHILD_THREADS] } : null;
  return [
    ...gone,
    { name: CHILD_THREADS, kind: 'deprecated', instead: 'LK_NUM_BACKEND_THREADS', set: rawOf(set), fix },
  ];
}

const CHILD_THREADS = 'LK_NUM_CHILD_THREADS';

/** Variables that are read as before and whose value is refused: a list, where one number is taken. */
function refusedValues({ to, knobs }: Change): Move[] {
  const read = knownVariables(to);
  return knobs.flatMap((knob) => {
    const { name = '', kind, raw = '' } = knob.source ?? {};
    if (kind !== 'env' || !read.includes(name) || firstOf(knob) === null || !refuses(to, name, raw)) return [];
    return [moveOf(name, name, knob, [])];
  });
}

function refuses(rules: Rules, variable: string, raw: string): boolean {
  const env = { [variable]: raw };
  return !resolveConfig({ rules, cpus: 1n, env, params: {}, files: [], freeThreaded: false }).ok;
}

/** The parameters of `initialize()` that are there no more. */
function parameters({ from, to, knobs }: Change): Move[] {
  const { beatenBy } = ruleSetOf(from);
  const { instead, traits } = ruleSetOf(to);
  return Object.entries(beatenBy).flatMap(([variable, parameter]: [string, keyof Parameters]) => {
    // n_jobs of a batch call is there in every release.
    if (traits.parameters.includes(parameter) || parameter === 'nJobs') return [];
    const written = pythonName(parameter);
    const target = knownVariables(to).includes(variable) ? variable : (instead[variable] ?? null);
    const set = setBy(knobs, 'parameter', written) ?? setBy(knobs, 'parameter', parameter);
    return [moveOf(`initialize(${written}=)`, target, set, [])];
  });
}

/** What is set in a file or by a variable's other spelling that is not read any more. */
function otherPlaces({ from, to, knobs }: Change): Move[] {
  const { instead, traits } = ruleSetOf(to);
  const read = knownVariables(to);
  return knobs.flatMap((knob) => {
    const { source, env } = knob;
    const name = source?.name ?? '';
    const target = read.includes(env) ? env : (instead[env] ?? null);
    if (source?.kind === 'file' && ruleSetOf(from).traits.settingsFiles && !traits.settingsFiles)
      return [moveOf(`${name}: ${knob.candidates.find(({ used }) => used)?.key ?? knob.parameter}`, target, knob, [])];
    const isOther = source?.kind === 'env' && name !== env && /^lk_/i.test(name);
    return isOther && unknownVariables(to, [name]).length > 0 ? [moveOf(name, target, knob)] : [];
  });
}

/** What can be set from now on, and stands for nothing that could be set before. */
function newOnes({ from, to }: Change, moved: readonly Move[]): Move[] {
  const { traits } = ruleSetOf(to);
  const targets = moved.map(({ instead }) => instead);
  const before = knownVariables(from);
  const names = knownVariables(to).filter(
    (name) =>
      !before.includes(name) &&
      !targets.includes(name) &&
      !(name === CHILD_THREADS && traits.childThreads === 'deprecated'),
  );
  const files = traits.settingsFiles && !ruleSetOf(from).traits.settingsFiles ? ['lenskit.toml'] : [];
  return [...names, ...files].map((name) => ({ name, kind: 'new', instead: null, set: null, fix: null }));
}

function moveOf(name: string, instead: string | null, knob: Knob | null, unset: readonly string[] = [name]): Move {
  const value = firstOf(knob);
  const fix: Fix = {
    ...(unset.length > 0 ? { unset: [...unset] } : {}),
    ...(instead !== null && value !== null ? { env: { [instead]: value } } : {}),
  };
  const isAnything = knob !== null && Object.keys(fix).length > 0;
  return { name, kind: instead === null ? 'gone' : 'moved', instead, set: rawOf(knob), fix: isAnything ? fix : null };
}

function rawOf(knob: Knob | null): string | null {
  return knob?.source?.raw ?? null;
}

/** Its value in the main process as a variable takes it; null: not known, or nothing that could be written. */
function firstOf(knob: Knob | null | undefined): string | null {
  const value = Array.isArray(knob?.value) ? knob.value[0] : knob?.value;
  const text = String(value ?? '');
  return /^(-?\d{1,9}|true|false)$/.test(text) ? text : null;
}

function setBy(knobs: readonly Knob[], kind: 'env' | 'parameter', name: string): Knob | null {
  return knobs.find(({ source }) => source?.kind === kind && source.name === name) ?? null;
}

function isSet(env: string, knobs: readonly Knob[]): boolean {
  return setBy(knobs, 'env', env) !== null;
}
