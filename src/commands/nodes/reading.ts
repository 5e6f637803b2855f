import path from 'node:path';
import { effectiveCpuCount } from '../../library/effective-cpu-count.ts';
import type { ReadAnswer } from '../../nodes/gathered.ts';
import { chunksOf, inThreads } from '../threads.ts';
import { type Judging, judged } from './read.ts';

/** Fewer are quicker read here than threads started. */
const MANY = 150;
const CHUNK = 25;
/** Each takes a hundred megabytes. */
const MOST_THREADS = 3;

/** Judges all answers, in the order in which they came. What is none is passed over. */
export async function judgeAll(
  answers: readonly string[],
  judging: Judging,
  take: (read: ReadAnswer) => void,
): Promise<void> {
  if (answers.length < MANY) {
    for (const packed of answers) {
      const read = judged(packed, judging);
      if (read !== null) take(read);
    }
    return;
  }
  await inThreads<string, { read: ReadAnswer | null }>(
    chunksOf(answers, CHUNK),
    {
      jobs: Math.min(effectiveCpuCount(), MOST_THREADS),
      worker: path.join(__dirname, 'nodes-worker.cjs'),
      workerData: judging,
      // Its node is named as one that did not answer.
      died: () => ({ read: null }),
    },
    (results) => {
      for (const { read } of results) if (read !== null) take(read);
    },
  );
}
