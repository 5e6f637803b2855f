import { construct } from './calls.ts';
import { outsideBases, special } from './classes.ts';
import { patch, patchMethod } from './contexts.ts';
import type { Engine } from './engine.ts';
import { environmentCall, initialise, initialiseWith } from './environment.ts';
import { callGiven, isActive, takeGiven } from './given-functions.ts';
import { applied, implied, operatorCall } from './implicit-calls.ts';
import { importByName } from './importing.ts';
import { callAll, copied, keyed, passedOn } from './lazy-calls.ts';
import { COMMAND_GROUPS, INITIALISES, isCostly, parallelCall, preparingCall, SHOWS } from './lenskit-calls.ts';
import { decide, takeUntil } from './operations.ts';
import type { Node } from './parse.ts';
import { pythonCall } from './python.ts';
import { EXITS, takingOf } from './python-calls.ts';
import { result } from './results.ts';
import { EXIT } from './running.ts';
import type { Scope } from './scope.ts';
import { handedOn, parallel, prepared, training } from './starting-workers.ts';
import {
  constant,
  type Given,
  join,
  joinAll,
  NO_DEFAULTS,
  type ObjectOne,
  type One,
  truth,
  UNKNOWN,
  type Value,
} from './values.ts';
import { mentions, works, worksByMethod } from './works-once.ts';

/** A call of something that is not in the files: LensKit, a library, or nobody knows. */
export function outside(
  it: Engine,
  name: string | null,
  object: ObjectOne | null,
  given: Given,
  node: Node,
  scope: Scope,
  method: string | null,
): Value {
  const all = [...given.positional, ...given.keywords.values(), ...(given.others.length > 0 ? [given.others] : [])];
  const held = object?.cells.get('*');
  const known = name === null ? undefined : parallelCall(name);
  const prepares = name === null ? undefined : preparingCall(name);
  if (prepares && name !== null) return prepared(it, prepares, name, given, node, scope);
  if (known && name !== null) parallel(it, known, name, object, given, node, scope);
  else if (name === 'lenskit.parallel.initialize') initialiseWith(it, given);
  else if (name !== null && INITIALISES.has(name)) initialise(it);
  else if (isCostly(name, method)) {
    it.note({ kind: 'costly', what: name ?? `.${method}`, node }, scope);
  } else if (name !== null && SHOWS.test(name) && it.isCertain) it.note({ kind: 'costly', what: name, node }, scope);
  if ((name ?? `.${method}`).endsWith('.train')) training(it, held);
  if (name !== null && EXITS.has(name)) {
    it.note({ kind: 'ends', what: name, node }, scope);
    it.ends(EXIT);
    return UNKNOWN;
  }
  const isKnown = name !== null && works(it, name, object, given, node, scope);
  if (!isKnown && isCostly(name, method)) mentions(it, given);
  worksByMethod(it, method, given, node, scope);
  if (name !== null) {
    implied(it, name, given, node, scope);
    const own =
      environmentCall(it, name, given) ??
      patch(it, name, given) ??
      (object ? patchMethod(it, name, { kind: 'name', name, object }, node, scope) : null) ??
      operatorCall(it, name, given, node, scope) ??
      (object ? applied(it, name, object.cells.values, given, node, scope) : null) ??
      pythonCall(it, name, object, given, node, scope);
    if (own !== null) return own;
    if (name === 'functools.partial' && given.positional[0])
      return [{ kind: 'partial', of: given.positional[0], given: { ...given, positional: given.positional.slice(1) } }];
    if (COMMAND_GROUPS.has(name)) return group(it, node, scope);
    // Also in a worker that imports the script: it learns of its parent only then (`multiprocessing/spawn.py`, `_main`).
    if (name === 'multiprocessing.parent_process') return constant(null);
    if (name === 'importlib.import_module' || name === '__import__')
      return importByName(it, given.positional[0] ?? given.keywords.get('name'), node, scope);
    if (/^runpy\.run_/.test(name)) it.notFollowed(node, scope, `${name}() runs code that was not followed`);
  }
  const taking = takingOf(name, method);
  if (taking === 'lazy') return it.lazy((limit) => joinAll([callAll(it, given, node, scope, limit), UNKNOWN]));
  const [only] = given.positional;
  if ((name === 'any' || name === 'all') && only?.length === 1 && only[0]?.kind === 'lazy') {
    const decides = name === 'any';
    const all = takeUntil(it, only, (item) => decide(it, item, node, scope) === decides, node, scope);
    return all === null ? constant(decides) : truth(all) === !decides ? constant(!decides) : UNKNOWN;
  }
  if (taking === 'passes on') return passedOn(it, name ?? '', given, node, scope);
  if (taking === 'runs' || taking === 'collects') {
    const gave =
      taking === 'runs'
        ? callGiven(it, all, node, scope, true)
        : join(takeGiven(it, [...given.positional, given.others], node, scope), keyed(it, given, node, scope));
    const ran = held ? callGiven(it, [held], node, scope, true) : [];
    if (name !== null && /^(list|tuple|set|frozenset|sorted)$/.test(name)) return copied(it, given, gave);
    if (name === 'next') return join(gave.length > 0 ? gave : UNKNOWN, UNKNOWN);
    return result(it, name, object, join(gave, ran, []), given);
  }
  if (taking === 'unknown') {
    if (!isKnown) mentions(it, given);
    handedOn(it, all, node, scope);
    const gave = callGiven(it, all, node, scope, false);
    const ran =
      held && method !== null
        ? callGiven(it, [held], node, scope, false)
        : held
          ? callGiven(it, [held], node, scope, false)
          : [];
    return result(it, name, object, join(gave, ran, []), given);
  }
  return result(it, name, object, [], given);
}

