import { isTable, type PythonValue, type Table } from '../python-values/json.ts';
import { shown } from '../python-values/pydantic.ts';
import { parseToml } from '../python-values/toml-document.ts';
import { TomlError } from '../python-values/toml-text.ts';
import { didYouMean } from '../spelling/nearest.ts';
import { type Glob, GlobError, globOf } from './glob.ts';

/** What a project wants always, from `[tool.lenskit-doctor]` of its `pyproject.toml` or from `.lenskit-doctor.toml`. */
export interface ProjectSettings {
  /** Where it is written. */
  file: string;
  /** Files and folders that are not looked for; null: it does not say. */
  exclude: readonly Glob[] | null;
  /** Files that are looked for; null: it does not say. */
  include: readonly Glob[] | null;
  /** What is excluded is left out also where it is named; null: it does not say. */
  'force-exclude': boolean | null;
}

/** Settings that make no sense; the message names the file, the line and what to write. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Where a value stands, for messages. */
interface Where {
  folder: string;
  /** `pyproject.toml, line 3: exclude`. */
  named: string;
}

/** The keys, and how each is read: a new one is a line here and a field above. */
const KEYS: { readonly [key in Exclude<keyof ProjectSettings, 'file'>]: (value: PythonValue, at: Where) => unknown } = {
  exclude: patterns,
  include: patterns,
  'force-exclude': yesOrNo,
};

const SECTION = 'tool.lenskit-doctor';

/**
 * Reads the settings of a file, whose name says which of the two it is; null: a `pyproject.toml` without the table, which
 * says nothing of this program.
 *
 * @throws SettingsError
 */
export function readSettings(text: string, file: string): ProjectSettings | null {
  const isOwn = !file.endsWith('pyproject.toml');
  // What is wrong in a file that does not speak of this program is for others to say.
  if (!isOwn && !/lenskit[-_]doctor/.test(text)) return null;
  const { content, lines } = parsed(text, file);
  const tool = isTable(content.tool) ? content.tool['lenskit-doctor'] : undefined;
  if (!isOwn && isTable(content.tool) && content.tool.lenskit_doctor !== undefined)
    throw new SettingsError(`${file}: there is no tool.lenskit_doctor; did you mean ${SECTION}?`);
  const table = isOwn ? content : tool;
  if (table === undefined) return null;
  if (!isTable(table)) throw new SettingsError(`${file}: ${SECTION} is no table; write [${SECTION}]`);
  const folder = file.slice(0, file.lastIndexOf('/')) || '/';
  const settings: ProjectSettings = { file, exclude: null, include: null, 'force-exclude': null };
  for (const [key, value] of Object.entries(table as Table)) {
    const line = lines[isOwn ? key : `${SECTION}.${key}`];
    const place = line === undefined ? file : `${file}, line ${line}`;
    if (!isKey(key)) throw new SettingsError(`${place}: there is no ${key}${hint(key)}`);
    Object.assign(settings, { [key]: KEYS[key](value, { folder, named: `${place}: ${key}` }) });
  }
  return settings;
}

function parsed(text: string, file: string): ReturnType<typeof parseToml> {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new SettingsError(`${file}, line ${error.line}: no TOML: ${error.message}`);
  }
}

function isKey(key: string): key is keyof typeof KEYS {
  return Object.hasOwn(KEYS, key);
}

function hint(key: string): string {
  const names = Object.keys(KEYS);
  return didYouMean(key, names) || `; there are ${names.join(', ')}`;
}

function yesOrNo(value: PythonValue, { named }: Where): boolean {
  if (typeof value === 'boolean') return value;
  throw new SettingsError(`${named}: ${shown(value)} is neither true nor false`);
}

function patterns(value: PythonValue, { folder, named }: Where): Glob[] {
  if (!Array.isArray(value))
    throw new SettingsError(`${named}: ${shown(value)} is no list; write ["build", "old/*.py"]`);
  return value.map((one) => {
    if (typeof one !== 'string') throw new SettingsError(`${named}: ${shown(one)} is no text; write "build"`);
    try {
      return globOf(one, folder);
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      throw new SettingsError(`${named}: ${shown(one)} is no pattern: ${error.message}`);
    }
  });
}
