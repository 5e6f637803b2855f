import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { doctorJson, lk } from '../cli.ts';
import { type FileTree, withTree } from '../file-tree.ts';

const SITE = '/e/lib/python3.11/site-packages';
const TREE: FileTree = {
  '/e/bin/python': '',
  '/e/pyvenv.cfg': 'home = /usr/bin\nversion = 3.11.2\n',
  [`${SITE}/lenskit-2025.8.1.dist-info/METADATA`]: 'Name: lenskit\n',
  [`${SITE}/torch/version.py`]: "__version__ = '2.15.0+cpu'\ncuda: Optional[str] = None\n",
  [`${SITE}/numpy.libs/libscipy_openblas64_-1.so`]: Buffer.from('\x7fELF\0OpenBLAS 0.3.31 DYNAMIC_ARCH\0', 'latin1'),
  [`${SITE}/y-1\u001b[31m2.dist-info/METADATA`]: '',
};
const env = { OMP_NUM_THREADS: '3', PYPI_TOKEN: 'pypi-abcdefgh1234', PYTHONPATH: '' };

describe('what a bug report wants to know', () => {
  test('--verbose: in JSON, text and Markdown; without it nothing of it', () =>
    withTree(TREE, (root) => {
      const args = ['--python', path.join(root, 'e')];
      const { details } = doctorJson([...args, '--verbose'], { env }).report;
      expect(details).toMatchObject({
        torch: { version: '2.15.0+cpu', cuda: null },
        openblas: [{ owner: 'numpy', version: '0.3.31', threading: 'pthreads', kernel: null }],
        environment: { OMP_NUM_THREADS: '3', PYPI_TOKEN: '…' },
        packages: null,
        paths: null,
        observed: null,
      });
      const text = lk(['doctor', ...args, '--verbose'], { env }).stdout;
      for (const part of [
        /^System$/m,
        /^ {2}C library +\S/m,
        /OpenBLAS of numpy +0\.3\.31, pthreads, kernel chosen/,
        /PYPI_TOKEN +…/,
      ])
        expect(text).toMatch(part);
      expect(text).not.toContain('pypi-abcdefgh');
      const markdown = lk(['doctor', ...args, '--verbose', '--format', 'markdown'], { env }).stdout;
      expect(markdown).toContain('<summary>Machine and libraries</summary>');
      expect(markdown).toContain('| OpenBLAS of numpy | `0.3.31, pthreads');
      for (const format of ['text', 'json', 'markdown']) {
        const short = lk(['doctor', ...args, '--format', format], { env }).stdout;
        expect(short).not.toMatch(/C library|cLibrary|"details"|Machine and libraries/);
      }
    }));

  test('--packages and --paths alone show these alone', () =>
    withTree(TREE, (root) => {
      const args = ['doctor', '--python', path.join(root, 'e')];
      const packages = lk([...args, '--packages'], { env }).stdout;
      expect(packages).toMatch(/^Installed packages \(\d\)$/m);
      expect(packages).toMatch(/^ {2}lenskit +2025\.8\.1$/m);
      expect(packages).not.toMatch(/^(System|Paths)$/m);
      expect(packages).not.toContain('\u001b');
      const paths = lk([...args, '--paths'], { env }).stdout;
      expect(paths).toMatch(/^ {2}sys\.path +\S*python3\.11\/site-packages$/m);
      expect(paths).not.toContain('Installed packages');
    }));

  test('a snapshot keeps what it was told to, and --from shows it', () =>
    withTree(TREE, (root) => {
      const file = path.join(root, 'snapshot.json');
      const args = ['--python', path.join(root, 'e'), '--snapshot', file];
      const taken = doctorJson([...args, '--verbose', '--packages', '--paths'], { env }).report;
      const read = doctorJson(['--from', file, '--verbose']).report;
      expect(read.details).toEqual(taken.details);
      expect(read.details?.packages?.length).toBeGreaterThan(1);
      doctorJson(args, { env });
      expect(readFileSync(file, 'utf8')).not.toContain('"details"');
      expect(doctorJson(['--from', file, '--verbose']).report.details).toBeNull();
      expect(lk(['doctor', '--from', file, '--packages']).stdout).toContain(
        'the snapshot has none: --verbose when it is taken',
      );
    }));

  test('it is loaded where it is asked for alone', () =>
    withTree(
      { '/preload.cjs': `process.on('exit', () => process.stderr.write(Object.keys(require.cache).join()))` },
      (root) => {
        const loaded = (...args: string[]) =>
          lk(['doctor', ...args], { env: { NODE_OPTIONS: `--require ${path.join(root, 'preload.cjs')}` } }).stderr;
        for (const args of [[], ['--json'], ['--format', 'markdown']])
          expect(loaded(...args)).not.toContain('details.cjs');
        expect(loaded('--verbose', '--json')).toContain('details.cjs');
      },
    ));

  test('text that others wrote is escaped in every format', () =>
    withTree(TREE, (root) => {
      writeFileSync(path.join(root, 'e/x'), '');
      for (const format of ['text', 'markdown', 'json']) {
        const { stdout } = lk(
          ['doctor', '--python', path.join(root, 'e'), '--verbose', '--packages', '--format', format],
          {
            env: { OMP_PLACES: '\u001b[31m::error::x\n::error::y' },
          },
        );
        expect(stdout).not.toContain('\u001b');
        expect(stdout).not.toMatch(/^\s*::/m);
      }
    }));
});
