import type { Engine } from './engine.ts';
import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import type { Given, ObjectOne, Value } from './values.ts';

/** What a function of Python itself gives; null: what any other call gives. */
export type PythonRule = (it: Engine, given: Given, node: Node, scope: Scope, object: ObjectOne | null) => Value | null;

/** By full name. */
export type PythonRules = readonly (readonly [string, PythonRule])[];
