import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DotenvError, dotenvLine, withVariables } from '../../src/files/dotenv.ts';

describe('dotenv', () => {
  const edit = (text: string, variables: { [name: string]: string } = { A: '1' }, unset = /^U$/): string =>
    withVariables(Buffer.from(text, 'latin1'), variables, unset).toString('latin1');

  test.each([
    ['plain', 'A=plain'],
    ['', 'A='],
    ['a b', "A='a b'"],
    ['$x', "A='$x'"],
    ['/x.y,z:@%+-', 'A=/x.y,z:@%+-'],
    ['it\'s $5 `x` \\ "y"', 'A="it\'s \\$5 \\`x\\` \\\\ \\"y\\""'],
  ])('%j is written %s', (value, line) => expect(dotenvLine(['A', value])).toBe(line));

  test.each([
    // whitespace of all kinds around the name, export, and the sign
    ['\t\f\v A=9\n', '\t\f\v A=1\n'],
    ['export\t A=9\n', 'export\t A=1\n'],
    ['exportA=9\n', 'exportA=9\nA=1\n'],
    ['export=9\nA=9\n', 'export=9\nA=1\n'],
    ["'A'=9\n", "'A'=1\n"],
    ["'A=9\n", "'A=9\nA=1\n"],
    ["'A B'=9\n", "'A B'=9\nA=1\n"],
    ['A 9\n', 'A 9\nA=1\n'],
    ['A', 'A\nA=1\n'],
    ['1A=9\n', '1A=9\nA=1\n'],
    ['A=\n', 'A=1\n'],
    ['A=', 'A=1'],
    ['A=#x\n', 'A=1\n'],
    ['A= #x\n', 'A=1 #x\n'],
    ['A=  # x\n', 'A=1  # x\n'],
    ['A="9\\"8"\n', 'A=1\n'],
    ["A='9' # c\n", 'A=1 # c\n'],
    ['A="9"8\n', 'A=1\n'],
    ['A=`9`\n', 'A=1\n'],
    ['A=9 \\\nB=2\n', 'A=1 \\\nB=2\nA=1\n'],
    // what is unset goes, with the mark kept
    ['U=1\nA=9\nU="2\n3"\n', 'A=1\n'],
    ['\u00ef\u00bb\u00bfU=1\nA=9\n', '\u00ef\u00bb\u00bfA=1\nA=1\n'],
    ['\u00ef\u00bb\u00bf', '\u00ef\u00bb\u00bfA=1\n'],
    ['\u00ef\u00bb\u00bfA=9\n', '\u00ef\u00bb\u00bfA=1\nA=1\n'],
    // the last one wins
    ['A=9\nX="\nA=8\n"\n', 'A=1\nX="\nA=8\n"\nA=1\n'],
    ['X="\nA=8\n"\nA=9\n', 'X="\nA=8\n"\nA=1\n'],
    // a name alone is no assignment
    ['A=9\nA\n', 'A=1\nA\n'],
    ['A=9\nexport A\nB=2', 'A=1\nexport A\nB=2'],
    // line ends
    ['X=1\r\n', 'X=1\r\nA=1\r\n'],
    ['X=1\r\nY=2', 'X=1\r\nY=2\r\nA=1\r\n'],
    ['X=1\\\r\n', 'X=1\\\r\n\r\nA=1\r\n'],
    ['X=1\\\n', 'X=1\\\n\nA=1\n'],
    // what a shell takes for one word
    ["X='a\\'\nA=9\n", "X='a\\'\nA=1\n"],
    ["X='\nA=9\n'\n", "X='\nA=9\n'\nA=1\n"],
    ['X=`\nA=9\n`\n', 'X=`\nA=9\n`\nA=1\n'],
    ['X=a\\\nA=9\n', 'X=a\\\nA=9\nA=1\n'],
    ['X=a\\\r\nA=9\r\n', 'X=a\\\r\nA=9\r\nA=1\r\n'],
    ['X=a\\\\\nA=9\n', 'X=a\\\\\nA=1\n'],
    ['X=a#"\nA=9\n"\n', 'X=a#"\nA=9\n"\nA=1\n'],
    ['X=a #"\nA=9\n#"\n', 'X=a #"\nA=1\n#"\n'],
  ])('%j becomes %j', (text, wanted) => expect(edit(text)).toBe(wanted));

  test('names of objects are no variables, and a value that was not asked for stays', () => {
    expect(edit('toString=1\nconstructor=2\n', {})).toBe('toString=1\nconstructor=2\n');
    expect(edit('B=1\n', {})).toBe('B=1\n');
  });

  test.each([[Buffer.from([0xff, 0xfe, 0x41])], [Buffer.from([0xfe, 0xff, 0x41])], [Buffer.from('A=1\0')]])(
    '%p is no text that can be edited',
    (bytes) => {
      expect(() => withVariables(bytes, { A: '1' }, /^U$/)).toThrow('UTF-16 or no text; save it as UTF-8');
      expect(() => withVariables(bytes, { A: '1' }, /^U$/)).toThrow(expect.objectContaining({ name: 'DotenvError' }));
    },
  );

  test.each([[[0xff, 0x41]], [[0xfe, 0x41]], [[0x41, 0xfe]]])('bytes %p are', (bytes) => {
    expect(withVariables(Buffer.from(bytes), {}, /^U$/)).toEqual(Buffer.from(bytes));
  });

  /** null: something else stands on a line that has to go. */
  const editedOrRefused = (text: string): string | null => {
    try {
      return edit(text);
    } catch (error) {
      if (error instanceof DotenvError && error.message.endsWith('and something else; part them')) return null;
      throw error;
    }
  };

  test('the last assignment of every variable is what was chosen, whatever was there', () => {
    const piece = fc.constantFrom(
      'A=9',
      'B=1',
      'U=3',
      ' ',
      '\n',
      '\r\n',
      '"',
      "'",
      '`',
      '\\',
      '#',
      'export ',
      '=',
      'x',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
        (text) => {
          const once = editedOrRefused(text);
          fc.pre(once !== null);
          expect(
            once
              .split(/\r?\n/)
              .filter((line) => /^\s*(export\s+)?(A|'A')\s*=/.test(line))
              .at(-1),
          ).toMatch(/=1/);
          expect(edit(once)).toBe(once);
        },
      ),
    );
  });
});
