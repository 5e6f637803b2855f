import { Worker } from 'node:worker_threads';
import { unreadable } from '../../script/check.ts';
import type { ScriptReport } from '../../script/judge.ts';
import type { How } from './worker.ts';

/** What a worker may take for its own objects; the parser has memory of its own (`script/parse.ts`). */
const MOST_MEGABYTES = 384;

/**
 * Judges many files in several threads, which take chunks of them; the reports in the order of the files. A thread that
 * dies costs the file that it was at, which is named; another one goes on behind it.
 */
export async function judgeMany(
  chunks: readonly (readonly string[])[],
  how: How,
  { jobs, worker }: { jobs: number; worker: string },
): Promise<ScriptReport[]> {
  const reports = chunks.map((): ScriptReport[] => []);
  let next = 0;
  const work = async (): Promise<void> => {
    let thread = started(worker, how);
    for (let index = next++; index < chunks.length; index = next++) {
      const own = reports[index] as ScriptReport[];
      for (let rest = chunks[index] as readonly string[]; rest.length > 0; ) {
        const { done, why } = await judged(thread, rest);
        own.push(...done);
        if (why === null) break;
        const dead = rest[done.length];
        if (dead !== undefined) own.push(unreadable(dead, why));
        rest = rest.slice(done.length + 1);
        thread = started(worker, how);
      }
    }
    await thread.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(jobs, chunks.length) }, work));
  return reports.flat();
}

function started(worker: string, how: How): Worker {
  return new Worker(worker, { workerData: how, resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES } });
}

/** What a thread said of files, and why it died on the way; null: it did not. */
function judged(thread: Worker, files: readonly string[]): Promise<{ done: ScriptReport[]; why: string | null }> {
  return new Promise((resolve) => {
    const done: ScriptReport[] = [];
    const ended = (why: string | null): void => {
      // Those alone: Node has listeners of its own on a thread.
      for (const event of ['message', 'error', 'exit']) thread.removeAllListeners(event);
      // What may still come of a thread that died is not waited for.
      thread.on('error', () => {});
      resolve({ done, why });
    };
    thread.on('message', (report: ScriptReport | null) => {
      if (report === null) ended(null);
      else done.push(report);
    });
    thread.on('error', (error: Error & { code?: string }) =>
      ended(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? `judging it takes more memory than is given to that (${MOST_MEGABYTES} MB)`
          : `judging it failed (${error.name}: ${error.message.slice(0, 200)})`,
      ),
    );
    thread.on('exit', (code) => ended(`judging it failed (its thread ended with status ${code})`));
    thread.postMessage(files);
  });
}
