import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * A Python with what builds the distributions (requirements.txt), in an environment of the cache folder that is made once
 * for each list. `PYTHON` names the one to make it with.
 *
 * @returns the path of its interpreter
 * @throws where there is no Python, or the packages cannot be had
 */
export function buildPython() {
  const requirements = path.join(import.meta.dirname, 'requirements.txt');
  const mark = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const folder = path.join(cache, 'lenskit-doctor', `python-build-${mark}`);
  const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (!existsSync(path.join(folder, 'complete'))) {
    const run = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    run(process.env.PYTHON || 'python3', '-m', 'venv', '--clear', folder);
    run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements);
    writeFileSync(path.join(folder, 'complete'), '');
  }
  return python;
}
