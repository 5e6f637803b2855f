import { isConvertible, MAX_DIGITS } from './int.ts';
import { isTable, PythonDate, type PythonValue, type Table } from './json.ts';
import { RUST_SPACE, stripped } from './white-space.ts';

/** The field types that LensKit's settings models use, as data. */
export type FieldType =
  | { kind: 'int' | 'bool' | 'str' }
  | { kind: 'float'; above?: number; most?: number }
  | { kind: 'literal'; values: readonly string[] }
  | { kind: 'optional'; of: FieldType }
  | { kind: 'union'; of: readonly FieldType[] }
  | { kind: 'dict'; of: FieldType }
  | Model;

/** A pydantic model. `extra` says what happens to keys that it does not know. */
export interface Model {
  kind: 'model';
  extra: 'forbid' | 'ignore';
  /** BaseSettings accept a known key in any case, after the exact one; BaseModel only the exact one. */
  anyCase?: boolean;
  /** A TypedDict: validated as a model, but pydantic-settings does not look into it. */
  typedDict?: true;
  fields: { readonly [name: string]: FieldType };
}

/** pydantic's names of errors, as far as these types have them. */
export type FieldErrorType =
  | `int_${'parsing' | 'parsing_size' | 'from_float' | 'type'}`
  | `bool_${'parsing' | 'type'}`
  | `float_${'parsing' | 'type'}`
  | `${'string' | 'model' | 'dict'}_type`
  | 'finite_number'
  | 'greater_than'
  | 'less_than_equal'
  | 'literal_error'
  | 'extra_forbidden';

/** One of pydantic's errors: where, its type and the value at fault. */
export interface FieldError {
  loc: string[];
  type: FieldErrorType;
  input: PythonValue;
}

type Outcome = { value: PythonValue } | { errors: FieldError[] };

const TRUE = ['1', 'on', 't', 'true', 'y', 'yes'];
const FALSE = ['0', 'off', 'f', 'false', 'n', 'no'];

/**
 * Validates as pydantic 2 does in its lax mode (pydantic-core 2.41: `src/input/`), which is LensKit's.
 * Errors come in the order of the fields, unknown keys last.
 */
export function validate(type: FieldType, input: PythonValue, loc: string[] = []): Outcome {
  const fail = (error: FieldErrorType): Outcome => ({ errors: [{ loc, type: error, input }] });
  switch (type.kind) {
    case 'int': {
      const value = laxInt(input);
      return typeof value === 'string' ? fail(value) : { value };
    }
    case 'bool': {
      const value = laxBool(input);
      return typeof value === 'string' ? fail(value) : { value };
    }
    case 'float': {
      const value = laxFloat(input);
      if (typeof value === 'string') return fail(value);
      // In pydantic's order: NaN is no more one than the other.
      if (type.most !== undefined && !(value <= type.most)) return fail('less_than_equal');
      if (type.above !== undefined && !(value > type.above)) return fail('greater_than');
      return { value };
    }
    case 'str':
      return typeof input === 'string' ? { value: input } : fail('string_type');
    case 'literal':
      return typeof input === 'string' && type.values.includes(input) ? { value: input } : fail('literal_error');
    case 'optional':
      return input === null ? { value: null } : validate(type.of, input, loc);
    case 'union': {
      const outcomes = type.of.map((member) => validate(member, input, loc));
      return outcomes.find((outcome) => 'value' in outcome) ?? { errors: outcomes.flatMap(errorsOf) };
    }
    case 'dict': {
      if (!isTable(input)) return fail('dict_type');
      const errors = Object.entries(input).flatMap(([key, value]) => errorsOf(validate(type.of, value, [...loc, key])));
      return errors.length > 0 ? { errors } : { value: input };
    }
    case 'model':
      return isTable(input) ? validateModel(type, input, loc) : fail('model_type');
  }
}

function errorsOf(outcome: Outcome): FieldError[] {
  return 'errors' in outcome ? outcome.errors : [];
}

