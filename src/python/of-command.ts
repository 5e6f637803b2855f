import { posix } from 'node:path';
import { isPythonName, nameOf } from '../command-line/names.ts';
import { type Behind, behindLaunchers, type Step } from '../command-line/program.ts';
import { commandsOf } from '../command-line/shell-line.ts';
import { quotedWords } from '../command-line/words.ts';
import type { Host } from '../host/host.ts';
import { findOnPath } from '../host/path.ts';
import { seenFrom } from '../host/seen-from.ts';
import { flagsOf } from './kernel.ts';
import { pyenvInterpreter } from './pyenv.ts';
import { type Found, isShim } from './search.ts';
import { toolEnvironment } from './tool-environments.ts';
import { hasPython } from './tool-options.ts';

/** The Python that a command runs, as far as files tell. */
export interface CommandPython {
  /** null: it is not known. */
  found: Found | null;
  /** What led to it, or why it is not known. */
  why: string;
  /** Variables that the command sets for it, whatever the environment holds. */
  sets: { readonly [name: string]: string };
}

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash', 'mksh']);
/** Programs that start programs that start programs. */
const MOST_DEPTH = 12;
const MOST_LINE = 4096;
const MOST_SCRIPT = 64 * 1024;

/** Where a command stands: what those before it have changed. */
interface Place {
  env: { readonly [name: string]: string | undefined };
  cwd: string;
  sets: { readonly [name: string]: string };
  /** What led here, the outermost first. */
  through: readonly string[];
  /** What may have changed more than can be known. */
  doubt: string | null;
}

/**
 * Which Python a command runs: behind launchers (`srun`, `env`, `timeout`), in the environment that `uv run` and its like
 * choose, by a program's first line, in a shell's line or script. Nothing is run: by names and files alone.
 */
export function commandPython(host: Host, command: readonly string[]): CommandPython {
  const place: Place = { env: host.env, cwd: host.cwd, sets: {}, through: [], doubt: null };
  return pythonOf(host, command, place, MOST_DEPTH);
}

function notKnown(why: string, { sets }: Place): CommandPython {
  return { found: null, why, sets };
}

function pythonOf(host: Host, command: readonly string[], from: Place, depth: number): CommandPython {
  const behind = behindLaunchers(command);
  const [program = ''] = behind.words;
  if (depth === 0) return notKnown(`${program} starts too many others`, from);
  const place = follow(host, behind.steps, from);
  if (typeof place === 'string') return notKnown(place, from);
  if (behind.away !== null) return notKnown(behind.away, place);
  const module = runsModule(behind);
  if (module !== null && hasOwnDependencies(seenFrom(host, place), module))
    return notKnown(`uv makes an environment of its own for ${program}, by the dependencies in it`, place);
  if (module !== null) return pythonOf(host, ['python', ...module], place, depth - 1);
  const name = nameOf(program);
  const file = located(seenFrom(host, place), program);
  if (isPythonName(name)) return interpreter(host, behind.words, file, place);
  if (SHELLS.has(name)) return inShell(host, behind.words, place, depth);
  if (file === null) return notKnown(`${program}: no such program`, place);
  const line = firstLine(host, file);
  if (line !== null) {
    const through = [...place.through, `the first line of ${program}`];
    return pythonOf(host, [...line, file, ...behind.words.slice(1)], { ...place, through }, depth - 1);
  }
  return among(host, behind.words, place, depth);
}

/** A program of which nothing is known is taken to start the one Python that its words name. */
function among(host: Host, words: readonly string[], place: Place, depth: number): CommandPython {
  const [program = ''] = words;
  const at = words.findIndex((word, index) => index > 0 && isPythonName(word));
  const guess = at < 0 ? null : pythonOf(host, words.slice(at), place, depth - 1);
  if (guess === null || guess.found === null) return notKnown(`what ${program} runs is not known`, place);
  return { ...guess, why: `${guess.why}, which ${program} is taken to start` };
}

function interpreter(host: Host, words: readonly string[], file: string | null, place: Place): CommandPython {
  const [program = ''] = words;
  if (file === null) return notKnown(`${program}: no such program`, place);
  const how = program.includes('/') ? [] : place.env.PATH === host.env.PATH ? ['by the PATH'] : [];
  const why = [file, ...how, ...place.through, ...(place.doubt === null ? [] : [`unless ${place.doubt} changes it`])];
  const found: Found = {
    interpreter: file,
    foundBy: 'command',
    ...flagsOf(words),
    env: place.env,
    cwd: place.cwd,
  };
  return { found, why: why.join(', '), sets: place.sets };
}

