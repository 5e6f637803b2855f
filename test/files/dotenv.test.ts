import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DotenvError, dotenvLine, linesThatMaySet, withVariables } from '../../src/files/dotenv.ts';
import { withTree } from '../file-tree.ts';

const OURS = { LK_NUM_PROCS: '1', LK_NUM_THREADS: '4,2' };
const UNSET = /^LK_NUM_CHILD_THREADS$/;
const edit = (text: string, encoding: BufferEncoding = 'utf8'): string =>
  withVariables(Buffer.from(text, encoding), OURS, UNSET).toString(encoding);
const ADDED = 'LK_NUM_PROCS=1\nLK_NUM_THREADS=4,2\n';

describe('what is not ours stays byte for byte', () => {
  test.each([
    ['nothing', '', ADDED],
    ['others', 'A=1\n\n# LK_NUM_PROCS=7\nB=2\n\n', `A=1\n\n# LK_NUM_PROCS=7\nB=2\n\n${ADDED}`],
    ['no end of the last line', 'A=1', `A=1\n${ADDED}`],
    ['a backslash in a value', 'LK_NUM_PROCS=9\\8\n', 'LK_NUM_PROCS=1\nLK_NUM_THREADS=4,2\n'],
    ['a value that goes on', 'LK_NUM_PROCS=9\\\nB=2\n', `LK_NUM_PROCS=9\\\nB=2\n${ADDED}`],
    ['a line that goes on at the end', 'A=1\\', `A=1\\\n\n${ADDED}`],
    ['CRLF', 'A=1\r\nLK_NUM_PROCS=9\r\nB=2\r\n', 'A=1\r\nLK_NUM_PROCS=1\r\nB=2\r\nLK_NUM_THREADS=4,2\r\n'],
    ['a mark before the first name', '\ufeffA=1\n', `\ufeffA=1\n${ADDED}`],
    ['a mark before our name, which then is another', '\ufeffLK_NUM_PROCS=9\n', `\ufeffLK_NUM_PROCS=1\n${ADDED}`],
    ['export', '  export\tLK_NUM_PROCS=9\n', '  export\tLK_NUM_PROCS=1\nLK_NUM_THREADS=4,2\n'],
    ['a comment behind', 'LK_NUM_PROCS=9 # why\n', 'LK_NUM_PROCS=1 # why\nLK_NUM_THREADS=4,2\n'],
    ['a comment alone behind', 'LK_NUM_PROCS= # why\n', 'LK_NUM_PROCS=1 # why\nLK_NUM_THREADS=4,2\n'],
    ['no comment', 'LK_NUM_PROCS=9#8\n', 'LK_NUM_PROCS=1\nLK_NUM_THREADS=4,2\n'],
    ['blanks', 'LK_NUM_PROCS = "9"  \n', 'LK_NUM_PROCS=1  \nLK_NUM_THREADS=4,2\n'],
    ['duplicates', 'LK_NUM_PROCS=9\nA=1\nLK_NUM_PROCS=8', 'LK_NUM_PROCS=1\nA=1\nLK_NUM_PROCS=1\nLK_NUM_THREADS=4,2\n'],
    ['what is unset', 'A=1\nLK_NUM_CHILD_THREADS="1\n2"\nB=2\n', `A=1\nB=2\n${ADDED}`],
    ['a value of several lines', 'LK_NUM_PROCS="9\n8" # c\nB=2\n', 'LK_NUM_PROCS=1 # c\nB=2\nLK_NUM_THREADS=4,2\n'],
    ['more on the line', 'export LK_NUM_PROCS=9 B=2\n', `export LK_NUM_PROCS=1 B=2\n${ADDED}`],
    ['names that begin so', 'LK_NUM_PROCS_X=9\nXLK_NUM_PROCS=1\n', `LK_NUM_PROCS_X=9\nXLK_NUM_PROCS=1\n${ADDED}`],
  ])('%s', (_, text, expected) => {
    expect(edit(text)).toBe(expected);
  });

  test.each(['"', "'", '`'])('values over several lines in %s, whose lines look like ours', (quote) => {
    const text = `KEY=${quote}a\nLK_NUM_PROCS=7\nLK_NUM_CHILD_THREADS=1\n${quote}\nB=2\n`;
    expect(edit(text)).toBe(text + ADDED);
  });

  test.each([
    ['quotes within a word', 'A=x"\nLK_NUM_PROCS=7\n"\n'],
    ['lines that a backslash joins', 'A=a:\\\nLK_NUM_PROCS=7\n'],
  ])('to a shell: %s', (_, text) => {
    expect(edit(text)).toBe(text + ADDED);
  });

  test.each([
    ['a here-document', 'cat > c.ini <<EOF\nLK_NUM_CHILD_THREADS=7\nLK_NUM_PROCS=9\nEOF\n'],
    ['one whose end is indented', "cat <<-'E O' > c\n\tLK_NUM_PROCS=9\n\tE O\n"],
    ['one within a value', 'A=$(cat <<EOF\nLK_NUM_PROCS=9\n)\nEOF\n)\n'],
    ['an array', 'A=(\nLK_NUM_PROCS=1\n)\n'],
    ['a function', 'f() {\n LK_NUM_CHILD_THREADS=7\n}\n'],
    ['a subshell', '(\nLK_NUM_PROCS=7; echo "$LK_NUM_PROCS"\n)\n'],
    ["bash's quotes", "X=$'a\\'\nLK_NUM_CHILD_THREADS=7\n'\n"],
    ['a value whose end only a shell can tell', 'LK_NUM_PROCS=$(nproc --all)\n'],
    ['half a word in quotes', 'LK_NUM_PROCS=x"a b"\n'],
    ['a command in backquotes', 'LK_NUM_PROCS=`nproc --all`\n'],
    ['a semicolon in quotes', "LK_NUM_PROCS=a';'b\n"],
    ['half a name in quotes', "'LK_NUM_PROCS =3\n"],
  ])('a file for a shell: %s', (_, text) => {
    expect(edit(text)).toBe(text + ADDED);
    expect(edit(text + ADDED)).toBe(text + ADDED);
  });

  test.each([
    ['LK_NUM_PROCS=3;SECRET=xx\n', 'LK_NUM_PROCS=1;SECRET=xx\n'],
    ['LK_NUM_PROCS=3; SECRET=xx\n', 'LK_NUM_PROCS=1; SECRET=xx\n'],
    ['LK_NUM_PROCS="3"; export SECRET=xx\n', 'LK_NUM_PROCS=1; export SECRET=xx\n'],
    ['LK_NUM_PROCS=3&&SECRET=xx\n', 'LK_NUM_PROCS=1&&SECRET=xx\n'],
    ['LK_NUM_PROCS=3|SECRET=xx\n', 'LK_NUM_PROCS=1|SECRET=xx\n'],
  ])('what follows a value on its line stays: %j', (text, kept) => expect(edit(text)).toBe(kept + ADDED));

  test.each([
    'LK_NUM_CHILD_THREADS=3 SECRET=xx',
    'LK_NUM_CHILD_THREADS=3; SECRET=xx',
    'LK_NUM_CHILD_THREADS=3;SECRET=xx',
    'LK_NUM_CHILD_THREADS=3 && SECRET=xx',
    'LK_NUM_CHILD_THREADS=$(f; SECRET=xx)',
    'LK_NUM_CHILD_THREADS=3 LK_NUM_PROCS=4',
    'LK_NUM_CHILD_THREADS=3 A=4',
  ])('a line that would have to go with something else on it is refused, by its number: %s', (line) => {
    for (const text of [`A=1\n\nexport ${line}\n`, `A=1\r\n\r\n${line}`]) {
      expect(() => edit(text)).toThrow(DotenvError);
      expect(() => edit(text)).toThrow('line 3 sets LK_NUM_CHILD_THREADS and something else; part them');
    }
  });

  test.each([
    ['LK_NUM_CHILD_THREADS=3 # a=b; c\n', '# a=b; c\n'],
    ['LK_NUM_CHILD_THREADS= # why', '# why\n'],
    ['LK_NUM_CHILD_THREADS="3;4"\n', ''],
    ['LK_NUM_CHILD_THREADS=3 x\n', ''],
  ])('a line with nothing else that is set goes, its comment stays: %j', (line, stays) =>
    expect(edit(line)).toBe(stays + ADDED),
  );

  test('a text whose second letter is half of UTF-16’s mark is none in UTF-16', () => {
    for (const bytes of [
      [0x41, 0xff],
      [0x41, 0xfe],
    ])
      expect(withVariables(Buffer.from(bytes), {}, /^U$/)).toEqual(Buffer.from(bytes));
  });

  test('what nothing closes hides nothing', () => {
    for (const text of ['A=(', 'f() {', 'cat <<EOF', 'cat <<<EOF\nEOF', 'A=:(\nB=2\nC=:)', 'A=${', 'A=x{\n}'])
      expect(edit(`${text}\nLK_NUM_PROCS=7\n`)).toBe(`${text}\nLK_NUM_PROCS=1\nLK_NUM_THREADS=4,2\n`);
    expect(edit('A=:(\nLK_NUM_PROCS=7\nB=:)\n')).toBe('A=:(\nLK_NUM_PROCS=1\nB=:)\nLK_NUM_THREADS=4,2\n');
  });

  test('quotes that nothing closes, and apostrophes in comments, hide nothing', () => {
    expect(edit('A="x\nLK_NUM_PROCS=7\n')).toBe('A="x\nLK_NUM_PROCS=1\nLK_NUM_THREADS=4,2\n');
    expect(edit("# don't\nLK_NUM_PROCS=7\n# won't\n")).toBe("# don't\nLK_NUM_PROCS=1\n# won't\nLK_NUM_THREADS=4,2\n");
  });

  test('other encodings', () => {
    expect(edit('A=caf\u00e9 \u00ff\nLK_NUM_PROCS=7', 'latin1')).toBe(
      'A=caf\u00e9 \u00ff\nLK_NUM_PROCS=1\nLK_NUM_THREADS=4,2\n',
    );
    const utf16 = Buffer.from('\ufeffA=1\n', 'utf16le');
    expect(() => withVariables(utf16, OURS, UNSET)).toThrow(DotenvError);
  });

  test('once is as good as twice', () => {
    fc.assert(
      fc.property(file(false), (text) => {
        const once = withVariables(Buffer.from(text), OURS, UNSET);
        expect(withVariables(once, OURS, UNSET)).toEqual(once);
      }),
    );
  });

  test('with nothing to set and nothing to unset every file is as it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const given = Buffer.from(bytes);
        if (given.includes(0) || /^(\xff\xfe|\xfe\xff)/.test(given.toString('latin1'))) return;
        expect(withVariables(given, {}, /(?!)/)).toEqual(given);
      }),
    );
  });
});

