import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Piscina } from 'piscina';
import { getParallelConfig, WORKER_CONFIG, workerState } from '../library/parallel-config.ts';
import { type CarriedError, InvokerError, uncarry } from './errors.ts';
import { operationOf } from './operation.ts';
import { shareModel } from './shared-model.ts';
import type { WorkerSetup } from './worker.ts';

export interface InvokerOptions {
  /** Worker threads; 1: this thread. Default: the processes of `getParallelConfig()`. */
  jobs?: number;
}

/** A model and an operation, through which argument lists go. */
export interface Invoker<A, R> extends AsyncDisposable {
  readonly jobs: number;
  /**
   * The results in the order of the arguments, which are pulled as they are needed: at most a few more than there
   * are workers are under way or waiting. An operation that throws makes the loop throw at its place.
   */
  map(tasks: Iterable<A> | AsyncIterable<A>): AsyncGenerator<R, void, undefined>;
  /** Ends every worker; `await using` calls it. */
  close(): Promise<void>;
}

/** Arguments under way or waiting, for each worker. */
const AHEAD = 4;

/**
 * An invoker over a pool of worker threads: LensKit's idea (`lenskit.parallel.invoker`, 2025.8.1) in a Node
 * program. Typed arrays and buffers anywhere in the model are copied once into shared memory and seen by all
 * workers. `operation` is the URL or path of a module: `export default (model, argument) => result`.
 *
 * @throws RangeError for `jobs` below 1
 * @throws ModelError where the model is no plain data
 * @throws InvokerError where the module has no such export (with one job at once, else at the first result)
 */
export async function invoker<M, A, R>(
  model: M,
  operation: URL | string,
  options: InvokerOptions = {},
): Promise<Invoker<A, R>> {
  const jobs = options.jobs ?? Number(getParallelConfig().processes);
  if (!Number.isSafeInteger(jobs) || jobs < 1)
    throw new RangeError(`jobs: ${jobs} is no number of workers; write 1 or more`);
  const url = urlOf(operation);
  if (jobs === 1) return new LocalInvoker<A, R>(model, await operationOf(url));
  const setup: WorkerSetup = { url, model: shareModel(model), parallel: { key: WORKER_CONFIG, ...workerState() } };
  const { Piscina } = await import('piscina');
  const pool = new Piscina({
    filename: path.join(__dirname, 'invoker-worker.js'),
    minThreads: jobs,
    maxThreads: jobs,
    concurrentTasksPerWorker: 1,
    workerData: setup,
    // a worker's output and warnings are this process's
    stdin: false,
    recordTiming: false,
  } as ConstructorParameters<typeof Piscina>[0]);
  return new PoolInvoker<A, R>(pool, jobs);
}

function urlOf(operation: URL | string): string {
  if (operation instanceof URL) return operation.href;
  return /^(file|data):/.test(operation) ? operation : pathToFileURL(path.resolve(operation)).href;
}

/** One job: no threads, no copy of the model. */
class LocalInvoker<A, R> implements Invoker<A, R> {
  readonly jobs = 1;
  private closed = false;
  private readonly model: unknown;
  private readonly operation: (model: unknown, argument: unknown) => unknown;

  constructor(model: unknown, operation: (model: unknown, argument: unknown) => unknown) {
    this.model = model;
    this.operation = operation;
  }

  async *map(tasks: Iterable<A> | AsyncIterable<A>): AsyncGenerator<R, void, undefined> {
    for await (const task of tasks) {
      if (this.closed) throw new InvokerError('the invoker is closed');
      yield (await this.operation(this.model, task)) as R;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

type Answer = { result: unknown } | CarriedError;

class PoolInvoker<A, R> implements Invoker<A, R> {
  readonly jobs: number;
  private readonly pool: Piscina;
  private closed = false;
  private died: Error | null = null;

  constructor(pool: Piscina, jobs: number) {
    this.pool = pool;
    this.jobs = jobs;
    // The task that the worker had is rejected besides.
    pool.on('error', (error: Error) => {
      this.died ??= error;
    });
  }

  async *map(tasks: Iterable<A> | AsyncIterable<A>): AsyncGenerator<R, void, undefined> {
    const source = Symbol.asyncIterator in tasks ? tasks[Symbol.asyncIterator]() : tasks[Symbol.iterator]();
    const under: Promise<Answer>[] = [];
    const abort = new AbortController();
    // Every task under way listens to it, and Node takes more than ten for a leak.
    setMaxListeners(0, abort.signal);
    let done = false;
    try {
      for (let position = 0; ; position++) {
        while (!done && under.length < this.jobs * AHEAD) {
          const next = await source.next();
          done = next.done === true;
          if (!next.done) under.push(this.start(next.value, abort.signal));
        }
        const first = under.shift();
        if (first === undefined) return;
        yield resultOf(await this.finish(first, position)) as R;
      }
    } finally {
      abort.abort();
      if (!done) await source.return?.();
    }
  }

  private start(task: A, signal: AbortSignal): Promise<Answer> {
    if (this.closed) return Promise.reject(new InvokerError('the invoker is closed'));
    const answer = this.pool.run(task, { signal }) as Promise<Answer>;
    answer.catch(() => {}); // told at its place in the order
    return answer;
  }

  private async finish(answer: Promise<Answer>, position: number): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof InvokerError) throw error;
      if (this.closed) throw new InvokerError('the invoker is closed', { cause: error });
      const why = (error as Error).message;
      throw new InvokerError(`a worker ended at argument ${position + 1} or beside it: ${why}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.pool.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function resultOf(answer: Answer): unknown {
  if ('carried' in answer) throw uncarry(answer);
  return answer.result;
}
