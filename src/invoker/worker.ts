import { workerData } from 'node:worker_threads';
import { type CarriedError, carry } from './errors.ts';
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
export default async function run(argument: unknown): Promise<{ result: unknown } | CarriedError> {
  try {
    operation ??= operationOf(url);
    return { result: await (await operation)(model, argument) };
  } catch (error) {
    return carry(error);
  }
}
