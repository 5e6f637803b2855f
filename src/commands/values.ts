import { MOST_CPUS } from '../situation/question.ts';
import { FlagError } from './flags.ts';

/** Reads the text of a flag. @throws FlagError with the flag, what it got, and what to write */
export type Reader<T> = (flag: string, text: string) => T;

/** What oclif has a flag read by: its refusal is ours. */
export function by<T>(read: Reader<T>) {
  return async (text: string, _context: unknown, { name }: { name: string }): Promise<T> => read(name, text);
}

/** A whole number from `least` on. */
export function count(flag: string, text: string, least = 1, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  const upTo = most === Number.MAX_SAFE_INTEGER ? 'or more' : `to ${most}`;
  throw new FlagError(`--${flag} ${text}: write a whole number, ${least} ${upTo}`);
}

/** `1,2,4`. */
export function counts(flag: string, text: string): ReadonlySet<number> {
  return new Set(text.split(',').map((part) => count(flag, part.trim(), 1, 4096)));
}

export function positive(flag: string, text: string): number {
  const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new FlagError(`--${flag} ${text}: write a number above 0, such as 2 or 1.5`);
}

const UNITS: { readonly [unit: string]: number } = { ms: 0.001, s: 1, '': 1, m: 60, min: 60, h: 3600 };

/** `90s`, `10m`, `1.5h`; a bare number is seconds. */
export function seconds(flag: string, text: string): number {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|min|m|h|)$/.exec(text.trim()) ?? [];
  const value = Number(number ?? 0) * (UNITS[unit ?? ''] ?? 0);
  if (value > 0) return value;
  throw new FlagError(`--${flag} ${text}: no time; write one such as 90s, 10m or 1h`);
}

/** A look that lasts longer is `lk watch`. */
const LONGEST_LOOK = 3600;
/** The kernel's own counters move by 10 ms and more: what a shorter look shows is chance. */
const SHORTEST_LOOK = 0.1;

function lookTime(flag: string, text: string): number {
  const time = seconds(flag, text);
  if (time > LONGEST_LOOK) throw new FlagError(`--${flag} ${text}: an hour is the longest`);
  if (time >= SHORTEST_LOOK) return time;
  throw new FlagError(`--${flag} ${text}: the kernel counts in steps of 10 ms; write 100ms or more`);
}

/** How often to look. */
export function interval(flag: string, text: string): number {
  const time = seconds(flag, text);
  if (time >= SHORTEST_LOOK && time <= LONGEST_LOOK) return time;
  throw new FlagError(`--${flag} ${text}: write a time from ${SHORTEST_LOOK}s to 1h`);
}

/** @throws FlagError for what numbers no process */
export function processNumber(label: string, text: string): number {
  const number = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (number >= 1) return number;
  throw new FlagError(`${label} ${text}: no number of a process; ps and pgrep show them`);
}

function cpus(flag: string, text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MOST_CPUS) return number;
  throw new FlagError(`--${flag} ${text}: no number of CPUs; write a whole number from 1 to ${MOST_CPUS}`);
}

function users(flag: string, text: string): number {
  const number = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  if (number >= 1) return number;
  throw new FlagError(`--${flag} ${text}: no number of users; write a whole number from 1 to 999,999,999,999`);
}

/** Any integer, as it was written: what LensKit makes of it is LensKit's. */
function jobs(flag: string, text: string): string {
  if (/^[+-]?\d{1,40}$/.test(text)) return text;
  throw new FlagError(`--${flag} ${text}: no whole number; write the n_jobs of a batch call, such as 2`);
}

/**
 * The numbers and times among the flags of `lk doctor` and the commands that stand on it: oclif's classes have these
 * flags read so, and the front door reads them without oclif.
 */
export const READERS = {
  cpus,
  users,
  jobs,
  pid: (flag: string, text: string): number => processNumber(`--${flag}`, text),
  for: lookTime,
};
