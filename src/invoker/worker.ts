import { parentPort, workerData } from 'node:worker_threads';
import { carry } from './errors.ts';
import { type Operation, operationOf } from './operation.ts';

/** What a worker thread is given once. */
export interface WorkerSetup {
  /** The operation's module. */
  url: string;
  model: unknown;
  /** For `getParallelConfig()` in the operation's module. */
  parallel: { key: string; lists: unknown; cpus: bigint };
}

const { url, model, parallel } = workerData as WorkerSetup;
(globalThis as { [key: symbol]: unknown })[Symbol.for(parallel.key)] = parallel;

let operation: Promise<Operation> | null = null;

/** One task: the operation on the model and an argument. An exception is an answer, too, with its place in the order. */
async function answer(argument: unknown): Promise<void> {
  try {
    operation ??= operationOf(url);
    const result = await (await operation)(model, argument);
    parentPort?.postMessage({ result });
  } catch (error) {
    parentPort?.postMessage(carry(error));
  }
}

// One after the other, also where an operation waits for something.
let before = Promise.resolve();
parentPort?.on('message', (argument: unknown) => {
  before = before.then(() => answer(argument));
});
