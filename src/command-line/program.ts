import { LAUNCHERS, type Launcher, type Tool } from './launchers.ts';
import { nameOf } from './names.ts';
import { quotedWords } from './words.ts';

/** The options of a launcher, by their names with their dashes. `true`: without a value. */
export type Options = ReadonlyMap<string, string | true>;

/** What a launcher does to the command, in their order: the outermost first. */
export type Step =
  | { does: 'starts'; launcher: string }
  | { does: 'chooses'; launcher: string; tool: Tool; options: Options }
  | { does: 'sets'; name: string; value: string }
  | { does: 'unsets'; name: string }
  | { does: 'clears' }
  | { does: 'goes to'; folder: string };

/** The program that a command comes to, with its arguments, and how it got there. */
export interface Behind {
  words: readonly string[];
  steps: readonly Step[];
  /** Why it is not known what runs: `docker: it runs in a container`; null: the words are a program. */
  away: string | null;
}

/** More launchers than anybody writes. */
const MOST_LAUNCHERS = 32;

/**
 * Takes the launchers off a command: `timeout 60 env X=1 srun -n 2 python eval.py` comes to `python eval.py`. By their
 * names alone: nothing is looked up. What is no launcher is the program.
 */
export function behindLaunchers(command: readonly string[]): Behind {
  const steps: Step[] = [];
  let words = command;
  for (let count = 0; count < MOST_LAUNCHERS; count++) {
    const name = nameOf(words[0] ?? '');
    const launcher = LAUNCHERS.get(name);
    if (launcher === undefined) break;
    if (launcher.away !== undefined) return { words, steps, away: `${name}: ${launcher.away}` };
    const behind = without(name, launcher, words);
    if (behind === null) break;
    steps.push(...behind.steps);
    words = behind.words;
  }
  return { words, steps, away: null };
}

/** The command behind one launcher; null: it starts none. */
function without(
  name: string,
  launcher: Launcher,
  command: readonly string[],
): { words: readonly string[]; steps: Step[] } | null {
  const valued = valuedOf(launcher);
  const ends = new Set(launcher.ends?.split(' '));
  const options = new Map<string, string | true>();
  const steps: Step[] = [{ does: 'starts', launcher: name }];
  let own = launcher.words ?? 0;
  let subcommand = launcher.subcommand === undefined;
  let only = false;
  let at = 1;
  for (; at < command.length; at++) {
    const word = command[at] as string;
    if (!only && word === '--') {
      only = true;
      // What follows `--` in front of the subcommand is no command.
      if (!subcommand) return null;
    } else if (!only && word.startsWith('-')) {
      if (name === 'env' && isSplit(word)) return splitByEnv(word, command.slice(at + 1), steps);
      at += take(word, command.slice(at + 1), valued, options, steps, name);
      if ([...options.keys()].some((option) => ends.has(option))) return null;
    } else if (!subcommand) {
      if (!launcher.subcommand?.includes(word)) return null;
      subcommand = true;
    } else if (launcher.assigns && /^[^=]+=/.test(word)) {
      steps.push({ does: 'sets', name: word.slice(0, word.indexOf('=')), value: word.slice(word.indexOf('=') + 1) });
      // env takes no option behind a variable.
      only = true;
    } else if (own > 0) {
      own--;
      only ||= name !== 'setarch' && name !== 'flock';
    } else break;
  }
  if (at >= command.length || !subcommand) return null;
  if (launcher.chooses !== undefined) steps.push({ does: 'chooses', launcher: name, tool: launcher.chooses, options });
  return { words: command.slice(at), steps };
}

/** How many words each option takes. */
function valuedOf({ valued = '' }: Launcher): ReadonlyMap<string, number> {
  return new Map(
    valued
      .split(/\s+/)
      .filter(Boolean)
      .map((option) => {
        const [name = '', count = '1'] = option.split(':');
        return [name, Number(count)];
      }),
  );
}

/** Reads one word of options; says how many of the next words are their values. */
function take(
  word: string,
  next: readonly string[],
  valued: ReadonlyMap<string, number>,
  options: Map<string, string | true>,
  steps: Step[],
  launcher: string,
): number {
  const found: [string, string | true][] = [];
  let used = 0;
  const [, long, value] = /^(--[^=]+)=([\s\S]*)$/.exec(word) ?? [];
  if (long !== undefined) found.push([long, value ?? '']);
  else if (word.startsWith('--') || valued.has(word)) {
    used = valued.get(word) ?? 0;
    found.push([word, used === 0 ? true : (next[0] ?? '')]);
  } else {
    // Letters of options, the last of which may have its value behind it.
    for (let at = 1; at < word.length; at++) {
      const option = `-${word[at]}`;
      if (!valued.has(option)) found.push([option, true]);
      else {
        const rest = word.slice(at + 1).replace(/^=/, '');
        if (rest === '') used = valued.get(option) ?? 0;
        found.push([option, rest === '' ? (next[0] ?? '') : rest]);
        break;
      }
    }
    if (word === '-') found.push(['-', true]);
  }
  for (const [option, given] of found) {
    options.set(option, given);
    const step = stepOf(launcher, option, given);
    if (step !== null) steps.push(step);
  }
  return used;
}

/** What options do to the command's surroundings. */
function stepOf(launcher: string, option: string, value: string | true): Step | null {
  if (launcher === 'env' && ['-', '-i', '--ignore-environment'].includes(option)) return { does: 'clears' };
  if (value === true) return null;
  if (launcher === 'env' && ['-u', '--unset'].includes(option)) return { does: 'unsets', name: value };
  if (FOLDERS.get(launcher)?.includes(option)) return { does: 'goes to', folder: value };
  const exported = VARIABLES.get(launcher)?.includes(option) ? /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(value) : null;
  return exported && { does: 'sets', name: exported[1] ?? '', value: exported[2] ?? '' };
}

/** Options that name the command's working folder, and its variables. */
const FOLDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['env', ['-C', '--chdir']],
  ['uv', ['--directory']],
  ['poetry', ['-C', '--directory']],
  ['conda', ['--cwd']],
  ['mamba', ['--cwd']],
  ['micromamba', ['--cwd']],
  ['srun', ['-D', '--chdir']],
  ['sudo', ['-D', '--chdir']],
  ['systemd-run', ['--working-directory']],
  ['mpirun', ['-wdir', '--wdir', '-wd']],
  ['mpiexec', ['-wdir', '--wdir', '-wd']],
]);
const VARIABLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['mpirun', ['-x']],
  ['mpiexec', ['-x']],
  ['systemd-run', ['-E', '--setenv']],
  ['strace', ['-E']],
]);

function isSplit(word: string): boolean {
  return /^-[a-zA-Z]*S/.test(word) || word.startsWith('--split-string');
}

/** `env -S 'python3 -O' file`, as it stands in the first line of programs. */
function splitByEnv(word: string, rest: readonly string[], steps: Step[]): { words: string[]; steps: Step[] } | null {
  const value = word.replace(/^-[a-zA-RT-Z]*S|^--split-string=?/, '');
  const [line = '', ...behind] = value === '' ? rest : [value, ...rest];
  return { words: ['env', ...quotedWords(line), ...behind], steps };
}
