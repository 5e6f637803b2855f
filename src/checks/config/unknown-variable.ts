import { type UnknownVariable, unknownVariables } from '../../rules/variables.ts';
import { type Check, type Fix, pass } from '../check.ts';

/** An `LK_…` variable that this LensKit does not use: misspelt, of another generation, or nobody's. */
export const configUnknownVariable: Check = {
  id: 'config/unknown-variable',
  title: 'a variable that LensKit does not use',
  run({ rules, env }) {
    const found = unknownVariables(rules, Object.keys(env));
    const worst = found.filter(({ kind }) => kind !== 'unknown');
    const [first] = worst.length > 0 ? worst : found;
    if (first === undefined) return pass('every LK_ variable is one that LensKit reads');
    const others = found.filter((variable) => variable !== first);
    return {
      status: worst.length > 0 ? 'warn' : 'info',
      title: says(first, rules.generation),
      ...(others.length > 0 ? { detail: others.map((variable) => says(variable, rules.generation)).join('; ') } : {}),
      evidence: found.map(({ name, kind }) => ({ where: name, said: kind === 'unknown' ? 'set' : (env[name] ?? '') })),
      fix: fixFor(found, env),
    };
  },
};

function says({ name, kind, instead, generation }: UnknownVariable, own: string): string {
  if (kind === 'spelling') return `LensKit does not read ${name}: did you mean ${instead}?`;
  if (kind === 'unknown') return `LensKit does not read ${name}`;
  const known = `${name} belongs to LensKit ${generation} and does nothing under the rules of ${own}`;
  return instead === null ? known : `${known}: use ${instead}`;
}

/** A misspelt variable keeps its value under the right name, unless that is set as well. */
function fixFor(found: UnknownVariable[], env: { readonly [name: string]: string }): Fix {
  const renamed = found.filter(
    ({ kind, instead }) => kind === 'spelling' && instead !== null && env[instead] === undefined,
  );
  const set = renamed
    .map(({ name, instead }) => [instead ?? '', env[name] ?? ''] as const)
    .filter(([, value]) => value !== '…');
  return { ...(set.length > 0 ? { env: Object.fromEntries(set) } : {}), unset: found.map(({ name }) => name) };
}
