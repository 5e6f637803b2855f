import { PYTHON_SPACE, stripped } from './white-space.ts';

/** Python refuses to convert longer decimal strings (`sys.set_int_max_str_digits`, CPython 3.10.7 and newer). */
export const MAX_DIGITS = 4300;

// Every block of ten decimal digits in Unicode 15 (category Nd) begins at one of these code points.
const DIGIT_ZEROS = [
  0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
  0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
  0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
  0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x11f50, 0x16a60, 0x16ac0,
  0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e950, 0x1fbf0,
];

const BEYOND = 10n ** BigInt(MAX_DIGITS);

/** True for an integer that Python's `str()` converts: hexadecimal ones may be longer than it does. */
export function isConvertible(value: bigint): boolean {
  return value < BEYOND && -value < BEYOND;
}

/** Python's `str.strip()`. */
export function pythonStrip(text: string): string {
  return stripped(text, PYTHON_SPACE);
}

const OF_ASCII = /^([+-]?)(\d+(?:_\d+)*)$/;

/** V8 takes a millisecond for the first of these: made where letters beyond ASCII are there. */
const ofAnyScript = (): RegExp => /^([+-]?)(\p{Nd}+(?:_\p{Nd}+)*)$/u;

/**
 * Python's `int(text)`, base 10: a sign, white space around, single underscores between digits, the decimal
 * digits of any script, at most 4,300 digits. Returns null where Python raises ValueError.
 */
export function pythonInt(text: string): bigint | null {
  const own = pythonStrip(text);
  const match = (/[^\0-\x7f]/.test(own) ? ofAnyScript() : OF_ASCII).exec(own);
  if (!match?.[2]) return null;
  let digits = '';
  for (const character of match[2].replaceAll('_', '')) {
    const code = character.codePointAt(0) ?? 0;
    const zero = DIGIT_ZEROS.findLast((start) => start <= code) ?? 0;
    if (code - zero > 9) return null;
    digits += String(code - zero);
  }
  if (digits.length > MAX_DIGITS) return null;
  return match[1] === '-' ? -BigInt(digits) : BigInt(digits);
}

/** Python's `a // b` (rounds down). `b` must not be 0. */
export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

export function min(a: bigint, ...rest: bigint[]): bigint {
  return rest.reduce((least, value) => (value < least ? value : least), a);
}

export function max(a: bigint, ...rest: bigint[]): bigint {
  return rest.reduce((most, value) => (value > most ? value : most), a);
}

/** A number where it is exact, else the bigint: both print as decimal digits. */
export function plain(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}
