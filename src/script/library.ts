import { callGiven, construct, takeGiven } from './calls.ts';
import { patch, patchMethod } from './contexts.ts';
import type { Engine } from './engine.ts';
import { environmentCall, initialise, initialiseWith, processesOf } from './environment.ts';
import { applied, implied, operatorCall } from './implicit-calls.ts';
import { importByName } from './importing.ts';
import {
  COMMAND_GROUPS,
  INITIALISES,
  isCostly,
  type ParallelCall,
  parallelCall,
  preparingCall,
  SHOWS,
  TRAINING_INITIALISES,
} from './lenskit-calls.ts';
import { outsideBases, special } from './members.ts';
import { decide, takeUntil } from './operations.ts';
import type { Node } from './parse.ts';
import { pythonCall } from './python.ts';
import { EXITS, takingOf } from './python-calls.ts';
import { EXIT } from './running.ts';
import type { Scope } from './scope.ts';
import {
  constant,
  constantOf,
  type Given,
  join,
  joinAll,
  NO_DEFAULTS,
  NOTHING_GIVEN,
  named,
  type ObjectOne,
  type One,
  textOf,
  truth,
  UNKNOWN,
  type Value,
} from './values.ts';
import { mentions, works } from './works-once.ts';

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
    mentions(it, given);
  } else if (name !== null && SHOWS.test(name) && it.isCertain) it.note({ kind: 'costly', what: name, node }, scope);
  if ((name ?? `.${method}`).endsWith('.train')) training(it, held);
  if (name !== null && EXITS.has(name)) {
    it.note({ kind: 'ends', what: name, node }, scope);
    it.ends(EXIT);
    return UNKNOWN;
  }
  if (name !== null) {
    works(it, name, object, given, node, scope);
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
    mentions(it, given);
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

/** What a call of a library gives: an object that holds what it was made of. */
function result(it: Engine, name: string | null, object: ObjectOne | null, gave: Value, given: Given): Value {
  void gave;
  const holds = (value: Value): One[] =>
    value.flatMap((one): One[] => {
      if (/^(function|class|instance|partial|lazy|method)$/.test(one.kind)) return [one];
      if (one.kind === 'name') return one.object ? [one, ...(one.object.cells.get('*') ?? [])] : [one];
      if (one.kind !== 'list' && one.kind !== 'dict') return [];
      return [...one.cells.values.values()].flatMap((inner) =>
        inner.filter(({ kind }) => /^(function|instance|partial|lazy|class)$/.test(kind)),
      );
    });
  const own = [...given.positional, ...given.keywords.values()].flatMap(holds);
  const before = object?.cells.get('*') ?? [];
  // Methods that fill an object are its own: `parser.set_defaults(func=main)`, `pipeline.add_component(…)`.
  if (object !== null && own.length > 0) it.store.write(object.cells, '*', join(before, own));
  if (object !== null && name?.endsWith('.set_defaults')) {
    for (const [key, value] of given.keywords) it.store.write(object.cells, key, join(object.cells.get(key), value));
  }
  if (name === null) return UNKNOWN;
  if (object !== null && name.endsWith('.add_argument')) option(it, object, given);
  if (
    /\(\)\.(add_subparsers|add_parser|add_argument_group|add_mutually_exclusive_group|parse_args|parse_known_args)$/.test(
      name,
    ) &&
    object
  )
    return named(`${name}()`.replace(/\(\)\.add_\w+\(\)$/, '()'), object);
  const cells = it.store.cells();
  const held = join(before, own);
  if (held.length > 0) it.store.write(cells, '*', held);
  for (const [key, value] of given.keywords)
    if (/^[A-Z]/.test(name.split('.').at(-1) ?? '') || FIELDS.test(name)) it.store.write(cells, key, value);
  return named(`${name}()`, { id: it.next(), cells });
}

/** What a class is given for a field: `dataclasses.field(default_factory=…)`. */
const FIELDS = /^(dataclasses\.field|attr\.ib|attrs?\.field)$/;

/** An option of the command line: what it is by default, or anything. */
function option(it: Engine, object: ObjectOne, { positional, keywords }: Given): void {
  const names = positional.map((value) => textOf(value) ?? '');
  const [long = names[0] ?? ''] = names.filter((name) => name.startsWith('--'));
  const name = textOf(keywords.get('dest')) ?? long.replace(/^--?/, '').replaceAll('-', '_');
  if (name !== '') it.store.write(object.cells, name, join(keywords.get('default') ?? UNKNOWN, UNKNOWN));
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

/** The processes that a call of LensKit's takes: `n_jobs`, else what LensKit is configured with. */
function jobsOf(it: Engine, call: ParallelCall, object: ObjectOne | null, given: Given): Value {
  const own =
    given.keywords.get(call.jobs) ??
    (it.isBefore2024() ? given.keywords.get('nprocs') : undefined) ??
    (call.position === null ? undefined : given.positional[call.position]);
  const said =
    own ??
    object?.cells.get(call.jobs) ??
    (given.others.length > 0 ? join(given.others, constant(null)) : constant(null));
  const variable = (): Value => processesOf(it.environment.get('seen') ?? UNKNOWN);
  // LensKit 0.x reads the variable whenever it starts something.
  const configured = (): Value =>
    it.isBefore2024()
      ? variable()
      : joinAll(
          (it.config.get('processes') ?? UNKNOWN).map((one) =>
            one.kind === 'const' && one.value === 'unset' ? variable() : [one],
          ),
        );
  return joinAll(said.map((one) => (one.kind === 'const' && one.value === null ? configured() : [one])));
}

/** One process is this one. Ray has workers of its own, which import no script. */
function isAlone(one: One): boolean {
  return one.kind === 'const' && (one.value === 1 || one.value === true || one.value === 'ray');
}

function parallel(
  it: Engine,
  call: ParallelCall,
  name: string,
  object: ObjectOne | null,
  given: Given,
  node: Node,
  scope: Scope,
): void {
  const jobs = call.always ? constant(2) : jobsOf(it, call, object, given);
  initialise(it);
  const alone = jobs.filter(isAlone);
  if (alone.length === jobs.length) {
    if (!/invoker|executor|OpInvoker/.test(name)) it.note({ kind: 'costly', what: name, node }, scope);
    return;
  }
  // LensKit 0.x begins nothing before Python refuses to start a process: where that is caught, the worker lives on (0.14.4).
  if (it.isBefore2024() && !it.isMain && it.swallowed > 0) {
    it.note({ kind: 'costly', what: name, node }, scope);
    return;
  }
  const certain = alone.length === 0;
  const sent = [
    ...given.positional.slice(0, 2),
    ...given.keywords.values(),
    ...(object?.cells.get('*') ? [object.cells.get('*') as Value] : []),
  ];
  const inherited = it.environment.get('inherited') ?? UNKNOWN;
  const why =
    it.isBefore2024() && !call.always
      ? { why: 'in this process on fewer than 4 CPUs, unless LK_NUM_PROCS or n_jobs says more' }
      : {};
  it.note({ kind: 'parallel', what: name, node, certain, sent, inherited, ...why }, scope);
}

/** An invoker or a pool of LensKit's, which starts its workers with the first task; it keeps how many. */
function prepared(it: Engine, call: ParallelCall, name: string, given: Given, node: Node, scope: Scope): Value {
  const jobs = jobsOf(it, call, null, given);
  initialise(it);
  if (/\.invoker$/.test(name) && !jobs.every(isAlone))
    for (const one of given.keywords.get('func') ?? given.positional[1] ?? [])
      if (one.kind === 'function')
        it.note({ kind: 'operation', what: name, node, function: one.name, sent: given.positional.slice(0, 2) }, scope);
  const made = result(it, name, null, [], given);
  for (const one of made) if (one.kind === 'name' && one.object) it.store.write(one.object.cells, call.jobs, jobs);
  return made;
}

/** An invoker that is given to something unknown may be given work there. */
function handedOn(it: Engine, values: readonly Value[], node: Node, scope: Scope): void {
  for (const one of values.flat()) {
    const call = one.kind === 'name' && one.object ? parallelCall(`${one.name}.map`) : undefined;
    if (call && one.kind === 'name')
      it.maybe(() => parallel(it, call, `${one.name}.map`, one.object, NOTHING_GIVEN, node, scope));
  }
}

/** Training configures LensKit for some models: which those are, what a pipeline was made of says. */
function training(it: Engine, held: Value | undefined): void {
  const models = (held ?? []).filter((one) => one.kind === 'name' && one.name.startsWith('lenskit.'));
  const does = models.some((one) => one.kind === 'name' && TRAINING_INITIALISES.test(one.name));
  const isKnown = models.some((one) => one.kind === 'name' && /Scorer\(\)$/.test(one.name));
  if (does) initialise(it);
  if (does || isKnown) return;
  it.store.fork();
  initialise(it);
  it.store.merge([new Map(), it.store.take()]);
}

/** `sorted(xs, key=f)`: `f` of each. */
function keyed(it: Engine, { positional, keywords }: Given, node: Node, scope: Scope): Value {
  const key = keywords.get('key');
  if (key === undefined) return [];
  const [only = UNKNOWN] = positional;
  const { exact, any } = positional.length > 1 ? { exact: positional, any: UNKNOWN } : it.iterate(only, node, scope);
  for (const item of (exact ?? [any]).slice(0, 4)) it.call(key, { ...NOTHING_GIVEN, positional: [item] }, node, scope);
  return [];
}

/** `map(f, xs)` that is taken: `f` of each. */
function callAll(it: Engine, { positional }: Given, node: Node, scope: Scope, limit?: number): Value {
  const [function_ = UNKNOWN, ...over] = positional;
  const items = over.map((value) => it.iterate(value, node, scope, limit));
  const exact = items[0]?.exact?.slice(0, limit);
  const call = (given: readonly Value[]): Value =>
    it.call(function_, { positional: given, keywords: new Map(), others: [] }, node, scope);
  if (items.length === 1 && exact && exact.length <= 4) return joinAll(exact.map((item) => call([item])));
  return call(items.map(({ any }) => any));
}

/** `zip`, `enumerate`, `tqdm`: they take of what they are given when something is taken of them. */
function passedOn(it: Engine, name: string, { positional }: Given, node: Node, scope: Scope): Value {
  const [first = UNKNOWN] = positional;
  if (/tqdm|track|^iter$|^reversed$/.test(name) && first.every(({ kind }) => kind === 'list')) return first;
  return it.lazy((limit) => {
    const most = stepsOf(it, name, positional, limit, node, scope);
    const each = positional.map((value, index) => it.iterate(value, node, scope, most[index]).any);
    if (name === 'enumerate') return it.list([UNKNOWN, each[0] ?? UNKNOWN]);
    return /zip|product/.test(name) ? it.list(each) : joinAll(each);
  });
}

/** How many things are taken of each argument; undefined: all. `zip` ends with the shortest, `islice` where it is told. */
function stepsOf(
  it: Engine,
  name: string,
  positional: readonly Value[],
  limit: number | undefined,
  node: Node,
  scope: Scope,
): (number | undefined)[] {
  const least = (...numbers: (number | undefined)[]): number | undefined => {
    const known = numbers.filter((one) => one !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  };
  if (name === 'itertools.islice') {
    const [first, second] = positional.slice(1).map((value) => constantOf(value));
    const stop = positional.length > 2 ? second : first;
    return [typeof stop === 'number' ? least(stop, limit) : limit];
  }
  if (name !== 'zip') return positional.map(() => limit);
  const lengths = positional.map((value) =>
    value.every(({ kind }) => kind === 'list') ? it.iterate(value, node, scope).exact?.length : undefined,
  );
  const shortest = least(...lengths);
  const at = lengths.indexOf(shortest);
  // Those before the one that ends it are asked once more.
  return positional.map((_, index) =>
    least(limit, shortest === undefined ? undefined : shortest + (index < at ? 1 : 0)),
  );
}

/** `list(xs)`. */
function copied(it: Engine, { positional }: Given, gave: Value): Value {
  const [first] = positional;
  const [one] = first ?? [];
  if (first === undefined) return it.list([]);
  if (first.length === 1 && one?.kind === 'list') {
    const items = [...one.cells.values].filter(([name]) => name !== '*').map(([, value]) => value);
    return it.list(items, one.cells.get('*'));
  }
  if (first.length === 1 && one?.kind === 'dict') return it.list([], UNKNOWN);
  return it.list([], join(gave, UNKNOWN));
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
      /^(object|abc\.|enum\.|typing|pydantic|lenskit\.|Exception|BaseException|dict|list|str|torch\.nn|collections\.)/.test(
        base,
      ) || base === 'object',
  );
  if (bases.length === 0 || isQuiet || name.startsWith('super ') || name.startsWith('__')) return UNKNOWN;
  it.maybe(() => {
    for (const method of [...one.of.members.cells.values.keys()])
      if (!method.startsWith('__')) special(it, one, method, [UNKNOWN], node, scope);
  });
  return UNKNOWN;
}
