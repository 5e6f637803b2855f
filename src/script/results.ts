import { option } from './command-line.ts';
import type { Engine } from './engine.ts';
import { type Given, join, named, type ObjectOne, type One, UNKNOWN, type Value } from './values.ts';

/** What a call of a library gives: an object that holds what it was made of. */
export function result(it: Engine, name: string | null, object: ObjectOne | null, gave: Value, given: Given): Value {
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
  ) {
    const made = named(`${name}()`.replace(/\(\)\.add_\w+\(\)$/, '()'), object);
    return name.endsWith('parse_known_args') ? it.list([made, UNKNOWN], undefined, 'tuple') : made;
  }
  const cells = it.store.cells();
  const held = join(before, own);
  if (held.length > 0) it.store.write(cells, '*', held);
  for (const [key, value] of given.keywords)
    if (/^[A-Z]/.test(name.split('.').at(-1) ?? '') || FIELDS.test(name)) it.store.write(cells, key, value);
  return named(`${name}()`, { id: it.next(), cells });
}

/** What a class is given for a field: `dataclasses.field(default_factory=…)`. */
const FIELDS = /^(dataclasses\.field|attr\.ib|attrs?\.field)$/;
