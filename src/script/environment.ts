import type { Engine } from './engine.ts';
import {
  type Cells,
  constant,
  constantOf,
  type Given,
  join,
  joinAll,
  keyOf,
  named,
  type One,
  textOf,
  UNKNOWN,
  type Value,
} from './values.ts';
import type { Variables } from './variables.ts';

/** The variable that says how many processes LensKit takes. */
export const PROCESSES = 'LK_NUM_PROCS';

/** A variable as Python's own record has it, and as the system has it, from which a new process gets it. */
type Record_ = 'seen' | 'inherited';

/** Any text, where which is not known. */
const SOME_TEXT: One = { kind: 'name', name: 'str()', object: null };

const ENVIRONMENT = /^os\.environb?$/;

export function isEnvironment(one: One): boolean {
  return one.kind === 'name' && ENVIRONMENT.test(one.name);
}

/** The variables that a process is started with. */
export function startWith(it: Pick<Engine, 'environment' | 'store'>, variables: Variables): void {
  for (const [name, value] of variables)
    for (const record of ['seen', 'inherited']) it.store.write(it.environment, `${record} ${name}`, value);
}

export function variable(it: Pick<Engine, 'environment'>, name: string, record: Record_ = 'seen'): Value {
  return it.environment.get(`${record} ${name}`) ?? UNKNOWN;
}

/** What a process that is started now gets. */
export function inheritedNow(environment: Cells): Variables {
  return new Map(
    [...environment.values].flatMap(([cell, value]) => {
      const [record, name = ''] = cell.split(/ (.*)/s, 2);
      return record === 'inherited' ? [[name, value] as const] : [];
    }),
  );
}

/** `os.environ[key] = value`; `seen`: Python's own record of it changes as well, not only that of the system. */
export function setVariable(it: Engine, key: Value, value: Value, seen: boolean): void {
  const text = value.map((one) => (one.kind === 'unknown' ? SOME_TEXT : one));
  for (const one of key) {
    // Of a name that is not known it is not said which it is.
    if (one.kind !== 'const' || typeof one.value !== 'string') continue;
    for (const record of ['seen', 'inherited']) it.store.begin(it.environment, `${record} ${one.value}`);
    const given = key.length > 1 ? join(variable(it, one.value), text) : text;
    if (seen) it.store.write(it.environment, `seen ${one.value}`, given);
    it.store.write(it.environment, `inherited ${one.value}`, given);
  }
}

/** Whether a variable is set; null: that is not known. */
export function isSet(it: Engine, key: Value): boolean | null {
  const name = textOf(key);
  if (name === undefined) return null;
  const each = variable(it, name).map((one) =>
    one.kind === 'unknown' ? null : one.kind !== 'const' || one.value !== null,
  );
  return each.every((one) => one === each[0]) ? (each[0] ?? null) : null;
}

/** A method of `os.environ`, or a function of `os`; null: it is none of them. */
export function environmentCall(it: Engine, name: string, { positional, keywords }: Given): Value | null {
  const found = /^os\.(?:environb?\.)?(\w+)$/.exec(name)?.[1];
  const isMapping = /^os\.environb?\./.test(name);
  const [key = UNKNOWN, value] = positional;
  const own = textOf(key);
  const seen = own === undefined ? UNKNOWN : variable(it, own);
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
      return orDefault(value ?? keywords.get('default') ?? constant(null));
    case '__contains__': {
      const known = isMapping ? isSet(it, key) : null;
      return known === null ? (isMapping ? UNKNOWN : null) : constant(known);
    }
    case 'keys':
      return isMapping ? named('os.environ') : null;
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
      const now = orDefault(value ?? UNKNOWN);
      setVariable(it, key, now, true);
      return now;
    }
    case 'pop':
    case '__delitem__': {
      if (!isMapping) return null;
      const before = value === undefined ? seen : orDefault(value);
      setVariable(it, key, constant(null), true);
      return before;
    }
    case 'clear':
      if (!isMapping) return null;
      for (const one of inheritedNow(it.environment).keys()) setVariable(it, constant(one), constant(null), true);
      return constant(null);
    case 'update':
    case 'extend':
    case '__ior__': {
      if (!isMapping) return null;
      for (const given of positional) for (const one of given) fromMapping(it, one);
      for (const [one, given] of keywords) setVariable(it, constant(one), given, true);
      return constant(null);
    }
    default:
      return null;
  }
}

/** A dict, or a list of pairs. */
function fromMapping(it: Engine, one: One): void {
  if (one.kind === 'dict')
    for (const [cell, value] of one.cells.values) if (cell !== '*') setVariable(it, constant(keyOf(cell)), value, true);
  if (one.kind !== 'list') return;
  for (const pair of [...one.cells.values.values()].flat()) {
    if (pair.kind !== 'list') continue;
    const [name, value] = [pair.cells.get('#0'), pair.cells.get('#1')];
    if (name !== undefined) setVariable(it, name, value ?? UNKNOWN, true);
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
  const fresh = processes ?? processesOf(variable(it, PROCESSES));
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
