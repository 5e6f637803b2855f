// The tests of the command line against what is handed out, in place of the tree's own program: the tarball and the wheel
// as installed, and the single file. `--only tarball,wheel,single-file` takes some of them; name test files or folders to
// have these alone. What is no packaging's own fault is a test that is left out, by name: `testOnNode` of test/cli.ts.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '..');
const OUTPUT = path.join(ROOT, 'dist-packages');
const { name, version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const TESTS = ['test/commands', 'test/process/stopped.test.ts', 'test/output'];

/** Each puts the program below a folder, and says where it is. */
const PROGRAMS = {
  tarball(folder) {
    const tarball = path.join(OUTPUT, `${name}-${version}.tgz`);
    quietly('npm', 'install', '--offline', '--no-audit', '--prefix', folder, tarball);
    return path.join(folder, 'node_modules', name, 'bin/lk.cjs');
  },
  wheel(folder) {
    const environment = path.join(folder, 'environment');
    quietly(process.env.PYTHON || 'python3', '-m', 'venv', environment);
    const pip = (...args) =>
      quietly(path.join(environment, 'bin/python'), '-m', 'pip', '--disable-pip-version-check', 'install', ...args);
    // That of this platform among those that were made, and then what it needs.
    pip('--no-index', '--no-deps', '--find-links', OUTPUT, `${name}==${version}`);
    pip(`${name}==${version}`);
    return path.join(environment, 'bin/lk');
  },
  'single-file': () => path.join(OUTPUT, `${name}-${version}-${process.platform}-${process.arch}`),
};

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const wanted = values.only?.split(',') ?? Object.keys(PROGRAMS);
const unknown = wanted.filter((one) => !Object.hasOwn(PROGRAMS, one));
if (unknown.length > 0)
  throw new Error(`no program is called ${unknown.join(', ')}; there are ${Object.keys(PROGRAMS).join(', ')}`);

const folder = mkdtempSync(path.join(os.tmpdir(), 'suite-'));
// Some tests run it as another user.
chmodSync(folder, 0o755);
try {
  for (const what of wanted) {
    console.log(`the command line of the ${what}`);
    const env = { ...process.env, LK_TEST_PROGRAM: PROGRAMS[what](folder) };
    const tests = positionals.length > 0 ? positionals : TESTS;
    const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', ...tests], {
      cwd: ROOT,
      env,
      stdio: 'inherit',
    });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function quietly(command, ...args) {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
