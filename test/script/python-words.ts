import fc from 'fast-check';

const WORDS = [
  'def ',
  'class ',
  'if ',
  ':',
  '\n',
  '    ',
  '(',
  ')',
  '@',
  'x',
  '=',
  ',',
  '"""',
  'lambda',
  'import ',
  'from ',
  'lenskit',
  '.',
  '*',
  'match ',
  'case ',
  '\t',
  '\\',
  '#',
  'f"{',
  '}"',
  'global ',
  'for ',
  ' in ',
  ' as ',
  ':=',
  '[',
  ']',
];

/** Words of Python in any order, with some that matter: mostly no Python at all. */
export function pythonWords(more: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...WORDS, ...more), { maxLength: 60 }).map((parts) => parts.join(''));
}
