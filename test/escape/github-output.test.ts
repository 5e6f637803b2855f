import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outputLines } from '../../src/escape/github-output.ts';

/** As the runner reads such a file (actions/runner, `FileCommandManager.cs`: `SetOutputFileCommand`). */
function read(text: string): { [name: string]: string } {
  const found: { [name: string]: string } = {};
  const lines = text.split(/\r\n|\n|\r/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      found[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    if (heredoc < 0) throw new Error(`invalid format ${line}`);
    const delimiter = line.slice(heredoc + 2);
    const value: string[] = [];
    for (at++; lines[at] !== delimiter; at++) {
      if (at >= lines.length) throw new Error(`no ${delimiter}`);
      value.push(lines[at] as string);
    }
    found[line.slice(0, heredoc)] = value.join('\n');
  }
  return found;
}

const DELIMITER = 'lk_0123456789abcdef0123456789abcdef';

test('the runner reads each value, whatever is in it, and nothing else', () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('2.4.6', '2.15.0+cu132', '', 'a\nb=c', 'x\nPATH<<EOF\n/tmp\nEOF', '<<EOF', 'a<<b', '=', '\r\nx=1'),
  );
  fc.assert(
    fc.property(value, value, (one, other) => {
      const said = read(
        outputLines(
          [
            ['one', one],
            ['other', other],
          ],
          DELIMITER,
        ),
      );
      const shown = (text: string) => text.replace(/\r\n|\r/g, '\n');
      expect(said).toEqual({ one: shown(one), other: shown(other) });
    }),
    { numRuns: 2000 },
  );
});

test('versions are plain lines, as LensKit writes them', () =>
  expect(
    outputLines(
      [
        ['lenskit_version', '2025.8.1'],
        ['pytorch_version', '2.15.0+cu132'],
      ],
      DELIMITER,
    ),
  ).toBe('lenskit_version=2025.8.1\npytorch_version=2.15.0+cu132\n'));

test('a value that holds the delimiter is not written', () =>
  expect(() => outputLines([['x', `a b\n${DELIMITER}`]], DELIMITER)).toThrow(RangeError));
