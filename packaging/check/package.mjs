// What the registry's own checkers say of the package as it is packed: publint of its files, attw of its types.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeTarball } from '../npm/product.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'packed-'));
try {
  makeTarball({ root: process.cwd(), output: folder });
  const tarball = path.join(folder, readdirSync(folder)[0]);
  // The library is an ES module on purpose: Node from 20.19 on gives it to require() too.
  const checks = [
    ['publint', 'run', '--strict', tarball],
    ['attw', '--profile', 'esm-only', '--format', 'ascii', tarball],
  ];
  for (const [command, ...words] of checks) {
    const { status } = spawnSync('npx', ['--no-install', command, ...words], {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
