/**
 * A command line that every parser reads alike, read without oclif, whose loading takes longer than looking at a machine.
 * Anything else – an unknown flag, a value that is not one of a flag's, flags that exclude each other – is oclif's: null.
 * The table is of oclif's own manifest, made from the command classes by `npm run build`.
 */
export interface CommandTable {
  readonly flags: { readonly [name: string]: FlagLine };
}

/** A flag as the manifest of oclif 4 has it. */
export interface FlagLine {
  readonly type: string;
  readonly char?: string;
  readonly multiple?: boolean;
  readonly options?: readonly string[];
  readonly exclusive?: readonly string[];
  readonly default?: unknown;
}

export type Flags = { [name: string]: string | boolean | string[] | number };

/** What reads the text of some flags, as oclif's classes have it; each throws for what it does not take. */
export type Readers = { readonly [name: string]: ((flag: string, text: string) => string | number) | undefined };

/** The flags of a command line with the defaults of those that are not there, as oclif gives them; null: ask oclif. */
export function flagsOf(argv: readonly string[], { flags: table }: CommandTable, readers: Readers): Flags | null {
  const given: Flags = {};
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const name = nameOf(equals < 0 ? word : word.slice(0, equals), table);
    const value = equals < 0 ? undefined : word.slice(equals + 1);
    const flag = Object.hasOwn(table, name) ? table[name] : undefined;
    if (flag === undefined) return null;
    if (flag.type === 'boolean') {
      if (value !== undefined) return null;
      given[name] = true;
      continue;
    }
    const text = value ?? argv[++index];
    // What begins with a dash may be a flag that was meant, and nothing at all a variable that was empty.
    if (!text || text.startsWith('-') || (flag.options && !flag.options.includes(text))) return null;
    if (flag.multiple) given[name] = [...((given[name] as string[] | undefined) ?? []), text];
    else if (Object.hasOwn(given, name)) return null;
    else given[name] = text;
  }
  const excluded = Object.keys(given).flatMap((name) => table[name]?.exclusive ?? []);
  if (excluded.some((name) => Object.hasOwn(given, name))) return null;
  try {
    for (const [name, text] of Object.entries(given))
      if (typeof text === 'string') given[name] = readers[name]?.(name, text) ?? text;
  } catch {
    // Refused by oclif, too, and in the same words.
    return null;
  }
  return { ...defaults(table), ...given };
}

/** The flag that `--name` or `-n` stands for; empty: none. */
function nameOf(word: string, table: CommandTable['flags']): string {
  if (word.startsWith('--')) return word.slice(2);
  return Object.keys(table).find((name) => table[name]?.char !== undefined && word === `-${table[name].char}`) ?? '';
}

function defaults(table: CommandTable['flags']): Flags {
  const set = Object.entries(table).filter(([, { default: fallback }]) => typeof fallback === 'string');
  return Object.fromEntries(set.map(([name, flag]) => [name, flag.default as string]));
}
