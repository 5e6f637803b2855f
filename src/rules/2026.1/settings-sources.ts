import { isTable, type PythonValue, pythonJson, type Table, table } from '../../python-values/json.ts';
import type { FieldType, Model } from '../../python-values/pydantic.ts';
import type { Source } from '../errors.ts';
import type { Origins } from './origins.ts';

/** The environment as pydantic-settings sees it: names in lower case, a later spelling replacing an earlier one. */
export type LowerEnv = Map<string, { name: string; value: string }>;

export function lowerEnv(env: { readonly [name: string]: string | undefined }): LowerEnv {
  const result: LowerEnv = new Map();
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined) result.set(name.toLowerCase(), { name, value });
  }
  return result;
}

/** pydantic-settings cannot decode a variable's JSON (`SettingsError`). */
export interface Undecodable {
  field: string;
  variable: string;
  value: string;
}

/**
 * pydantic-settings' `EnvSettingsSource` for a model with `env_prefix="LK_"` and `env_nested_delimiter="__"`
 * (pydantic-settings 2.16, `sources/providers/env.py`): `LK_FIELD` as JSON for tables, `LK_FIELD__KEY` below it.
 */
export function environmentSource(model: Model, env: LowerEnv, origins: Origins): Table | Undecodable {
  const result = table();
  for (const [field, type] of Object.entries(model.fields)) {
    const variable = env.get(`lk_${field}`);
    if (!isComplex(type)) {
      if (variable) {
        result[field] = variable.value;
        origins.add(variable.value, [field], () => variableSource(variable));
      }
      continue;
    }
    let value: PythonValue | undefined;
    if (variable) {
      value = pythonJson(variable.value);
      if (value === undefined) return { field, variable: variable.name, value: variable.value };
    }
    if (value === undefined || isTable(value)) {
      const exploded = explode(field, type, env, origins);
      if (isUndecodable(exploded)) return exploded;
      if (value !== undefined) value = deepUpdate(value, exploded);
      else if (Object.keys(exploded).length > 0) value = exploded;
    }
    // A JSON null counts as unset, the variables below it as well.
    if (value === undefined || value === null) continue;
    result[field] = isTable(value) ? renameKeys(type, value) : value;
    if (variable) origins.add(result[field], [field], () => variableSource(variable));
  }
  return result;
}

/** Told from a table by its prototype: tables have none. */
export function isUndecodable(value: Table | Undecodable): value is Undecodable {
  return Object.getPrototypeOf(value) !== null;
}

/** A settings file's top-level keys match a field in any case; the first spelling counts. */
export function fileSource(model: Model, content: Table): Table {
  const result = table();
  const fields = Object.keys(model.fields);
  for (const [key, value] of Object.entries(content)) {
    const field = fields.find((name) => name === key.toLowerCase());
    if (field === undefined) result[key] = value;
    else result[field] ??= value;
  }
  return result;
}

/** pydantic's `deep_update`: `upper` laid over `lower`, table by table. */
export function deepUpdate(lower: Table, upper: Table): Table {
  const result = table(Object.entries(lower));
  for (const [key, value] of Object.entries(upper)) {
    const below = result[key];
    result[key] = isTable(below) && isTable(value) ? deepUpdate(below, value) : value;
  }
  return result;
}

function isComplex(type: FieldType): boolean {
  if (type.kind === 'optional') return isComplex(type.of);
  return type.kind === 'model' || type.kind === 'dict';
}

/** The variables below one field as nested tables. A value that is set twice on different levels: the later wins. */
function explode(field: string, type: FieldType, env: LowerEnv, origins: Origins): Table | Undecodable {
  const prefix = `lk_${field}__`;
  const result = table();
  const names: { path: string[]; value: PythonValue; source: Source }[] = [];
  for (const [lower, variable] of env) {
    if (!lower.startsWith(prefix)) continue;
    const keys = lower.slice(prefix.length).split('__');
    const last = keys.pop() ?? '';
    let level: PythonValue = result;
    let target: FieldType | undefined = type;
    for (const key of keys) {
      target = fieldBelow(target, key);
      if (!isTable(level)) continue;
      if (!(key in level)) level[key] = table();
      level = level[key] ?? null;
    }
    const insideDict = target?.kind === 'dict';
    target = fieldBelow(target, last);
    let value: PythonValue = variable.value;
    const isJson = target === undefined ? type.kind === 'dict' : isComplex(target);
    if (variable.value !== '' && isJson) {
      const decoded = pythonJson(variable.value);
      // A value that may be something else, or that a dict holds, stays text and fails later.
      const mayBeText = target === undefined || target.kind === 'optional' || insideDict;
      if (decoded !== undefined) value = decoded;
      else if (!mayBeText) return { field, variable: variable.name, value: variable.value };
    }
    if (!isTable(level)) continue;
    level[last] = value;
    names.push({ path: [field, ...keys, last], value, source: variableSource(variable) });
  }
  // Of two that set the same the later wins.
  for (const { path, value, source } of names.reverse()) origins.add(value, path, () => source);
  return result;
}

function variableSource({ name, value }: { name: string; value: string }): Source {
  return { kind: 'env', name, raw: value };
}

function fieldBelow(type: FieldType | undefined, key: string): FieldType | undefined {
  if (type?.kind === 'optional') return fieldBelow(type.of, key);
  if (type?.kind === 'dict') return type.of;
  return type?.kind === 'model' && !type.typedDict ? type.fields[key.toLowerCase()] : undefined;
}

/** Keys from the environment match fields in any case. */
function renameKeys(type: FieldType, value: Table): Table {
  const model = type.kind === 'optional' ? type.of : type;
  if (model.kind !== 'model') return value;
  const result = table();
  for (const [key, item] of Object.entries(value)) {
    const field = Object.keys(model.fields).find((name) => name === key.toLowerCase());
    const below = field === undefined ? undefined : model.fields[field];
    result[field ?? key] = below && isTable(item) ? renameKeys(below, item) : item;
  }
  return result;
}
