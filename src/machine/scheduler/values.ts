import type { Counted, Env } from './grant.ts';

/** The forms in which schedulers write numbers; all answer null to anything else, and to 0. */

/** A number of CPUs, tasks or nodes. */
export function countOf(raw: string | undefined): number | null {
  return /^\s*\d{1,6}\s*$/.test(String(raw)) ? Number(raw) || null : null;
}

/** The first of these variables that holds a count. */
export function firstCount(env: Env, names: readonly string[]): Counted | null {
  for (const variable of names) {
    const count = countOf(env[variable]);
    if (count !== null) return { variable, raw: String(env[variable]), count };
  }
  return null;
}

/** The item at `index` of Slurm's list over nodes, `24(x2),16`. */
export function listItem(raw: string | undefined, index: number): number | null {
  if (raw === undefined) return null;
  let at = 0;
  for (const part of raw.split(',')) {
    const found = /^\s*(\d{1,6})(?:\(x(\d{1,6})\))?\s*$/.exec(part);
    if (found === null) return null;
    const count = countOf(found[1]);
    if (count === null) return null;
    at += Number(found[2] ?? 1);
    if (index < at) return count;
  }
  return null;
}

const UNITS = 'kmgt';

/** Bytes of Slurm's amounts of memory, `4096` (MB), `32G`, `32GB`. */
export function memoryOf(raw: string | undefined): number | null {
  const found = /^\s*(\d{1,12})(?:([kmgt])b?)?\s*$/i.exec(String(raw));
  if (found === null) return null;
  const unit = (found[2] ?? 'm').toLowerCase();
  return Number(found[1]) * 1024 ** (UNITS.indexOf(unit) + 1) || null;
}

/** At least one for each. */
export function divided(count: number, sharers: number): number {
  return Math.max(1, Math.floor(count / sharers));
}
