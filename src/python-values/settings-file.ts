import { type Table, table } from './json.ts';
import { parseToml } from './toml-document.ts';
import { TomlError } from './toml-text.ts';

/** What a settings file says, or why it says nothing. Plain data: it goes into a snapshot. */
export interface SettingsFile {
  /** `lenskit.toml` or `lenskit.local.toml`. */
  name: string;
  /** Where it was read; null: given as text. */
  path: string | null;
  content: Table;
  /** Line (from 1) of each `table.key` outside of inline tables. */
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
    return { ...file, ...parseToml(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { message, line, column } = error;
    return { ...file, error: { type: 'TOMLDecodeError', message, line, column } };
  }
}

/** A settings file whose bytes are not UTF-8, which `tomllib.load` refuses before it parses. */
export function notUtf8(name: string, path: string | null): SettingsFile {
  const error = { type: 'UnicodeDecodeError', message: 'is not UTF-8', line: 1, column: 1 } as const;
  return { name, path, content: table(), lines: {}, error };
}
