/**
 * What may be typed, as a tree: words that lead to commands, their flags, and what stands for a flag's value or a
 * command's argument. Made from oclif's manifest, in which the placeholder of a value (FILE, KEY, ID) says what is meant.
 */
export interface Node {
  /** The words that lead here: `['bench', 'batch']`; none at the root. */
  words: readonly string[];
  about: string;
  /** What may come next, where this is no command. */
  children: readonly Node[];
  flags: readonly Flag[];
  /** What its arguments are. */
  operand: Answer;
  /** Behind `--` stands another command. */
  runs: boolean;
}

export interface Flag {
  name: string;
  /** One letter. */
  char: string | null;
  about: string;
  /** null: it takes no value. */
  value: Answer | null;
  /** Its value may be left out, and stands behind `=` in the same word. */
  attached: boolean;
  repeats: boolean;
  excludes: readonly string[];
}

/** What a word may be; `nothing`: a number or a text that nobody can foresee. */
export type Answer = 'nothing' | 'files' | 'folders' | Choice;

export interface Choice {
  words: readonly Word[];
  /** More follows in the same word (`KEY=`). */
  open: boolean;
}

export interface Word {
  word: string;
  about: string;
}

/** The names that no flag's class lists, in the order in which they are to be shown. */
export interface Vocabulary {
  checks: readonly Word[];
  knobs: readonly Word[];
  variables: readonly Word[];
  models: readonly Word[];
  versions: readonly Word[];
}

/** What is read of the manifest of oclif 4. */
export interface Manifest {
  commands: {
    readonly [id: string]: {
      summary?: string;
      usage?: unknown;
      flags: { readonly [name: string]: ManifestFlag };
      args: { readonly [name: string]: { options?: readonly string[] } };
    };
  };
}

interface ManifestFlag {
  type: string;
  char?: string;
  summary?: string;
  helpValue?: string;
  multiple?: boolean;
  options?: readonly string[];
  exclusive?: readonly string[];
}

/** Names of groups of commands, and what they are about. */
export type Topics = { readonly [name: string]: { description?: string } };

/** What a placeholder stands for; a test wants to find each of the manifest here. */
export function answers({ checks, knobs, variables, models, versions }: Vocabulary): { [placeholder: string]: Answer } {
  const choice = (words: readonly Word[], open = false): Choice => ({ words, open });
  return {
    FILE: 'files',
    PATH: 'files',
    DIR: 'folders',
    ID: choice(checks),
    KEY: choice(variables),
    'KEY=VALUE': choice(variables, true),
    MODEL: choice(models),
    VERSION: choice(versions),
    // The arguments of lk explain, lk check script and lk compare go by their own names.
    name: choice([...checks, ...knobs]),
    path: 'files',
    machine: 'files',
    pid: 'nothing',
    N: 'nothing',
    'N,N…': 'nothing',
    '[N,N…]': 'nothing',
    'N[,N…]': 'nothing',
    X: 'nothing',
    TIME: 'nothing',
    PID: 'nothing',
    '[ADDRESS]': 'nothing',
    PATTERN: 'nothing',
    COMMAND: 'nothing',
    '"-n 2 -c 16 --mem 32G"': 'nothing',
  };
}

const HELP: Flag = flag('help', 'h', 'Show help.');
const VERSION: Flag = flag('version', 'v', 'Show the version.');

/** The root of all that may be typed. */
export function treeOf({ commands }: Manifest, topics: Topics, vocabulary: Vocabulary): Node {
  const known = answers(vocabulary);
  const leaves = Object.entries(commands).map(
    ([id, command]): Node => ({
      words: id.split(':'),
      about: command.summary ?? '',
      children: [],
      flags: [...Object.entries(command.flags).map(([name, line]) => flagOf(name, line, known)), HELP],
      operand: operandOf(command.args, known),
      runs: String(command.usage).includes('-- COMMAND'),
    }),
  );
  const children = grouped(leaves, topics);
  const help = group(['help'], 'Show help.', children.map(withoutFlags));
  const version: Node = { ...group(['version'], 'Show the version.', []), flags: [] };
  return { ...group([], '', [...children, help, version]), flags: [HELP, VERSION] };
}

