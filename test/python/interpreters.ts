import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Interpreters of this machine, 3.8 and newer: the system's, and those of pyenv. */
export function interpreters(): string[] {
  const versions = path.join(process.env.PYENV_ROOT ?? path.join(homedir(), '.pyenv'), 'versions');
  let named: string[] = [];
  try {
    named = readdirSync(versions).map((name) => path.join(versions, name, 'bin/python3'));
  } catch {
    // no pyenv
  }
  return ['/usr/bin/python3', ...named].filter(
    (file) => spawnSync(file, ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0,
  );
}
