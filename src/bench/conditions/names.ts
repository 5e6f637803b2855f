import { shellWords as rawWords } from '../../privacy/shell-words.ts';

/** What stands between names of files in a word: `--data=d/x.csv`, `@x.csv`, `a.csv,b.csv`, `file:x.csv`, `open("x.csv")`. */
const BETWEEN = /[\s=,:;@&|()<>{}[\]"'`#?*!^\\]+/;
/** Names that hold such a letter themselves are looked for behind the first of them, up to this many. */
const MOST_SUFFIXES = 16;
/** A program or a line of a shell within a word can be so long. */
const MOST_LETTERS = 200_000;
/** How many letters an option may have in one word with its value: `-Xcd/x.csv`. */
const MOST_OPTION_LETTERS = 4;

/**
 * Whatever may name a file or a module in one word of a command: the word, what stands between separators, what stands
 * behind them, and what follows the letters of an option.
 */
export function namesIn(word: string): Set<string> {
  const text = word.slice(0, MOST_LETTERS);
  const names = new Set([text]);
  for (const part of text.split(BETWEEN)) names.add(part);
  let from = 0;
  for (let count = 0; count < MOST_SUFFIXES; count++) {
    const at = text.slice(from).search(BETWEEN);
    if (at < 0) break;
    from += at + 1;
    names.add(text.slice(from));
  }
  if (/^-\w/.test(text)) for (let at = 2; at <= MOST_OPTION_LETTERS; at++) names.add(text.slice(at));
  names.delete('');
  return names;
}

/** The words that a shell would make of a line, without expansions; what separates its commands separates words. */
export function shellWords(line: string): string[] {
  return rawWords(line.slice(0, MOST_LETTERS))
    .filter(({ isOperator }) => !isOperator)
    .map(({ text }) => withoutQuotes(text))
    .filter((word) => word !== '');
}

/** A word as the program gets it. */
function withoutQuotes(word: string): string {
  return word.replace(
    /\\([\s\S]?)|'([^']*)'?|"((?:[^"\\]|\\[\s\S])*)"?/g,
    (_, escaped, single, double) => escaped ?? single ?? double.replace(/\\([\s\S])/g, '$1'),
  );
}

/** `~/x`, `$DATA/x` and `${DATA}/x` as a shell reads them. */
export function expanded(name: string, env: { readonly [name: string]: string | undefined }): string {
  const home = name === '~' || name.startsWith('~/') ? (env.HOME ?? '~') + name.slice(1) : name;
  if (!home.includes('$')) return home;
  return home.replace(/\$(?:(\w{1,200})|\{(\w{1,200})\})/g, (whole, bare, braced) => env[bare ?? braced] ?? whole);
}

/** The first part of a module's name: of `pkg.sub.job` what is looked for in folders; null: it is no such name. */
export function moduleIn(name: string): string | null {
  return /^([A-Za-z_]\w{0,200})(?:\.|$)/.exec(name)?.[1] ?? null;
}

/** What `import` and `from` name in Python, wherever they stand, and what `-m` names in a shell's script. */
const IMPORTS = /\b(?:from|import)\b[^\n;(]{0,300}(?:\([^)]{0,2000})?/g;
const RUN_AS_MODULE = /\s-[A-Za-z]{0,4}m\s{0,4}([\w.]{1,200})/g;

/** The modules that a program's text may import, by the first part of their names; some of them are no modules. */
export function modulesInText(text: string): Set<string> {
  const found = new Set<string>();
  for (const [statement] of text.matchAll(IMPORTS)) {
    for (const [dotted] of statement.matchAll(/[A-Za-z_][\w.]{0,200}/g)) found.add(moduleIn(dotted) ?? '');
  }
  for (const [, dotted = ''] of text.matchAll(RUN_AS_MODULE)) found.add(moduleIn(dotted) ?? '');
  for (const word of ['', 'from', 'import', 'as']) found.delete(word);
  return found;
}

/** What may name a file in a program's text. */
export function namesInText(text: string): Set<string> {
  return new Set(text.split(BETWEEN).filter((name) => name.length <= 1000 && /\w/.test(name)));
}

/** What stands alone between quotes. */
export function quotedInText(text: string): Set<string> {
  return new Set([...text.matchAll(/["']([^"'\n\\]{1,200})["']/g)].map(([, name]) => name as string));
}
