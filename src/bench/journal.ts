import { OUTCOMES } from '../documents/bench-choices.ts';
import type { Run } from '../documents/bench-result.ts';
import { jsonLine } from '../escape/json.ts';
import { type LineRecord, openRecord } from '../files/record.ts';
import type { Hashed } from './conditions/content.ts';
import { differentVariables } from './conditions/variables.ts';
import { differencesOf } from './differences.ts';

const KIND = 'lenskit-doctor bench journal';
const VERSION = 3;
/** How a head begins: what was torn off before its end is still told from any other file. */
const BEGINNING = JSON.stringify({ kind: KIND, schemaVersion: VERSION }).slice(0, -1);

/** A journal that cannot be read, or that was begun for something else. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/** What must be the same for runs to count: all that their times depend on; and the seed, so that the search goes on as before. */
export interface JournalHead {
  job: { [name: string]: unknown };
  /** What the job depends on by content: files, and folders (`d/`) by the names in them, each with a hash. */
  files: readonly Hashed[];
  /** What of that was not looked at, in words. */
  beyond: readonly string[];
  folder: { [name: string]: unknown };
  environment: { [name: string]: unknown };
  /** The other variables, each with a digest of its value. */
  variables: { [name: string]: string };
  software: { [name: string]: unknown };
  machine: { [name: string]: unknown };
  space: readonly unknown[];
  seed: number;
}

/** Every run as it finishes, a line each: what was measured before an interruption need not be measured again. */
export interface Journal {
  seed: number;
  /** How many runs it already held. */
  readonly recorded: number;
  /** What could not be kept, in words. */
  readonly warnings: string[];
  /** The next recorded run of this setting (`key`), in the order in which they were made; null: none is left. */
  take(key: string): Run | null;
  /** Keeps a run; where that does not work the run goes on, and `warnings` says so. */
  add(key: string, run: Run): void;
  /** Others may write it from then on. */
  close(): void;
}

/** No file: nothing is kept. */
export function noJournal(seed: number): Journal {
  return { seed, recorded: 0, warnings: [], take: () => null, add: () => {}, close: () => {} };
}

interface JournalOptions {
  label?: string;
  /** Those of the head's files that have changed since it was made. */
  changed?: () => Hashed[];
}

/**
 * Opens a journal for this process alone, or begins one. What was torn off at its end is mended.
 *
 * @throws JournalError where it belongs to other conditions or is no journal, FileError where it cannot be kept
 */
export function openJournal(file: string, head: JournalHead, options: JournalOptions = {}): Journal {
  const { label = file, changed = () => [] } = options;
  const record = openRecord(file, label);
  try {
    return journalOf(record, head, label, changed);
  } catch (error) {
    record.close();
    throw error;
  }
}

function journalOf(record: LineRecord, head: JournalHead, label: string, changed: () => Hashed[]): Journal {
  const keep = isWhole(record.torn);
  const lines = keep ? [...record.lines, record.torn] : record.lines;
  const tornHead = lines.length === 0 && record.torn !== '';
  if (tornHead && !BEGINNING.startsWith(record.torn) && !record.torn.startsWith(BEGINNING)) throw notAJournal(label);
  const runs = new Map<string, Run[]>();
  const outputs: unknown[] = [];
  let recorded = 0;
  for (const line of lines.slice(1)) {
    const entry = parsed(line);
    if (Array.isArray(entry?.outputs)) for (const output of entry.outputs) outputs.push(output);
    if (typeof entry?.key !== 'string' || !isRun(entry.run)) continue;
    const earlier = runs.get(entry.key);
    if (earlier === undefined) runs.set(entry.key, [entry.run]);
    else earlier.push(entry.run);
    recorded++;
  }
  const found = lines.length === 0 ? null : parsed(lines[0] ?? '');
  if (lines.length > 0) refuseOther(label, found, head, outputs, recorded);
  // Without a run nothing was measured under other conditions.
  if (recorded === 0) record.begin(jsonLine({ kind: KIND, schemaVersion: VERSION, ...head }));
  else record.mend(keep);

  const warnings =
    head.beyond.length === 0 ? [] : [`${label}: what changes there is not noticed: ${listed(head.beyond)}`];
  const failures = warnings.length;
  let lost = 0;
  let kept = recorded;
  return {
    seed: recorded === 0 ? head.seed : Number(found?.seed),
    recorded,
    warnings,
    take(key) {
      const run = runs.get(key)?.shift();
      // Journals were kept before this was known of a run.
      return run === undefined
        ? null
        : { ...run, time: run.time ?? null, foreignLoad: run.foreignLoad ?? null, first: run.first ?? null };
    },
    add(key, run) {
      const why = record.add(jsonLine({ key, run }));
      // What the first run has written is the job's output, and may be another when the journal is gone on with.
      const written = kept === 0 && why === null ? changed() : [];
      if (written.length > 0) record.add(jsonLine({ outputs: written }));
      if (why === null) kept++;
      else warnings.splice(failures, 1, `${label}: ${++lost} ${lost === 1 ? 'run' : 'runs'} could not be kept: ${why}`);
    },
    close: () => record.close(),
  };
}

