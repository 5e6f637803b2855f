import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** A Python that has `match`; null: there is none. */
export function newPython(): string | null {
  const versions = path.join(homedir(), '.pyenv/versions');
  const own = existsSync(versions) ? readdirSync(versions).filter((name) => /^3\.1[0-2]/.test(name)) : [];
  const candidates = [
    ...own
      .sort()
      .toReversed()
      .map((name) => path.join(versions, name, 'bin/python3')),
    'python3',
  ];
  const isNew = (python: string): boolean =>
    spawnSync(python, ['-I', '-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0;
  return candidates.find(isNew) ?? null;
}