function validateModel(model: Model, input: Table, loc: string[]): Outcome {
  const values: Table = Object.create(null);
  const errors: FieldError[] = [];
  const left = new Set(Object.keys(input));
  for (const [name, type] of Object.entries(model.fields)) {
    const matches = [...left].filter((key) => key === name || (model.anyCase && key.toLowerCase() === name));
    const key = matches[0];
    if (key === undefined) continue;
    for (const match of matches) left.delete(match);
    const outcome = validate(type, input[key] ?? null, [...loc, name]);
    // Not as arguments, of which there may not be that many.
    if ('errors' in outcome) for (const error of outcome.errors) errors.push(error);
    else values[name] = outcome.value;
  }
  if (model.extra === 'forbid') {
    for (const key of left) errors.push({ loc: [...loc, key], type: 'extra_forbidden', input: input[key] ?? null });
  }
  return errors.length > 0 ? { errors } : { value: values };
}

/** A value, or pydantic's error type. */
function laxInt(input: PythonValue): bigint | FieldErrorType {
  // pydantic takes it, and LensKit fails where it writes it as text: Python converts no more digits.
  if (typeof input === 'bigint') return isConvertible(input) ? input : 'int_parsing_size';
  if (typeof input === 'boolean') return input ? 1n : 0n;
  if (typeof input === 'number') {
    if (!Number.isFinite(input)) return 'finite_number';
    if (!Number.isInteger(input)) return 'int_from_float';
    return Math.abs(input) < 2 ** 63 ? BigInt(input) : 'int_parsing_size';
  }
  return typeof input === 'string' ? intFromText(input) : 'int_type';
}

/** `4`, `+4`, `1_000`, `007`, `4.0`; no other script's digits, no exponent. */
function intFromText(text: string): bigint | FieldErrorType {
  const signed = stripped(text, RUST_SPACE);
  const unsigned = withoutLeadingZeros(signed.replace(/^[+-]/, ''));
  const digits = /^(\d+(?:_\d+)*)(?:\.0+)?$/.exec(unsigned)?.[1]?.replaceAll('_', '');
  if (digits === undefined) return 'int_parsing';
  if (digits.length > MAX_DIGITS) return 'int_parsing_size';
  return signed.startsWith('-') ? -BigInt(digits) : BigInt(digits);
}

/** pydantic lets underscores stand anywhere among leading zeros (`0__1` is 1), though not at the end. */
function withoutLeadingZeros(text: string): string {
  const zeros = /^0[0_]*/.exec(text)?.[0];
  if (zeros === undefined) return text;
  const rest = text.slice(zeros.length);
  return /^[1-9]/.test(rest) ? rest : zeros.slice(-1) + rest;
}

function laxBool(input: PythonValue): boolean | FieldErrorType {
  if (typeof input === 'boolean') return input;
  if (typeof input === 'string') {
    const text = input.toLowerCase();
    return TRUE.includes(text) ? true : FALSE.includes(text) ? false : 'bool_parsing';
  }
  if (typeof input === 'bigint') return input === 0n ? false : input === 1n ? true : 'bool_parsing';
  if (typeof input === 'number') {
    return input === 0 ? false : input === 1 ? true : Number.isInteger(input) ? 'bool_parsing' : 'bool_type';
  }
  return 'bool_type';
}

function laxFloat(input: PythonValue): number | FieldErrorType {
  if (typeof input === 'number') return input;
  if (typeof input === 'boolean' || typeof input === 'bigint') return Number(input);
  if (typeof input !== 'string') return 'float_type';
  const text = withoutUnderscores(stripped(input, RUST_SPACE));
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : 'float_parsing';
}

/** pydantic takes them out of a float wherever they stand (`1_.5`), but not at an end, nor two in a row. */
function withoutUnderscores(text: string): string {
  return /^_|__|_$/.test(text) ? text : text.replaceAll('_', '');
}

/** A value as Python prints it, for messages. */
export function shown(value: PythonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof PythonDate) return value.iso;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (isTable(value))
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${shown(item)}`)
      .join(', ')}}`;
  if (typeof value === 'number' && !Number.isFinite(value))
    return String(value).replace('Infinity', 'inf').toLowerCase();
  if (typeof value === 'bigint' && !isConvertible(value)) return `an integer of more than ${MAX_DIGITS} digits`;
  return String(value);
}
