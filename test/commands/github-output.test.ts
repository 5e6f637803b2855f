import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { lk, PROJECT } from '../cli.ts';
import { type FileTree, withTree } from '../file-tree.ts';
import { canBeUnprivileged, unprivileged } from '../unprivileged.ts';

const SITE = '/e/lib/python3.11/site-packages';
const ENVIRONMENT: FileTree = {
  '/e/bin/python': '',
  '/e/pyvenv.cfg': 'home = /usr/bin\nversion = 3.11.2\n',
  [`${SITE}/lenskit-2025.8.1.dist-info/METADATA`]: 'Name: lenskit\nVersion: 2025.8.1\n',
  [`${SITE}/numpy-2.4.6.dist-info/METADATA`]: 'Name: numpy\n',
  [`${SITE}/torch-2.15.0.dist-info/METADATA`]: 'Name: torch\n',
  [`${SITE}/torch/version.py`]: "__version__ = '2.15.0+cu132'\n",
};
const run = (root: string, env: { [name: string]: string }, ...args: string[]) =>
  lk(['doctor', '--format', 'github', '--python', path.join(root, 'e'), ...args], { cwd: root, env });

describe('what is handed to the next steps of a workflow', () => {
  test("LensKit's own outputs and ours, added to what is there", () =>
    withTree({ ...ENVIRONMENT, '/out': 'before=1' }, (root) => {
      const GITHUB_OUTPUT = path.join(root, 'out');
      const { status, stderr } = run(root, { GITHUB_OUTPUT }, '--cpus', '8', '--fail-on', 'never');
      expect([status, stderr]).toEqual([0, '']);
      const text = readFileSync(GITHUB_OUTPUT, 'utf8');
      expect(text).toMatch(
        /^before=1\nlenskit_version=2025\.8\.1\nnumpy_version=2\.4\.6\npytorch_version=2\.15\.0\+cu132\neffective_cpus=8\nstatus=(warn|pass)\nrecommendation<<(lk_[0-9a-f]{32})\nLK_NUM_PROCS=\d+\n(LK_\w+=[\d,]+\n)+\2\n$/,
      );
      run(root, { GITHUB_OUTPUT }, '--env', 'LK_NUM_THREADS=x');
      const again = readFileSync(GITHUB_OUTPUT, 'utf8');
      expect(again.startsWith(text)).toBe(true);
      expect(again.slice(text.length)).toContain('\nstatus=fail\n');
      const [first, second] = [...again.matchAll(/<<(lk_\w+)/g)].map(([, delimiter]) => delimiter);
      expect(first).not.toBe(second);
    }));

  test('what is not installed is left out; other formats write nothing', () =>
    withTree({ '/out': '' }, (root) => {
      const GITHUB_OUTPUT = path.join(root, 'out');
      for (const args of [['doctor'], ['doctor', '--json'], ['doctor', '--format', 'markdown']])
        lk([...args, '--sysroot', root], { env: { GITHUB_OUTPUT } });
      expect(readFileSync(GITHUB_OUTPUT, 'utf8')).toBe('');
      lk(['doctor', '--format', 'github', '--sysroot', root], { env: { GITHUB_OUTPUT } });
      const text = readFileSync(GITHUB_OUTPUT, 'utf8');
      expect(text).not.toMatch(/_version/);
      expect(text).toMatch(/^effective_cpus=\d+\nstatus=/);
    }));

  test('a version that somebody made up ends no line', () =>
    withTree({ ...ENVIRONMENT, [`${SITE}/numpy-2.4\nPATH<<x.dist-info/METADATA`]: 'Name: numpy\n' }, (root) => {
      const GITHUB_OUTPUT = path.join(root, 'out');
      writeFileSync(GITHUB_OUTPUT, '');
      run(root, { GITHUB_OUTPUT });
      const lines = readFileSync(GITHUB_OUTPUT, 'utf8').split('\n');
      expect(lines.filter((line) => line.startsWith('PATH'))).toEqual([]);
      expect(lines[1]).toMatch(/^numpy_version<<lk_[0-9a-f]{32}$/);
      expect(lines[2]).toMatch(/^2\.4.{1,4}PATH<<x$/);
    }));

  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('a file that is not there, or a full disk, is said and costs no report', () =>
    withTree(ENVIRONMENT, (root) => {
      const gone = run(root, { GITHUB_OUTPUT: `${root}/gone` });
      expect([gone.status, gone.stderr]).toEqual([
        2,
        `lk: GITHUB_OUTPUT ${root}/gone: not there; the runner makes it before a step\n`,
      ]);
      expect(gone.stdout).toContain('::');
      const full = run(root, { GITHUB_OUTPUT: '/dev/full' });
      expect([full.status, full.stderr]).toEqual([2, 'lk: GITHUB_OUTPUT /dev/full: no space left\n']);
      expect(full.stdout).toBe(gone.stdout);
    }),
  );

  (canBeUnprivileged ? test : test.skip)(
    'a file that this user may not write is named, and the one of the summary',
    () =>
      withTree({ ...ENVIRONMENT, '/out': '' }, (root) => {
        chmodSync(root, 0o755);
        const file = path.join(root, 'out');
        chmodSync(file, 0o444);
        const [program = '', ...words] = [...unprivileged, process.execPath, path.join(PROJECT, 'bin/lk.cjs')];
        const { status, stderr } = spawnSync(
          program,
          [...words, 'doctor', '--format', 'github', '--fail-on', 'never'],
          {
            encoding: 'utf8',
            cwd: root,
            env: { PATH: process.env.PATH, GITHUB_OUTPUT: file, GITHUB_STEP_SUMMARY: file },
          },
        );
        expect([status, stderr.split('\n').sort()]).toEqual([
          2,
          ['', `lk: GITHUB_OUTPUT ${file}: permission denied`, `lk: GITHUB_STEP_SUMMARY ${file}: permission denied`],
        ]);
      }),
  );
});
