/** How the libraries read a number of threads; null: it has no effect, and the library does what it does without. */

/** C's atoi(3) into an `int`, as glibc has it: the digits at the beginning; beyond a `long` it is cut to one. */
export function atoiThreads(value: string): number | null {
  const digits = /^[ \t\n\v\f\r]*([+-]?\d+)/.exec(value)?.[1];
  if (digits === undefined) return null;
  const most = 2n ** 63n - 1n;
  const size = magnitude(digits.replace(/^[+-]/, ''));
  const whole = digits.startsWith('-') ? -size : size;
  return positive(Number(BigInt.asIntN(32, whole < -most ? -most - 1n : whole > most ? most : whole)));
}

/** Of nesting, that are looked at: far more than any program has. */
const MOST_LEVELS = 10_000;

/** libgomp's list for levels of nesting, of which the first counts; one bad number spoils all. */
export function openmpListThreads(value: string): number | null {
  let first: number | null = null;
  for (const level of value.split(',', MOST_LEVELS)) {
    const threads = openmpThreads(level);
    if (threads === null) return null;
    first ??= threads;
  }
  return first;
}

/** libgomp's single number: nothing may follow but blanks. */
export function openmpThreads(value: string): number | null {
  const digits = /^[ \t\n\v\f\r]*\+?(\d+)[ \t\n\v\f\r]*$/.exec(value)?.[1];
  if (digits === undefined || magnitude(digits) > 2n ** 63n - 1n) return null;
  return positive(Math.min(Number(digits), 2 ** 31 - 1));
}

/** Arrow's reading of OpenMP's variables: the digits before the first comma; out of an `int`'s range nothing. */
export function arrowThreads(value: string): number | null {
  const digits = /^\s*\+?(\d+)/.exec(value)?.[1];
  return digits === undefined || Number(digits) > 2 ** 31 - 1 ? null : positive(Number(digits));
}

/** MKL's: what is no number is 1, and 0 is no limit (seen with the MKL in Torch's wheels). */
export function mklThreads(value: string): number | null {
  if (value.trim() === '') return null;
  const digits = /^\s*\+?(\d+)/.exec(value)?.[1];
  return digits === undefined ? 1 : positive(Number(digits));
}

/** Decimal digits and nothing else. */
export function plainThreads(value: string): number | null {
  return /^\+?\d{1,15}$/.test(value) ? positive(Number(value)) : null;
}

/** OpenMP's `true` in any case; null: neither. */
export function openmpBoolean(value: string): boolean | null {
  const word = value.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : null;
}

/** The value of decimal digits, and 10^20, which no C type holds, for all that are larger: the time does not grow. */
function magnitude(digits: string): bigint {
  if (digits.length <= 20) return BigInt(digits);
  const significant = digits.replace(/^0+/, '');
  return significant.length > 20 ? 10n ** 20n : BigInt(significant);
}

function positive(threads: number): number | null {
  return threads > 0 ? threads : null;
}
