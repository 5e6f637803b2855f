import { MAX_DIGITS } from './int.ts';

/** A value as Python sees it: `bigint` is an int, `number` a float; tables have no prototype. */
export type PythonValue = null | boolean | bigint | number | string | PythonValue[] | Table | PythonDate;

/** A TOML date or time: no setting of LensKit is one, so that its text is enough. */
export class PythonDate {
  constructor(readonly iso: string) {}
}

/** A JSON object or TOML table. */
export interface Table {
  [key: string]: PythonValue;
}

/** An empty table: a key named `__proto__` is a key like any other. */
export function table(entries: Iterable<readonly [string, PythonValue]> = []): Table {
  const result = Object.create(null) as Table;
  for (const [key, value] of entries) result[key] = value;
  return result;
}

export function isTable(value: PythonValue | undefined): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PythonDate);
}

const MAX_DEPTH = 900; // CPython's recursion limit is 1,000 frames
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
const CONSTANTS = new Map<string, PythonValue>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/**
 * Python's `json.loads` (CPython 3.12): integers of any size apart from floats, NaN and Infinity, the last of
 * two equal keys. Returns undefined where Python raises.
 */
export function pythonJson(text: string): PythonValue | undefined {
  try {
    return new Parser(text).document();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  document(): PythonValue {
    const value = this.value(0);
    this.skipSpace();
    if (this.at !== this.text.length) throw new SyntaxError();
    return value;
  }

  private skipSpace(): void {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
  }

  private value(depth: number): PythonValue {
    if (depth > MAX_DEPTH) throw new SyntaxError();
    this.skipSpace();
    const first = this.text[this.at];
    if (first === '{') return this.object(depth);
    if (first === '[') return this.array(depth);
    if (first === '"') return this.string();
    for (const [word, value] of CONSTANTS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  private object(depth: number): Table {
    const result = table();
    this.at++;
    this.skipSpace();
    if (this.eat('}')) return result;
    do {
      this.skipSpace();
      if (this.text[this.at] !== '"') throw new SyntaxError();
      const key = this.string();
      this.skipSpace();
      if (!this.eat(':')) throw new SyntaxError();
      result[key] = this.value(depth + 1);
      this.skipSpace();
    } while (this.eat(','));
    if (!this.eat('}')) throw new SyntaxError();
    return result;
  }

  private array(depth: number): PythonValue[] {
    const result: PythonValue[] = [];
    this.at++;
    this.skipSpace();
    if (this.eat(']')) return result;
    do {
      result.push(this.value(depth + 1));
      this.skipSpace();
    } while (this.eat(','));
    if (!this.eat(']')) throw new SyntaxError();
    return result;
  }

  /** Strings are alike in Python and JavaScript, so that JSON.parse reads each one. */
  private string(): string {
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1;
    const literal = this.text.slice(this.at, end + 1);
    this.at = end + 1;
    return JSON.parse(literal) as string;
  }

  private number(): bigint | number {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (!match) throw new SyntaxError();
    this.at = NUMBER.lastIndex;
    if (match[1] !== undefined || match[2] !== undefined) return Number(match[0]);
    if (match[0].replace('-', '').length > MAX_DIGITS) throw new SyntaxError();
    return BigInt(match[0]);
  }

  private eat(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }
}
