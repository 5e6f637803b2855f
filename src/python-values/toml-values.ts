import { MAX_DIGITS } from './int.ts';
import { PythonDate } from './json.ts';
import type { TomlText } from './toml-text.ts';

const DATE = /([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])/y;
const SEPARATOR = /[Tt ]/y;
const LOCAL_TIME = /([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]{1,6})[0-9]*)?/y;
const OFFSET = /[Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9])/y;
const BASED = /0(?:x[\da-fA-F]+(?:_[\da-fA-F]+)*|b[01]+(?:_[01]+)*|o[0-7]+(?:_[0-7]+)*)/y;
const DECIMAL = /[+-]?(?:0|[1-9][0-9]*(?:_[0-9]+)*)(\.[0-9]+(?:_[0-9]+)*)?([eE][+-]?[0-9]+(?:_[0-9]+)*)?/y;
const SPECIAL = /([+-]?)(inf|nan)/y;

/** A date, a time, an integer (bigint) or a float (number); undefined: none of them stands here. */
export function scalar(text: TomlText): PythonDate | bigint | number | undefined {
  const date = text.match(DATE);
  if (date) return dateOf(date, text);
  const time = text.match(LOCAL_TIME);
  if (time) return new PythonDate(timeOf(time));
  const based = text.match(BASED);
  if (based) return BigInt(based[0].replaceAll('_', ''));
  const number = text.match(DECIMAL);
  if (number) return numberOf(number, text);
  const special = text.match(SPECIAL);
  if (!special) return undefined;
  return special[2] === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
}

function numberOf([all, fraction, exponent]: RegExpExecArray, text: TomlText): bigint | number {
  const digits = all.replaceAll('_', '');
  if (fraction !== undefined || exponent !== undefined) return Number(digits);
  if (digits.length - (/^[+-]/.test(digits) ? 1 : 0) > MAX_DIGITS) {
    text.fail(`integer of more than ${MAX_DIGITS} digits`, text.at - all.length);
  }
  return BigInt(digits);
}

/** Python's `isoformat()` of the date, and of the time and the offset that follow it. */
function dateOf([all, year = '', month = '', day = '']: RegExpExecArray, text: TomlText): PythonDate {
  if (Number(year) === 0 || Number(day) > daysIn(Number(year), Number(month))) {
    text.fail('invalid date or datetime', text.at - all.length);
  }
  const end = text.at;
  const time = text.match(SEPARATOR) && text.match(LOCAL_TIME);
  if (!time) {
    text.at = end;
    return new PythonDate(all);
  }
  return new PythonDate(`${all}T${timeOf(time)}${offsetOf(text.match(OFFSET))}`);
}

function offsetOf(match: RegExpExecArray | null): string {
  if (!match) return '';
  const [, sign, hours, minutes] = match;
  return sign === undefined || `${hours}${minutes}` === '0000' ? '+00:00' : `${sign}${hours}:${minutes}`;
}

function timeOf([, hour, minute, second, fraction = '']: RegExpExecArray): string {
  const micros = fraction.padEnd(6, '0');
  return `${hour}:${minute}:${second}${Number(micros) === 0 ? '' : `.${micros}`}`;
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}
