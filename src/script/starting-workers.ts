import { isAsked } from './command-line.ts';
import type { Engine } from './engine.ts';
import { inheritedNow, initialise, PROCESSES, processesOf, variable as variableOf } from './environment.ts';
import { type ParallelCall, parallelCall, TRAINING_INITIALISES } from './lenskit-calls.ts';
import type { Node } from './parse.ts';
import { result } from './results.ts';
import type { Scope } from './scope.ts';
import {
  constant,
  type FunctionOne,
  type Given,
  join,
  joinAll,
  NOTHING_GIVEN,
  type ObjectOne,
  type One,
  UNKNOWN,
  type Value,
} from './values.ts';

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
  const variable = (): Value => processesOf(variableOf(it, PROCESSES));
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

/** A number that nobody knows; what counts CPUs gives more than one. */
function isAnyNumber(one: One): boolean {
  return one.kind === 'unknown' || (one.kind === 'name' && !/cpu|core|affinity/i.test(one.name));
}

/** One process is this one. Ray has workers of its own, which import no script. */
function isAlone(one: One): boolean {
  return one.kind === 'const' && (one.value === 1 || one.value === true || one.value === 'ray');
}

export function parallel(
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
  // What it is where nobody asks for more on the command line.
  const plain = jobs.filter((one) => !isAsked(one));
  const asked = plain.length > 0 && plain.length < jobs.length && plain.every(isAlone) ? { asked: true as const } : {};
  const alone = plain.filter(isAlone);
  if (alone.length === jobs.length) {
    if (!/invoker|executor|OpInvoker/.test(name)) it.note({ kind: 'costly', what: name, node }, scope);
    return;
  }
  // LensKit 0.x begins nothing before Python refuses to start a process: where that is caught, the worker lives on (0.14.4).
  if (it.isBefore2024() && !it.isMain && it.swallowed > 0) {
    it.note({ kind: 'costly', what: name, node }, scope);
    return;
  }
  // Of a number that nobody knows it may be one.
  const certain = alone.length === 0 && !plain.every(isAnyNumber);
  const sent = [
    ...given.positional.slice(0, 2),
    ...given.keywords.values(),
    ...(object?.cells.get('*') ? [object.cells.get('*') as Value] : []),
  ];
  const inherited = inheritedNow(it.environment);
  const left = it.files.left();
  const why =
    it.isBefore2024() && !call.always
      ? { why: 'in this process on fewer than 4 CPUs, unless LK_NUM_PROCS or n_jobs says more' }
      : {};
  it.note({ kind: 'parallel', what: name, node, certain, sent, inherited, left, ...why, ...asked }, scope);
}

/** Functions of the script, also such as stand in a `partial`. */
function functionsIn(value: Value): FunctionOne[] {
  return value.flatMap((one) => (one.kind === 'function' ? [one] : one.kind === 'partial' ? functionsIn(one.of) : []));
}

/** An invoker or a pool of LensKit's, which starts its workers with the first task; it keeps how many. */
export function prepared(it: Engine, call: ParallelCall, name: string, given: Given, node: Node, scope: Scope): Value {
  const jobs = jobsOf(it, call, null, given);
  initialise(it);
  if (/\.invoker$/.test(name) && !jobs.every(isAlone))
    for (const one of functionsIn(given.keywords.get('func') ?? given.positional[1] ?? [])) {
      const sent = [...given.positional.slice(0, 2), ...given.keywords.values()];
      it.note({ kind: 'operation', what: name, node, function: one.name, sent }, scope);
    }
  const made = result(it, name, null, [], given);
  for (const one of made) if (one.kind === 'name' && one.object) it.store.write(one.object.cells, call.jobs, jobs);
  return made;
}

/** An invoker that is given to something unknown may be given work there. */
export function handedOn(it: Engine, values: readonly Value[], node: Node, scope: Scope): void {
  for (const one of values.flat()) {
    const call = one.kind === 'name' && one.object ? parallelCall(`${one.name}.map`) : undefined;
    if (call && one.kind === 'name')
      it.maybe(() => parallel(it, call, `${one.name}.map`, one.object, NOTHING_GIVEN, node, scope));
  }
}

/** Training configures LensKit for some models: which those are, what a pipeline was made of says. */
export function training(it: Engine, held: Value | undefined): void {
  const models = (held ?? []).filter((one) => one.kind === 'name' && one.name.startsWith('lenskit.'));
  const does = models.some((one) => one.kind === 'name' && TRAINING_INITIALISES.test(one.name));
  const isKnown = models.some((one) => one.kind === 'name' && /Scorer\(\)$/.test(one.name));
  if (does) initialise(it);
  if (does || isKnown) return;
  it.store.fork();
  initialise(it);
  it.store.merge([new Map(), it.store.take()]);
}
