import type { Engine } from './engine.ts';
import { isItems, knownOf } from './known.ts';
import { pathOf, plainPath } from './paths.ts';
import type { PythonRule, PythonRules } from './python-rule.ts';
import {
  constant,
  constantOf,
  type Given,
  type NameOne,
  named,
  type ObjectOne,
  type One,
  textOf,
  UNKNOWN,
  type Value,
} from './values.ts';

/** Why a call fails the second time, and the file that it is about. */
interface Fails {
  why: string;
  file: string | null;
}

/** Connections that keep nothing in a file. */
const IN_MEMORY = /^$|^:memory:$|^file::memory:|[?&]mode=memory\b/;

const CALLS = /^sqlite3\.connect\(\)(\.cursor\(\))?\.(execute|executescript|executemany)$/;

/** What a statement of SQL is about, as far as it works once. */
const CREATES =
  /^create (temp |temporary )?(?:virtual )?(?:unique )?(table|index|view|trigger) (if not exists )?["`[]?(\w+)/i;
const DROPS = /^drop (?:table|index|view|trigger) (if exists )?["`[]?(\w+)/i;
const ADDS = /^alter table ["`[]?(\w+)["`\]]? (add|rename)\b/i;
const INSERTS = /^insert into ["`[]?(\w+)["`\]]? ?(\([^)]{0,500}\))? ?values ?\(/i;
const DELETES = /^(?:delete from|replace into) ["`[]?(\w+)/i;

/** A longer script of SQL is not looked at. */
const MOST_LETTERS = 20_000;

/** A connection that keeps nothing in a file. */
export function isInMemory({ object }: NameOne): boolean {
  const file = textOf(object?.cells.get('database'));
  return file !== undefined && IN_MEMORY.test(file);
}

/** What of a call of a database works once; null: nothing, or it is none. */
export function databaseCall(it: Engine, name: string, object: ObjectOne | null, given: Given): Fails | null {
  if (name === 'duckdb.connect') return locked(given);
  if (!CALLS.test(name)) return null;
  const file = textOf(object?.cells.get('database'));
  if (file !== undefined && IN_MEMORY.test(file)) return null;
  const [sql, ...parameters] = [textOf(given.positional[0] ?? given.keywords.get('sql')), ...given.positional.slice(1)];
  if (sql === undefined || sql.length > MOST_LETTERS) return null;
  const path = plainPath(file) ?? null;
  let found: string | null = null;
  for (const statement of name.endsWith('executescript') ? sql.split(';') : [sql])
    found ??= why(it, path, statement.trim().replace(/\s+/g, ' '), parameters[0]);
  return found === null ? null : { why: found, file: path };
}

/** One process at a time opens a file of DuckDB's to write it. */
function locked({ positional, keywords }: Given): Fails | null {
  const file = textOf(positional[0] ?? keywords.get('database'));
  const isReadOnly = positional[1] ?? keywords.get('read_only');
  // What is not known may well be.
  const mayShare = isReadOnly !== undefined && constantOf(isReadOnly) !== false;
  if (file === undefined || IN_MEMORY.test(file) || mayShare) return null;
  return { why: 'duckdb.IOException: the main process has locked the file by then', file: null };
}

/** What a statement fails with the second time; null: it does not, as far as that is known. */
function why(it: Engine, file: string | null, statement: string, parameters: Value | undefined): string | null {
  const { tables } = it.files;
  const key = (name: string): string => `${file ?? ''} ${name.toLowerCase()}`;
  const [creates, isTemporary, kind = '', ifNotThere, created = ''] = CREATES.exec(statement) ?? [];
  if (creates !== undefined) {
    const before = tables.get(key(created));
    tables.set(key(created), { unique: /table/i.test(kind) ? uniqueOf(statement) : null, isGone: false });
    return isTemporary || ifNotThere || before?.isGone
      ? null
      : `sqlite3.OperationalError: the ${kind.toLowerCase()} already exists by then`;
  }
  const [drops, ifThere, dropped = ''] = DROPS.exec(statement) ?? [];
  if (drops !== undefined) {
    const isOwn = tables.has(key(dropped));
    tables.set(key(dropped), { unique: null, isGone: true });
    return ifThere || isOwn ? null : 'sqlite3.OperationalError: it is gone by then';
  }
  const [adds, altered = '', how] = ADDS.exec(statement) ?? [];
  if (adds !== undefined && tables.get(key(altered))?.isGone !== true)
    return `sqlite3.OperationalError: the ${how?.toLowerCase() === 'add' ? 'column is there' : 'table is gone'} by then`;
  const [deletes, emptied = ''] = DELETES.exec(statement) ?? [];
  if (deletes !== undefined) {
    tables.set(key(emptied), { unique: null, isGone: tables.get(key(emptied))?.isGone ?? false });
    return null;
  }
  const [inserts, into = '', columns] = INSERTS.exec(statement) ?? [];
  const unique = tables.get(key(into))?.unique;
  if (inserts === undefined || !unique || /\bon conflict\b/i.test(statement)) return null;
  const at =
    columns === undefined
      ? unique.at
      : columns
          .slice(1, -1)
          .split(',')
          .findIndex((one) => nameOf(one) === unique.name);
  return at >= 0 && isGiven(statement.slice(inserts.length), at, parameters)
    ? 'sqlite3.IntegrityError: the row is there by then'
    : null;
}

function nameOf(column: string): string {
  return (/^["`[]?(\w+)/.exec(column.trim())?.[1] ?? '').toLowerCase();
}

/** The first column whose values have to differ, and which it is. */
function uniqueOf(statement: string): { name: string; at: number } | null {
  const columns = statement.slice(statement.indexOf('(') + 1).split(',');
  const at = columns.findIndex((one) => /\b(primary key|unique)\b/i.test(one));
  const column = columns[at];
  if (column === undefined) return null;
  const of = /^(?:primary key|unique) ?\(([^,)]*)/i.exec(column.trim())?.[1];
  const name = nameOf(of ?? column);
  return { name, at: of === undefined ? at : columns.findIndex((one) => nameOf(one) === name) };
}

/** The value that is written there, or given for its `?`, is the same each time. */
function isGiven(values: string, at: number, parameters: Value | undefined): boolean {
  const written = values.split(',')[at]?.replace(/\).*$/s, '').trim() ?? '';
  if (/^('[^']*'|"[^"]*"|-?[\d.]+)$/.test(written)) return true;
  if (written !== '?') return false;
  const known = knownOf(parameters);
  const first = isItems(known) ? known.items[0] : undefined;
  return isItems(known) && (isItems(first) ? first.items[at] : known.items[at]) != null;
}

function isConnection(one: One): boolean {
  return one.kind === 'name' && one.name.startsWith('sqlite3.connect()');
}

const sameConnection: PythonRule = (_, __, ___, ____, object) =>
  object ? named('sqlite3.connect().cursor()', object) : null;

/** What gives connections, by full name: they keep which file it is. */
export const DATABASES: PythonRules = [
  [
    'sqlite3.connect',
    (it, { positional, keywords }) => {
      const cells = it.store.cells();
      const path = pathOf(positional[0] ?? keywords.get('database') ?? UNKNOWN);
      if (path !== undefined) it.store.write(cells, 'database', constant(path));
      return named('sqlite3.connect()', { id: it.next(), cells });
    },
  ],
  ['sqlite3.connect().cursor', sameConnection],
  ['contextlib.closing', (_, { positional: [of] }) => (of?.every(isConnection) ? of : null)],
];
