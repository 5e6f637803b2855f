import type { Facts } from '../situation/facts.ts';
import { keptVariables } from '../situation/kept-variables.ts';
import type { Question } from '../situation/question.ts';
import { checkSnapshot } from './snapshot-schema.ts';
import { encode } from './snapshot-values.ts';

/** Raised with every change after which an older snapshot could not be read. */
export const SNAPSHOT_VERSION = 1;

const KIND = 'lenskit-doctor snapshot';

/** A file that is no snapshot, or one of another version. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

/** A machine's facts and what was asked of them, as a file: read elsewhere, it gives the same report. */
export function writeSnapshot(facts: Facts, question: Question, version: string, time: Date): string {
  const settings = facts.settings.map((file) => ({ ...file, content: encode(file.content) }));
  const head = { kind: KIND, schemaVersion: SNAPSHOT_VERSION, program: version, time: time.toISOString() };
  const asked = { ...question, env: keptVariables(question.env) };
  const text = JSON.stringify(
    { ...head, question: asked, facts: { ...facts, probe: kept(facts.probe), settings } },
    null,
    2,
  );
  return `${text}\n`;
}

/** What the user's Python printed is the user's, and no part of a file that is made to be shared. */
function kept(probe: Facts['probe']): Facts['probe'] {
  return probe === null || probe.ok ? probe : { ...probe, lastLines: [] };
}

/**
 * The facts and the question of a snapshot.
 *
 * @throws SnapshotError with the file's name
 */
export function readSnapshot(text: string, file: string): { facts: Facts; question: Question } {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new SnapshotError(`${file}: not JSON: ${(error as Error).message.split('\n')[0]}`);
  }
  const head = headOf(document);
  if (head.kind !== KIND) throw new SnapshotError(`${file}: no snapshot; write one with lk doctor --snapshot FILE`);
  if (head.schemaVersion !== SNAPSHOT_VERSION) {
    const found = typeof head.schemaVersion === 'number' ? head.schemaVersion : 'none';
    throw new SnapshotError(
      `${file}: a snapshot of version ${found}, and this program reads version ${SNAPSHOT_VERSION}`,
    );
  }
  if (!isOfBoundedSize(document)) throw new SnapshotError(`${file}: larger or deeper than any snapshot`);
  const checked = checkSnapshot(document);
  if ('wrong' in checked) throw new SnapshotError(`${file}: ${checked.wrong} is not what a snapshot holds`);
  return checked;
}

function headOf(document: unknown): { kind?: unknown; schemaVersion?: unknown } {
  return typeof document === 'object' && document !== null ? document : {};
}

const MOST_VALUES = 3_000_000;
const MOST_AT_ONCE = 300_000;
// Each table of a settings file is three deep.
const MOST_DEPTH = 4000;

/** Looked at before anything else: what follows takes time for every value, and stack for every level. */
function isOfBoundedSize(document: unknown): boolean {
  let level: unknown[] = [document];
  let values = 0;
  for (let depth = 0; level.length > 0; depth++) {
    values += level.length;
    if (depth > MOST_DEPTH || values > MOST_VALUES) return false;
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      const items = Object.values(value);
      if (items.length > MOST_AT_ONCE || values + below.length + items.length > MOST_VALUES) return false;
      for (const item of items) below.push(item);
    }
    level = below;
  }
  return true;
}
