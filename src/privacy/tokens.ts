import type { Range } from './ranges.ts';

/** How the tokens of well-known services begin: each is a secret wherever it stands, also within a path. */
const TOKENS = new RegExp(
  [
    'gh[opsur]_[A-Za-z0-9]{16,255}',
    'github_pat_[A-Za-z0-9_]{16,255}',
    'glpat-[A-Za-z0-9_-]{16,255}',
    'hf_[A-Za-z0-9]{16,255}',
    '[sprw]k[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,255}',
    'xox[abeoprs]-[A-Za-z0-9-]{10,255}',
    'A[KS]IA[0-9A-Z]{16}',
    'AIza[0-9A-Za-z_-]{30,255}',
    'eyJ[A-Za-z0-9_-]{8,2000}\\.[A-Za-z0-9_-]{8,2000}(?:\\.[A-Za-z0-9_-]{0,2000})?',
    'npm_[A-Za-z0-9]{20,255}',
    'pypi-[A-Za-z0-9_-]{20,255}',
    'dckr_pat_[A-Za-z0-9_-]{16,255}',
    'ya29\\.[A-Za-z0-9_-]{16,255}',
    'SG\\.[A-Za-z0-9_-]{16,255}',
    'dop_v1_[a-f0-9]{32,255}',
  ]
    .map((shape) => `(?<![A-Za-z0-9])${shape}`)
    .join('|'),
  'g',
);

/** So long and so mixed is no name that a person gives. */
const RANDOM = /[A-Za-z0-9]{32,255}/g;
const MIXED = 0.45;

/** The share of neighbours that differ in class (capital, small, digit); random letters and digits have 0.6. */
function isRandom(word: string): boolean {
  const classes = [...word].map((letter) => (/\d/.test(letter) ? 0 : /[a-z]/.test(letter) ? 1 : 2));
  const changes = classes.filter((one, index) => index > 0 && one !== classes[index - 1]).length;
  return new Set(classes).size === 3 && changes / (word.length - 1) >= MIXED;
}

/** What is a token by its own shape, whatever stands around it. */
export function tokensIn(text: string): Range[] {
  // No token is shorter than the least of the shapes.
  if (!/[\w.-]{13}/.test(text)) return [];
  const found = [...text.matchAll(TOKENS), ...[...text.matchAll(RANDOM)].filter(([word]) => isRandom(word))];
  return found.map(({ 0: word, index }) => ({ from: index, to: index + word.length }));
}
