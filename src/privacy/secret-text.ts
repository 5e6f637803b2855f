import { isSecretName } from './secret-names.ts';

/** Stands where a text was: a text as well, so that LensKit's validation answers the same. */
export const HIDDEN = '…';

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

/** `user:password@` or `token@` of an address; `git@host` is none. */
const USER_INFO = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@'"]{1,700}@/gi;

/** What an address asks with: `?token=x`. */
const QUERY = /[?&;]([\w.-]{1,60})(=)/g;
const QUERY_VALUE = /[^\s&#"']{1,500}/y;

/** `Bearer x`, as in the headers that an HTTP client is given. */
const SCHEME = /\b(Bearer|Basic|Token)(\s{1,8})[A-Za-z0-9._~+/=-]{6,2000}/g;

/** A name, then `=` or `:`. */
const ASSIGNED = /([A-Za-z_][\w.-]{0,99})(["']?\s{0,4}[=:]\s{0,4})/g;

/** An option, before its value. */
const OPTION = /(--?[A-Za-z][\w.-]{0,99})(\s{0,4}[=:]\s{0,4}|\s{1,4}(?!-))/g;

/** In quotes, or up to the next blank. */
const VALUE = /"[^"]{1,500}"|'[^']{1,500}'|[^\s,;&"'|)]{1,500}/y;

/** Behind a colon these are words of ordinary sentences: `key: value`. */
const ORDINARY: ReadonlySet<string> = new Set(['auth', 'key', 'keys', 'pass', 'pat', 'pin', 'private', 'pw', 'salt']);

/** So long and so mixed is no name that a person gives. */
const RANDOM = /[A-Za-z0-9]{32,255}/g;
const MIXED = 0.45;

/** The share of neighbours that differ in class (capital, small, digit); random letters and digits have 0.6. */
function isRandom(word: string): boolean {
  const classes = [...word].map((letter) => (/\d/.test(letter) ? 0 : /[a-z]/.test(letter) ? 1 : 2));
  const changes = classes.filter((one, index) => index > 0 && one !== classes[index - 1]).length;
  return new Set(classes).size === 3 && changes / (word.length - 1) >= MIXED;
}

/** A text without what is a secret by its shape or by the name before it. Linear: every pattern is bounded. */
export function withoutSecretShapes(text: string): string {
  if (text.length < 6) return text;
  let left = text;
  if (left.includes('://')) {
    left = withoutValues(left.replace(USER_INFO, `$1${HIDDEN}@`), QUERY, QUERY_VALUE, isSecretName);
  }
  if (/\b(?:Bearer|Basic|Token)\s/.test(left)) left = left.replace(SCHEME, `$1$2${HIDDEN}`);
  // No token is shorter than the least of the shapes.
  if (/[\w.-]{13}/.test(left)) {
    left = left.replace(TOKENS, HIDDEN).replace(RANDOM, (word) => (isRandom(word) ? HIDDEN : word));
  }
  if (left.includes('-')) left = withoutValues(left, OPTION, VALUE, isSecretName);
  if (!/[=:]/.test(left)) return left;
  return withoutValues(left, ASSIGNED, VALUE, (name, between) => isAssignment(name, between) && isSecretName(name));
}

/** A value that is no secret is looked through like the rest: it may be the name before one (`--verbose --password x`). */
function withoutValues(
  text: string,
  names: RegExp,
  value: RegExp,
  isSecret: (name: string, between: string) => boolean,
): string {
  let shown = '';
  let from = 0;
  for (const { 0: whole, 1: name = '', 2: between = '', index } of text.matchAll(names)) {
    if (index < from || !isSecret(name, between)) continue;
    value.lastIndex = index + whole.length;
    // The words of this program's own messages: write KEY=VALUE.
    if (!value.test(text) || text.slice(index, value.lastIndex) === 'KEY=VALUE') continue;
    shown += text.slice(from, index + whole.length) + HIDDEN;
    from = value.lastIndex;
  }
  return shown + text.slice(from);
}

function isAssignment(name: string, between: string): boolean {
  return between.includes('=') || !ORDINARY.has(name.toLowerCase());
}

/** How many letters of an argument come before its secret: `--token=X`; null: it names none. */
export function secretBegins(word: string): number | null {
  const name = /^[\w.+:@/-]{1,200}=/.exec(word)?.[0];
  return name !== undefined && isSecretName(name) ? name.length : null;
}

/** True for `--password` before `X`. */
export function announcesSecret(before: string | undefined, word: string): boolean {
  return /^--?[A-Za-z][\w.-]{0,200}$/.test(before ?? '') && !word.startsWith('-') && isSecretName(before ?? '');
}

/**
 * A command's arguments without the values that their names call secret: `--password X`, `--token=X`,
 * `WANDB_API_KEY=X`, `+db.password=X`, an address with a password.
 */
export function withoutSecretArguments(words: readonly string[]): string[] {
  return words.map((word, index) => {
    if (announcesSecret(words[index - 1], word)) return HIDDEN;
    const begins = secretBegins(word);
    return begins === null ? withoutSecretShapes(word) : word.slice(0, begins) + HIDDEN;
  });
}
