import { isTable, type PythonValue, type Table, table } from './json.ts';
import { TomlText } from './toml-text.ts';
import { scalar } from './toml-values.ts';

/** What a document says, and on which line (from 1) each `table.key` stands. */
export interface TomlDocument {
  content: Table;
  lines: { [key: string]: number };
}

/**
 * Reads TOML 1.0 as Python's `tomllib` does (CPython 3.11 to 3.14, `Lib/tomllib/_parser.py`), which accepts and
 * refuses by the same rules. The time it takes grows with the length alone.
 *
 * @throws TomlError
 */
export function parseToml(source: string): TomlDocument {
  return new Parser(source).document();
}

// CPython's recursion limit, less what the caller's own frames take.
const MOST_FRAMES = 980;
const ARRAY_FRAMES = 2;
const TABLE_FRAMES = 3;
// tomllib has no limit for the dots of keys; what LensKit does with such a table has.
const MOST_DEPTH = 900;
const BARE_KEY = /[A-Za-z0-9_-]+/y;
const LONGEST_NOTED = 200;

/** What a name in the document may still be used for; tomllib's `Flags`. */
class Namespace {
  /** Opened by a header, or by the dots of an earlier section's key: no header may open it again. */
  explicit = false;
  /** Holds an array or an inline table: nothing may be added, nor below it. */
  frozen = false;
  readonly below = new Map<string, Namespace>();

  at(name: string): Namespace {
    const known = this.below.get(name);
    if (known) return known;
    const made = new Namespace();
    this.below.set(name, made);
    return made;
  }
}

/** A section that key/value pairs go into. */
interface Section {
  name: string | null;
  parts: number;
  table: Table;
  space: Namespace;
}

class Parser {
  private readonly text: TomlText;
  private readonly root: Section = { name: '', parts: 0, table: table(), space: new Namespace() };
  private section = this.root;
  /** Opened by dots in this section: closed to the sections that follow. */
  private pending: Namespace[] = [];
  private readonly lines: { [key: string]: number } = Object.create(null);
  private line = 1;
  private counted = 0;

  constructor(source: string) {
    this.text = new TomlText(source);
  }

  document(): TomlDocument {
    const { text } = this;
    for (;;) {
      text.skipBlanks();
      if (text.eat('\n')) continue;
      if (text.ended) break;
      if (text.sees('[')) this.header();
      else if (!text.sees('#')) this.pair();
      text.skipBlanks();
      text.skipComment();
      if (text.ended) break;
      if (!text.eat('\n')) text.fail('expected newline or end of document after a statement');
    }
    return { content: this.root.table, lines: { ...this.lines } };
  }

  private header(): void {
    const { text } = this;
    for (const space of this.pending) space.explicit = true;
    this.pending = [];
    const isList = text.eat('[[');
    if (!isList) text.eat('[');
    text.skipBlanks();
    const key = this.key(0);
    const last = key.at(-1) ?? '';
    let space = this.root.space;
    let isFrozen = false;
    for (const name of key.slice(0, -1)) {
      space = space.at(name);
      isFrozen ||= space.frozen;
    }
    const own = space.at(last);
    if (isFrozen || own.frozen || (own.explicit && !isList)) text.fail(`cannot declare ${shownKey(key)} twice`);
    // Another item of a list begins with a clean slate.
    if (isList) space.below.delete(last);
    const opened = space.at(last);
    opened.explicit = true;
    const nest = isList ? this.item(key, last) : this.nest(this.root.table, key, true);
    if (!text.eat(isList ? ']]' : ']')) text.fail(`expected '${isList ? ']]' : ']'}' at the end of a declaration`);
    this.section = { name: noted(key), parts: key.length, table: nest, space: opened };
  }

  private item(key: readonly string[], last: string): Table {
    const above = this.nest(this.root.table, key.slice(0, -1), true);
    const made = table();
    const list = above[last];
    if (list === undefined) above[last] = [made];
    else if (Array.isArray(list)) list.push(made);
    else this.text.fail('cannot overwrite a value');
    return made;
  }

  private pair(): void {
    const { text, section } = this;
    const start = text.at;
    const key = this.key(section.parts);
    const value = this.valueOf(0, section.parts + key.length);
    let space = section.space;
    let isFrozen = false;
    for (const name of key.slice(0, -1)) {
      space = space.at(name);
      if (space.explicit) text.fail(`cannot redefine namespace ${shownKey(key)}`);
      this.pending.push(space);
      isFrozen ||= space.frozen;
    }
    if (isFrozen) text.fail(`cannot mutate immutable namespace ${shownKey(key)}`);
    const nest = this.nest(section.table, key.slice(0, -1), true);
    const last = key.at(-1) ?? '';
    if (last in nest) text.fail('cannot overwrite a value');
    if (isTable(value) || Array.isArray(value)) space.at(last).frozen = true;
    nest[last] = value;
    this.note(key, start);
  }

