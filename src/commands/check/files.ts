import { FileError } from '../../files/errors.ts';
import { matching, type Refused } from '../../files/matching.ts';
import { thisMachine } from '../../host/open.ts';
import { ENDINGS } from '../../script/check.ts';
import { FlagError } from '../flags.ts';
import { STANDARD_INPUT } from './reader.ts';

/** Folders in which nobody's scripts are. */
const PASSED_OVER = ['**/node_modules/**', '**/site-packages/**', '**/__pycache__/**', '**/.*/**', '**/venv/**'];
const MOST_FILES = 20_000;

/**
 * The files that were meant: those named (`-` is standard input), all Python, notebooks and Quarto documents below folders, and whatever a
 * pattern matches; and what could not be looked at on the way.
 *
 * @throws FileError where a name is not there, FlagError where a pattern matches nothing
 */
export async function filesOf(names: readonly string[]): Promise<{ files: string[]; refused: Refused[] }> {
  const files: string[] = [];
  const refused: Refused[] = [];
  const host = thisMachine();
  for (const name of names) {
    if (name.startsWith('-') && name !== '-') throw new FlagError(`nonexistent flag: ${name}`);
    if (name === '-') {
      files.push(STANDARD_INPUT);
      continue;
    }
    const kind = host.kind(name);
    if (kind === 'file' || kind === 'other') {
      files.push(name);
      continue;
    }
    const isPattern = kind === null && /[*?[\]{}]/.test(name);
    if (kind === null && !isPattern) {
      const read = host.read(name);
      // A name that is not UTF-8 has been changed before it came here.
      const why = name.includes('\ufffd') ? `${name}: not there, or its name is not UTF-8; rename it` : null;
      throw new FileError(why ?? (read.ok ? `${name}: not there` : read.detail));
    }
    const found = isPattern
      ? await matching(name, '.', PASSED_OVER)
      : await matching(`**/*{${ENDINGS.join(',')}}`, name, PASSED_OVER);
    if (isPattern && found.files.length + found.refused.length === 0) throw new FlagError(`${name}: matches no file`);
    for (const file of found.files) files.push(file);
    for (const one of found.refused) refused.push(one);
  }
  const unique = [...new Set(files)];
  if (unique.length > MOST_FILES) throw new FlagError(`${unique.length} files: name fewer, ${MOST_FILES} at most`);
  return { files: unique, refused };
}
