import { didYouMean, nearest } from '../spelling/nearest.ts';
import { FlagError } from './flags.ts';

/** The commands by oclif's ids (`bench:batch`), with what each takes; oclif's manifest has this shape, and its classes. */
export interface Commands {
  readonly [id: string]: CommandShape;
}

interface CommandShape {
  readonly flags?: { readonly [name: string]: unknown };
  readonly args?: { readonly [name: string]: unknown };
  readonly strict?: boolean | undefined;
  readonly usage?: unknown;
}

/**
 * The command line as oclif knows it: `lk help X`, `lk version` and their kin are flags to it.
 * @throws FlagError where no command is meant, with the one that may be
 */
export function commandLine(argv: readonly string[], commands: Commands): string[] {
  const [first = '', ...rest] = argv;
  if (first === 'help') {
    const words = rest.filter((word) => !word.startsWith('-'));
    return [...requireCommand(words, commands, { help: true }), '--help'];
  }
  if (first === 'version' && rest.length === 0) return ['--version'];
  if (['-h', '--help', '-v', '--version', ''].includes(first)) return [...argv];
  if (first.startsWith('-')) {
    const named = Object.keys(commands).filter((id) => Object.hasOwn(commands[id]?.flags ?? {}, first.slice(2)));
    const hint =
      named[0] === undefined ? 'lk --help lists the commands' : `did you mean lk ${spaced(named[0])} ${first}?`;
    throw new FlagError(`${first}: no command stands before it; ${hint}`);
  }
  const end = argv.findIndex((word) => word.startsWith('-'));
  requireCommand(end < 0 ? argv : argv.slice(0, end), commands, {
    help: argv.includes('--help') || argv.includes('-h'),
  });
  return [...argv];
}

/** Words that name a command or a group of them, then what the command takes. @throws FlagError */
function requireCommand(words: readonly string[], commands: Commands, { help }: { help: boolean }): string[] {
  const ids = Object.keys(commands);
  const id = ids.find((one) => spaced(one) === words.slice(0, one.split(':').length).join(' '));
  if (id !== undefined) {
    const length = id.split(':').length;
    const { args = {}, strict } = commands[id] as CommandShape;
    const extra = words[length + Object.keys(args).length];
    if (extra === undefined || strict === false || help) return words.slice(0, length);
    throw new FlagError(
      `lk ${spaced(id)} ${extra}: it takes ${takes(args)}${meant(extra, commands[id] as CommandShape)}`,
    );
  }
  const [group = '', sub] = words;
  const below = ids.filter((one) => one.startsWith(`${group}:`)).map((one) => one.slice(group.length + 1));
  if (group === '' || (below.length > 0 && sub === undefined)) return [...words];
  if (below.length > 0)
    throw new FlagError(
      unknown(
        `${group} ${sub}`,
        below.map((one) => `${group} ${one}`),
      ),
    );
  throw new FlagError(unknown(group, [...ids.map(spaced), ...ids.map((one) => spaced(one).split(' ')[0] as string)]));
}

function unknown(words: string, names: readonly string[]): string {
  return `command ${words} not found${didYouMean(words, names) || '; lk --help lists them'}`;
}

function takes(args: object): string {
  const names = Object.keys(args).map((name) => name.toUpperCase());
  return names.length === 0 ? 'nothing but flags' : `${names.join(' ')} and flags, no more`;
}

/** A word that may have been a flag, its value, or a command to run. */
function meant(word: string, { flags = {}, usage }: CommandShape): string {
  if (String(usage).includes('-- COMMAND')) return `; a command stands behind --: -- ${word}`;
  const names = Object.keys(flags);
  const named = nearest(word, names);
  if (named !== null) return `; did you mean --${named}?`;
  const ending = word.endsWith('.py') ? 'script' : word.endsWith('.json') ? 'from' : '';
  return names.includes(ending) ? `; did you mean --${ending} ${word}?` : '';
}

function spaced(id: string): string {
  return id.replaceAll(':', ' ');
}
