import { Worker } from 'node:worker_threads';

/** What a worker may take for its own objects. */
const MOST_MEGABYTES = 384;

export interface How<Item, Result> {
  jobs: number;
  /** The file that the threads run, and what they are given once. */
  worker: string;
  workerData: unknown;
  /** What a thread has died of, and the item that it was at. */
  died: (item: Item, why: string) => Result;
}

/**
 * Works on many items in several threads, which take chunks of them; `take` gets the results chunk by chunk, in the order
 * of the items. A thread sends a result for each item of a chunk, then null. One that dies costs the item that it was at;
 * another one goes on behind it.
 */
export async function inThreads<Item, Result>(
  chunks: readonly (readonly Item[])[],
  { jobs, worker, workerData, died }: How<Item, Result>,
  take: (results: readonly Result[]) => void,
): Promise<void> {
  const waiting = new Map<number, Result[]>();
  let next = 0;
  let taken = 0;
  const start = (): Worker =>
    new Worker(worker, { workerData, resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES } });
  const work = async (): Promise<void> => {
    let thread = start();
    for (let index = next++; index < chunks.length; index = next++) {
      const own: Result[] = [];
      for (let rest = chunks[index] as readonly Item[]; rest.length > 0; ) {
        const { done, why } = await resultsOf<Item, Result>(thread, rest);
        own.push(...done);
        if (why === null) break;
        const dead = rest[done.length];
        if (dead !== undefined) own.push(died(dead, why));
        rest = rest.slice(done.length + 1);
        thread = start();
      }
      waiting.set(index, own);
      for (let results = waiting.get(taken); results !== undefined; results = waiting.get(taken)) {
        waiting.delete(taken++);
        take(results);
      }
    }
    await thread.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(jobs, chunks.length) }, work));
}

/** Equal parts of at most so many. */
export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

/** What a thread said of items, and why it died on the way; null: it did not. */
function resultsOf<Item, Result>(
  thread: Worker,
  items: readonly Item[],
): Promise<{ done: Result[]; why: string | null }> {
  return new Promise((resolve) => {
    const done: Result[] = [];
    const ended = (why: string | null): void => {
      // Those alone: Node has listeners of its own on a thread.
      for (const event of ['message', 'error', 'exit']) thread.removeAllListeners(event);
      // What may still come of a thread that died is not waited for.
      thread.on('error', () => {});
      resolve({ done, why });
    };
    thread.on('message', (result: Result | null) => {
      if (result === null) ended(null);
      else done.push(result);
    });
    thread.on('error', (error: Error & { code?: string }) =>
      ended(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? `judging it takes more memory than is given to that (${MOST_MEGABYTES} MB)`
          : `judging it failed (${error.name}: ${error.message.slice(0, 200)})`,
      ),
    );
    thread.on('exit', (code) => ended(`judging it failed (its thread ended with status ${code})`));
    thread.postMessage(items);
  });
}
