import { databaseCall, isInMemory } from './databases.ts';
import type { Effect } from './effects.ts';
import type { Engine } from './engine.ts';
import { type Argument, ASKS, GONE, ONCE, type Once, OPENS, READS, THERE } from './once.ts';
import type { Node } from './parse.ts';
import { pathOf, plainPath } from './paths.ts';
import { RAISE } from './running.ts';
import type { Scope } from './scope.ts';
import { constant, constantOf, type Given, type ObjectOne, textOf, UNKNOWN, type Value } from './values.ts';

/** An argument of a call, and the path that it is. */
class Arguments {
  private readonly given: Given;
  private readonly object: ObjectOne | null;

  constructor(given: Given, object: ObjectOne | null) {
    this.given = given;
    this.object = object;
  }

  of({ position, keyword }: Argument): Value | undefined {
    return this.given.keywords.get(keyword) ?? (position === undefined ? undefined : this.given.positional[position]);
  }

  pathOf(one: Argument | 'self' | undefined): string | undefined {
    if (one === undefined) return undefined;
    return plainPath(one === 'self' ? textOf(this.object?.cells.get('text')) : pathOf(this.of(one) ?? UNKNOWN));
  }
}

/** Of a call by its name: what works once, and files that are written. True: what it does to files is known. */
export function works(
  it: Engine,
  name: string,
  object: ObjectOne | null,
  given: Given,
  node: Node,
  scope: Scope,
): boolean {
  const own = new Arguments(given, object);
  if (/^pathlib\.Path\(\)\.(write_text|write_bytes|touch)$/.test(name)) {
    const file = own.pathOf('self');
    if (file !== undefined) written(it, file);
  }
  if (name === 'os.chdir') entered(it, given, node, scope);
  const why = databaseCall(it, name, object, given);
  if (why !== null) {
    const effect = once(it, name, why.why, node, scope);
    if (why.file !== null && effect !== null && !it.files.gone.has(why.file)) it.files.made.set(why.file, effect);
    return true;
  }
  const opens = OPENS.get(name);
  if (opens !== undefined) {
    opened(it, name, textOf(own.of(opens.mode)) ?? '', own.pathOf(opens.path), node, scope);
    return true;
  }
  const reads = READS.get(name);
  if (reads !== undefined) isRead(it, own.pathOf(reads), name, node, scope);
  const rule = ONCE.get(name);
  if (rule === undefined) return ASKS.has(name);
  applied(it, rule, name, own, node, scope);
  return true;
}

/** What a data frame writes works once where it is to be new, whatever it is called on. */
export function worksByMethod(it: Engine, method: string | null, given: Given, node: Node, scope: Scope): void {
  const own = new Arguments(given, null);
  if (method === 'to_sql') {
    const [database] = own.of({ position: 1, keyword: 'con' }) ?? [];
    const how = own.of({ position: 3, keyword: 'if_exists' });
    const isNew = how === undefined || textOf(how) === 'fail';
    if (isNew && !(database?.kind === 'name' && isInMemory(database)))
      once(it, 'DataFrame.to_sql', 'ValueError: the table already exists by then', node, scope);
  }
  if (method === 'to_csv' && /x/.test(textOf(given.keywords.get('mode')) ?? '')) {
    const file = own.pathOf({ position: 0, keyword: 'path_or_buf' });
    if (file !== undefined) made(it, file, 'file', 'DataFrame.to_csv', THERE, node, scope);
  }
}

/** `os.path.exists(path)`, where that is known; null: it asks for nothing of the kind. */
export function whetherThere(it: Engine, name: string, object: ObjectOne | null, given: Given): Value | null {
  const asks = ASKS.get(name);
  if (asks === undefined) return null;
  const path = new Arguments(given, object).pathOf(asks.path);
  const there = path === undefined ? null : it.files.at(path);
  if (there === null) return UNKNOWN;
  return constant(there !== 'gone' && (asks.as === null || asks.as === there));
}

function opened(it: Engine, name: string, mode: string, file: string | undefined, node: Node, scope: Scope): void {
  if (/x/.test(mode) || (name === 'h5py.File' && mode === 'w-')) {
    if (file !== undefined) made(it, file, 'file', name, THERE, node, scope);
  } else if (/[wa+]/.test(mode)) {
    it.note({ kind: 'costly', what: name, node }, scope);
    if (file !== undefined) written(it, file);
  } else isRead(it, file, name, node, scope);
}

