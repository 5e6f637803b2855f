import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROJECT } from '../cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lk-bounded-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const times = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => line(n)).join('\n');

/** A few lines that stand for more than any memory holds, or for more steps than anybody waits for. */
describe('what is written in few words and comes to much is not worked out', () => {
  test.each<[string, string]>([
    ['lists in lists', 'str([[[[[1] * 64] * 64] * 64] * 64] * 64)'],
    [
      'lists in lists that are compared',
      'a = [[[[x] * 64] * 64] * 64] * 64\nb = [[[[y] * 64] * 64] * 64] * 64\nif a == b: pass',
    ],
    ['lists that hold themselves', 'a = []\na.append(a)\nb = []\nb.append(b)\nif a == b or a in b: pass'],
    ['a pattern of choices', `import re\nif re.match("${'a?'.repeat(50)}[bc]", "${'a'.repeat(60)}"): pass`],
    ['a pattern of alternatives', `import re\nif re.match("${'(?:a|a)'.repeat(16)}c", "${'a'.repeat(60)}"): pass`],
    ['a text that doubles', `a = "x"\n${times(28, () => 'a = f"{a}{a}"')}\n${times(30, (n) => `b${n} = f"{a}${n}"`)}`],
    ['a path that doubles', `import os\np = "a"\n${times(30, () => 'p = os.path.join(p, p)')}`],
    [
      'a format',
      `a = "${'{0}'.repeat(5000)}".format("${'y'.repeat(4000)}")\n${times(40, (n) => `b${n} = "${'{0}'.repeat(5000)}".format("${'z'.repeat(4000)}")`)}`,
    ],
    [
      'a text in a text',
      `a = "${'a'.repeat(4000)}"\nb = a.replace("a", a)\nc = b.replace("a", b)\nd = c.join([c] * 60)`,
    ],
  ])('%s', (_, text) => {
    const file = path.join(folder, 'job.py');
    writeFileSync(file, `from lenskit.batch import recommend\n${text}\nrecommend(p, u)\n`);
    const { status, signal, stdout } = spawnSync(
      process.execPath,
      [
        '--max-old-space-size=300',
        path.join(PROJECT, 'bin/lk.cjs'),
        'check',
        'script',
        '--json',
        '--lenskit',
        '2025.8.1',
        file,
      ],
      { encoding: 'utf8', timeout: 60_000 },
    );
    expect([signal, status]).toEqual([null, 1]);
    const { files } = JSON.parse(stdout) as { files: { verdict: string }[] };
    expect(files.map(({ verdict }) => verdict)).toEqual(['unprotected']);
  });
});