/** Files of the lines and, where they are `odd`, of the pieces that readers differ about. */
function file(odd = true): fc.Arbitrary<string> {
  const name = fc.constantFrom('A', 'B', 'LK_NUM_PROCS', 'LK_NUM_THREADS', 'LK_NUM_CHILD_THREADS', 'LK_NUM_PROCS_');
  const piece = fc.constantFrom(
    'x',
    '7',
    ' ',
    '"',
    "'",
    '`',
    '\\',
    '#',
    ' #',
    '\n',
    '\r\n',
    'LK_NUM_PROCS=7',
    '\nLK_NUM_PROCS=7\n',
    '=',
    'é',
  );
  const value = fc.oneof(
    fc.constantFrom(
      '',
      '1',
      '"a b"',
      "'a\nLK_NUM_PROCS=7\nb'",
      '"a\nLK_NUM_CHILD_THREADS=7\nb"',
      odd ? "don't" : 'dont',
      'a # b',
    ),
    fc.array(piece, { maxLength: odd ? 6 : 0 }).map((pieces) => pieces.join('')),
  );
  const line = fc.oneof(
    fc
      .tuple(fc.constantFrom('', ' ', 'export '), name, fc.constantFrom('=', ' = '), value)
      .map((parts) => parts.join('')),
    fc.constantFrom('', '# comment', "# don't", '# LK_NUM_PROCS=7'),
  );
  return fc
    .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([lines, end, ended]) => lines.join(end) + (ended && lines.length > 0 ? end : ''));
}

