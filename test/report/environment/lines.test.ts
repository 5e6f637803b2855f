import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ENVIRONMENT_FORMATS } from '../../../src/documents/environment-formats.ts';
import { type Changes, environmentLines } from '../../../src/report/environment/lines.ts';

const CHANGES: Changes = {
  set: { LK_NUM_PROCS: '4', LK_NUM_THREADS: '8,2', OMP_NUM_THREADS: '1' },
  unset: ['OMP_THREAD_LIMIT'],
};
const WHY = 'nothing to change';

test.each([
  ['shell', 'unset OMP_THREAD_LIMIT\nexport LK_NUM_PROCS=4\nexport LK_NUM_THREADS=8,2\nexport OMP_NUM_THREADS=1\n', []],
  ['slurm', 'unset OMP_THREAD_LIMIT\nexport LK_NUM_PROCS=4\nexport LK_NUM_THREADS=8,2\nexport OMP_NUM_THREADS=1\n', []],
  [
    'fish',
    'set -e OMP_THREAD_LIMIT\nset -gx LK_NUM_PROCS 4\nset -gx LK_NUM_THREADS 8,2\nset -gx OMP_NUM_THREADS 1\n',
    [],
  ],
  [
    'powershell',
    "Remove-Item Env:OMP_THREAD_LIMIT -ErrorAction SilentlyContinue\n$env:LK_NUM_PROCS = '4'\n$env:LK_NUM_THREADS = '8,2'\n$env:OMP_NUM_THREADS = '1'\n",
    [],
  ],
  ['dotenv', 'LK_NUM_PROCS=4\nLK_NUM_THREADS=8,2\nOMP_NUM_THREADS=1\n', ['OMP_THREAD_LIMIT']],
  ['docker', 'ENV LK_NUM_PROCS=4\nENV LK_NUM_THREADS=8,2\nENV OMP_NUM_THREADS=1\n', ['OMP_THREAD_LIMIT']],
  [
    'compose',
    'environment:\n  LK_NUM_PROCS: "4"\n  LK_NUM_THREADS: "8,2"\n  OMP_NUM_THREADS: "1"\n',
    ['OMP_THREAD_LIMIT'],
  ],
  [
    'kubernetes',
    'env:\n  - name: LK_NUM_PROCS\n    value: "4"\n  - name: LK_NUM_THREADS\n    value: "8,2"\n  - name: OMP_NUM_THREADS\n    value: "1"\n',
    ['OMP_THREAD_LIMIT'],
  ],
  ['github', 'LK_NUM_PROCS=4\nLK_NUM_THREADS=8,2\nOMP_NUM_THREADS=1\n', ['OMP_THREAD_LIMIT']],
  [
    'github-workflow',
    'env:\n  LK_NUM_PROCS: "4"\n  LK_NUM_THREADS: "8,2"\n  OMP_NUM_THREADS: "1"\n',
    ['OMP_THREAD_LIMIT'],
  ],
  ['toml', '[parallel]\nnum_procs = 4\nnum_threads = "8,2"\n', ['OMP_NUM_THREADS', 'OMP_THREAD_LIMIT']],
] as const)('%s', (format, text, left) => {
  const written = environmentLines(CHANGES, format, WHY);
  expect(written.text).toBe(text);
  expect(written.left).toHaveLength(left.length);
  for (const [index, name] of left.entries()) expect(written.left[index]).toContain(name);
});

describe('without changes', () => {
  test.each(ENVIRONMENT_FORMATS.map((format) => [format] as const))(
    '%s: a comment of one line, or nothing',
    (format) => {
      const { text, left } = environmentLines({ set: {}, unset: [] }, format, 'nothing\nto\r change');
      expect(left).toEqual([]);
      // A comment would end a job of GitHub's.
      expect(text).toBe(format === 'github' ? '' : '# lk env: nothing to change\n');
    },
  );

  test('what cannot be written leaves no head behind', () => {
    const { text, left } = environmentLines({ set: { OMP_NUM_THREADS: '1' }, unset: ['X'] }, 'toml', WHY);
    expect(text).toBe('# lk env: nothing to change\n');
    expect(left).toHaveLength(2);
  });
});

const name = fc.constantFrom(
  'LK_NUM_PROCS',
  'LK_NUM_THREADS',
  'OMP_NUM_THREADS',
  'OMP_PROC_BIND',
  'bad-name',
  'A B',
  'X=Y',
);
const value = fc.oneof(fc.constantFrom('1', '4,2', 'true', ''), fc.string({ unit: 'grapheme' }), fc.string());
const changes = fc.record({
  set: fc.dictionary(name, value, { maxKeys: 4 }),
  unset: fc.uniqueArray(fc.constantFrom('OMP_THREAD_LIMIT', 'HOME', 'a b'), { maxLength: 2 }),
});

test('GITHUB_ENV gets lines with a value, whatever is in them, and never one that sets two', () => {
  fc.assert(
    fc.property(changes, (one) => {
      const { text } = environmentLines(one, 'github', WHY);
      for (const line of text.split('\n').slice(0, -1)) expect(line).toMatch(/^[A-Za-z_]\w*=/);
    }),
  );
});

/** The environment after a real shell has evaluated the lines, without what shells set themselves. */
function environmentAfter(shell: string, flags: string[], text: string, print: string): { [name: string]: string } {
  const { stdout, status } = spawnSync(shell, [...flags, `${text}\n${print}`], {
    env: { PATH: process.env.PATH, HOME: '/', OMP_THREAD_LIMIT: '3' },
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  const entries = stdout.split('\0').filter((line) => line.includes('='));
  return Object.fromEntries(
    entries.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

describe.each([
  ['sh', ['-c'], 'shell'],
  ['bash', ['-c'], 'shell'],
  ['zsh', ['-f', '-c'], 'shell'],
  ['fish', ['--no-config', '-c'], 'fish'],
] as const)('in a real %s', (shell, flags, format) => {
  const isThere = spawnSync(shell, ['-c', 'true']).status === 0;
  (isThere ? test : test.skip)('the variables are what was asked for, and nothing else has changed', () => {
    const before = environmentAfter(shell, [...flags], '', 'env -0');
    fc.assert(
      fc.property(changes, (one) => {
        const { text, left } = environmentLines(one, format, WHY);
        const now = environmentAfter(shell, [...flags], text, 'env -0');
        const written = Object.entries(one.set).filter(([name]) => !left.some((line) => line.includes(name)));
        const gone = one.unset.filter((variable) => !variable.includes(' '));
        const expected = { ...before, ...Object.fromEntries(written) };
        for (const variable of gone) if (!Object.hasOwn(one.set, variable)) delete expected[variable];
        const { _: _last, ...seen } = now;
        const { _: _first, ...wanted } = expected;
        expect(seen).toEqual(wanted);
      }),
      { numRuns: 25 },
    );
  });
});
