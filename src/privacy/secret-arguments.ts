import { ANNOUNCING, CREDENTIALS, type Credentials, PAIR_OPTIONS } from './credential-arguments.ts';
import { movedBy, type Range, withoutRanges } from './ranges.ts';
import { isSecretName } from './secret-names.ts';
import { secretsIn } from './secret-text.ts';
import { shellWords, unquoted } from './shell-words.ts';

/** Lines within lines: `ssh host "sh -c 'curl …'"`. */
const DEEPEST = 4;

/**
 * A command's arguments without what is secret among them: by their names (`--password X`, `--token=X`, `WANDB_API_KEY=X`,
 * `--env=DB_PASSWORD=X`), as a user's password (`-u user:X`), in headers and addresses, and where the program is known to take
 * them (`mysql -pX`); also within a line for a shell.
 */
export function withoutSecretArguments(words: readonly string[]): string[] {
  const secrets = secretsOfArguments(words);
  return words.map((word, index) => withoutRanges(word, secrets[index] ?? []));
}

/** Where the secrets of each argument are. */
export function secretsOfArguments(words: readonly string[], depth = 0): Range[][] {
  let program: Credentials[] = [];
  const seen = new Set<string>();
  return words.map((word, index) => {
    const before = words[index - 1] ?? '';
    if (isCommandsEnd(word) && depth > 0) {
      program = [];
      seen.clear();
      return [];
    }
    const whole: Range[] = [{ from: 0, to: word.length }];
    const isSecret =
      announcesSecret(before, word) ||
      (isAnnouncing(before) && !isOption(word) && (depth === 0 || isTelling(word))) ||
      program.some((one) => isNextOf(one, before, word, words[index - 2] ?? '', seen));
    const own = program.filter(({ behind }) => behind === undefined || seen.has(behind));
    const found = isSecret
      ? whole
      : [
          ...pairOf(word, before, PAIR_OPTIONS, ':'),
          ...own.flatMap((one) => withinOf(one, word, before)),
          ...secretOf(word, depth),
        ];
    const name = word.slice(word.lastIndexOf('/') + 1);
    // Any word may be the program: sudo, env, timeout and ssh stand before it.
    const known = CREDENTIALS.filter(({ programs }) => programs.includes(name));
    program.push(...known);
    seen.add(word);
    return found.filter(({ from, to }) => from < to);
  });
}

