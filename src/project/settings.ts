import path from 'node:path';
import { isTable, type PythonValue, type Table } from '../python-values/json.ts';
import { shown } from '../python-values/pydantic.ts';
import { parseToml } from '../python-values/toml-document.ts';
import { TomlError } from '../python-values/toml-text.ts';
import { didYouMean } from '../spelling/nearest.ts';
import { FAIL_LEVELS, type FailLevel } from './fail-levels.ts';
import { type Glob, GlobError, globOf } from './glob.ts';
import { mayBeMeant } from './spoken-of.ts';

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
  /** Checks that `lk doctor` leaves out; null: it does not say. */
  skip: readonly SkippedChecks[] | null;
  /** The level from which on the exit status of `lk doctor` is 1; null: it does not say. */
  'fail-on': FailLevel | null;
  /** The interpreter or environment of the experiments, as an absolute path; null: it does not say. */
  python: string | null;
  /** On which line a key stands, where that is known. */
  lines: { readonly [key: string]: number };
}

/** A check's id or a prefix of ids, and why a project leaves it out. */
export interface SkippedChecks {
  check: string;
  reason: string | null;
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
const KEYS: {
  readonly [key in Exclude<keyof ProjectSettings, 'file' | 'lines'>]: (value: PythonValue, at: Where) => unknown;
} = {
  exclude: patterns,
  include: patterns,
  'force-exclude': yesOrNo,
  skip: skippedChecks,
  'fail-on': failLevel,
  python: pathFromFolder,
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
  if (!isOwn && !mayBeMeant(text)) return null;
  const { content, lines } = parsed(text, file);
  const tool = isTable(content.tool) ? content.tool['lenskit-doctor'] : undefined;
  if (!isOwn && isTable(content.tool) && content.tool.lenskit_doctor !== undefined)
    throw new SettingsError(`${file}: there is no tool.lenskit_doctor; did you mean ${SECTION}?`);
  if (isOwn && tool !== undefined)
    throw new SettingsError(`${file}: [${SECTION}] is for pyproject.toml; here its keys stand without that line`);
  const table = isOwn ? content : tool;
  if (table === undefined) return null;
  if (!isTable(table)) throw new SettingsError(`${file}: ${SECTION} is no table; write [${SECTION}]`);
  const folder = file.slice(0, file.lastIndexOf('/')) || '/';
  const settings: ProjectSettings = {
    file,
    exclude: null,
    include: null,
    'force-exclude': null,
    skip: null,
    'fail-on': null,
    python: null,
    lines: {},
  };
  const known: { [key: string]: number } = {};
  for (const [key, value] of Object.entries(table as Table)) {
    const line = lines[isOwn ? key : `${SECTION}.${key}`];
    const place = line === undefined ? file : `${file}, line ${line}`;
    if (!isKey(key)) throw new SettingsError(`${place}: there is no ${key}${hint(key)}`);
    Object.assign(settings, { [key]: KEYS[key](value, { folder, named: `${place}: ${key}` }) });
    if (line !== undefined) known[key] = line;
  }
  return { ...settings, lines: known };
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

const SKIP_KEYS = ['check', 'reason'];

function skippedChecks(value: PythonValue, { named }: Where): SkippedChecks[] {
  const example = '["cpu/throttled", { check = "gpu/shared-model", reason = "one GPU by design" }]';
  if (!Array.isArray(value)) throw new SettingsError(`${named}: ${shown(value)} is no list; write ${example}`);
  return value.map((one) => {
    if (typeof one === 'string') return { check: one, reason: null };
    if (!isTable(one)) throw new SettingsError(`${named}: ${shown(one)} is no check; write ${example}`);
    const strange = Object.keys(one).find((key) => !SKIP_KEYS.includes(key));
    if (strange !== undefined)
      throw new SettingsError(
        `${named}: there is no ${strange}${didYouMean(strange, SKIP_KEYS) || '; there are check, reason'}`,
      );
    const { check, reason = null } = one;
    if (typeof check !== 'string')
      throw new SettingsError(`${named}: ${shown(one)} names no check; write { check = "gpu/shared-model" }`);
    if (reason !== null && typeof reason !== 'string')
      throw new SettingsError(`${named}: the reason ${shown(reason)} is no text; write reason = "one GPU by design"`);
    return { check, reason: reason?.trim() || null };
  });
}

function failLevel(value: PythonValue, { named }: Where): FailLevel {
  const level = FAIL_LEVELS.find((one) => one === value);
  if (level !== undefined) return level;
  const meant = typeof value === 'string' ? didYouMean(value, FAIL_LEVELS) : '';
  throw new SettingsError(
    `${named}: ${shown(value)} is no level${meant || `; write one of ${FAIL_LEVELS.join(', ')}`}`,
  );
}

function pathFromFolder(value: PythonValue, { folder, named }: Where): string {
  if (typeof value !== 'string' || value === '')
    throw new SettingsError(`${named}: ${shown(value)} is no path; write ".venv" or "/opt/experiments/bin/python"`);
  return path.resolve(folder, value);
}
