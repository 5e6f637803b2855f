import { nearest } from '../spelling/nearest.ts';
import type { Commands } from './command-line.ts';

/** What oclif's parser says, and what we say instead: one sentence, with what to write. */
const SENTENCES: readonly (readonly [RegExp, (found: readonly string[], context: Context) => string])[] = [
  [
    /^Nonexistent flags?: (.*)$/,
    ([flags = ''], { names, command }) => {
      const [first = '', ...others] = flags.split(', ');
      const near = nearest(
        first.replace(/=.*$/s, ''),
        names.map((name) => `--${name}`),
      );
      const all = others.length === 0 ? `flag: ${first}` : `flags: ${flags}`;
      return `nonexistent ${all}; ${near === null ? `lk ${command} --help lists them` : `did you mean ${near}?`}`;
    },
  ],
  [
    /^Unexpected arguments?: (.*)$/,
    ([words = ''], { command, valued }) =>
      valued === null
        ? `lk ${command} takes no ${words}`
        : `${valued}: it takes no value; leave out what follows the =`,
  ],
  [/^Flag (--[^ ]+) can only be specified once$/, ([flag = '']) => `${flag} is there twice; write it once`],
  [
    /^Flag --([^ ]+) expects a value$/,
    ([flag = ''], { placeholder }) => `--${flag}: no value follows; write --${flag} ${placeholder(flag)}`,
  ],
  [
    /^Flag (--[^ ]+) expects one of these values: (.*)$/,
    ([flag = '', values = '']) => `${flag}: no value follows; write one of ${values}`,
  ],
  [
    /^The following errors? occurred:\n {2}--([a-z-]{1,40})(?:=[^\n]*)? cannot also be provided when using --([a-z-]{1,40})/,
    ([one = '', other = '']) => `--${other} and --${one} exclude each other; leave one of them out`,
  ],
];

interface Context {
  /** The command's words. */
  command: string;
  /** Its flags. */
  names: readonly string[];
  /** A flag that takes no value, with one behind a `=`, as it was written; null: there is none. */
  valued: string | null;
  /** What stands for a flag's value in the help. */
  placeholder: (flag: string) => string;
}

/** What oclif puts around the refusal of a flag's own reader. */
const AROUND = /^Parsing --[a-z-]{1,40} \n\t([\s\S]*)\nSee more help with --help$/;

/** The refusal of a flag's own reader, without what oclif puts around it. */
export function unwrapped(message: string): string {
  return AROUND.exec(message)?.[1] ?? message;
}

/** oclif's refusal of a command line in our words; what it says otherwise stays. */
export function refusal(message: string, argv: readonly string[], commands: Commands): string {
  const id = Object.keys(commands).find((one) => one.split(':').every((word, index) => argv[index] === word)) ?? '';
  const flags = (commands[id]?.flags ?? {}) as { [name: string]: { helpValue?: string; type?: string } };
  const context = {
    command: id.replaceAll(':', ' '),
    names: Object.keys(flags),
    valued: argv.find((word) => flags[/^--([^=]+)=/.exec(word)?.[1] ?? '']?.type === 'boolean') ?? null,
    placeholder: (flag: string) => flags[flag]?.helpValue ?? 'VALUE',
  };
  const text = message.replace(/\nSee more help with --help$/, '');
  for (const [pattern, say] of SENTENCES) {
    const found = pattern.exec(text);
    if (found !== null) return say(found.slice(1), context);
  }
  return text;
}
