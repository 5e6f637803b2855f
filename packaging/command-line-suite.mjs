// The tests of the command line against what is handed out, in place of the tree's own program: the tarball as installed,
// and the single file. Name test files or folders to have them alone.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const { name, version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const product = (rest) => path.join(ROOT, 'dist-packages', `${name}-${version}${rest}`);
const named = process.argv.slice(2);
const tests = named.length > 0 ? named : ['test/commands', 'test/process/stopped.test.ts', 'test/output'];

const folder = mkdtempSync(path.join(os.tmpdir(), 'suite-'));
try {
  execFileSync('npm', ['install', '--offline', '--no-audit', '--prefix', folder, product('.tgz')], { stdio: 'ignore' });
  const programs = {
    tarball: path.join(folder, 'node_modules', name, 'bin/lk.cjs'),
    'single file': product(`-${process.platform}-${process.arch}`),
  };
  for (const [what, program] of Object.entries(programs)) {
    console.log(`the command line of the ${what}`);
    const env = { ...process.env, LK_TEST_PROGRAM: program };
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
