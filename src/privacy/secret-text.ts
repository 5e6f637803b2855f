import { secretsOfAddresses } from './addresses.ts';
import { type Range, withoutRanges } from './ranges.ts';
import { isSecretName } from './secret-names.ts';
import { tokensIn } from './tokens.ts';
import { valueEnds } from './values.ts';

/** `Bearer x`, as in the headers that an HTTP client is given. */
const SCHEME = /\b(Bearer|Basic|Token)(\s{1,8})[A-Za-z0-9._~+/=-]{6,}/g;

/** Headers whose whole line is secret: `Cookie: a=1; b=2`. */
const HEADER = /\b(?:(?:Proxy-)?Authorization|(?:Set-)?Cookie)\\{0,4}["']?\s{0,4}:\s{0,4}(?=\S)/gi;
const SAME_LINE = /[^\r\n"']+/y;

/** A name, then `=`, `:`, `:=` or `=>`. */
const ASSIGNED = /([A-Za-z_][\w.-]{0,99})(\\{0,4}["']?\]?\s{0,8}[=:]{1,2}>?\s{0,8})/g;

/** A name in quotes before a value in quotes, as a function takes them: `setdefault("TOKEN", "x")`. */
const TAKEN = /([\w.-]{1,100})(\\{0,4}["']\s{0,4},\s{0,4}(?=\\{0,4}["']))/g;

/** An option, before its value. */
const OPTION = /(--?[A-Za-z][\w.-]{0,99})(\s{0,4}[=:]\s{0,4}|\s{1,4}(?!-))/g;

/** Behind a colon these are words of ordinary sentences: `key: value`. */
const ORDINARY: ReadonlySet<string> = new Set([
  'auth',
  'key',
  'keys',
  'pass',
  'pat',
  'pin',
  'private',
  'pw',
  'salt',
  'session',
]);

/** A text without what is a secret by its shape or by the name before it. Linear: each character is looked at a bounded number of times. */
export function withoutSecretShapes(text: string): string {
  return text.length < 6 ? text : withoutRanges(text, secretsIn(text));
}

/** Where the secrets of a text are, in no order: by their shape, or by the name before them. */
export function secretsIn(text: string): Range[] {
  if (text.length < 6) return [];
  const found = [...secretsOfAddresses(text), ...tokensIn(text)];
  if (/\b(?:Bearer|Basic|Token)\s/.test(text)) {
    for (const { 0: whole, 1: scheme = '', 2: blank = '', index } of text.matchAll(SCHEME)) {
      found.push({ from: index + scheme.length + blank.length, to: index + whole.length });
    }
  }
  if (text.includes('-')) addValues(found, text, OPTION, (name) => isSecretName(name));
  if (text.includes(',')) addValues(found, text, TAKEN, isSecretName);
  if (!/[=:]/.test(text)) return found;
  if (text.includes(':')) addHeaders(found, text);
  addValues(found, text, ASSIGNED, (name, between) => isAssignment(name, between) && isSecretName(name));
  return found;
}

/** A value that is no secret is looked through like the rest: it may be the name before one (`--verbose --password x`). */
function addValues(
  found: Range[],
  text: string,
  names: RegExp,
  isSecret: (name: string, between: string) => boolean,
): void {
  let done = 0;
  for (const { 0: whole, 1: name = '', 2: between = '', index } of text.matchAll(names)) {
    if (index < done || !isSecret(name, between)) continue;
    const from = index + whole.length;
    const to = valueEnds(text, from);
    // The words of this program's own messages: write KEY=VALUE.
    if (to === from || text.slice(index, to) === 'KEY=VALUE') continue;
    found.push({ from, to });
    done = to;
  }
}

function addHeaders(found: Range[], text: string): void {
  let done = 0;
  for (const { 0: whole, index } of text.matchAll(HEADER)) {
    if (index < done) continue;
    const from = index + whole.length;
    SAME_LINE.lastIndex = from;
    if (!SAME_LINE.test(text)) continue;
    done = SAME_LINE.lastIndex;
    found.push({ from, to: done });
  }
}

function isAssignment(name: string, between: string): boolean {
  return between.includes('=') || !ORDINARY.has(name.toLowerCase());
}
