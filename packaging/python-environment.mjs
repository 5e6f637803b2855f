import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * A Python with the packages of a file for pip, in an environment of the cache folder that is made once for each state of
 * that file. `PYTHON` names the one to make it with.
 *
 * @returns the path of its interpreter
 * @throws where there is no Python, or the packages cannot be had
 */
export function pythonEnvironment(name, requirements) {
  const mark = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const folder = path.join(cache, 'lenskit-doctor', `${name}-${mark}`);
  const isWindows = process.platform === 'win32';
  const python = path.join(folder, isWindows ? 'Scripts/python.exe' : 'bin/python');
  const complete = path.join(folder, 'complete');
  if (!existsSync(complete)) {
    // lk itself uses that folder only where it is the user's alone.
    mkdirSync(path.dirname(folder), { recursive: true, mode: 0o700 });
    const run = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    run(process.env.PYTHON || (isWindows ? 'python' : 'python3'), '-m', 'venv', '--clear', folder);
    run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements);
    writeFileSync(complete, '');
  }
  return python;
}
