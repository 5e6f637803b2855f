import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '../../src/documents/doctor-report.ts';
import { thisMachine } from '../../src/host/open.ts';
import { observePython } from '../../src/python/observe.ts';
import { BIN, lk, START } from '../cli.ts';
import { interpreters } from './interpreters.ts';

const SCRIPT = 'import json, sys; print(json.dumps([p for p in sys.path if p.endswith("-packages")]))';

const found = interpreters();

/** A mount namespace of one's own, as root. */
const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

/** Which folders Python really imports packages from, and which LensKit it would find there. */
describe('the folders that packages are imported from, as Python has them', () => {
  let folder = '';
  const made: { [interpreter: string]: { [kind: string]: string } } = {};

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lk-site-'));
    for (const [n, interpreter] of found.entries()) {
      const kinds: { [kind: string]: string } = { itself: interpreter };
      for (const [kind, flags] of [
        ['venv', []],
        ['system-site', ['--system-site-packages']],
      ] as const) {
        const where = path.join(folder, `${kind}-${n}`);
        const made_ = spawnSync(interpreter, ['-m', 'venv', '--without-pip', ...flags, where]);
        if (made_.status === 0) kinds[kind] = path.join(where, 'bin/python3');
      }
      made[interpreter] = kinds;
    }
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  for (const interpreter of found) {
    for (const kind of ['itself', 'venv', 'system-site']) {
      for (const user of ['plain', 'no user site', 'another user base']) {
        test(`${interpreter}, ${kind}, ${user}`, () => {
          const python = made[interpreter]?.[kind];
          if (python === undefined) return;
          const version = execFileSync(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
            encoding: 'utf8',
          }).trim();
          const home = path.join(folder, 'home');
          const base = path.join(folder, 'base');
          for (const at of [path.join(home, '.local'), base])
            mkdirSync(path.join(at, `lib/python${version}/site-packages/lenskit-2025.8.1.dist-info`), {
              recursive: true,
            });
          const env = {
            PATH: '/usr/bin:/bin',
            HOME: home,
            ...(user === 'no user site' ? { PYTHONNOUSERSITE: '1' } : {}),
            ...(user === 'another user base' ? { PYTHONUSERBASE: base } : {}),
          };
          const real = JSON.parse(execFileSync(python, ['-c', SCRIPT], { env, encoding: 'utf8' })) as string[];
          const expected = real.some((at) => at.startsWith(folder) && !at.includes(`/${kind}-`));
          const facts = observePython(thisMachine(env), python);
          expect(facts.packages.lenskit === '2025.8.1').toBe(expected);
          const { report } = JSON.parse(
            `{"report": ${lk(['doctor', '--json', '--python', python], { env }).stdout}}`,
          ) as { report: { python: { packages: { lenskit?: string } } } };
          expect(report.python.packages.lenskit !== undefined).toBe(expected);
        });
      }
    }
  }
});

/**
 * Apptainer's leak: an image whose Python has a LensKit of its own, and the home directory of a user who has another. The
 * image is this machine's Python with something else mounted on its packages, in a namespace.
 */
describe('an image’s Python with a home directory in it (root)', () => {
  const rows = found.flatMap((interpreter) =>
    [
      ['as it is', {}, '2'],
      ['no user site', { PYTHONNOUSERSITE: '1' }, '1'],
      ['PYTHONPATH', { PYTHONPATH: 'home/.local/path', PYTHONNOUSERSITE: '1' }, '3'],
    ].map(
      ([what, env, version]) =>
        [interpreter, what, env, version] as [string, string, { [name: string]: string }, string],
    ),
  );
  (canMount ? test : test.skip).each(rows)('%s, %s', (interpreter, _, env, version) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lk-image-'));
    try {
      const home = path.join(folder, 'home');
      const where =
        'import sysconfig, sys; print(sysconfig.get_path("purelib")); print("%d.%d" % sys.version_info[:2])';
      const [purelib = '', minor = ''] = execFileSync(interpreter, ['-c', where], { encoding: 'utf8' }).split('\n');
      // Debian's Python installs below /usr/local, into a folder that need not be there.
      const site = interpreter.startsWith('/usr/bin/') ? '/usr/lib/python3/dist-packages' : purelib;
      const put = (at: string, which: string) => {
        mkdirSync(path.join(at, `lenskit-${which}.dist-info`), { recursive: true });
        writeFileSync(path.join(at, `lenskit-${which}.dist-info/METADATA`), `Version: ${which}\n`);
        mkdirSync(path.join(at, 'lenskit'));
        writeFileSync(path.join(at, 'lenskit/__init__.py'), `version = "${which}"\n`);
      };
      put(path.join(folder, 'image'), '1');
      put(path.join(home, `.local/lib/python${minor}/site-packages`), '2');
      put(path.join(home, '.local/path'), '3');
      const paths = env.PYTHONPATH ? { PYTHONPATH: path.join(folder, env.PYTHONPATH) } : {};
      const inside = (...command: string[]) =>
        execFileSync(
          'unshare',
          [
            '-m',
            '/bin/sh',
            '-ec',
            'mount --bind "$0" "$1"; shift; exec "$@"',
            path.join(folder, 'image'),
            site,
            ...command,
          ],
          {
            encoding: 'utf8',
            env: { PATH: '/usr/bin:/bin', HOME: home, APPTAINER_CONTAINER: '/image.sif', ...env, ...paths },
          },
        );
      expect(inside(interpreter, '-c', 'import lenskit; print(lenskit.version)').trim()).toBe(version);
      const lk = [START, BIN, 'doctor', '--json', '--fail-on', 'never'];
      const report = JSON.parse(inside(...lk, '--python', interpreter, '--lenskit', '2025.8.1')) as Report;
      expect(report.python.packages.lenskit).toBe(version);
      const finding = report.checks.find(({ id }) => id === 'python/hidden-lenskit');
      expect(finding?.status).toBe(version === '1' ? 'pass' : 'warn');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
