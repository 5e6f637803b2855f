import { eachText } from '../escape/texts.ts';
import { passwordsOfAddresses } from './addresses.ts';
import { HIDDEN } from './ranges.ts';
import { secretsOfArguments } from './secret-arguments.ts';
import { isSecretName } from './secret-names.ts';
import { withoutSecretShapes } from './secret-text.ts';

/** Hides secrets in plain data: in every text of it, in no key. */
export type Hide = <T>(value: T) => T;

/** Shorter ones would hide half of every report. */
const LEAST = 6;
const MOST_VALUES = 1000;
/** A report cannot do without these folders, whatever else they are called. */
const FOLDERS = ['HOME', 'PWD', 'TMPDIR', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'PATH'] as const;

/**
 * What is secret to this process: the values of variables whose names say so, passwords in addresses, and what is secret
 * among the arguments. They are hidden wherever they turn up, whoever wrote them there.
 */
export function hiding(env: { readonly [name: string]: string | undefined }, words: readonly string[] = []): Hide {
  const values = [...new Set([...fromEnvironment(env), ...fromArguments(words)])]
    .filter((value) => isTelling(value) && !FOLDERS.some((name) => env[name]?.startsWith(value)))
    // a secret within another must not leave the rest of it
    .sort((a, b) => b.length - a.length)
    .slice(0, MOST_VALUES);
  const hideText = (text: string): string =>
    withoutSecretShapes(
      values.reduce((left, value) => (left.includes(value) ? left.replaceAll(value, HIDDEN) : left), text),
    );
  return (value) => eachText(value, hideText);
}

function* fromEnvironment(env: { readonly [name: string]: string | undefined }): Generator<string> {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value.length < LEAST) continue;
    if (isSecretName(name)) {
      yield value;
      // a key of several lines is shown line by line
      if (value.includes('\n')) yield* value.split('\n');
    }
    if (value.includes('://')) yield* passwordsOfAddresses(value);
  }
}

function* fromArguments(words: readonly string[]): Generator<string> {
  for (const [index, secrets] of secretsOfArguments(words).entries()) {
    const word = words[index] ?? '';
    for (const { from, to } of secrets) {
      const value = word.slice(from, to);
      yield value;
      // The password of a pair; what a header, a list or an address holds.
      const colon = value.indexOf(':');
      yield colon === value.length - 1 ? value.slice(0, colon) : value.slice(colon + 1);
      yield* value
        .split(/[\s"'\\=%,;[\]{}()]/)
        .filter((part) => part.length >= 8 && /\d/.test(part) && /[a-z]/i.test(part));
    }
    if (word.includes('://')) yield* passwordsOfAddresses(word);
  }
}

/** Long enough, and no ordinary word, number or folder, which a report needs for its own sentences. */
function isTelling(value: string): boolean {
  return value.length >= LEAST && !/^\d+$/.test(value) && (value.length >= 12 || !/^[a-z]+$/.test(value));
}