/** `uv run -m pytest`, `uv run job.py`: Python itself is not named. */
function runsModule({ words, steps }: Behind): readonly string[] | null {
  const last = steps.findLast((step) => step.does === 'chooses');
  if (last === undefined || !['uv', 'pdm', 'rye'].includes(last.tool)) return null;
  const isModule = ['-m', '--module'].some((option) => last.options.has(option));
  const isScript = ['-s', '--script', '--gui-script'].some((option) => last.options.has(option));
  if (isModule) return ['-m', ...words];
  return isScript || /\.pyw?$/.test(words[0] ?? '') ? words : null;
}

/** Inline metadata of a script (PEP 723). */
function hasOwnDependencies(host: Host, [script = '']: readonly string[]): boolean {
  const read = script.startsWith('-') ? null : host.read(posix.resolve(host.cwd, script));
  return read?.ok === true && /^# \/\/\/ script[ \t]*$/m.test(read.text);
}

/** What the launchers make of the surroundings; in words, why that is not known. */
function follow(host: Host, steps: readonly Step[], from: Place): Place | string {
  let place = from;
  for (const step of steps) {
    if (step.does === 'goes to') place = { ...place, cwd: posix.resolve(place.cwd, step.folder) };
    else if (step.does === 'sets') place = setting(place, step.name, step.value);
    else if (step.does === 'unsets') place = { ...place, env: { ...place.env, [step.name]: undefined } };
    else if (step.does === 'clears') place = { ...place, env: {} };
    else if (step.does === 'chooses') {
      const { prefix, why, ...more } = toolEnvironment(step.tool, {
        host,
        options: step.options,
        env: place.env,
        cwd: place.cwd,
      });
      if (prefix !== null) place = activated(host, place, prefix, why);
      else if ('unknown' in more && more.unknown) return why;
    }
  }
  return place;
}

function setting(place: Place, name: string, value: string): Place {
  return { ...place, env: { ...place.env, [name]: value }, sets: { ...place.sets, [name]: value } };
}

/** With an environment's programs in front. */
function activated(host: Host, place: Place, prefix: string, why: string): Place {
  const missing = hasPython(host, prefix) ? [] : [`no Python in ${prefix}`];
  return {
    ...place,
    env: { ...place.env, PATH: [`${prefix}/bin`, place.env.PATH ?? ''].filter(Boolean).join(':'), VIRTUAL_ENV: prefix },
    through: [...place.through, why, ...missing],
  };
}

/** A program by its path or on the PATH; a shim of pyenv's is what it leads to. */
function located(host: Host, program: string): string | null {
  if (program.includes('/')) {
    const file = posix.resolve(host.cwd, program);
    return host.kind(file) === 'file' ? file : null;
  }
  const file = findOnPath(host, [program]);
  if (file === null || !isShim(host, file)) return file;
  return pyenvInterpreter(host, posix.dirname(posix.dirname(file)), [], program);
}

