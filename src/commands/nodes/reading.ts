import path from 'node:path';
import type { ReadAnswer } from '../../nodes/gathered.ts';
import { MANY_MACHINES, machinesInThreads } from '../machines-in-threads.ts';
import { type Judging, judged } from './read.ts';

/** Judges all answers, in the order in which they came. What is none is passed over. */
export async function judgeAll(
  answers: readonly string[],
  judging: Judging,
  take: (read: ReadAnswer) => void,
): Promise<void> {
  if (answers.length < MANY_MACHINES) {
    for (const packed of answers) {
      const read = judged(packed, judging);
      if (read !== null) take(read);
    }
    return;
  }
  await machinesInThreads<string, { read: ReadAnswer | null }>(
    answers,
    {
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
