import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Run } from '../documents/bench-result.ts';

const KIND = 'lenskit-doctor bench journal';
const VERSION = 1;
const MOST_BYTES = 64 * 1024 * 1024;

/** A journal that cannot be read, or that was begun for something else. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/** What must be the same for runs to count: job, machine, space; and the seed, so that the search goes on as before. */
export interface JournalHead {
  job: { [name: string]: unknown };
  machine: { [name: string]: unknown };
  space: readonly unknown[];
  seed: number;
}

/** Every run as it finishes, a line each: what was measured before an interruption need not be measured again. */
export interface Journal {
  seed: number;
  /** How many runs it already held. */
  readonly recorded: number;
  /** The next recorded run of this setting (`key`), in the order in which they were made; null: none is left. */
  take(key: string): Run | null;
  add(key: string, run: Run): void;
}

/** No file: nothing is kept. */
export function noJournal(seed: number): Journal {
  return { seed, recorded: 0, take: () => null, add: () => {} };
}

/**
 * Opens a journal, or begins one. A last line that was not written to its end is passed over.
 *
 * @throws JournalError where it belongs to another job, machine or space, or is no journal
 */
export function openJournal(file: string, head: JournalHead): Journal {
  const runs = new Map<string, Run[]>();
  let { seed } = head;
  let recorded = 0;
  try {
    if (existsSync(file) && statSync(file).size > 0) {
      const lines = readLines(file);
      const first = parsed(lines[0] ?? '');
      if (first?.kind !== KIND || first.schemaVersion !== VERSION) {
        throw new JournalError(`${file}: no journal of lk bench (version ${VERSION}); name another file`);
      }
      refuseOther(file, first, head);
      seed = Number(first.seed);
      for (const line of lines.slice(1)) {
        const entry = parsed(line) as { key?: unknown; run?: unknown } | null;
        if (typeof entry?.key !== 'string' || !isRun(entry.run)) continue;
        runs.set(entry.key, [...(runs.get(entry.key) ?? []), entry.run]);
        recorded++;
      }
      if (lines.at(-1) !== '') appendFileSync(file, '\n');
    } else writeFileSync(file, `${JSON.stringify({ kind: KIND, schemaVersion: VERSION, ...head })}\n`);
  } catch (error) {
    if (error instanceof JournalError) throw error;
    throw new JournalError(`${file}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
  return {
    seed,
    recorded,
    take: (key) => runs.get(key)?.shift() ?? null,
    add: (key, run) => appendFileSync(file, `${JSON.stringify({ key, run })}\n`),
  };
}

function readLines(file: string): string[] {
  const stat = statSync(file);
  if (!stat.isFile()) throw new JournalError(`${file}: not a file`);
  if (stat.size > MOST_BYTES) throw new JournalError(`${file}: larger than ${MOST_BYTES} bytes`);
  return readFileSync(file, 'utf8').split('\n');
}

function refuseOther(file: string, found: { [name: string]: unknown }, head: JournalHead): void {
  for (const part of ['machine', 'job', 'space'] as const) {
    const [was, is] = [found[part], head[part]].map((value) => JSON.stringify(value));
    if (was === is) continue;
    const shown = part === 'space' ? '' : `: it has ${cut(was)}, this is ${cut(is)}`;
    throw new JournalError(`${file}: begun for another ${part}${shown}; name another file with --resume`);
  }
}

function cut(text: string | undefined): string {
  return text === undefined || text.length <= 200 ? String(text) : `${text.slice(0, 200)}…`;
}

function parsed(line: string): { [name: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as { [name: string]: unknown }) : null;
  } catch {
    return null;
  }
}

const STATUSES = ['ok', 'failed', 'timeout', 'capped'];

function isRun(value: unknown): value is Run {
  const run = value as Run | null;
  return (
    typeof run === 'object' &&
    run !== null &&
    Number.isFinite(run.seconds) &&
    run.seconds > 0 &&
    STATUSES.includes(run.status)
  );
}