/** What a program's first line says it is run with (execve(2)); null: it has none. */
function firstLine(host: Host, file: string): string[] | null {
  const text = host.parts(file, (part) => Buffer.from(part(0, MOST_LINE)).toString('utf8'));
  if (text === null || !text.startsWith('#!')) return null;
  const [line = '', second = ''] = text.slice(2).split('\n');
  const [program = ''] = line.trim().split(/\s/, 1);
  if (program === '') return null;
  // All that follows is one argument.
  const argument = line.trim().slice(program.length).trim();
  // Where a path is too long or has blanks, installers let sh start it: `'''exec' "/path/python" "$0" "$@"` (distlib, uv).
  const [, exec] = /^'''exec' (.+) "\$0" "\$@"$/.exec(second) ?? [];
  if (exec !== undefined) return quotedWords(exec);
  return argument === '' ? [program] : [program, argument];
}

/** The first command of a shell's line or script that is known to run Python. */
function inShell(host: Host, words: readonly string[], from: Place, depth: number): CommandPython {
  const script = scriptOf(host, words, from);
  if (script === null) return notKnown(`what ${words[0]} runs is not known`, from);
  let place: Place = { ...from, through: [...from.through, script.called] };
  const variable = (name: string): string => place.env[name] ?? script.parameters[Number(name)] ?? '';
  for (const { sets, words: own } of commandsOf(besideItself(script), variable)) {
    const [name = '', ...rest] = own;
    if (name === '' || name === 'export')
      place = exporting(place, [...sets.map((one) => `${one.name}=${one.value}`), ...rest]);
    else if (name === 'cd')
      place = { ...place, cwd: posix.resolve(place.cwd, rest.find((word) => !word.startsWith('-')) ?? host.home) };
    else if (name === '.' || name === 'source') place = sourcing(host, place, rest[0] ?? '');
    else if (/^(?:conda|mamba|micromamba|module|ml|spack|pyenv)$/.test(name) && !rest.includes('run'))
      place = choosing(host, place, own);
    else {
      const before = sets.reduce((so, one) => setting(so, one.name, one.value), place);
      const python = pythonOf(host, own, before, depth - 1);
      if (python.found !== null) return python;
    }
  }
  return notKnown(`what ${script.called} runs is not known`, from);
}

const OWN_FOLDER = /\$\(\s{0,4}dirname\s{1,4}(?:--\s{1,4})?"?\$\{?(?:0|BASH_SOURCE(?:\[0\])?)\}?"?\s{0,4}\)/g;
const OWN_FOLDER_IN_FULL = /\$\( ?cd (?:-- )?"?@own-folder@([^()]{0,200})\)/g;

/** A script's text with its own folder in place of `$(dirname "$0")`, which many go to first. */
function besideItself({ text, parameters: [own = ''] }: Script): string {
  const folder = posix.dirname(own);
  return text
    .replace(OWN_FOLDER, '@own-folder@')
    .replace(OWN_FOLDER_IN_FULL, (_, rest: string) => `@own-folder@${rest.split(/[\s"&;|>]/, 1)[0]}`)
    .replaceAll('@own-folder@', () => folder);
}

function exporting(place: Place, words: readonly string[]): Place {
  return words.reduce((so, word) => {
    const at = word.indexOf('=');
    return at > 0 ? setting(so, word.slice(0, at), word.slice(at + 1)) : so;
  }, place);
}

/** `. env/bin/activate`; what another file sets is not known. */
function sourcing(host: Host, place: Place, file: string): Place {
  const path = posix.resolve(place.cwd, file);
  const prefix = posix.dirname(posix.dirname(path));
  if (posix.basename(path) === 'activate' && hasPython(host, prefix)) return activated(host, place, prefix, `${file}`);
  return { ...place, doubt: `what ${file} sets` };
}

/** `conda activate NAME`; what a module brings is not known. */
function choosing(host: Host, place: Place, [tool = '', action = '', ...rest]: readonly string[]): Place {
  if (action !== 'activate') return { ...place, doubt: [tool, action, ...rest.slice(0, 1)].join(' ').trim() };
  const name = rest.find((word) => !word.startsWith('-')) ?? 'base';
  const option = name.includes('/') ? '-p' : '-n';
  const { prefix, why } = toolEnvironment('conda', {
    host,
    options: new Map([[option, name]]),
    env: place.env,
    cwd: place.cwd,
  });
  return prefix === null ? { ...place, doubt: why } : activated(host, place, prefix, `conda activate ${name}`);
}

interface Script {
  text: string;
  called: string;
  /** `$0`, `$1`, … */
  parameters: readonly string[];
}

/** The text that a shell reads: behind `-c`, or a file. */
function scriptOf(host: Host, words: readonly string[], { cwd }: Place): Script | null {
  const [shell = '', ...rest] = words;
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] as string;
    if (/^[-+][A-Za-z]*o$/.test(word) || word === '--rcfile' || word === '--init-file') at++;
    else if (/^-[A-Za-z]*c$/.test(word)) {
      const [text, ...parameters] = rest.slice(at + 1);
      return text === undefined ? null : { text, called: `${nameOf(shell)} ${word}`, parameters };
    } else if (!/^[-+]/.test(word)) {
      const read = host.read(posix.resolve(cwd, word), MOST_SCRIPT);
      return read.ok ? { text: read.text, called: word, parameters: [word, ...rest.slice(at + 1)] } : null;
    }
  }
  return null;
}
