import type { Engine } from './engine.ts';
import { asValue, knownOf } from './known.ts';
import { type Found, foundBy, isMatchedByGlob, matchMethod } from './patterns.ts';
import type { PythonRule, PythonRules } from './python-rule.ts';
import { constant, type Given, type NameOne, named, textOf, UNKNOWN, type Value } from './values.ts';

/** `re.I`, in words. */
const IGNORES_CASE = /^re\.(I|IGNORECASE)$/;

/** Which expression, whether in any case; null: that is not known. */
interface Expression {
  pattern: string;
  ignoresCase: boolean;
}

function expressionOf(pattern: Value | undefined, flags: Value | undefined): Expression | null {
  const [one] = pattern ?? [];
  if (pattern?.length === 1 && one?.kind === 'name' && one.name === 're.Pattern()' && one.object !== null)
    return expressionOf(one.object.cells.get('pattern'), one.object.cells.get('flags'));
  const text = textOf(pattern);
  const [flag, ...more] = flags ?? [];
  if (text === undefined || more.length > 0) return null;
  if (flag === undefined || (flag.kind === 'const' && flag.value === 0)) return { pattern: text, ignoresCase: false };
  return flag.kind === 'name' && IGNORES_CASE.test(flag.name) ? { pattern: text, ignoresCase: true } : null;
}

/** `re.match(pattern, text)`, or of a pattern that was compiled. */
function matched(
  it: Engine,
  anchor: Parameters<typeof foundBy>[2],
  expression: Expression | null,
  text: Value | undefined,
): Value {
  const own = textOf(text);
  const found =
    expression && own !== undefined ? foundBy(expression.pattern, expression.ignoresCase, anchor, own) : undefined;
  if (found === undefined) return UNKNOWN;
  if (found === null) return constant(null);
  const cells = it.store.cells();
  it.store.write(cells, 'found', constant(JSON.stringify(found)));
  return named('re.Match()', { id: it.next(), cells });
}

/** What a method of a match gives. */
export function matchResult(it: Engine, { object }: NameOne, method: string, given: readonly Value[]): Value {
  const text = textOf(object?.cells.get('found'));
  const known = given.map((one) => knownOf(one));
  if (text === undefined || known.includes(undefined)) return UNKNOWN;
  const result = matchMethod(JSON.parse(text) as Found, method, known as never[]);
  return result === undefined ? UNKNOWN : asValue(result, it);
}

const ANCHORS = ['match', 'fullmatch', 'search'] as const;

const ofModule =
  (anchor: (typeof ANCHORS)[number]): PythonRule =>
  (it, { positional: [pattern, text, flags], keywords }) =>
    matched(it, anchor, expressionOf(pattern, flags ?? keywords.get('flags')), text ?? keywords.get('string'));

const ofPattern =
  (anchor: (typeof ANCHORS)[number]): PythonRule =>
  (it, { positional: [text], keywords }, _, __, object) =>
    matched(
      it,
      anchor,
      expressionOf(object?.cells.get('pattern'), object?.cells.get('flags')),
      text ?? keywords.get('string'),
    );

/** What regular expressions and patterns of names find in texts that are known, by full name. */
export const MATCHING: PythonRules = [
  [
    're.compile',
    (it, { positional: [pattern, flags], keywords }: Given) => {
      const own = expressionOf(pattern, undefined);
      if (own === null) return null;
      const cells = it.store.cells();
      it.store.write(cells, 'pattern', constant(own.pattern));
      const said = flags ?? keywords.get('flags');
      if (said) it.store.write(cells, 'flags', said);
      return named('re.Pattern()', { id: it.next(), cells });
    },
  ],
  ...ANCHORS.flatMap((anchor) => [
    [`re.${anchor}`, ofModule(anchor)] as const,
    [`re.Pattern().${anchor}`, ofPattern(anchor)] as const,
  ]),
  ...['group', 'groups', 'start', 'end', 'span'].map(
    (method) =>
      [
        `re.Match().${method}`,
        ((it, { positional }, _, __, object) =>
          matchResult(it, { kind: 'name', name: 're.Match()', object }, method, positional)) as PythonRule,
      ] as const,
  ),
  ...['fnmatch.fnmatch', 'fnmatch.fnmatchcase'].map(
    (name) =>
      [
        name,
        ((_, { positional: [text, pattern] }) => {
          const [a, b] = [textOf(text), textOf(pattern)];
          const known = a === undefined || b === undefined ? undefined : isMatchedByGlob(a, b);
          return known === undefined ? UNKNOWN : constant(known);
        }) as PythonRule,
      ] as const,
  ),
];
