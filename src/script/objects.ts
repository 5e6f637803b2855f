import { FINALIZERS } from './finalizers.ts';
import type { PythonRules } from './python-rule.ts';
import { isSpawned } from './running-modules.ts';
import { constant, type FunctionOne, join, joinAll, named, textOf, UNKNOWN, type Value } from './values.ts';

/** What reads and sets attributes, and makes methods of functions. */
export const OBJECTS: PythonRules = [
  [
    'getattr',
    (it, { positional }, node, scope) => {
      const [of = UNKNOWN, key, other] = positional;
      const name = textOf(key);
      if (name === undefined)
        return joinAll(
          of.map((one) =>
            one.kind === 'instance' || one.kind === 'class'
              ? joinAll(
                  [...(one.kind === 'class' ? one : one.of).members.cells.values.keys()]
                    .filter((each) => !each.startsWith('__'))
                    .map((each) => it.attribute([one], each, node, scope)),
                )
              : UNKNOWN,
          ),
        );
      const has = hasAttribute(of, name);
      if (has === false && other !== undefined) return other;
      const found = it.attribute(of, name, node, scope);
      const isThere = has === true || found.every(({ kind }) => kind === 'const');
      return other === undefined || isThere ? found : join(found, other);
    },
  ],
  [
    'hasattr',
    (_, { positional: [of = UNKNOWN, key] }) => {
      const name = textOf(key);
      const has = name === undefined ? null : hasAttribute(of, name);
      return has === null ? UNKNOWN : constant(has);
    },
  ],
  // Its processes import the script, as LensKit's do.
  [
    'multiprocessing.get_context',
    (_, { positional: [method] }) =>
      /^(spawn|forkserver)$/.test(textOf(method) ?? '') ? named('multiprocessing.context.SpawnContext()') : null,
  ],
  [
    'functools.partialmethod',
    (_, { positional: [of, ...positional], keywords, others }) =>
      of === undefined ? null : [{ kind: 'partial', of, given: { positional, keywords, others }, isMethod: true }],
  ],
  [
    'setattr',
    (it, { positional }, node, scope) => {
      const [of, key, value] = positional;
      const name = textOf(key);
      if (of && name !== undefined && value) it.setAttribute(of, name, value, node, scope);
      return constant(null);
    },
  ],
  [
    'super',
    (it, { positional }, _, scope) => {
      const around = it.ownerOf(scope);
      const [named_] = positional[0] ?? [];
      const self = positional[1]?.[0] ?? around.self;
      const after = named_?.kind === 'class' ? named_ : around.owner;
      return self && after ? [{ kind: 'super', self, after }] : UNKNOWN;
    },
  ],
  [
    'property',
    (_, { positional, keywords }) => {
      const of = (at: number, name: string): FunctionOne | undefined =>
        (positional[at] ?? keywords.get(name))?.find((one): one is FunctionOne => one.kind === 'function');
      const [own, setter, deleter] = [of(0, 'fget'), of(1, 'fset'), of(2, 'fdel')];
      const base = own ?? setter ?? deleter;
      if (base !== undefined && (setter || deleter))
        return [{ ...base, isProperty: true, ...(setter ? { setter } : {}), ...(deleter ? { deleter } : {}) }];
      const getter = positional[0] ?? keywords.get('fget');
      return getter ? getter.map((one) => (one.kind === 'function' ? { ...one, isProperty: true } : one)) : null;
    },
  ],
  [
    'staticmethod',
    (_, { positional }) =>
      positional[0]?.map((one) => (one.kind === 'function' ? { ...one, binds: 'nothing' as const } : one)) ?? null,
  ],
  [
    'classmethod',
    (_, { positional }) =>
      positional[0]?.map((one) => (one.kind === 'function' ? { ...one, binds: 'class' as const } : one)) ?? null,
  ],
  [
    'delattr',
    (it, { positional }, node, scope) => {
      const [of, key] = positional;
      const name = textOf(key);
      if (of && name !== undefined) it.setAttribute(of, name, undefined, node, scope);
      return constant(null);
    },
  ],
  [
    'object.__setattr__',
    (it, { positional }) => {
      const [of, key, value] = positional;
      const name = textOf(key);
      for (const one of of ?? [])
        if (one.kind === 'instance' && name !== undefined && value) it.store.write(one.cells, name, value);
      return constant(null);
    },
  ],
  [
    'weakref.finalize',
    (it, { positional, keywords }) => {
      const [of, call, ...given] = positional;
      const later: Value = call
        ? [{ kind: 'partial', of: call, given: { positional: given, keywords, others: [] } }]
        : [];
      for (const one of of ?? []) if (one.kind === 'instance') it.store.write(one.cells, FINALIZERS, later);
      return null;
    },
  ],
];

/** Whether it has an attribute; null: that is not known. */
function hasAttribute(of: Value, name: string): boolean | null {
  const [one, ...others] = of;
  if (one === undefined || others.length > 0) return null;
  if (one.kind === 'module') return one.scope.cells.has(name) ? true : isSpawned(one) ? false : null;
  if (one.kind === 'instance') return one.cells.has(name) ? true : null;
  return null;
}