/** A group of typer or click: it runs its commands when it is called. */
function group(it: Engine, node: Node, scope: Scope): Value {
  void it;
  return [
    {
      kind: 'function',
      name: 'app',
      node,
      scope,
      self: null,
      owner: null,
      isProperty: false,
      binds: 'nothing',
      defaults: NO_DEFAULTS,
      commands: [],
    },
  ];
}

/** A method that the instance's class inherits from a library: the library may call what the class defines. */
export function inherited(it: Engine, one: One, name: string, given: Given, node: Node, scope: Scope): Value {
  if (one.kind === 'class' && name === 'super __call__') return construct(it, one, given, node, scope, true);
  if (one.kind !== 'instance') return UNKNOWN;
  const bases = outsideBases(one.of);
  if (name === 'super __init__') for (const [key, value] of given.keywords) it.store.write(one.cells, key, value);
  const method = name.replace(/^super /, '');
  for (const base of bases) {
    const full = `${base}().${method}`;
    if (parallelCall(full) !== undefined)
      return it.outside(full, { id: one.id, cells: one.cells }, given, node, scope, method);
  }
  const isThread = bases.some((base) => /(^|\.)(Thread|Process|Timer|QThread)$/.test(base));
  if (isThread && name === 'start') return special(it, one, 'run', [], node, scope) ?? UNKNOWN;
  callGiven(it, [...given.positional, ...given.keywords.values()], node, scope, false);
  const isQuiet = bases.every(
    (base) =>
      /^(object|abc\.|enum\.|typing|pydantic|lenskit\.|Exception|BaseException|dict|list|str|torch\.nn|collections\.|unittest\.)/.test(
        base,
      ) || base === 'object',
  );
  if (bases.length === 0 || isQuiet || name.startsWith('super ') || name.startsWith('__')) return UNKNOWN;
  // Any of its methods may run, and each of them once is all of them.
  const { id } = one.of.node;
  if (it.active.has(id)) return UNKNOWN;
  it.active.set(id, 1);
  it.maybe(() => {
    for (const [method, value] of [...one.of.members.cells.values])
      if (!method.startsWith('__') && !value.some((each) => each.kind === 'function' && isActive(it, each)))
        special(it, one, method, [UNKNOWN], node, scope);
  });
  it.active.delete(id);
  return UNKNOWN;
}
