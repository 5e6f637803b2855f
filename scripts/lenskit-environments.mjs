// Makes virtual environments with real LensKit in a cache folder, for npm run test:lenskit: 0.14.4, on Python 3.11 with
// the Numba and pandas that it still works with, and as it is on 3.8; 2025.8.1, and 2026.4.0 where there is a Python of
// 3.12.5 or newer, with Ray and without; and one with what starts the kernels of notebooks.
// What cannot be made is said, and its tests are skipped.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const CACHE =
  process.env.LK_TEST_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'lenskit-doctor');
const WANTED = [
  {
    name: 'lenskit-0.14.4',
    packages: ['lenskit==0.14.4', 'numba>=0.57', 'pandas<2', 'numpy<2'],
    from: [3, 11, 0],
    before: [3, 12, 0],
  },
  { name: 'lenskit-0.14.4-py38', packages: ['lenskit==0.14.4'], from: [3, 8, 0], before: [3, 9, 0] },
  { name: 'lenskit-2025.8.1', packages: ['lenskit==2025.8.1'], from: [3, 11, 0] },
  { name: 'lenskit-2026.4.0', packages: ['lenskit==2026.4.0'], from: [3, 12, 5] },
  { name: 'jupyter', packages: ['jupyter_client', 'ipykernel'], from: [3, 10, 0] },
  ...['2026.1.0', '2026.3.0', '2026.4.0'].map((lenskit) => ({
    name: `lenskit-${lenskit}-ray`,
    packages: [`lenskit==${lenskit}`, 'ray>=2.42,<3'],
    from: [3, 12, 5],
  })),
];

const run = (command, args) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** Every Python of this machine with its version, the oldest first. */
function pythons() {
  const pyenv = path.join(process.env.PYENV_ROOT ?? path.join(homedir(), '.pyenv'), 'versions');
  const installed = existsSync(pyenv) ? readdirSync(pyenv).map((name) => path.join(pyenv, name, 'bin/python3')) : [];
  const named = ['python3', 'python3.8', 'python3.11', 'python3.12', 'python3.13', 'python3.14'];
  return [...named, ...installed].flatMap((command) => {
    try {
      const script = 'import sys; print(sys.executable, *sys.version_info[:3])';
      const [executable, ...version] = execFileSync(command, ['-c', script], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).split(' ');
      return [{ executable, version: version.map(Number) }];
    } catch {
      return [];
    }
  });
}

const atLeast = (version, wanted) =>
  version.map((part, index) => part - wanted[index]).find((difference) => difference !== 0) ?? 0;

function make({ name, packages, from, before = [3, 14, 0] }) {
  const folder = path.join(CACHE, name);
  const done = path.join(folder, 'complete');
  if (existsSync(done)) return;
  const python = pythons().find(({ version }) => atLeast(version, from) >= 0 && atLeast(version, before) < 0);
  if (!python) return console.log(`${name}: no Python from ${from.join('.')} on and before ${before.join('.')} here`);
  const uv = path.join(CACHE, 'uv');
  if (!existsSync(path.join(uv, 'bin/uv'))) {
    run(python.executable, ['-m', 'venv', uv]);
    run(path.join(uv, 'bin/python'), ['-m', 'pip', 'install', '--quiet', 'uv']);
  }
  run(path.join(uv, 'bin/uv'), ['venv', '--quiet', '--clear', '--python', python.executable, folder]);
  run(path.join(uv, 'bin/uv'), ['pip', 'install', '--quiet', '--python', path.join(folder, 'bin/python'), ...packages]);
  writeFileSync(done, '');
}

mkdirSync(CACHE, { recursive: true });
for (const wanted of WANTED) {
  try {
    make(wanted);
  } catch (error) {
    console.log(`${wanted.name}: could not be installed: ${error.message.split('\n')[0]}`);
  }
}
