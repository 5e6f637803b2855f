import path from 'node:path';
import { FileError } from '../../files/errors.ts';
import { thisMachine } from '../../host/open.ts';
import { ENDINGS } from '../../script/check.ts';
import { FlagError } from '../flags.ts';
import { STANDARD_INPUT } from './reader.ts';

/** Folders in which nobody's scripts are. */
const PASSED_OVER = ['**/node_modules/**', '**/site-packages/**', '**/__pycache__/**', '**/.*/**', '**/venv/**'];
const MOST_FILES = 20_000;

/**
 * The files that were meant: those named (`-` is standard input), all Python, notebooks and Quarto documents below folders, and whatever a
 * pattern matches.
 *
 * @throws FileError where a name is not there, FlagError where a pattern matches nothing
 */
export async function filesOf(names: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  const host = thisMachine();
  for (const name of names) {
    if (name.startsWith('-') && name !== '-') throw new FlagError(`nonexistent flag: ${name}`);
    if (name === '-') {
      files.push(STANDARD_INPUT);
      continue;
    }
    const kind = host.kind(name);
    if (kind === 'file' || kind === 'other') files.push(name);
    else if (kind === 'directory') files.push(...(await matching(`**/*{${ENDINGS.join(',')}}`, name)));
    else if (/[*?[\]{}]/.test(name)) {
      const found = await matching(name, '.');
      if (found.length === 0) throw new FlagError(`${name}: matches no file`);
      files.push(...found);
    } else {
      const read = host.read(name);
      throw new FileError(read.ok ? `${name}: not there` : read.detail);
    }
  }
  const unique = [...new Set(files)];
  if (unique.length > MOST_FILES) throw new FlagError(`${unique.length} files: name fewer, ${MOST_FILES} at most`);
  return unique;
}

async function matching(pattern: string, folder: string): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const found = await glob(pattern, {
    cwd: folder,
    ignore: PASSED_OVER,
    followSymbolicLinks: false,
    expandDirectories: false,
  });
  return found.sort().map((name) => (path.isAbsolute(name) ? name : path.join(folder, name)));
}
