import * as v from 'valibot';
import { parseCpuList } from '../cpus/cpu-list.ts';

// Far more than any machine has, and little enough that every check ends at once.
const MOST_CHARACTERS = 16 * 1024 * 1024;
const MOST_ITEMS = 10_000;
const MOST_NAMES = 200_000;
export const MOST_VARIABLES = 100_000;

export const text = v.pipe(v.string(), v.maxLength(MOST_CHARACTERS));
export const number = v.pipe(v.number(), v.finite());
export const amount = v.pipe(number, v.minValue(0));
/** Read as decimal digits, so that it may be larger than a number holds exactly. */
export const counted = v.pipe(v.number(), v.finite(), v.integer(), v.minValue(0));
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** Of a list or a start: more than nothing, and less than what nobody waits for. */
export const seconds = v.pipe(v.number(), v.finite(), v.minValue(1e-7), v.maxValue(1e6));
export const digits = v.pipe(v.string(), v.regex(/^[1-9]\d{0,19}$/));
export const cpuList = v.pipe(
  text,
  v.check((list) => (parseCpuList(list)?.size ?? 0) > 0),
);
export const listOf = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.maxLength(MOST_ITEMS));
export const mapOf = <T extends v.GenericSchema>(item: T) =>
  v.pipe(v.record(v.string(), item), v.maxEntries(MOST_NAMES));
