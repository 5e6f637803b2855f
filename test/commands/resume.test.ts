import { linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { lk } from '../cli.ts';
import { type FileTree, withTree } from '../file-tree.ts';
import { findPython } from '../process/python.ts';

jest.setTimeout(120_000);

const python = findPython();
const described = python === null || process.platform === 'win32' ? describe.skip : describe;

const BENCH = [
  ...['bench', 'batch', '--engine', 'command', '--lenskit', '2025.8.1', '--processes', '1,2', '--threads', '1'],
  ...['--backend-threads', '1', '--runs', '1', '--warmup', '0', '--max-trials', '2', '--json', '--resume', 'runs'],
];

type Env = { [name: string]: string };

/** Measures, or goes on with what is there. */
function bench(
  cwd: string,
  command: readonly string[],
  env: Env = {},
): { status: number | null; stderr: string; warnings: string[] } {
  const { status, stdout, stderr } = lk([...BENCH, ...command], { cwd, env });
  const { warnings = [], error } = JSON.parse(stdout) as { warnings?: string[]; error?: { message: string } };
  return { status, stderr: error?.message ?? stderr, warnings };
}

function put(root: string, files: FileTree): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
}

/** A job that leaves a line for each of its runs, so that one that was not made is missed. */
const JOB = 'open("made", "a").write("x")\n';
const PY = python ?? 'python3';

described('lk bench batch --resume', () => {
  test.each<[string, FileTree, string[], FileTree, string, Env?, Env?]>([
    ['a module', { 's.py': JOB }, ['--', 'env', PY, '-m', 's'], { 's.py': '#' }, 'another content of s.py'],
    [
      'a line for a shell',
      { 's.py': JOB },
      ['--', 'sh', '-c', `${PY} s.py`],
      { 's.py': '#' },
      'another content of s.py',
    ],
    ['--shell', { 's.py': JOB }, ['--shell', '--', `${PY} s.py`], { 's.py': '#' }, 'another content of s.py'],
    [
      'a folder',
      { 's.py': JOB, 'd/x.csv': '1' },
      ['--', PY, 's.py', '--data=d'],
      { 'd/x.csv': '2', 'd/y.csv': '' },
      'another content of d/x.csv, other files in d/',
    ],
    [
      'a hidden path',
      { 'token=abcdefabcdef/s.py': JOB },
      ['--', PY, 'token=abcdefabcdef/s.py'],
      { 'token=abcdefabcdef/s.py': '#' },
      'another content of token=…',
    ],
    [
      'an import',
      { 's.py': `import h\n${JOB}`, 'h.py': '' },
      ['--', PY, 's.py'],
      { 'h.py': '#' },
      'another content of h.py',
    ],
    ['--setup', { 's.py': JOB, t: '' }, ['--setup', 'cat t', '--', PY, 's.py'], { t: '#' }, 'another content of t'],
    [
      'variables',
      { 's.py': JOB },
      ['--', PY, 's.py'],
      {},
      'another environment (PYTHONHASHSEED: was 1, is 2; DATA_SIZE: was another value)',
      { DATA_SIZE: '1', PYTHONHASHSEED: '1', SLURM_JOB_ID: '5' },
      { DATA_SIZE: '2', PYTHONHASHSEED: '2', SLURM_JOB_ID: '6' },
    ],
  ])(
    '%s: unchanged it goes on, changed it is refused in words that name it',
    (_, files, command, change, words, env = {}, later = env) =>
      withTree({}, (root) => {
        put(root, files);
        const made = (): number => readFileSync(path.join(root, 'made'), 'utf8').length;
        expect(bench(root, command, env)).toMatchObject({
          status: 0,
          warnings: expect.not.arrayContaining(['not noticed']),
        });
        expect(made()).toBe(2);
        expect(bench(root, command, env).status).toBe(0);
        expect(made()).toBe(2);
        put(root, change);
        const refused = `--resume runs: begun for ${words}; name another file with --resume`;
        expect(bench(root, command, later)).toMatchObject({ status: 2, stderr: expect.stringContaining(refused) });
        expect(readFileSync(path.join(root, 'runs'), 'utf8')).not.toContain('abcdefabcdef');
      }),
  );

  test('what the job writes itself, also into folders that it is given, does not count', () =>
    withTree(
      { '/out/log': '', '/s.py': `open("out/log", "a").write("x")\nopen("out/new", "a").write("x")\n${JOB}` },
      (root) => {
        const command = ['--save', 'out/result.json', '--', PY, 's.py', 'out', '.'];
        for (let n = 0; n < 3; n++) expect(bench(root, command).status).toBe(0);
        expect(readFileSync(path.join(root, 'made'), 'utf8')).toBe('xx');
      },
    ));

  test('what is not compared is said once', () =>
    withTree({ '/s.py': JOB }, (root) => {
      const { warnings } = bench(root, ['--', PY, 's.py', '/tmp']);
      expect(warnings.filter((one) => one.includes('not noticed'))).toEqual([
        '--resume runs: what changes there is not noticed: /tmp',
      ]);
    }));

  test('a journal with another name is refused before anything is run', () =>
    withTree({ '/s.py': JOB, '/one': '' }, (root) => {
      linkSync(path.join(root, 'one'), path.join(root, 'runs'));
      const { status, stderr } = bench(root, ['--', PY, 's.py']);
      expect([status, stderr]).toEqual([2, expect.stringContaining('it has 2 names (hard links)')]);
    }));
});
