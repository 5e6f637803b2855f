import type { Engine } from './engine.ts';
import {
  type ContainerOne,
  constant,
  constantOf,
  type Given,
  join,
  joinAll,
  type One,
  textOf,
  UNKNOWN,
  type Value,
} from './values.ts';

const VARIABLE = 'LK_NUM_PROCS';

/** `os.environ[key] = value`; `seen`: Python's own record of it changes as well, not only that of the system. */
export function setVariable(it: Engine, key: Value, value: Value, seen: boolean): void {
  for (const one of key) {
    const isIt = one.kind === 'const' ? one.value === VARIABLE : null;
    if (isIt === false) continue;
    // Of a name that is not known it is not said that it is this one.
    if (isIt === null) continue;
    const given = key.length > 1 ? join(it.environment.get('seen'), value) : value;
    if (seen) it.store.write(it.environment, 'seen', given);
    it.store.write(it.environment, 'inherited', given);
  }
}

/** A method of `os.environ`, or a function of `os`; null: it is none of them. */
export function environmentCall(it: Engine, name: string, { positional, keywords }: Given): Value | null {
  const found = /^os\.(?:environb?\.)?(\w+)$/.exec(name)?.[1];
  const isMapping = /^os\.environb?\./.test(name);
  const [key = UNKNOWN, value] = positional;
  const seen = it.environment.get('seen') ?? UNKNOWN;
  const isIt = textOf(key) === VARIABLE;
  const orDefault = (other: Value): Value =>
    joinAll(
      seen.map((one) =>
        one.kind === 'const' && one.value === null ? other : one.kind === 'unknown' ? join([one], other) : [one],
      ),
    );
  switch (found) {
    case 'getenv':
    case 'get':
      if (found === 'get' && !isMapping) return null;
      return isIt
        ? orDefault(value ?? keywords.get('default') ?? constant(null))
        : join(value ?? keywords.get('default'), UNKNOWN);
    case '__setitem__':
      if (!isMapping) return null;
      setVariable(it, key, value ?? UNKNOWN, true);
      return constant(null);
    case 'putenv':
      setVariable(it, key, value ?? UNKNOWN, false);
      return constant(null);
    case 'unsetenv':
      setVariable(it, key, constant(null), false);
      return constant(null);
    case 'setdefault': {
      if (!isMapping) return null;
      if (!isIt) return value ?? UNKNOWN;
      const now = orDefault(value ?? UNKNOWN);
      setVariable(it, key, now, true);
      return now;
    }
    case 'pop':
      if (!isMapping) return null;
      setVariable(it, key, constant(null), true);
      return isIt ? seen : UNKNOWN;
    case 'clear':
      if (!isMapping) return null;
      setVariable(it, constant(VARIABLE), constant(null), true);
      return constant(null);
    case 'update':
    case 'extend':
    case '__ior__': {
      if (!isMapping) return null;
      for (const given of positional) for (const one of given) fromMapping(it, one);
      const own = keywords.get(VARIABLE);
      if (own !== undefined) setVariable(it, constant(VARIABLE), own, true);
      return constant(null);
    }
    default:
      return null;
  }
}

/** A dict, or a list of pairs. */
function fromMapping(it: Engine, one: One): void {
  if (one.kind === 'dict') {
    const own = (one as ContainerOne).cells.get(`k${JSON.stringify(VARIABLE)}`);
    if (own !== undefined) setVariable(it, constant(VARIABLE), own, true);
  }
  if (one.kind !== 'list') return;
  for (const pair of [...one.cells.values.values()].flat()) {
    if (pair.kind !== 'list') continue;
    const [name, value] = [pair.cells.get('#0'), pair.cells.get('#1')];
    if (textOf(name) === VARIABLE) setVariable(it, constant(VARIABLE), value ?? UNKNOWN, true);
  }
}

/**
 * How many processes LensKit takes where nobody says it: `LK_NUM_PROCS`, of a list the first, else the CPUs, four at
 * most (`lenskit/parallel/config.py`, 2025.8.1). Two stand for more than one.
 */
export function processesOf(variable: Value): Value {
  return joinAll(
    variable.map((one): Value => {
      if (one.kind !== 'const') return UNKNOWN;
      if (one.value === null) return constant(2);
      const [first = ''] = String(one.value).split(',');
      const number = Number(first.trim());
      return Number.isInteger(number) && first.trim() !== '' ? constant(number) : UNKNOWN;
    }),
  );
}

/** LensKit is configured, if it was not before. */
export function initialise(it: Engine, processes?: Value): void {
  const now = it.config.get('processes') ?? UNKNOWN;
  const fresh = processes ?? processesOf(it.environment.get('seen') ?? UNKNOWN);
  const value = joinAll(now.map((one) => (one.kind === 'const' && one.value === 'unset' ? fresh : [one])));
  it.store.write(it.config, 'processes', value);
}

/** What `lenskit.parallel.initialize()` is told. */
export function initialiseWith(it: Engine, { positional, keywords, others }: Given): void {
  const config = positional[0] ?? keywords.get('config');
  const [object] = config ?? [];
  const own = object?.kind === 'name' ? object.object?.cells.get('processes') : undefined;
  const given =
    keywords.get('processes') ??
    own ??
    (others.length > 0 || config?.some(({ kind }) => kind === 'unknown') ? UNKNOWN : undefined);
  const first =
    given === undefined
      ? undefined
      : joinAll(given.map((one) => (one.kind === 'list' ? (one.cells.get('#0') ?? UNKNOWN) : [one])));
  initialise(it, first === undefined || constantOf(first) === null ? undefined : first);
}