  private note(key: readonly string[], at: number): void {
    const name = noted(key);
    if (name === null || this.section.name === null) return;
    for (let next = this.text.text.indexOf('\n', this.counted); next >= 0 && next < at; this.line++) {
      this.counted = next + 1;
      next = this.text.text.indexOf('\n', this.counted);
    }
    this.lines[this.section.name === '' ? name : `${this.section.name}.${name}`] ??= this.line;
  }

  /** The table below `from`, made where it is not there; of a list, its last item. */
  private nest(from: Table, key: readonly string[], entersLists: boolean): Table {
    let here = from;
    for (const name of key) {
      if (!(name in here)) here[name] = table();
      let below: PythonValue | undefined = here[name];
      if (entersLists && Array.isArray(below)) below = below.at(-1);
      if (!isTable(below)) this.text.fail('cannot overwrite a value');
      here = below;
    }
    return here;
  }

  private key(depth: number): string[] {
    const { text } = this;
    const key: string[] = [];
    do {
      text.skipBlanks();
      key.push(this.keyPart());
      text.skipBlanks();
      if (depth + key.length > MOST_DEPTH) text.fail('nested too deeply');
    } while (text.eat('.'));
    return key;
  }

  private keyPart(): string {
    const { text } = this;
    if (text.sees("'")) {
      // In a key, three quotes are an empty string and the beginning of another.
      if (!text.sees("'''")) return text.literalString();
      text.at += 2;
      return '';
    }
    if (text.sees('"')) return text.basicString(false);
    return text.match(BARE_KEY)?.[0] ?? text.fail(text.ended ? 'expected a key' : 'invalid statement or key');
  }

  /** What stands behind a key. */
  private valueOf(frames: number, depth: number): PythonValue {
    const { text } = this;
    if (!text.eat('=')) text.fail("expected '=' after a key");
    text.skipBlanks();
    return this.value(frames, depth);
  }

  /** `frames` as Python's stack has them, `depth` in tables and arrays. */
  private value(frames: number, depth: number): PythonValue {
    const { text } = this;
    if (frames > MOST_FRAMES || depth > MOST_DEPTH) text.fail('nested too deeply');
    if (text.sees('"')) return text.basicString(true);
    if (text.sees("'")) return text.literalString();
    if (text.eat('true')) return true;
    if (text.eat('false')) return false;
    if (text.eat('[')) return this.array(frames + ARRAY_FRAMES, depth + 1);
    if (text.eat('{')) return this.inlineTable(frames + TABLE_FRAMES, depth);
    return scalar(text) ?? text.fail('invalid value');
  }

  private array(frames: number, depth: number): PythonValue[] {
    const { text } = this;
    const items: PythonValue[] = [];
    for (;;) {
      text.skipGaps();
      if (text.eat(']')) return items;
      items.push(this.value(frames, depth));
      text.skipGaps();
      if (text.eat(']')) return items;
      if (!text.eat(',')) text.fail('unclosed array');
    }
  }

  private inlineTable(frames: number, depth: number): Table {
    const { text } = this;
    const made = table();
    const space = new Namespace();
    text.skipBlanks();
    if (text.eat('}')) return made;
    for (;;) {
      const key = this.key(depth);
      const value = this.valueOf(frames, depth + key.length);
      const last = key.at(-1) ?? '';
      let own = space;
      for (const name of key) {
        own = own.at(name);
        if (own.frozen) text.fail(`cannot mutate immutable namespace ${shownKey(key)}`);
      }
      const nest = this.nest(made, key.slice(0, -1), false);
      if (last in nest) text.fail(`duplicate inline table key ${JSON.stringify(last)}`);
      nest[last] = value;
      if (isTable(value) || Array.isArray(value)) own.frozen = true;
      text.skipBlanks();
      if (text.eat('}')) return made;
      if (!text.eat(',')) text.fail('unclosed inline table');
      text.skipBlanks();
    }
  }
}

function shownKey(key: readonly string[]): string {
  const name = key.join('.');
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

/** How a key is called among the lines; null: too long, or a dot of its own would make it another's name. */
function noted(key: readonly string[]): string | null {
  if (key.length > 10 || key.some((part) => part.includes('.'))) return null;
  const name = key.join('.');
  return name.length > LONGEST_NOTED ? null : name;
}
