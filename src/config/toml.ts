import { parse, TomlDate, TomlError } from 'smol-toml';
import { PythonDate, type PythonValue, type Table, table } from './python-json.ts';

/** What a settings file says, or why it says nothing. Plain data: it goes into a snapshot. */
export interface SettingsFile {
  /** `lenskit.toml` or `lenskit.local.toml`. */
  name: string;
  /** Where it was read; null: given as text. */
  path: string | null;
  content: Table;
  /** Line (from 1) of each `table.key` that stands on a line of its own. */
  lines: { [key: string]: number };
  error: { type: 'TOMLDecodeError' | 'UnicodeDecodeError'; message: string; line: number; column: number } | null;
}

/**
 * Reads a TOML document as Python's `tomllib` does (TOML 1.0, integers of any size apart from floats).
 * Never throws: what does not parse is `error`, with line and column from 1.
 */
export function readSettings(text: string, name: string, path: string | null = null): SettingsFile {
  const file = { name, path, content: table(), lines: {}, error: null };
  try {
    return { ...file, content: toTable(parse(text, { integersAsBigInt: true })), lines: keyLines(text) };
  } catch (error) {
    if (error instanceof TomlError) {
      const message = (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '');
      return { ...file, error: { type: 'TOMLDecodeError', message, line: error.line, column: error.column } };
    }
    // The parser's only other failure: nesting deeper than the stack, on which tomllib gives up too.
    if (error instanceof RangeError) {
      return { ...file, error: { type: 'TOMLDecodeError', message: 'nested too deeply', line: 1, column: 1 } };
    }
    throw error;
  }
}

/** A settings file whose bytes are not UTF-8, which `tomllib.load` refuses before it parses. */
export function notUtf8(name: string, path: string | null): SettingsFile {
  const error = { type: 'UnicodeDecodeError', message: 'is not UTF-8', line: 1, column: 1 } as const;
  return { name, path, content: table(), lines: {}, error };
}

function toTable(source: object): Table {
  return table(Object.entries(source).map(([key, value]) => [key, toPython(value)] as const));
}

function toPython(value: unknown): PythonValue {
  if (value instanceof TomlDate) return new PythonDate(value.toISOString());
  if (Array.isArray(value)) return value.map(toPython);
  if (typeof value === 'object' && value !== null) return toTable(value);
  return value as bigint | number | string | boolean;
}

/** Good enough to point at a key; the parser does not tell where a value stood. */
function keyLines(text: string): { [key: string]: number } {
  const lines: { [key: string]: number } = {};
  let header = '';
  for (const [index, line] of text.split('\n').entries()) {
    const opened = /^\s*\[\s*([\w.-]{1,100})\s*\]/.exec(line)?.[1];
    if (opened !== undefined) header = `${opened}.`;
    const key = /^\s*([\w.-]{1,100})\s*=/.exec(line)?.[1];
    if (key !== undefined) lines[`${header}${key}`] ??= index + 1;
  }
  return lines;
}
