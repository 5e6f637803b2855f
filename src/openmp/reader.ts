const MOST_UNSIGNED = 2n ** 64n - 1n;
const MOST_SIGNED = 2n ** 63n - 1n;

/** A number as strtoul(3) and strtol(3) read it. */
interface CNumber {
  value: bigint;
  /** False: there was none, the value is 0, and nothing was consumed. */
  there: boolean;
  /** Out of range, which sets `errno`. */
  overflow: boolean;
}

/** Reads a variable from left to right, as C programs do: numbers with whatever follows them. */
export class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  get position(): number {
    return this.at;
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  /** isspace(3) of the C locale. */
  skipSpace(): this {
    while (/[ \t\n\v\f\r]/.test(this.text.charAt(this.at))) this.at++;
    return this;
  }

  /** Consumes the character, if it is the next one. */
  accept(character: string): boolean {
    if (this.text.charAt(this.at) !== character || this.ended) return false;
    this.at++;
    return true;
  }

  /** Consumes the word, in any case, if it is next; a letter may follow. */
  acceptWord(word: string): boolean {
    const next = this.text.slice(this.at, this.at + word.length);
    if (next.toLowerCase() !== word) return false;
    this.at += word.length;
    return true;
  }

  /** strtoul(3): a negative number wraps around. Base 0 knows `0x` and the octal `0`. */
  unsigned(base: 0 | 10 = 10): CNumber {
    const { magnitude, negative, there } = this.digits(base);
    if (magnitude > MOST_UNSIGNED) return { value: MOST_UNSIGNED, there, overflow: true };
    return { value: negative ? BigInt.asUintN(64, -magnitude) : magnitude, there, overflow: false };
  }

  /** strtol(3), base 10. */
  signed(): CNumber {
    const { magnitude, negative, there } = this.digits(10);
    const value = negative ? -magnitude : magnitude;
    return { value, there, overflow: value > MOST_SIGNED || value < -MOST_SIGNED - 1n };
  }

  private digits(base: 0 | 10): { magnitude: bigint; negative: boolean; there: boolean } {
    const rest = this.text.slice(this.at);
    const form = base === 10 ? /^[ \t\n\v\f\r]*([+-]?)(\d+)/ : /^[ \t\n\v\f\r]*([+-]?)(0[xX][\da-fA-F]+|0[0-7]*|\d+)/;
    const match = form.exec(rest);
    const [whole = '', sign, digits] = match ?? [];
    if (digits === undefined) return { magnitude: 0n, negative: false, there: false };
    this.at += whole.length;
    const [prefix, significant] = base === 10 ? ['', digits.replace(/^0+/, '')] : prefixed(digits);
    // So many digits are out of every range in every base: the time to read them does not grow.
    const magnitude = significant.length > 24 ? 2n ** 72n : BigInt(`${prefix}${significant || '0'}`);
    return { magnitude, negative: sign === '-', there: true };
  }
}

/** The base as JavaScript writes it, and the digits without zeros before them. */
function prefixed(digits: string): [prefix: string, significant: string] {
  if (/^0x/i.test(digits)) return ['0x', digits.replace(/^0x0*/i, '')];
  return [digits.startsWith('0') ? '0o' : '', digits.replace(/^0+/, '')];
}
