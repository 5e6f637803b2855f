import * as v from 'valibot';
import { ATTENTION } from '../checks/attention.ts';
import { WATCH_VERSION, type WatchLine, type WatchSummary } from '../documents/watch.ts';
import { mayBePasted } from '../rules/variables.ts';
import { live } from './snapshot-schema.ts';
import { amount, count, listOf, number, positive, text } from './snapshot-shapes.ts';

const look = v.object({
  ...live.entries,
  schemaVersion: v.literal(WATCH_VERSION),
  time: text,
  at: amount,
  effective: v.nullable(positive),
  workersLoaded: count,
});

const fix = v.object({
  env: v.exactOptional(
    v.pipe(
      v.record(v.string(), v.string()),
      v.check((env) => Object.entries(env).every(([name, value]) => mayBePasted(name, value))),
    ),
  ),
  unset: v.exactOptional(
    listOf(
      v.pipe(
        v.string(),
        v.check((name) => mayBePasted(name)),
      ),
    ),
  ),
  parameters: v.exactOptional(v.record(v.pipe(v.string(), v.regex(/^\w{1,64}$/)), v.union([number, listOf(number)]))),
});

const end = v.object({
  schemaVersion: v.literal(WATCH_VERSION),
  time: text,
  summary: v.object({
    pid: v.nullable(positive),
    version: v.nullable(text),
    end: v.picklist(['job', 'watching']),
    exitStatus: v.nullable(count),
    seconds: amount,
    cpuSeconds: v.nullable(amount),
    cpusUsed: v.nullable(amount),
    verdict: v.nullable(v.object({ status: v.picklist(ATTENTION), id: text, title: text })),
    warnings: v.optional(listOf(text), []),
    // Its words and programs to start are not taken from a file.
    fix: v.fallback(v.nullable(fix), null),
  }),
});

/** Of the summary what does not follow from the looks. */
export type SavedEnd = Pick<
  WatchSummary,
  'pid' | 'version' | 'end' | 'exitStatus' | 'seconds' | 'cpuSeconds' | 'cpusUsed' | 'verdict' | 'warnings' | 'fix'
>;

/** A line that `lk watch --save` has written; null: it is none. */
export function savedLine(line: string): WatchLine | { summary: SavedEnd } | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const found = v.safeParse(v.union([look, end]), value);
  return found.success ? found.output : null;
}
