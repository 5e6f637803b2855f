/** What tomllib's `TOMLDecodeError` says, with the place: line and column from 1. */
export class TomlError extends Error {
  override readonly name = 'TomlError';
  readonly line: number;
  readonly column: number;

  constructor(message: string, text: string, at: number) {
    super(message);
    const lines = text.slice(0, at).split('\n');
    this.line = lines.length;
    // Python counts characters, where a string here has two units for those beyond U+FFFF.
    this.column = Array.from(lines.at(-1) ?? '').length + 1;
  }
}

/** A TOML document and how far it was read. Every step moves forward, so that reading ends. */
export class TomlText {
  at = 0;
  readonly text: string;

  constructor(source: string) {
    // TOML lets line ends be read so, even inside strings.
    this.text = source.replaceAll('\r\n', '\n');
  }

  fail(message: string, at = this.at): never {
    throw new TomlError(message, this.text, at);
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character; '' at the end. */
  get next(): string {
    return this.text.charAt(this.at);
  }

  sees(expected: string): boolean {
    return this.text.startsWith(expected, this.at);
  }

  eat(expected: string): boolean {
    if (!this.sees(expected)) return false;
    this.at += expected.length;
    return true;
  }

  skipBlanks(): void {
    while (this.next === ' ' || this.next === '\t') this.at++;
  }

  skipBlanksAndLines(): void {
    while (this.next === ' ' || this.next === '\t' || this.next === '\n') this.at++;
  }

  skipComment(): void {
    if (!this.sees('#')) return;
    const end = this.text.indexOf('\n', this.at);
    const stop = end < 0 ? this.text.length : end;
    this.allow(this.at + 1, stop, false);
    this.at = stop;
  }

  /** White space, line ends and comments, as between the items of an array. */
  skipGaps(): void {
    do {
      this.skipBlanksAndLines();
      this.skipComment();
    } while (this.next === '\n');
  }

  /** A sticky expression's match here, which is then behind; null: none. */
  match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const match = expression.exec(this.text);
    if (match) this.at += match[0].length;
    return match;
  }

  /** What stands between quotes that have no escapes. */
  literalString(): string {
    const isMultiline = this.eat("'''");
    if (isMultiline) this.eat('\n');
    else this.at++;
    const end = this.text.indexOf(isMultiline ? "'''" : "'", this.at);
    if (end < 0) this.fail('unterminated string', this.text.length);
    this.allow(this.at, end, isMultiline);
    const content = this.text.slice(this.at, end);
    this.at = end + (isMultiline ? 3 : 1);
    return isMultiline ? content + this.furtherQuotes("'") : content;
  }

  /** What stands between quotes with escapes. */
  basicString(allowMultiline: boolean): string {
    const isMultiline = allowMultiline && this.eat('"""');
    if (isMultiline) this.eat('\n');
    else this.at++;
    const parts: string[] = [];
    for (;;) {
      const start = this.at;
      while (!this.ended && !isSpecial(this.text.charCodeAt(this.at), isMultiline)) this.at++;
      parts.push(this.text.slice(start, this.at));
      if (this.ended) this.fail('unterminated string');
      if (this.next === '\\') parts.push(this.escape(isMultiline));
      else if (this.next !== '"') this.fail(illegal(this.next));
      else if (!isMultiline) {
        this.at++;
        return parts.join('');
      } else if (this.eat('"""')) return parts.join('') + this.furtherQuotes('"');
      else {
        this.at++;
        parts.push('"');
      }
    }
  }

  /** One or two quotes may stand before the three that end a string. */
  private furtherQuotes(quote: string): string {
    return this.eat(quote) ? (this.eat(quote) ? quote + quote : quote) : '';
  }

  private escape(isMultiline: boolean): string {
    const at = this.at++;
    const letter = this.next;
    if (isMultiline && (letter === ' ' || letter === '\t' || letter === '\n')) {
      this.skipBlanks();
      // tomllib lets the document end here, and then misses the end of the string
      if (!this.ended && this.next !== '\n') this.fail("unescaped '\\' in a string");
      this.skipBlanksAndLines();
      return '';
    }
    this.at++;
    if (letter === 'u') return this.codePoint(4);
    if (letter === 'U') return this.codePoint(8);
    return ESCAPES.get(letter) ?? this.fail("unescaped '\\' in a string", at);
  }

  private codePoint(length: number): string {
    const digits = this.text.slice(this.at, this.at + length);
    if (digits.length !== length || !/^[\da-fA-F]*$/.test(digits)) this.fail('invalid hex value');
    const code = Number.parseInt(digits, 16);
    if (code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) {
      this.fail('escaped character is not a Unicode scalar value');
    }
    this.at += length;
    return String.fromCodePoint(code);
  }

  /** Control characters are illegal everywhere; line ends are not, between three quotes. */
  private allow(from: number, to: number, withLineEnds: boolean): void {
    for (let at = from; at < to; at++) {
      const code = this.text.charCodeAt(at);
      if (isControl(code) && !(withLineEnds && code === LINE_END)) this.fail(illegal(this.text.charAt(at)), at);
    }
  }
}

const LINE_END = 10;
const ESCAPES = new Map([
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['f', '\f'],
  ['r', '\r'],
  ['"', '"'],
  ['\\', '\\'],
]);

/** C0 without the tab, and DEL. */
function isControl(code: number): boolean {
  return (code < 32 && code !== 9) || code === 127;
}

function isSpecial(code: number, isMultiline: boolean): boolean {
  return code === 34 || code === 92 || (isControl(code) && !(isMultiline && code === LINE_END));
}

function illegal(character: string): string {
  return `illegal character ${JSON.stringify(character)}`;
}
