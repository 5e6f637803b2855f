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

/** Checks that a project leaves out always: they are listed as skipped, with its reason. */
export interface LeftOut {
  /** An id or a prefix. */
  wanted: string;
  reason: string | null;
  /** `pyproject.toml, line 3: skip`. */
  where: string;
}

/** What leaves a check out; undefined: nothing. */
export function leftOut(id: string, left: readonly LeftOut[]): LeftOut | undefined {
  return left.find(({ wanted }) => matches(id, wanted));
}

/** @throws UnknownCheck for what matches no check, with where it stands */
export function requireChecks(left: readonly LeftOut[]): void {
  for (const { wanted, where } of left) requireCheck(wanted, `${where}: `);
}

/** @throws UnknownCheck for what matches no check, with the nearest one */
export function selected({ only, skip }: Selection): readonly Check[] {
  for (const wanted of [...only, ...skip]) requireCheck(wanted, '');
  return CHECKS.filter(
    ({ id }) =>
      (only.length === 0 || only.some((wanted) => matches(id, wanted))) && !skip.some((wanted) => matches(id, wanted)),
  );
}

function requireCheck(wanted: string, before: string): void {
  if (CHECKS.some(({ id }) => matches(id, wanted))) return;
  const ids = CHECKS.flatMap(({ id }) => [id, id.replace(/\/.*/, '')]);
  const near = nearest(wanted, ids);
  throw new UnknownCheck(
    `${before}no check ${wanted}${near === null ? ';' : `: did you mean ${near}?`} lk explain lists them`,
  );
}

function matches(id: string, wanted: string): boolean {
  return id === wanted || id.startsWith(wanted.endsWith('/') ? wanted : `${wanted}/`);
}
