import { chmodSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { doctorJson, lk } from '../cli.ts';
import { type FileTree, withTree } from '../file-tree.ts';

const LENSKIT = 'lib/python3.11/site-packages/lenskit-2025.8.1.dist-info/METADATA';
/** An environment whose Python leaves a file behind when it is run. */
const ENVIRONMENT = {
  'bin/python': '#!/bin/sh\ntouch "$(dirname "$0")/../was-run"\n',
  'pyvenv.cfg': 'home = /usr/bin\nversion = 3.11.2\n',
  [LENSKIT]: 'Name: lenskit\nVersion: 2025.8.1\n',
};

function project(toml: string, more: FileTree = {}): FileTree {
  const environment = Object.entries(ENVIRONMENT).map(([file, text]) => [`/p/env/${file}`, text]);
  return {
    '/p/pyproject.toml': `[tool.lenskit-doctor]\n${toml}`,
    '/p/sub/x': '',
    ...Object.fromEntries(environment),
    ...more,
  };
}

function withProject(toml: string, run: (folder: string) => void, more: FileTree = {}): Promise<void> {
  return withTree(project(toml, more), (root) => {
    const folder = path.join(realpathSync(root), 'p');
    for (const one of [folder, path.join(folder, 'sub')]) chmodSync(one, 0o755);
    chmodSync(path.join(folder, 'pyproject.toml'), 0o644);
    chmodSync(path.join(folder, 'env/bin/python'), 0o755);
    run(folder);
  });
}

const FAILING = ['--lenskit', '2025.8.1', '--cpus', '4', '--env', 'LK_NUM_THREADS=many'];

describe('settings of the project', () => {
  test('skip: the checks are listed with the reason, and with where it stands', () =>
    withProject('skip = [{ check = "gpu", reason = "one GPU by design" }, "config/invalid-value"]\n', (folder) => {
      const cwd = path.join(folder, 'sub');
      const { report } = doctorJson(FAILING, { cwd });
      const shared = report.checks.find(({ id }) => id === 'gpu/shared-model');
      expect(shared).toMatchObject({
        status: 'skip',
        title: 'one GPU by design',
        evidence: [{ where: `${folder}/pyproject.toml, line 2: skip`, said: 'gpu' }],
      });
      expect(report.checks.find(({ id }) => id === 'config/invalid-value')).toMatchObject({
        status: 'skip',
        title: "left out by the project's settings",
      });
      expect(report.settings).toBeUndefined();
      // What --only names is looked at, and --skip leaves out besides.
      const only = doctorJson([...FAILING, '--only', 'config/invalid-value'], { cwd }).report;
      expect(only.checks.map(({ status }) => status)).toEqual(['fail']);
      const both = doctorJson([...FAILING, '--skip', 'cpu'], { cwd }).report.checks.map(({ id }) => id);
      expect(both.filter((id) => id.startsWith('cpu/'))).toEqual([]);
      expect(both).toContain('gpu/shared-model');
    }));

  test('fail-on decides on the exit status; the flag beats it', () =>
    withProject('fail-on = "never"\n', (folder) => {
      const status = (...args: string[]) => lk(['doctor', ...FAILING, ...args], { cwd: folder }).status;
      expect([status(), status('--fail-on', 'fail'), lk(['doctor', ...FAILING]).status]).toEqual([0, 1, 1]);
    }));

  test('python is read, by lk env too, and runs in no case unasked', () =>
    withProject('python = "env"\n', (folder) => {
      const { report } = doctorJson(['--verbose'], { cwd: path.join(folder, 'sub') });
      expect(report.python).toMatchObject({ interpreter: `${folder}/env/bin/python`, foundBy: 'project settings' });
      expect(report.lenskit.version).toBe('2025.8.1');
      expect(report.settings).toEqual([
        {
          file: `${folder}/pyproject.toml`,
          line: 2,
          key: 'python',
          value: `${folder}/env`,
          reason: null,
          ignored: null,
        },
      ]);
      expect(lk(['env'], { cwd: folder }).stdout).toContain('LK_NUM_PROCS');
      const probed = lk(['doctor', '--probe'], { cwd: folder });
      expect(probed).toMatchObject({ status: 2, stdout: '' });
      expect(probed.stderr).toContain(
        `--probe: ${folder}/env/bin/python lies in the project whose settings name it and is not run unasked; name it with --python`,
      );
      expect(() => readFileSync(`${folder}/env/was-run`)).toThrow('ENOENT');
    }));

  test('python from a file that others may write is not obeyed, which is said', () =>
    withProject('python = "env"\n', (folder) => {
      const file = `${folder}/pyproject.toml`;
      chmodSync(file, 0o666);
      const { report, stderr } = doctorJson(['--verbose'], { cwd: folder });
      const why = `it can be written by others (chmod go-w ${file})`;
      expect(stderr).toBe(`lk: ${file}, line 2: python is not obeyed: ${why}\n`);
      expect(report.python.foundBy).not.toBe('project settings');
      expect(report.settings).toMatchObject([{ key: 'python', ignored: why }]);
      for (const command of [['env'], ['run', '--dry-run', '--', 'nothing']])
        expect(lk(command, { cwd: folder }).stderr).toContain('python is not obeyed');
    }));

  test('what beats python is said with --verbose', () =>
    withProject('python = "nowhere"\n', (folder) => {
      const named = doctorJson(['--verbose', '--python', 'env'], { cwd: folder }).report;
      expect(named.settings).toMatchObject([{ ignored: '--python is given' }]);
      expect(doctorJson(['--verbose', '--sysroot', '.'], { cwd: folder }).report.settings).toMatchObject([
        { ignored: '--sysroot is another machine' },
      ]);
      const { status, stderr } = lk(['doctor'], { cwd: folder });
      expect(status).toBe(2);
      expect(stderr).toContain(
        `lk: ${folder}/pyproject.toml, line 2: python ${folder}/nowhere: not there; name an interpreter or an environment's folder`,
      );
    }));

  test('the nearest applies, alone', () =>
    withProject(
      'fail-on = "never"\n',
      (folder) => {
        expect(doctorJson(['--verbose'], { cwd: `${folder}/sub` }).report.settings).toEqual([]);
        writeFileSync(`${folder}/sub/.lenskit-doctor.toml`, 'fail-on = "warn"\n');
        expect(doctorJson(['--verbose'], { cwd: `${folder}/sub` }).report.settings).toMatchObject([
          { file: `${folder}/sub/.lenskit-doctor.toml`, line: 1, value: 'warn' },
        ]);
      },
      { '/p/sub/.lenskit-doctor.toml': '' },
    ));

  test.each([
    ['skip = ["gpu/shared-modl"]\n', ', line 2: skip: no check gpu/shared-modl: did you mean gpu/shared-model?'],
    ['skp = []\n', ', line 2: there is no skp; did you mean skip?'],
    ['fail-on = "nevr"\n', ', line 2: fail-on: "nevr" is no level; did you mean never?'],
    ['skip = [\n', 'no TOML: '],
  ])('%j is refused', (toml, message) =>
    withProject(toml, (folder) => {
      for (const args of [[], ['--json']]) {
        const { status, stdout, stderr } = lk(['doctor', ...args], { cwd: folder });
        expect(status).toBe(2);
        expect(args.length === 0 ? stderr : JSON.parse(stdout).error.message).toContain(message);
      }
    }),
  );

  test('without settings nothing that reads them is loaded', () =>
    withProject('', (folder) => {
      writeFileSync(`${folder}/pyproject.toml`, '[project]\nname = "x"\n');
      const loaded = (cwd: string) => {
        const text = `process.on('exit', () => process.stderr.write(Object.keys(require.cache).join()))`;
        const preload = path.join(folder, 'preload.cjs');
        writeFileSync(preload, text);
        return lk(['doctor', '--json'], { cwd, env: { NODE_OPTIONS: `--require ${preload}` } }).stderr;
      };
      expect(loaded(folder)).toMatch(/cli\.cjs/);
      expect(loaded(folder)).not.toMatch(/settings\.cjs/);
      writeFileSync(`${folder}/pyproject.toml`, '[tool.lenskit-doctor]\n');
      expect(loaded(folder)).toMatch(/settings\.cjs/);
    }));
});