function isCommandsEnd(word: string): boolean {
  return /^[;|&()`<>]$/.test(word);
}

/** What a word holds by its own shape. */
function secretOf(word: string, depth: number): Range[] {
  const begins = secretBegins(word);
  if (begins !== null) return [{ from: begins, to: word.length }];
  const rest = restBegins(word);
  if (rest !== null) return [{ from: rest, to: word.length }, ...secretsIn(word)];
  const [, login = ''] = LOGIN.exec(word) ?? [];
  const found = isNumbers(login) ? [] : [{ from: 0, to: login.length }];
  const [, scheme = ''] = SCHEMED.exec(word) ?? [];
  if (scheme !== '') found.push({ from: scheme.length, to: word.length });
  return [...found, ...secretsIn(word), ...(depth < DEEPEST && /\s/.test(word) ? secretsOfLine(word, depth + 1) : [])];
}

function secretsOfLine(line: string, depth: number): Range[] {
  const inside = shellWords(line).map(({ text, from, isOperator }) => {
    const { text: word, skipped } = isOperator ? { text, skipped: 0 } : unquoted(text);
    return { word, from: from + skipped };
  });
  const secrets = secretsOfArguments(
    inside.map(({ word }) => word),
    depth,
  );
  const named = [...line.matchAll(SQL)].map(({ 0: whole, 1: value = '', index }) => ({
    from: index + whole.length - value.length,
    to: index + whole.length,
  }));
  return [...named, ...inside.flatMap(({ from }, index) => (secrets[index] ?? []).map(movedBy(from)))];
}

/** `ALTER ROLE x PASSWORD 'secret'`, `IDENTIFIED BY 'secret'`. */
const SQL = /\b(?:PASSWORD|IDENTIFIED\s{1,4}BY)\s{1,4}(['"\\]{1,12}[^'"\\]{1,400})/gi;

/** `user:password@host` without a scheme; not `image:tag@sha256:…`. */
const LOGIN = /^([^\s/:@]{1,100}:(?!\/\/)\S{1,400})@(?!sha\d{3}:)[\w.-]{1,255}(?::\d{1,5})?(?:\/|$)/;

/** `token X` in one word, as a header's value. */
const SCHEMED = /^((?:token|bearer|basic|digest|apikey)\s{1,8})\S/i;

/** Names in a row, of which the last is a secret's: `--token=X`, `--env=DB_PASSWORD=X`. */
const NAMED = /[\w.+:@/-]{1,200}=/y;

/** A header (`X-Api-Key: X`), or openssl's `pass:X`. */
const HEADED = /([\w-]{1,100}):\s{0,8}(?!\/\/|\s)./y;
const ORDINARY = /^(?:auth|key|keys|pat|pin|private|pw|salt|session)$/i;

/** How many letters of an argument come before its secret: `--token=X`, `--header=X-Token: X`; null: it names none. */
export function secretBegins(word: string): number | null {
  let from = 0;
  for (;;) {
    HEADED.lastIndex = from;
    const [header = '', name = ''] = HEADED.exec(word) ?? [];
    if (!ORDINARY.test(name) && isSecretName(name)) return from + header.length - 1;
    NAMED.lastIndex = from;
    const named = NAMED.exec(word)?.[0];
    if (named === undefined) return null;
    from += named.length;
    if (isSecretName(named) && word !== 'KEY=VALUE') return from;
  }
}

/**
 * Where a word's value behind a secret's name begins, somewhere within it: `:ftp,host=h,pass=X`, `user=u&password=X`. What ends it
 * is not known, so that it goes to the end. Of an address it is.
 */
function restBegins(word: string): number | null {
  if (/[\s"'{[]|:\/\//.test(word) || word === 'KEY=VALUE') return null;
  for (const { 0: whole, 1: name = '', index } of word.matchAll(/([\w.-]{1,100})=/g)) {
    if (isSecretName(name)) return index + whole.length;
  }
  return null;
}

/** True for `--password` before `X`. */
export function announcesSecret(before: string | undefined, word: string): boolean {
  if (before === undefined || word === '') return false;
  return /^--?[A-Za-z][\w.-]{0,200}$/.test(before) && !isOption(word) && isSecretName(before);
}

/** `token` before `X`; also a setting's name, as `aws configure set aws_secret_access_key X` has it. */
function isAnnouncing(before: string): boolean {
  return (
    ANNOUNCING.has(before.toLowerCase()) ||
    /^[\w.-]{1,100}[_.-](?:token|password|secret|access_key|api_key)$/i.test(before)
  );
}

/** `-v`, `-n5`, `--verbose`, `--n-jobs=3`: a password that looks so is taken for one. */
function isOption(word: string): boolean {
  return /^-(?:[A-Za-z]\d*|-?[a-z][a-z0-9_-]*(?:=.*)?|-)?$/s.test(word);
}

/** No number, and no ordinary word of a sentence. */
function isTelling(word: string): boolean {
  return word.length >= 6 && !/^\d+$/.test(word) && (word.length >= 12 || !/^[a-z]+[.,:]?$/.test(word));
}

/** `user:password`, as the value of the option before it or in the same word. */
function pairOf(word: string, before: string, options: readonly string[], separator: string): Range[] {
  const own = options.find((option) => word.startsWith(option.startsWith('--') ? `${option}=` : option));
  const begins =
    options.includes(before) || (own === undefined && isCluster(before, options))
      ? 0
      : own !== undefined
        ? own.length + (word[own.length] === '=' ? 1 : 0)
        : null;
  if (begins === null) return [];
  const value = word.slice(begins);
  // `-url=http://h:80` is an option of one dash with a long name.
  const isOtherOption = begins > 0 && !word.startsWith('--') && /^[\w-]*=/.test(value);
  return isPair(value, separator) && !isOtherOption ? [{ from: begins, to: word.length }] : [];
}

/** `-sSu`: options of one letter in one word, the last of which takes a value. */
function isCluster(before: string, options: readonly string[]): boolean {
  return /^-[A-Za-z]{2,8}$/.test(before) && options.includes(`-${before.at(-1)}`);
}

/** A user's number and a group's are no secret (`-u 1000:1000`), nor is an address. */
function isPair(value: string, separator: string): boolean {
  const at = value.indexOf(separator);
  return at >= 0 && !/\s/.test(value.slice(0, at)) && !value.startsWith('//', at + 1) && !isNumbers(value);
}

function isNumbers(value: string): boolean {
  return /^[\d:.]*$/.test(value);
}

/** What a known program takes as its next word. */
function isNextOf(
  { next = [], after = [], behind }: Credentials,
  before: string,
  word: string,
  earlier: string,
  seen: ReadonlySet<string>,
): boolean {
  if (isOption(word)) return false;
  if (behind !== undefined && !seen.has(behind)) return false;
  return (
    next.includes(before) ||
    isCluster(before, next) ||
    after.includes(before) ||
    (after.includes(earlier) && /^--[a-z-]+$/.test(before))
  );
}

/** What a known program takes in this word. */
function withinOf({ same = [], pair, shape }: Credentials, word: string, before: string): Range[] {
  const found: Range[] = [];
  const option = same.find((one) => word.startsWith(one));
  if (option !== undefined) found.push({ from: option.length, to: word.length });
  if (pair !== undefined) found.push(...pairOf(word, before, pair.options, pair.separator));
  const { 0: whole = '', 1: secret = '' } = shape?.exec(word) ?? [];
  if (secret !== '') found.push({ from: whole.length - secret.length, to: whole.length });
  return found;
}
