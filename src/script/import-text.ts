/** What a text may import, by its letters alone: each import that it writes, and perhaps what only looks like one. */
export interface TextImports {
  /** Full names: modules, and what is taken of them, which may be modules. */
  absolute: readonly string[];
  relative: readonly { level: number; dotted: string }[];
  /** It imports or runs by a text: every word of it may be a module. */
  words: readonly string[] | null;
  /** Where it changes the folders in which modules are looked for, the short texts that it writes: they may be parts of one. */
  folders: readonly string[] | null;
  mentions: Mentions;
}

/** What a text has in it. */
export interface Mentions {
  lenskit: boolean;
  /** Modules that start workers. */
  workers: boolean;
}

/** A statement that is longer is none. */
const MOST_LETTERS = 20_000;
/** Names of modules that are longer lead nowhere. */
const MOST_NAME = 500;
const MOST_LITERALS = 200;

const LETTER = /[\w\u0080-\uffff]/;
const BY_TEXT =
  /\b(?:import_module|__import__|importorskip|import_string|run_path|run_module|exec|execfile|eval|spec_from_file_location|SourceFileLoader|load_source|load_module)\b/;
const PATHS = /\bpath[ \t]{0,8}(?:\.[ \t]{0,8}(?:append|insert|extend)\b|\+=|=[^=]|\[)|\baddsitedir\b/;

/** Of a text that is read for its imports, without its syntax. */
export function importsIn(text: string): TextImports {
  const absolute = new Set<string>();
  const relative = new Map<string, { level: number; dotted: string }>();
  for (let at = text.indexOf('import'); at >= 0; at = text.indexOf('import', at + 6)) {
    if (LETTER.test(text[at - 1] ?? '') || LETTER.test(text[at + 6] ?? '')) continue;
    const names = namesAfter(text, at + 6);
    const from = moduleBefore(text, at);
    if (from === null) for (const name of names) absolute.add(name);
    else {
      const level = /^\.*/.exec(from)?.[0].length ?? 0;
      const dotted = from.slice(level);
      for (const one of ['', ...names]) {
        const full = dotted === '' ? one : one === '' ? dotted : `${dotted}.${one}`;
        if (level === 0) absolute.add(full);
        else relative.set(`${level} ${full}`, { level, dotted: full });
      }
    }
  }
  return {
    absolute: [...absolute].filter((name) => name !== '' && name.length <= MOST_NAME).map(own),
    relative: [...relative.values()].map(({ level, dotted }) => ({ level, dotted: own(dotted) })),
    words: BY_TEXT.test(text) ? [...new Set(text.match(/\w+/g))].filter((word) => word.length <= 64).map(own) : null,
    folders: PATHS.test(text) || absolute.has('sys.path') ? literalsIn(text) : null,
    mentions: {
      lenskit: text.includes('lenskit'),
      workers: text.includes('batch') || text.includes('parallel'),
    },
  };
}

/** Texts that may be the path of a folder. */
function literalsIn(text: string): string[] {
  const found = new Set<string>();
  for (const [, double, single] of text.matchAll(/"([\w./ -]{1,200})"|'([\w./ -]{1,200})'/g)) {
    if (found.size >= MOST_LITERALS) break;
    found.add(own(double ?? single ?? ''));
  }
  return [...found];
}

/** A part of a text keeps all of it in memory; this is a copy. */
function own(part: string): string {
  return Buffer.from(part, 'utf8').toString('utf8');
}

/** What stands between `from` and `import`, without space; null: there is no `from`. */
function moduleBefore(text: string, at: number): string | null {
  let start = at;
  const first = Math.max(0, at - MOST_NAME);
  for (; start > first; start--) {
    const letter = text[start - 1] as string;
    if (letter === '\n' || letter === '\r') {
      const before = text[start - 2] === '\r' ? text[start - 3] : text[start - 2];
      if (before !== '\\') break;
    } else if (!/[\w\u0080-\uffff.\s\\]/.test(letter)) break;
  }
  const segment = text.slice(start, at);
  for (let from = segment.lastIndexOf('from'); from >= 0; from = segment.lastIndexOf('from', from - 1)) {
    if (!LETTER.test(segment[from - 1] ?? '') && !LETTER.test(segment[from + 4] ?? ''))
      return segment.slice(from + 4).replace(/[\s\\]+/g, '');
    if (from === 0) break;
  }
  return null;
}

/** What is imported: to the end of the line, or of the parenthesis. */
function namesAfter(text: string, at: number): string[] {
  let start = at;
  while (/[ \t\f\\\r\n]/.test(text[start] ?? '') && start < at + 200) start++;
  let end = start;
  if (text[start] === '(') {
    end = text.indexOf(')', start);
    if (end < 0 || end > start + MOST_LETTERS) return [];
  } else {
    while (end < text.length && end < start + MOST_LETTERS) {
      const letter = text[end] as string;
      if (letter === ';' || letter === '#') break;
      if (letter === '\n' || letter === '\r') {
        const before = letter === '\n' && text[end - 1] === '\r' ? text[end - 2] : text[end - 1];
        if (before !== '\\') break;
      }
      end++;
    }
  }
  return text
    .slice(start, end)
    .replace(/#[^\n]*/g, '')
    .replace(/^\(/, '')
    .split(',')
    .map((item) => (item.split(/[\s\\)]as\b/, 1)[0] ?? '').replace(/[\s\\]+/g, ''))
    .filter((name) => /^[\w.\u0080-\uffff]+$/.test(name));
}