function notAJournal(label: string): JournalError {
  return new JournalError(`${label}: no journal of lk bench (version ${VERSION}); name another file`);
}

const PARTS = ['job', 'files', 'folder', 'environment', 'software', 'machine', 'space'] as const;

function refuseOther(
  label: string,
  found: { [name: string]: unknown } | null,
  head: JournalHead,
  outputs: readonly unknown[],
  recorded: number,
): void {
  if (found?.kind !== KIND || found.schemaVersion !== VERSION) throw notAJournal(label);
  const others = PARTS.flatMap((part) => {
    if (part === 'files') return recorded === 0 ? [] : otherFiles(found.files, head, outputs);
    if (part === 'space') return JSON.stringify(found.space) === JSON.stringify(head.space) ? [] : ['another space'];
    const words = differencesOf(found[part], head[part]);
    if (part === 'environment') words.push(...differentVariables(found.variables, head.variables));
    return words.length === 0 ? [] : [`another ${part} (${words.join('; ')})`];
  });
  if (others.length > 0)
    throw new JournalError(`${label}: begun for ${others.join(', ')}; name another file with --resume`);
}

/** Those that were there when it was begun; what the job itself wrote since does not count. */
function otherFiles(was: unknown, head: JournalHead, outputs: readonly unknown[]): string[] {
  const now = new Set(head.files.map(keyOf));
  const there = new Set(head.files.map(([name]) => name));
  const written = new Set(hashedOf(outputs).map(keyOf));
  const changed = hashedOf(was)
    .filter((file) => !now.has(keyOf(file)) && !written.has(keyOf(file)))
    // Of a folder with too many files it depends on the others which of them are looked at.
    .filter(
      ([name]) => there.has(name) || !head.beyond.some((one) => name.startsWith(one.split(' beyond ', 1)[0] ?? '')),
    )
    .map(([name]) => name);
  const [names, contents] = [
    changed.filter((name) => name.endsWith('/')),
    changed.filter((name) => !name.endsWith('/')),
  ];
  return [
    ...(contents.length === 0 ? [] : [`another content of ${listed([...new Set(contents)])}`]),
    ...(names.length === 0 ? [] : [`other files in ${listed(names)}`]),
  ];
}

function hashedOf(value: unknown): Hashed[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.filter((pair): pair is Hashed => Array.isArray(pair) && pair.every((part) => typeof part === 'string'));
}

function keyOf([name, hash]: Hashed): string {
  return `${name}\0${hash}`;
}

const MOST_LISTED = 8;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return more <= 0 ? names.join(', ') : `${names.slice(0, MOST_LISTED).join(', ')} and ${more} more`;
}

function isWhole(line: string): boolean {
  const entry = parsed(line);
  return entry?.kind === KIND || Array.isArray(entry?.outputs) || (typeof entry?.key === 'string' && isRun(entry.run));
}

function parsed(line: string): { [name: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as { [name: string]: unknown }) : null;
  } catch {
    return null;
  }
}

function isRun(value: unknown): value is Run {
  const run = value as Run | null;
  return (
    typeof run === 'object' &&
    run !== null &&
    Number.isFinite(run.seconds) &&
    run.seconds > 0 &&
    OUTCOMES.includes(run.status) &&
    run.status !== 'stopped'
  );
}
