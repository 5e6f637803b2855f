import { chmodSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { benchJson, lk } from '../cli.ts';
import { type FileTree, withTree } from '../file-tree.ts';
import { findPython } from '../process/python.ts';

const described = findPython() === null ? describe.skip : describe;

/** An environment with a LensKit, whose Python does nothing. */
const environment = (prefix: string, lenskit: string, python = '3.12'): FileTree => ({
  [`${prefix}/pyvenv.cfg`]: `home = /usr/bin\nversion = ${python}.1\n`,
  [`${prefix}/bin/python`]: '#!/bin/sh\nexit 0\n',
  [`${prefix}/lib/python${python}/site-packages/lenskit-${lenskit}.dist-info/METADATA`]: `Name: lenskit\nVersion: ${lenskit}\n`,
});

const TREE = {
  ...environment('/new', '2026.4.0'),
  ...environment('/old', '2025.8.1'),
  '/eval.py': '',
  '/job.sh': '#!/bin/sh\n',
};

function inTree(run: (root: string) => void): Promise<void> {
  return withTree(TREE, (root) => {
    for (const file of ['new/bin/python', 'old/bin/python', 'job.sh']) chmodSync(`${root}/${file}`, 0o755);
    run(root);
  });
}

const ONE = ['--max-trials', '2', '--quiet'];

described('whose rules the settings of a command are of', () => {
  test.each<[string, string[], string, boolean]>([
    ['a path', ['ROOT/new/bin/python', 'eval.py'], '2026.4.0', false],
    ['behind launchers', ['env', 'A=1', 'timeout', '60', 'nice', 'ROOT/new/bin/python', 'eval.py'], '2026.4.0', false],
    ['a shell', ['bash', '-c', 'cd new && bin/python ../eval.py'], '2026.4.0', false],
    ['what cannot be known', ['./job.sh'], '2025.8.1', true],
    ['the activated environment has no part in it', ['ROOT/old/bin/python'], '2025.8.1', false],
  ])('%s', (_, command, lenskit, assumed) =>
    inTree((root) => {
      const words = command.map((word) => word.replaceAll('ROOT', root));
      const env = { VIRTUAL_ENV: `${root}/old`, PATH: '/usr/bin:/bin' };
      const { result } = benchJson([...ONE, '--', ...words], { cwd: root, env });
      expect([result.lenskit, result.rules?.assumed]).toEqual([lenskit, assumed]);
      const variable = lenskit.startsWith('2026') ? 'LK_NUM_BATCH_JOBS' : 'LK_NUM_PROCS';
      expect(Object.keys(result.best?.env ?? {})).toContain(variable);
      const told = result.warnings.filter((warning) =>
        /^the rules 2025.3, of LensKit 2025.8.1, are assumed: /.test(warning),
      );
      expect(told).toHaveLength(assumed ? 1 : 0);
      if (assumed) expect(told[0]).toContain(`what ${root}/job.sh runs is not known; read from `);
    }),
  );

  test('--shell: the line says it', () =>
    inTree((root) => {
      const { result } = benchJson([...ONE, '--shell', '--', 'new/bin/python eval.py | cat'], { cwd: root });
      expect(result.lenskit).toBe('2026.4.0');
    }));

  test('--python and --lenskit come before the command’s own', () =>
    inTree((root) => {
      const command = ['--', `${root}/new/bin/python`, 'eval.py'];
      expect(benchJson([...ONE, '--python', `${root}/old`, ...command]).result.lenskit).toBe('2025.8.1');
      const { result } = benchJson([...ONE, '--lenskit', '2025.2.0', ...command]);
      expect([result.generation, result.rules]).toEqual(['2025.2', { why: 'chosen with --lenskit', assumed: false }]);
    }));

  test('no LensKit in the command’s Python: the rules are assumed, and it is said before the first run', () =>
    inTree((root) => {
      writeFileSync(`${root}/tool`, '#!/bin/sh\nexit 0\n');
      chmodSync(`${root}/tool`, 0o755);
      const { stderr, status } = lk(['bench', 'batch', '--max-trials', '2', '--', './tool'], {
        cwd: root,
        env: { PATH: '/usr/bin:/bin' },
      });
      expect(status).toBe(0);
      expect(stderr.split('\n')[0]).toMatch(/^the rules 2025\.3 are assumed: what \S+\/tool runs is not known; /);
    }));

  test('the command sets itself what is varied: that is why no setting matters', () =>
    inTree((root) => {
      const command = ['env', 'LK_NUM_PROCS=2', `${root}/old/bin/python`, 'eval.py'];
      const flags = ['--processes', '1,2', '--threads', '1', '--backend-threads', '1', '--quiet'];
      const { result } = benchJson([...flags, '--', ...command], { cwd: root });
      expect(result.warnings).toContain('the command sets LK_NUM_PROCS=2 itself, whatever is tried');
      if (result.verdict.kind === 'same')
        expect(result.warnings).toContain('no setting matters: the command sets LK_NUM_PROCS=2');
    }));

  test('0.14: processes, Numba and OpenBLAS are tried; what it does not know is refused', () =>
    withTree(environment('/env', '0.14.4', '3.11'), (root) => {
      chmodSync(`${root}/env/bin/python`, 0o755);
      const flags = ['--max-trials', '3', '--quiet', '--warmup', '0'];
      const { result } = benchJson([...flags, '--', `${root}/env/bin/python`, 'eval.py']);
      expect([result.generation, result.lenskit]).toEqual(['0.14', '0.14.4']);
      for (const { env } of result.trials)
        expect(Object.keys(env)).toEqual([
          'LK_NUM_PROCS',
          'NUMBA_NUM_THREADS',
          'OMP_NUM_THREADS',
          'OPENBLAS_NUM_THREADS',
          'MKL_NUM_THREADS',
        ]);
      const refused = (...more: string[]) => {
        const { status, stderr } = lk(['bench', 'batch', '--python', `${root}/env`, ...more]);
        expect(status).toBe(2);
        return stderr;
      };
      expect(refused('--pipeline', `${root}/env/pyvenv.cfg`)).toMatch(
        /LensKit has pipelines from 2025\.1 on; name a --model\n$/,
      );
      expect(refused('--format', 'toml')).toMatch(
        /LensKit reads settings files from 2026\.1 on, and the rules here are 0\.14\n$/,
      );
    }));
});
