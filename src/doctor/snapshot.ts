import { renderJson } from '../escape/json.ts';
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
  return renderJson({ ...head, question: asked, facts: { ...facts, probe: kept(facts.probe), settings } });
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
  if (!isOfBoundedShape(text)) throw new SnapshotError(`${file}: larger or deeper than any snapshot`);
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
  if (hasLargePart(document)) throw new SnapshotError(`${file}: larger or deeper than any snapshot`);
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
function isOfBoundedShape(text: string): boolean {
  let depth = 0;
  let values = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) isString = false;
    } else if (code === QUOTE) isString = true;
    else if (code === COMMA) values++;
    else if (code === BRACKET || code === BRACE) depth++;
    else if (code === BRACKET + 2 || code === BRACE + 2) depth--;
    if (depth > MOST_DEPTH || values > MOST_VALUES) return false;
  }
  return true;
}

const [QUOTE, COMMA, BRACKET, BACKSLASH, BRACE] = [34, 44, 91, 92, 123] as const;

/** True for a list or an object with more in it than any part of a snapshot has. */
function hasLargePart(document: unknown): boolean {
  const waiting = [document];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const items = Object.values(value);
    if (items.length > MOST_AT_ONCE) return true;
    for (const item of items) if (typeof item === 'object' && item !== null) waiting.push(item);
  }
  return false;
}
