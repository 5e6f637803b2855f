import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closingQuote, lineAfter, shellRegions } from '../../src/files/shell-regions.ts';

/** What the regions cover. */
const hidden = (text: string): string[] => shellRegions(text).map(({ start, end }) => text.slice(start, end));

test.each<[text: string, ...hidden: string[]]>([
  ['A=1\nB=2\n'],
  ['A="x\ny" B=\'z\'\n', '"x\ny"', "'z'"],
  ["A='\\'B=\"'\"", "'\\'", '"\'"'],
  ["A=$'\\'B'C", "$'\\'B'".slice(1)],
  ['A=`x`', '`x`'],
  ['A=x\\\nB=1\nC=2', '\\\nB=1\n'],
  ['A=x\\\r\nB=1\nC=2', '\\\r\nB=1\n'],
  ['\\\n()', '\\\n()'],
  ['\\\n"a\nb" c', '\\\n"a\nb"'],
  ['A=x\\yB=1\nC=2'],
  ["\\'A'"],
  ["# don't\nA='1'", "'1'"],
  ["a#'b'", "'b'"],
  ["'a"],
  ['\'a\n"b"', '"b"'],
])('quotes, and lines that are joined: %j', (text, ...expected) => expect(hidden(text)).toEqual(expected));

test.each<[text: string, ...hidden: string[]]>([
  ['cat <<EOF\nA=1\nEOF\nB=2\n', '\nA=1\nEOF\n'],
  ['cat <<EOF > f\nA=1\n EOF\nEOF', '\nA=1\n EOF\nEOF'],
  ['cat <<EOF\r\nA=1\r\nEOF\r\nB=2', '\nA=1\r\nEOF\r\n'],
  ['cat << EOF\n\nEOF\n', '\n\nEOF\n'],
  ['cat <<-EOF\n\t\tEOF\n', '\n\t\tEOF\n'],
  ['cat <<-EOF\n a\tEOF\nEOF\nB', '\n a\tEOF\nEOF\n'],
  ['cat <<EOF\n\tEOF\n'],
  ['cat <<-EOF\nE\tOF\n'],
  ['cat <<"E F"\nA=1\nE F\nB', '\nA=1\nE F\n'],
  ["cat <<'E'\nE\nB", '\nE\n'],
  ['cat <<\\E\nE\nB', '\nE\n'],
  ['cat <<EOF\nxEOF\nEOFx\n'],
  ['cat <<<EOF\nA=1\nEOF\n'],
  ['cat <<<\nA=1\n'],
  ['cat < f\nA=1\n'],
  ['cat <<\n\nA=1\n'],
  ['f <<A 3<<B\na\nA\nA=1\nB\nC', '\na\nA\nA=1\nB\n'],
  ['f <<A 3<<-B <<\na\nA\nA=1\n\tB\nC', '\na\nA\nA=1\n\tB\n'],
  ['f <<A 3<<B\na\nA\nA=1\n', '\na\nA\n'],
  ['f <<A <<B\na\nA\nA=1\nB\nC', '\na\nA\nA=1\nB\n'],
  ['f <<A <<BB <<C\nA\nBB\nA=1\nC\nD', '\nA\nBB\nA=1\nC\n'],
  ['f <<A <<B\nA\n\tB\nA=1\nB\nC', '\nA\n\tB\nA=1\nB\n'],
  // what begins in a document, or began before, begins none
  ['f <<A\n<<B\nA\nA=1\nB\n', '\n<<B\nA\n'],
  ['f <<A\na\nA\nA=1\nA\n', '\na\nA\n'],
  ['cat <<EOF\nA=1\nEOF\n"b"', '\nA=1\nEOF\n', '"b"'],
  ['cat <<EOF\ncat <<X\nX\nA="b"', '"b"'],
])('here-documents: %j', (text, ...expected) => expect(hidden(text)).toEqual(expected));

