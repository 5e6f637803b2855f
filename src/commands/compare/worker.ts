import { parentPort, workerData } from 'node:worker_threads';
import { type Summary, summaryOf } from '../../compare/comparison.ts';
import { machinesOf, type Reading, whyNot } from './read.ts';
import type { Source } from './sources.ts';

/** What came of a file. */
export interface Recorded {
  source: Source;
  summaries: Summary[];
  /** Why it could not be compared; null: it could. */
  why: string | null;
}

/** Some of many files, in a thread of their own: what each comes to as soon as it is there, then null. */
parentPort?.on('message', async (sources: readonly Source[]) => {
  const reading = { flags: {}, ...(workerData as Omit<Reading, 'flags'>) };
  for (const source of sources) parentPort?.postMessage(await recorded(source, reading));
  parentPort?.postMessage(null);
});

async function recorded(source: Source, reading: Reading): Promise<Recorded> {
  try {
    return { source, summaries: (await machinesOf(source, reading)).map(summaryOf), why: null };
  } catch (error) {
    return { source, summaries: [], why: whyNot(error, source.file) };
  }
}
