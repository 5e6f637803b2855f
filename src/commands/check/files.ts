import path from 'node:path';
import { matching, type Refused } from '../../files/matching.ts';
import { thisMachine } from '../../host/open.ts';
import { FlagError } from '../flags.ts';
import type { Choice } from './choice.ts';

/** Folders in which nobody's scripts are. */
const PASSED_OVER = ['**/node_modules/**', '**/site-packages/**', '**/__pycache__/**', '**/.*/**', '**/venv/**'];
const MOST_FILES = 20_000;

/** What was named, come to files. */
interface Found {
  files: string[];
  /** What could not be looked at, also a name that is not there: it costs the others nothing. */
  refused: Refused[];
  /** What somebody should know: a folder without any script. */
  notes: string[];
}

/**
 * The files that were meant: those named (`-` is standard input, under the name `input`), all Python, notebooks and Quarto
 * documents below folders, and whatever a pattern matches; and what could not be looked at on the way. What is found may be
 * left out by the choice; what is named only where that is forced.
 *
 * @throws FlagError, SettingsError
 */
export async function filesOf(names: readonly string[], choice: Choice, input: string): Promise<Found> {
  const files: string[] = [];
  const refused: Refused[] = [];
  const notes: string[] = [];
  const host = thisMachine();
  for (const name of names) {
    if (name.startsWith('-') && name !== '-') throw new FlagError(`nonexistent flag: ${name}`);
    const kind = name === '-' ? 'file' : host.kind(name);
    if (kind === 'file' || kind === 'other') {
      const file = name === '-' ? input : name;
      if (!choice.isForcedOut(path.resolve(file))) files.push(file);
      continue;
    }
    const isPattern = kind === null && /[*?[\]{}]/.test(name);
    if (kind === null && !isPattern) {
      refused.push({ path: name, why: whyNot(name) });
      continue;
    }
    if (!isPattern && choice.isForcedOut(path.resolve(name))) continue;
    const search = new Search(choice, isPattern);
    const found = isPattern
      ? await matching(name, '.', PASSED_OVER, { passedOver: search.passesOver })
      : await matching('**/*', name, PASSED_OVER, { passedOver: search.passesOver });
    if (search.failure !== null) throw search.failure;
    if (found.files.length + found.refused.length === 0) {
      const excluded = search.left > 0 ? `; ${search.left} left out by exclude` : '';
      if (isPattern) refused.push({ path: name, why: 'matches no file' });
      else notes.push(`${name}: no script, notebook or Quarto document below it${excluded}`);
    }
    for (const file of found.files) files.push(file);
    for (const one of found.refused) refused.push(one);
  }
  const unique = [...new Set(files)];
  if (unique.length > MOST_FILES) throw new FlagError(`${unique.length} files: name fewer, ${MOST_FILES} at most`);
  return { files: unique, refused, notes };
}

/** What a choice says of what is come across. */
class Search {
  /** So many were left out. */
  left = 0;
  /** What is wrong in settings on the way; it cannot be thrown through the search. */
  failure: unknown = null;
  private readonly choice: Choice;
  private readonly isPattern: boolean;

  constructor(choice: Choice, isPattern: boolean) {
    this.choice = choice;
    this.isPattern = isPattern;
  }

  readonly passesOver = (at: string, isFolder: boolean): boolean => {
    try {
      // What a pattern matches is meant, whatever its ending is.
      if (!isFolder && !this.isPattern && !this.choice.isIncluded(at)) return true;
      if (!this.choice.isExcluded(at)) return false;
      this.left++;
      return true;
    } catch (error) {
      this.failure ??= error;
      return true;
    }
  };
}

function whyNot(name: string): string {
  // A name that is not UTF-8 has been changed before it came here.
  if (name.includes('\ufffd')) return 'not there, or its name is not UTF-8; rename it';
  const read = thisMachine().read(name);
  return read.ok ? 'not there' : read.detail.replace(`${name}: `, '');
}