/** Commands of two words below their first. */
function grouped(leaves: readonly Node[], topics: Topics): Node[] {
  const names = [...new Set(leaves.map(({ words }) => words[0] as string))];
  return names.map((name) => {
    const own = leaves.find(({ words }) => words.length === 1 && words[0] === name);
    const below = leaves.filter(({ words }) => words.length === 2 && words[0] === name);
    return own ?? group([name], topics[name]?.description ?? '', below);
  });
}

function group(words: readonly string[], about: string, children: readonly Node[]): Node {
  return { words, about, children, flags: [HELP], operand: 'nothing', runs: false };
}

/** `lk help` takes the words of commands, and nothing that they take. */
function withoutFlags(node: Node): Node {
  const { words, about, children } = node;
  return { ...group(['help', ...words], about, children.map(withoutFlags)), flags: [] };
}

function flagOf(name: string, line: ManifestFlag, known: { [placeholder: string]: Answer }): Flag {
  return {
    name,
    char: line.char ?? null,
    about: line.summary ?? '',
    value: line.type === 'boolean' ? null : answerOf(line, known),
    attached: line.helpValue?.startsWith('[') ?? false,
    repeats: line.multiple ?? false,
    excludes: line.exclusive ?? [],
  };
}

function answerOf({ options, helpValue = '' }: ManifestFlag, known: { [placeholder: string]: Answer }): Answer {
  return options === undefined ? (known[helpValue] ?? 'nothing') : plain(options);
}

function operandOf(
  args: { readonly [name: string]: { options?: readonly string[] } },
  known: { [placeholder: string]: Answer },
): Answer {
  const [first] = Object.entries(args);
  if (first === undefined) return 'nothing';
  const [name, { options }] = first;
  return options === undefined ? (known[name] ?? 'nothing') : plain(options);
}

function plain(words: readonly string[]): Choice {
  return { words: words.map((word) => ({ word, about: '' })), open: false };
}

function flag(name: string, char: string, about: string): Flag {
  return { name, char, about, value: null, attached: false, repeats: false, excludes: [] };
}

/** The node and all below it. */
export function nodesOf(node: Node): Node[] {
  return [node, ...node.children.flatMap(nodesOf)];
}

/** The words that lead to a node, as a shell compares them. */
export function pathOf({ words }: Node): string {
  return words.map(bare).join(' ');
}

export interface NamedChoice {
  /** As a shell's function or variable may be called. */
  name: string;
  choice: Choice;
}

/** Every choice with a name to be written under once, after the first flag or argument that has it; equal ones are one. */
export function choicesOf(root: Node): NamedChoice[] {
  const found = new Map<string, NamedChoice>();
  for (const { words, operand, flags } of nodesOf(root))
    for (const [of, answer] of [
      [words.at(-1) ?? '', operand] as const,
      ...flags.map((one) => [one.name, one.value] as const),
    ]) {
      if (answer === null || typeof answer === 'string' || found.has(keyOf(answer))) continue;
      const base = of.replaceAll('-', '_');
      const same = [...found.values()].filter(({ name }) => name.replace(/_\d+$/, '') === base).length;
      found.set(keyOf(answer), { name: same === 0 ? base : `${base}_${same + 1}`, choice: answer });
    }
  return [...found.values()];
}

/** The name that `choicesOf` gives to a choice. */
export function nameOf(choice: Choice, choices: readonly NamedChoice[]): string {
  return choices.find((one) => keyOf(one.choice) === keyOf(choice))?.name ?? '';
}

function keyOf({ words, open }: Choice): string {
  return JSON.stringify([open, words.map(({ word }) => word)]);
}

/**
 * Words go into scripts that a shell evaluates: one that a shell reads in any other way is refused.
 * @throws TypeError, which a test would see
 */
export function bare(word: string): string {
  if (/^[\w./-]+$/.test(word)) return word;
  throw new TypeError(`${word} is no word that every shell leaves alone`);
}
