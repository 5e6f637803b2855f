import type { Effect, Outcome } from './effects.ts';
import type { ClassOne, InstanceOne, One, Value } from './values.ts';

/** Something that workers are sent, and that pickle refuses. */
export interface Unsendable {
  what: string;
  /** What Python says. */
  why: string;
  /** The call that sends it. */
  effect: Effect;
}

/** Objects of libraries that hold something of this process alone, by the names of the calls that gave them. */
const OF_THIS_PROCESS =
  /^((io\.)?open|(gzip|bz2|lzma)\.open|pathlib\.Path\(\)\.open|zipfile\.ZipFile|threading\.(Lock|RLock|Condition|Event|Semaphore|BoundedSemaphore|Barrier|local|Thread|Timer)|socket\.(socket|create_connection)|sqlite3\.connect(\(\)\.cursor)?|subprocess\.Popen|concurrent\.futures\.\w+|queue\.\w*Queue|multiprocessing\.(Lock|RLock|Queue|Pool|Event)|contextvars\.ContextVar|weakref\.ref|itertools\.tee)\(\)$/;

/** A class that says itself what is pickled of it. */
const SAYS_ITSELF = ['__getstate__', '__reduce__', '__reduce_ex__', '__getnewargs__', '__getnewargs_ex__'];

const MOST_HELD = 300;

/** What is sent to workers for sure and cannot be: lambdas, functions and classes within functions, locks, open files. */
export function unsendable(main: Outcome): Unsendable[] {
  const found = new Map<string, Unsendable>();
  const own = new Set<number>();
  for (const value of main.scope.cells.values.values())
    for (const one of value) if (one.kind === 'function' && one.node.type !== 'lambda') own.add(one.node.id);
  for (const effect of main.effects) {
    if ((effect.kind !== 'parallel' && effect.kind !== 'operation') || !effect.certain) continue;
    for (const [what, why] of refused(effect.sent ?? [], own)) found.set(what, { what, why, effect });
  }
  return [...found.values()];
}

function* refused(values: readonly Value[], own: ReadonlySet<number>): Generator<[string, string]> {
  const open: { value: Value; of: string }[] = values.map((value) => ({ value, of: '' }));
  const seen = new Set<One>();
  for (let next = open.pop(); next !== undefined && seen.size < MOST_HELD; next = open.pop()) {
    const [one] = next.value;
    // What it may be is no certainty.
    if (one === undefined || next.value.length > 1 || seen.has(one)) continue;
    seen.add(one);
    const { of } = next;
    if (one.kind === 'function') {
      if (one.node.type === 'lambda') yield [`a lambda${of}`, "PicklingError: Can't pickle <lambda>"];
      else if (one.self !== null) open.push({ value: [one.self], of });
      else if (one.scope.kind === 'function' && one.owner === null && !own.has(one.node.id))
        yield [`${one.name}(), which stands within a function${of}`, "AttributeError: Can't pickle local object"];
    } else if (one.kind === 'name') {
      if (OF_THIS_PROCESS.test(one.name)) yield [`${one.name}${of}`, 'TypeError: cannot pickle it'];
      else if (one.name.startsWith('lenskit.') && one.object)
        for (const held of one.object.cells.get('*') ?? [])
          if (held.kind === 'instance' || (held.kind === 'name' && held.name.startsWith('lenskit.')))
            open.push({ value: [held], of });
    } else if (one.kind === 'list' || one.kind === 'dict') {
      for (const value of one.cells.values.values()) open.push({ value, of });
    } else if (one.kind === 'partial') {
      for (const value of [one.of, ...one.given.positional, ...one.given.keywords.values()]) open.push({ value, of });
    } else if (one.kind === 'instance') {
      if (one.of.members.outer?.kind === 'function')
        yield [
          `an object of ${one.of.name}, which stands within a function${of}`,
          "AttributeError: Can't pickle local object",
        ];
      else if (!saysItself(one.of))
        for (const [name, value] of stateOf(one)) open.push({ value, of: `, as ${one.of.name}.${name}` });
    }
  }
}

function saysItself(of: ClassOne): boolean {
  const open = [of];
  for (let one = open.pop(), count = 0; one !== undefined && count < MOST_HELD; one = open.pop(), count++) {
    if (SAYS_ITSELF.some((name) => one?.members.cells.has(name))) return true;
    open.push(...one.bases.flat().filter((base): base is ClassOne => base.kind === 'class'));
  }
  return false;
}

function stateOf(one: InstanceOne): [string, Value][] {
  return [...one.cells.values].filter(([name]) => !name.startsWith(' '));
}
