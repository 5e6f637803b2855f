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

/**
 * A machine's facts and what was asked of them, as a file: read elsewhere, it gives the same report.
 *
 * @param host the machine's name, where the user asks for it; else it is not told
 */
export function writeSnapshot(
  facts: Facts,
  question: Question,
  version: string,
  time: Date,
  host: string | null = null,
): string {
  const settings = facts.settings.map((file) => ({ ...file, content: encode(file.content) }));
  const named = host === null ? {} : { host };
  const head = { kind: KIND, schemaVersion: SNAPSHOT_VERSION, program: version, time: time.toISOString(), ...named };
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
  return snapshotOf(readDocument(text, file), file);
}

/**
 * A JSON document of a shape that can be looked at.
 *
 * @throws SnapshotError with the file's name
 */
export function readDocument(text: string, file: string): unknown {
  if (!isOfBoundedShape(text)) throw new SnapshotError(`${file}: larger or deeper than any snapshot`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SnapshotError(`${file}: not JSON: ${(error as Error).message.split('\n')[0]}`);
  }
}

/** True for a document that says that it is a snapshot, of whatever version. */
export function isSnapshot(document: unknown): boolean {
  return headOf(document).kind === KIND;
}

/** The name of the machine, where its user has asked for that. */
export function hostOf(document: unknown): string | null {
  const { host } = headOf(document);
  return typeof host === 'string' && host.length <= LONGEST_HOST ? host : null;
}

/** When it was made, as it says; null: it says nothing that is a time. */
export function timeOf(document: unknown): string | null {
  const { time } = headOf(document);
  return typeof time === 'string' && !Number.isNaN(Date.parse(time)) ? new Date(time).toISOString() : null;
}

/** Of a name in DNS (RFC 1035). */
const LONGEST_HOST = 255;

/** @throws SnapshotError with the file's name */
export function snapshotOf(document: unknown, file: string): { facts: Facts; question: Question } {
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

interface Head {
  kind?: unknown;
  schemaVersion?: unknown;
  host?: unknown;
  time?: unknown;
}

function headOf(document: unknown): Head {
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