test.each<[text: string, ...hidden: string[]]>([
  ['A=(\nB=1\n) C', '(\nB=1\n)'],
  ['A=$(echo (x)) B', '(echo (x))'],
  ['((1)) A', '((1))'],
  ['( a )\n(b)', '( a )', '(b)'],
  ['A=:(\nB=:)'],
  ['f() {\nA=1\n} B', '{\nA=1\n}'],
  ['{ a; } B', '{ a; }'],
  ['A={a}'],
  ['A=x{ a\n}'],
  ['{a\n}'],
  ['{ a}\nB'],
  ['{ a ) } B', '{ a ) }'],
  ['(a }\n) B', '(a }\n)'],
  ['(\n"a"\n\'b\'\n) "c"', '(\n"a"\n\'b\'\n)', '"c"'],
  ['"0" (1 "2")', '"0"', '(1 "2")'],
  ['( "a"', '"a"'],
  ['(a'],
  ['a)'],
])('parentheses and braces: %j', (text, ...expected) => expect(hidden(text)).toEqual(expected));

test.each<[text: string, ...hidden: string[]]>([
  ['A="$(echo "x y")" B', '"$(echo "x y")"'],
  ['A="$(echo "x")$(echo "y")z" B', '"$(echo "x")$(echo "y")z"'],
  ['A="$(echo ")" "b")" B', '"$(echo ")" "b")"'],
  ['A="$(echo \')\' "b")" B', '"$(echo \')\' "b")"'],
  ['A="$(echo \'"\')" B', '"$(echo \'"\')"'],
  ['A="$( (x; (y)) "b")" B', '"$( (x; (y)) "b")"'],
  ['A="$(echo \\) "b")" B', '"$(echo \\) "b")"'],
  ['A="$(echo \\" "b")" B', '"$(echo \\" "b")"'],
  ['A="$(echo "$(echo "y")" \')\')" B', '"$(echo "$(echo "y")" \')\')"'],
  ['A="a\\"b" B', '"a\\"b"'],
  // none of these begins a command
  ['A="\\$(" B ")"', '"\\$("', '")"'],
  ['A="$x(" B', '"$x("'],
  ['A="$" B', '"$"'],
  ['A="("B', '"("'],
  // a command that nothing closes
  ['A="$(a" B', '"$(a"'],
  ['A="$(a \'b)" B', '"$(a \'b)"'],
  ['A="$(a "b) B', '"$(a "'],
  ['A="$(a'],
])('commands within double quotes have quotes of their own: %j', (text, ...expected) =>
  expect(hidden(text)).toEqual(expected),
);

test('commands within words within commands, as deep as that is looked into', () => {
  const nested = (depth: number): string => (depth === 0 ? '")"' : `"$(echo ${nested(depth - 1)})"`);
  for (const depth of [1, 2, 3, 4]) expect(hidden(`A=${nested(depth)} B`)).toEqual([nested(depth)]);
  expect(hidden(`A=${nested(5)} B`)).not.toEqual([nested(5)]);
});

test('a quote is closed by its own, or where there is none by the last that is escaped', () => {
  expect(closingQuote('x"', 0)).toBeNull();
  expect(closingQuote('"a"b"', 0)).toBe(3);
  expect(closingQuote('-"a\'"', 1)).toBe(5);
  expect(closingQuote('"a\\"b"', 0)).toBe(6);
  expect(closingQuote('"a\\"b\\"c', 0)).toBe(7);
  expect(closingQuote('"a\\', 0)).toBeNull();
  expect(closingQuote('"a\\b', 0)).toBeNull();
  expect(closingQuote("'", 0)).toBeNull();
});

test('a line ends behind its newline, or with the text', () => {
  expect([lineAfter('a\nb', 0), lineAfter('a\nb', 1), lineAfter('a\nb', 2), lineAfter('', 0)]).toEqual([2, 2, 3, 0]);
});

test('regions are in order, lie within the text and apart', () => {
  const part = fc.constantFrom('a', ' ', '\n', '"', "'", '`', '\\', '(', ')', '{ ', '}', '$', '=', '#', '<<', 'E', '-');
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 30 }).map((parts) => parts.join('')),
      (text) => {
        let last = 0;
        for (const { start, end } of shellRegions(text)) {
          expect([start >= last, end > start, end <= text.length]).toEqual([true, true, true]);
          last = end;
        }
      },
    ),
  );
});
