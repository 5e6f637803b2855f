import { joinAll, UNKNOWN, type Value } from './values.ts';

/** Variables by their names: what each is, null where it is not set; of those that are not named nothing is known. */
export type Variables = ReadonlyMap<string, Value>;

/** Either of them. */
export function joinVariables(each: readonly Variables[]): Variables {
  const names = new Set(each.flatMap((one) => [...one.keys()]));
  return new Map([...names].map((name) => [name, joinAll(each.map((one) => one.get(name) ?? UNKNOWN))]));
}
