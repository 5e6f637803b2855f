import path from 'node:path';
import { type Matches, matching } from '../../files/matching.ts';
import { thisMachine } from '../../host/open.ts';
import { FlagError } from '../flags.ts';

/** A machine as it was named or found. */
export interface Source {
  /** `.`: this machine, `-`: standard input; else a file. */
  file: string;
  /** What it is called where its snapshot does not say. */
  name: string;
  /** True: a folder or a pattern has led to it; then it has to be a regular file. */
  isFound: boolean;
}

/** What was named, come to machines. */
interface Sources {
  sources: Source[];
  /** What could not be looked at, or is none. */
  refused: { name: string; why: string }[];
  /** True where a folder or a pattern stands for as many as there are. */
  isMany: boolean;
}

export const THIS_MACHINE = '.';
const MOST_FILES = 200_000;

/** The machines that were meant. @throws FlagError */
export async function sourcesOf(names: readonly string[]): Promise<Sources> {
  const sources = new Map<string, Source>();
  const refused: Sources['refused'] = [];
  const host = thisMachine();
  let isMany = false;
  const add = (file: string, name: string, isFound: boolean): void => {
    const key = file === THIS_MACHINE || file === '-' ? file : path.resolve(file);
    if (!isFound && sources.has(key)) throw new FlagError(`${file}: named twice; name another machine`);
    sources.set(key, sources.get(key) ?? { file, name, isFound });
    if (sources.size > MOST_FILES) throw new FlagError(`more than ${MOST_FILES} files: name fewer`);
  };
  for (const name of names) {
    if (name.startsWith('-') && name !== '-') throw new FlagError(`nonexistent flag: ${name}`);
    if (name === THIS_MACHINE) add(name, 'this machine', false);
    else if (name === '-') add(name, 'standard input', false);
    else {
      const kind = host.kind(name);
      const isPattern = kind === null && /[*?[\]{}]/.test(name);
      if (kind !== 'directory' && !isPattern) {
        add(name, path.basename(name), false);
        continue;
      }
      isMany = true;
      const found = await filesOf(name, isPattern);
      for (const one of found.refused) refused.push({ name: one.path, why: one.why });
      const base = isPattern ? '' : name;
      for (const file of found.files) add(file, path.relative(base, file).replace(/\.json$/i, ''), true);
      if (found.files.length + found.refused.length === 0)
        refused.push({ name, why: isPattern ? 'matches no file' : 'no .json file below it' });
    }
  }
  return { sources: [...sources.values()], refused, isMany };
}

/** Below a folder all that is called `.json`, of whatever kind: what is no file is refused where it is read. */
async function filesOf(name: string, isPattern: boolean): Promise<Matches> {
  const pattern = isPattern ? name : '**/*.json';
  return matching(pattern, isPattern ? '.' : name, [], { takesAll: true });
}
