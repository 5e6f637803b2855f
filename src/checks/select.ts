import { nearest } from '../spelling/nearest.ts';
import { CHECKS } from './all.ts';
import type { Check } from './check.ts';

/** An id or prefix that no check has. */
export class UnknownCheck extends Error {
  override readonly name = 'UnknownCheck';
}

/** Which checks to run: ids (`cpu/throttled`) or prefixes (`cpu`, `cpu/`). Empty `only`: all. */
export interface Selection {
  only: readonly string[];
  skip: readonly string[];
}

export const ALL_CHECKS: Selection = { only: [], skip: [] };

/** @throws UnknownCheck for what matches no check, with the nearest one */
export function selected({ only, skip }: Selection): readonly Check[] {
  for (const wanted of [...only, ...skip]) {
    if (CHECKS.some(({ id }) => matches(id, wanted))) continue;
    const ids = CHECKS.flatMap(({ id }) => [id, id.replace(/\/.*/, '')]);
    const near = nearest(wanted, ids);
    throw new UnknownCheck(
      `no check ${wanted}${near === null ? ';' : `: did you mean ${near}?`} lk explain lists them`,
    );
  }
  return CHECKS.filter(
    ({ id }) =>
      (only.length === 0 || only.some((wanted) => matches(id, wanted))) && !skip.some((wanted) => matches(id, wanted)),
  );
}

function matches(id: string, wanted: string): boolean {
  return id === wanted || id.startsWith(wanted.endsWith('/') ? wanted : `${wanted}/`);
}
