import { unreadable } from '../../script/check.ts';
import type { ScriptReport } from '../../script/judge.ts';
import { inThreads } from '../threads.ts';
import type { How } from './worker.ts';

/** Judges many files in several threads; the reports in the order of the files. One that costs a thread is named. */
export async function judgeMany(
  chunks: readonly (readonly string[])[],
  how: How,
  { jobs, worker }: { jobs: number; worker: string },
): Promise<ScriptReport[]> {
  const reports: ScriptReport[] = [];
  await inThreads(chunks, { jobs, worker, workerData: how, died: unreadable }, (results) => {
    for (const report of results) reports.push(report);
  });
  return reports;
}
