import * as v from 'valibot';
import type { TaskReport } from '../documents/nodes.ts';

/** What one task says of itself, and the first one on a node of its machine. */
export interface Answer {
  /** The scheduler's name of the node, else the host's. */
  node: string;
  /** Of the step: its nodes and its tasks on each, as the scheduler writes them; null: not said. */
  step: { nodes: string | null; tasksPerNode: string | null };
  /** Its number on the node, from 0 on. */
  local: number;
  /** null: `error` says why not. */
  seen: TaskReport | null;
  error: string | null;
  /** A snapshot of the machine; null: another task of the node has it. */
  snapshot: string | null;
}

const KIND = 'lenskit-doctor node';
const VERSION = 1;

const number = v.pipe(v.number(), v.finite());
const amount = v.pipe(number, v.minValue(0));
const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const word = v.pipe(v.string(), v.maxLength(1000));
const list = v.pipe(v.string(), v.maxLength(1024 * 1024));

const task = v.object({
  task: v.nullable(index),
  alike: v.literal(1),
  cpus: v.pipe(number, v.minValue(1)),
  affinity: v.nullable(list),
  limitedBy: v.picklist(['none', 'affinity', 'cpuset', 'isolated', 'quota']),
  quota: v.nullable(v.object({ cpus: amount, file: word })),
  memoryLimit: v.nullable(amount),
  granted: v.nullable(
    v.object({
      cpus: v.nullable(amount),
      cpusOnNode: v.nullable(amount),
      memoryBytes: v.nullable(amount),
      variable: v.nullable(word),
    }),
  ),
  bound: v.boolean(),
  threads: v.nullable(amount),
});

const answer = v.object({
  kind: v.literal(KIND),
  schemaVersion: v.literal(VERSION),
  node: v.pipe(word, v.minLength(1), v.maxLength(255)),
  step: v.object({ nodes: v.nullable(list), tasksPerNode: v.nullable(list) }),
  local: index,
  seen: v.nullable(task),
  error: v.nullable(word),
  snapshot: v.nullable(v.string()),
});

export function writeAnswer(said: Answer): string {
  return JSON.stringify({ kind: KIND, schemaVersion: VERSION, ...said });
}

/** null: no answer of this version. */
export function readAnswer(text: string): Answer | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  const result = v.safeParse(answer, document, { abortEarly: true });
  if (!result.success) return null;
  const { kind: _, schemaVersion: __, ...said } = result.output;
  return said;
}
