import { parentPort, workerData } from 'node:worker_threads';
import { type Judging, judged } from './read.ts';

/** Some of many answers, in a thread of their own: what each comes to as soon as it is there, then null. */
parentPort?.on('message', (answers: readonly string[]) => {
  for (const packed of answers) parentPort?.postMessage({ read: judged(packed, workerData as Judging) });
  parentPort?.postMessage(null);
});
