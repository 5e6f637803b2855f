import { COMMAND_LINE } from './command-line.ts';
import { DATABASES } from './databases.ts';
import type { Engine } from './engine.ts';
import { EXECUTED } from './executed.ts';
import { ITERABLES } from './iterables.ts';
import { MATCHING } from './matching.ts';
import { NUMBERS } from './numbers.ts';
import { OBJECTS } from './objects.ts';
import type { Node } from './parse.ts';
import { PATHS } from './paths.ts';
import { PLAIN_VALUES, textFunction } from './plain-values.ts';
import type { PythonRule } from './python-rule.ts';
import type { Scope } from './scope.ts';
import type { Given, ObjectOne, Value } from './values.ts';
import { whetherThere } from './works-once.ts';

const RULES: ReadonlyMap<string, PythonRule> = new Map([
  ...PLAIN_VALUES,
  ...MATCHING,
  ...NUMBERS,
  ...OBJECTS,
  ...ITERABLES,
  ...PATHS,
  ...EXECUTED,
  ...COMMAND_LINE,
  ...DATABASES,
]);

/** What a function of Python itself gives, by full name; null: what any other call gives. */
export function pythonCall(
  it: Engine,
  name: string,
  object: ObjectOne | null,
  given: Given,
  node: Node,
  scope: Scope,
): Value | null {
  return (
    whetherThere(it, name, object, given) ??
    textFunction(it, name, given) ??
    RULES.get(name)?.(it, given, node, scope, object) ??
    null
  );
}