function applied(it: Engine, rule: Once, name: string, own: Arguments, node: Node, scope: Scope): void {
  const allows = rule.unless ? own.of(rule.unless) : undefined;
  const again =
    (allows !== undefined && constantOf(allows) !== false) ||
    (rule.when && !rule.when.is.test(String(constantOf(own.of(rule.when))))) ||
    (rule.written && !rule.written.test(node.text)) ||
    (name.endsWith('.bind') && /,\s*0\s*\)/.test(node.text)) ||
    (/Server$|make_server$|Listener$/.test(name) && /,\s*0\s*[,)]/.test(node.text));
  const [makes, removes] = [own.pathOf(rule.makes), own.pathOf(rule.removes)];
  if (rule.removes !== undefined) {
    if (removes !== undefined) removed(it, removes, rule.isTree === true, again ? null : { name, rule }, node, scope);
    if (makes !== undefined) written(it, makes);
  } else if (rule.makes !== undefined) {
    if (makes === undefined) return;
    const as = /mkdir|makedirs|copytree/.test(name) ? 'folder' : 'file';
    if (!again) made(it, makes, as, name, rule.why, node, scope);
    else written(it, makes, as);
  } else if (!again && (rule.about === undefined || textOf(own.of(rule.about)) !== undefined))
    once(it, name, rule.why, node, scope);
}

/** Made whether it was there before or not. */
function written(it: Engine, file: string, as: 'file' | 'folder' = 'file'): void {
  if (!it.files.made.has(file)) it.files.made.set(file, null);
  it.files.isNow(file, as);
}

/** What the main process has removed before it started workers is not there for them. */
function isRead(it: Engine, file: string | undefined, what: string, node: Node, scope: Scope): void {
  if (file === undefined || it.isMain || it.files.at(file) !== 'gone' || it.files.gone.has(file)) return;
  if (it.caught > 0) raises(it, 'FileNotFoundError');
  else once(it, what, GONE, node, scope);
}

/** It is raised for sure, and something takes it perhaps. */
function raises(it: Engine, error: string): void {
  if (!it.isSure) return;
  it.raised.add(error);
  it.ends(RAISE);
}

/** Notes it; not where what it raises is caught, or where it may not be reached. */
function once(it: Engine, what: string, why: string, node: Node, scope: Scope): Effect | null {
  if (it.caught > 0 || !it.isSure || it.unsureLoops > 0) return null;
  return it.effects.note({ kind: 'once', what, node, why, module: scope.module, chain: [...it.chain], certain: true });
}

/** What the script itself removed before is made again. */
function made(
  it: Engine,
  file: string,
  as: 'file' | 'folder',
  what: string,
  why: string,
  node: Node,
  scope: Scope,
): void {
  const { files } = it;
  const isGone = [...files.gone].some((other) => file === other || file.startsWith(`${other}/`));
  const before = files.at(file);
  files.made.set(file, isGone ? null : once(it, what, why, node, scope));
  files.isNow(file, as);
  // The main process has made it before.
  if (!it.isMain && it.caught > 0 && before !== null && before !== 'gone') raises(it, 'FileExistsError');
}

/** What the script itself made before is removed again; that it was made then does no harm, where no worker began between. */
function removed(
  it: Engine,
  file: string,
  isTree: boolean,
  fails: { name: string; rule: Once } | null,
  node: Node,
  scope: Scope,
): void {
  const { files } = it;
  const own = [...files.made].filter(([other]) => other === file || (isTree && other.startsWith(`${file}/`)));
  const before = files.at(file);
  const isThere = own.length > 0 || before === 'file' || before === 'folder';
  if (!isThere && fails !== null) once(it, fails.name, fails.rule.why, node, scope);
  const { list } = it.effects;
  for (const [other, effect] of own) {
    files.made.delete(other);
    const started = effect === null ? -1 : list.findIndex(({ kind }) => kind === 'parallel');
    if (effect !== null && it.isCertain && (started < 0 || started < list.indexOf(effect))) effect.undone = true;
  }
  files.gone.add(file);
  files.isNow(file, 'gone');
  if (fails !== null && !it.isMain && it.caught > 0 && before === 'gone') raises(it, 'FileNotFoundError');
}

function entered(it: Engine, given: Given, node: Node, scope: Scope): void {
  const text = textOf(given.positional[0] ?? given.keywords.get('path'));
  if (text === undefined || text.startsWith('/') || /^[./]*$/.test(text) || it.caught > 0 || !it.isCertain) return;
  const why = 'FileNotFoundError: a worker starts where the main process is by then, inside that folder';
  it.note({ kind: 'once', what: 'os.chdir', node, why }, scope);
}

/** Something else may have made a file that it was told of. */
export function mentions(it: Engine, given: Given): void {
  for (const value of [...given.positional, ...given.keywords.values()]) {
    const file = plainPath(pathOf(value));
    if (file !== undefined && file !== '') it.files.mention(file);
  }
}
