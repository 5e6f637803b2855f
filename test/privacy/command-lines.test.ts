import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withoutSecretArguments } from '../../src/privacy/secret-arguments.ts';
import { hiding } from '../../src/privacy/secrets.ts';
import { SHAPES } from './shapes.ts';

/** As a shell's word. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
const doubled = (word: string): string => `"${word.replaceAll(/(["\\$`])/g, '\\$1')}"`;
const bare = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : quoted(word));

/** Where a command may stand. */
const PLACES: { [place: string]: (words: string[]) => string[] } = {
  alone: (words) => words,
  'behind others': (words) => ['env', 'A=1', 'timeout', '-k', '5', '60', '/usr/bin/nice', ...words],
  'with more behind it': (words) => [...words, '--users', '500', '-v'],
  'a line for a shell': (words) => ['/bin/sh', '-c', `cd /x && ${words.map(quoted).join(' ')}; echo done`],
  'a line in double quotes': (words) => ['bash', '-lc', words.map(doubled).join(' ')],
  'a line with few quotes': (words) => ['bash', '-c', `true | ${words.map(bare).join(' ')}`],
  'a line in a line': (words) => ['ssh', 'host', `sh -c ${doubled(words.map(bare).join(' '))}`],
  'behind the parameters of a shell': (words) => ['sh', '-c', 'exec "$@"', 'x', ...words],
};

const some = <T>(table: { [name: string]: T }) => fc.constantFrom(...Object.entries(table));
/** Signs that a password may hold; no quotes or blanks, which the shapes would have to escape each in its own way. */
const secret = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9!#+./=_@:,;&~^-]{10,24}[A-Za-z0-9]$/)
  .filter((value) => /[A-Z]/.test(value) && /\d/.test(value))
  // What docs/secrets.md names as not seen: `x@host.example/` and `80/x` within an address's password, `//` behind a user.
  .filter((value) => !/@\w[\w-]*\.[\w-]|^\d+\/|:?\/\//.test(value));

/** A piece of it that stands nowhere else is a leak as well. */
function pieceOf(value: string, text: string): string | null {
  const length = 6;
  for (let at = 0; at + length <= value.length; at++) {
    const piece = value.slice(at, at + length);
    if (text.includes(piece)) return piece;
  }
  return null;
}

describe('credentials on command lines', () => {
  test.each(Object.entries(SHAPES))('%s', (_, shape) => {
    for (const value of ['Hunter2Hunter3', 'p#Hunter2Hunt', 'a/Hunter2Hunt', 'pA1@Hunter2Hunt', '1#Hunter2Hunter3'])
      for (const place of Object.values(PLACES)) {
        const words = place(shape(value));
        expect([words, pieceOf(value, withoutSecretArguments(words).join(' '))]).toEqual([words, null]);
      }
  });

  test('none is left, whatever the secret, the shape and the place', () => {
    fc.assert(
      fc.property(some(SHAPES), some(PLACES), secret, ([, shape], [, place], value) => {
        const words = place(shape(value));
        expect(pieceOf(value, withoutSecretArguments(words).join(' '))).toBeNull();
      }),
      { numRuns: 3000 },
    );
  });

  test('nor where the program repeats it', () => {
    fc.assert(
      fc.property(some(SHAPES), some(PLACES), secret, ([shape, make], [, place], value) => {
        // What is encoded, or shortened, is no longer what was given.
        if (/encode|form|sqlplus|conninfo|clone/.test(make.toString() + shape) || /[&;@/#:=,]/.test(value)) return;
        const hide = hiding({}, ['bench', 'batch', '--', ...place(make(value))]);
        expect(hide(`refused: <${value}>`)).not.toContain(value);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Words that are no secret's, though they have the signs of one. */
const PLAIN: string[][] = [
  ['--map', '3:4'],
  ['--shape=3:4'],
  ['--ratio', '0.8:0.2'],
  ['--at', '12:30'],
  ['12:30:15'],
  ['-u', '0:0'],
  ['-u', '1000:1000'],
  ['--user', '1000'],
  ['--user=1000:1000'],
  ['-u', 'evaluate.py'],
  ['-U', 'Mozilla/5.0 (X11; rv:109.0)'],
  ['--device', 'cuda:0'],
  ['localhost:8080'],
  ['--listen', '0.0.0.0:8080'],
  ['user@host:/data/x'],
  ['git@github.com:x/y.git'],
  ['/data/ml-1m@2024/ratings.csv'],
  ['image:1.2@sha256:0123456789abcdef'],
  ['pip', 'install', 'git+https://github.com/lenskit/lkpy@main#egg=lenskit'],
  ['https://host:8080/simple/x@y'],
  ['http://[::1]:8080/a@b'],
  ['https://h/?email=a@b.example&n=1'],
  ['--users', '500'],
  ['--tokenizer', 'bert'],
  ['--max-tokens-per-user=5000'.replace('tokens', 'items')],
  ['docker', 'run', '-p', '8080:80', 'image'],
  ['mkdir', '-p', 'out/x'],
  ['-n5'],
  ['n:m'],
  ['a:b'],
  ['--split', 'train:test'],
  ['-c', 'import lenskit; print(lenskit.__version__)'],
  ['for user in a b; do python x.py "$user" > out/$user.csv; done'],
  ['--session-length', '10'],
  ['--sessions', 'sessions.csv'],
  ['C:\\data\\x'],
  ['re:^a.*b$'],
];

describe('what is no credential stays readable', () => {
  test.each(PLAIN.map((words) => [words]))('%j', (words) => {
    expect(withoutSecretArguments(words)).toEqual(words);
    expect(withoutSecretArguments(['python', 'evaluate.py', ...words, '--n', '10'])).toEqual([
      'python',
      'evaluate.py',
      ...words,
      '--n',
      '10',
    ]);
  });

  test('also side by side', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PLAIN), { maxLength: 6 }), (groups) => {
        const words = ['python', 'x.py', ...groups.flat()].filter((word) => !/^(docker|pip)$/.test(word));
        expect(withoutSecretArguments(words)).toEqual(words);
      }),
      { numRuns: 500 },
    );
  });

  test('pairs of numbers behind any option, and pairs of words behind options that are no user’s', () => {
    const number = fc.integer({ min: 0, max: 99_999 });
    const name = fc.constantFrom('--map', '--shape', '-s', '--window', '-x', '--columns', '--rename');
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(name, number, number, word, word, (option, a, b, from, to) => {
        const words = [option, `${a}:${b}`, '-u', `${a}:${b}`, option, `${from}x:${to}`, `${option}=${a}:${b}`];
        expect(withoutSecretArguments(words)).toEqual(words);
      }),
    );
  });
});