/** True: something else stands on a line that has to go. */
function isRefused(text: string): boolean {
  try {
    edit(text);
    return false;
  } catch (error) {
    if (error instanceof DotenvError) return true;
    throw error;
  }
}

const PYTHON = `
import sys, json, io
from dotenv import dotenv_values
for line in sys.stdin:
    text = json.loads(line)
    print(json.dumps(dotenv_values(stream=io.StringIO(text), interpolate=False)))
`;
const hasDotenv = spawnSync('python3', ['-c', 'import dotenv']).status === 0;

(hasDotenv ? test : test.skip)('python-dotenv reads all others as before, and ours as they were chosen', () => {
  const texts = fc.sample(
    // What begins with a quote or with = is no assignment to us, and to python-dotenv one whose value may have lines.
    file().filter((text) => !/^\s*(export\s+)?['"`=]/m.test(text) && !isRefused(text)),
    2000,
  );
  const edited = texts.map((text) => edit(text));
  const { stdout } = spawnSync('python3', ['-c', PYTHON], {
    input: [...texts, ...edited].map((text) => JSON.stringify(text)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const read = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { [name: string]: string | null });
  expect(read).toHaveLength(2 * texts.length);
  const own = /^LK_NUM_(PROCS|THREADS|CHILD_THREADS)$/;
  const others = (values: { [name: string]: string | null } | undefined) =>
    Object.fromEntries(Object.entries(values ?? {}).filter(([key, value]) => !own.test(key) && value !== null));
  for (const [index, text] of texts.entries()) {
    const [before, after] = [read[index], read[texts.length + index]];
    expect({ text, ...others(after) }).toEqual({ text, ...others(before) });
    expect({ text, procs: after?.LK_NUM_PROCS, threads: after?.LK_NUM_THREADS }).toEqual({
      text,
      procs: '1',
      threads: '4,2',
    });
  }
});

test('a shell reads what was added', () =>
  withTree({ '/.env': edit('A="x\nLK_NUM_PROCS=7\n"\nB=\'y\'') }, (root) => {
    const script = `set -a; . ${path.join(root, '.env')}; printf '%s|' "$A" "$B" "$LK_NUM_PROCS" "$LK_NUM_THREADS"`;
    expect(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout).toBe('x\nLK_NUM_PROCS=7\n|y|1|4,2|');
    expect(dotenvLine(['A', "it's"])).toBe('A="it\'s"');
  }));

const hasBash = spawnSync('bash', ['-c', ':']).status === 0;

(hasBash ? test : test.skip)('bash reads all others as before, and ours as they were chosen', () => {
  const line = fc.constantFrom(
    'A=1',
    "B='2 3'",
    'export A=4 B=5',
    'LK_NUM_PROCS=7',
    'LK_NUM_PROCS=7;B=6',
    'export LK_NUM_PROCS=7 A=8',
    'LK_NUM_PROCS="7"; export C=9',
    'LK_NUM_THREADS=$(echo 3 4) # LK_NUM_PROCS=7',
    'LK_NUM_CHILD_THREADS=7',
    'LK_NUM_CHILD_THREADS=7 # C=1',
    'C=$(cat <<EOF\nLK_NUM_PROCS=7\nLK_NUM_CHILD_THREADS=7\nEOF\n)',
    "read -r -d '' C <<'E F'\nLK_NUM_CHILD_THREADS=7\nE F",
    "C=$'x\\'\nLK_NUM_CHILD_THREADS=7\n'",
    'D=(\nLK_NUM_CHILD_THREADS=7\n)\nC="$D"',
    'f() {\nLK_NUM_CHILD_THREADS=7\n}',
    '{ A=9\nB=9; }',
    '# (',
    '',
  );
  const files = fc.sample(fc.array(line, { maxLength: 6 }), { numRuns: 300, seed: 1 });
  const texts = files.map((lines) => lines.map((each) => `${each}\n`).join('')).filter((text) => !isRefused(text));
  const tree = Object.fromEntries(
    texts.flatMap((text, index) => [
      [`/${index}.before`, text],
      [`/${index}.after`, edit(text)],
    ]),
  );
  return withTree(tree, (root) => {
    const show = `printf '%s\\0' "$A" "$B" "$C" "$LK_NUM_PROCS" "$LK_NUM_THREADS" "$LK_NUM_CHILD_THREADS"`;
    const each = `( unset A B C D; set -a; . "$1/$i.$when"; ${show}; printf '\\n' )`;
    const script = `for ((i = 0; i < $2; i++)); do for when in before after; do ${each}; done; done`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script, 'bash', root, String(texts.length)], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
    expect(stderr).toBe('');
    const read = stdout.split('\0\n').map((values) => values.split('\0'));
    for (const [index, text] of texts.entries()) {
      const [before = [], after = []] = [read[2 * index], read[2 * index + 1]];
      expect({ text, values: after }).toEqual({ text, values: [...before.slice(0, 3), '1', '4,2', ''] });
    }
  });
});

test('what may still set what is unset is named by its line', () => {
  const text =
    'A=1 \\\nLK_NUM_CHILD_THREADS=3\n# LK_NUM_CHILD_THREADS=4\nB="\n export LK_NUM_CHILD_THREADS=5\n"\nLK_NUM_CHILD_THREADS\n';
  const after = withVariables(Buffer.from(text), OURS, UNSET);
  expect(after.toString()).toBe(text + ADDED);
  expect(linesThatMaySet(after, OURS, /^LK_/)).toEqual([
    { line: 2, name: 'LK_NUM_CHILD_THREADS' },
    { line: 5, name: 'LK_NUM_CHILD_THREADS' },
  ]);
  expect(linesThatMaySet(withVariables(Buffer.from('LK_NUM_CHILD_THREADS=3\n'), OURS, UNSET), OURS, UNSET)).toEqual([]);
});
