import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { thisMachine } from '../../src/host/open.ts';
import { observePython } from '../../src/python/observe.ts';
import { lk } from '../cli.ts';

const SCRIPT = 'import json, sys; print(json.dumps([p for p in sys.path if p.endswith("-packages")]))';

/** Interpreters of this machine: the system's, and those of pyenv. */
function interpreters(): string[] {
  const versions = path.join(process.env.PYENV_ROOT ?? path.join(homedir(), '.pyenv'), 'versions');
  let named: string[] = [];
  try {
    named = readdirSync(versions).map((name) => path.join(versions, name, 'bin/python3'));
  } catch {
    // no pyenv
  }
  return ['/usr/bin/python3', ...named].filter((file) => spawnSync(file, ['-c', '']).status === 0).slice(0, 3);
}

const found = interpreters();

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
