import type { Range } from './ranges.ts';

/** How the tokens of well-known services begin: each is a secret wherever it stands, also within a path. */
const TOKENS = new RegExp(
  [
    'gh[opsur]_[A-Za-z0-9]{16,255}',
    'github_pat_[A-Za-z0-9_]{16,255}',
    'gl(?:pat|dt|rt|ptt|cbt|ft|imt|agent|oas|soat|ffct)-[A-Za-z0-9_-]{16,300}(?:\\.[0-9a-z]{2}\\.?[0-9a-z]{7,9})?',
    'hf_[A-Za-z0-9]{16,255}',
    'api_org_[A-Za-z0-9]{16,255}',
    '[sprw]k[-_](?=[A-Za-z_-]{0,255}[0-9])[A-Za-z0-9_-]{16,255}',
    'xox[a-eoprs]-[A-Za-z0-9-]{10,255}',
    'xapp-[0-9]-[A-Za-z0-9-]{10,255}',
    'A[KS]IA[0-9A-Z]{16}',
    'AIza[0-9A-Za-z_-]{30,255}',
    'GOCSPX-[A-Za-z0-9_-]{20,255}',
    'ya29\\.[A-Za-z0-9_-]{16,2048}',
    'eyJ[A-Za-z0-9_-]{8,2000}\\.[A-Za-z0-9_-]{8,2000}(?:\\.[A-Za-z0-9_-]{0,2000})?',
    'npm_[A-Za-z0-9]{20,255}',
    // A macaroon of version 2, of any length; an index's name is its first field.
    'pypi-AgE[A-Za-z0-9_-]{16,2000}',
    'dckr_[op]at_[A-Za-z0-9_-]{16,255}',
    'SG\\.[A-Za-z0-9_-]{16,255}(?:\\.[A-Za-z0-9_-]{16,255})?',
    'do[opr]_v1_[a-f0-9]{32,255}',
    'dapi[a-f0-9]{32}(?:-[0-9])?',
    'hvs\\.[A-Za-z0-9_-]{24,255}',
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
