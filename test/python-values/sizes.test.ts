import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSettings } from '../../src/python-values/settings-file.ts';
import { tomlDocument } from './toml-documents.ts';

/** Seconds of CPU, which a busy machine does not change. */
function cpuOf(body: () => void): number {
  const before = process.cpuUsage();
  body();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

describe('whatever it holds, reading ends', () => {
  test('random bytes and mutated documents', () => {
    const bytes = fc.uint8Array({ maxLength: 2000 }).map((array) => Buffer.from(array).toString('utf8'));
    fc.assert(
      fc.property(fc.oneof(bytes, tomlDocument), (text) => {
        expect(cpuOf(() => readSettings(text, 'lenskit.toml'))).toBeLessThan(5);
      }),
      { numRuns: 3000 },
    );
  });

  const MANY = 1024 * 1024;
  const filled = (unit: string, head = '', tail = '') => head + unit.repeat((MANY - head.length) / unit.length) + tail;
  test.each<[string, string]>([
    ['digits', filled('9', 'a = ')],
    ['digits and underscores', filled('9_', 'a = ')],
    ['hexadecimal digits', filled('f', 'a = 0x')],
    ['decimals', filled('1', 'a = 1.')],
    ['a fraction of a second', filled('1', 'a = 00:00:00.')],
    ['brackets', filled('[', 'a = ')],
    ['empty arrays', filled('[],', 'a = [', ']')],
    ['dots in a key', filled('a.', '', 'a = 1')],
    ['dots in a header', filled('a.', '[', 'a]')],
    ['many headers', filled('[a.b.c]\n')],
    ['many lists', filled('[[a.b]]\n')],
    ['many keys below a long header', Array.from({ length: 60_000 }, (_, index) => `a.b.k${index} = 1\n`).join('')],
    ['quotes', filled('"', 'a = ')],
    ['backslashes', filled('\\', 'a = """')],
    ['line ends behind a backslash', filled('\n', 'a = """\\')],
    ['line ends', filled('\n')],
    ['blanks', filled(' ')],
    ['comments', filled('#\n', 'a = [')],
    ['one comment', filled('#')],
    ['returns', filled('\r')],
    ['inline tables of dotted keys', `a = ${filled(`{${'a.'.repeat(100)}a = `)}`],
  ])('1 MiB of %s', (_, text) => {
    expect(cpuOf(() => readSettings(text, 'lenskit.toml'))).toBeLessThan(5);
  });
});
