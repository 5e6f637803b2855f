import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { getParallelConfig, WORKER_CONFIG, workerState } from '../library/parallel-config.ts';
import { InvokerError, uncarry } from './errors.ts';
import { operationOf } from './operation.ts';
import { type Answer, Pool, WorkerEnded } from './pool.ts';
import { shareModel } from './shared-model.ts';
import type { WorkerSetup } from './worker.ts';

export interface InvokerOptions {
  /** Worker threads; 1: this thread. Default: the processes of `getParallelConfig()`. */
  jobs?: number;
}

declare global {
  // As lib.esnext.disposable and @types/node have it: from TypeScript 6 on neither is there unless it is asked for.
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
  interface AsyncDisposable {
    [Symbol.asyncDispose](): PromiseLike<void>;
  }
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
  return new PoolInvoker<A, R>(new Pool(path.join(__dirname, 'invoker-worker.js'), setup, jobs), jobs);
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

class PoolInvoker<A, R> implements Invoker<A, R> {
  readonly jobs: number;
  private readonly pool: Pool;
  private closed = false;

  constructor(pool: Pool, jobs: number) {
    this.pool = pool;
    this.jobs = jobs;
  }

  async *map(tasks: Iterable<A> | AsyncIterable<A>): AsyncGenerator<R, void, undefined> {
    const source = Symbol.asyncIterator in tasks ? tasks[Symbol.asyncIterator]() : tasks[Symbol.iterator]();
    const under: Promise<Answer>[] = [];
    const owner = {};
    let done = false;
    try {
      for (let position = 0; ; position++) {
        while (!done && under.length < this.jobs * AHEAD) {
          const next = await source.next();
          done = next.done === true;
          if (!next.done) under.push(this.start(next.value, owner));
        }
        const first = under.shift();
        if (first === undefined) return;
        yield resultOf(await this.finish(first, position)) as R;
      }
    } finally {
      this.pool.drop(owner);
      if (!done) await source.return?.();
    }
  }

  private start(task: A, owner: object): Promise<Answer> {
    if (this.closed) return Promise.reject(new InvokerError('the invoker is closed'));
    const answer = this.pool.run(task, owner);
    answer.catch(() => {}); // told at its place in the order
    return answer;
  }

  private async finish(answer: Promise<Answer>, position: number): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof WorkerEnded)) throw error;
      if (this.closed) throw new InvokerError('the invoker is closed', { cause: error });
      const where = `at argument ${position + 1} or beside it`;
      throw new InvokerError(`a worker ended ${where}: ${error.message}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.pool.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function resultOf(answer: Answer): unknown {
  if ('carried' in answer) throw uncarry(answer);
  return answer.result;
}
