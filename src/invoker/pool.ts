import { Worker } from 'node:worker_threads';
import type { CarriedError } from './errors.ts';
import type { WorkerSetup } from './worker.ts';

export type Answer = { result: unknown } | CarriedError;

/** A worker that ended although it should not have: what the task that it had gets. */
export class WorkerEnded extends Error {}

interface Task {
  argument: unknown;
  /** Whose it is: they are dropped together. */
  owner: object;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

/** A thread with the tasks that it was given, of which it does one after the other. */
interface Thread {
  worker: Worker;
  tasks: Task[];
  /** When it has last begun a task, and whether those so far were short. */
  began: number;
  isQuick: boolean;
}

/** Of short tasks so many are given at once, lest a thread waits for the next; of others one, so that none waits behind another. */
const AT_ONCE = 2;
const SHORT_MS = 1;

/**
 * Worker threads that answer tasks, one at a time each. A thread that ends costs the task that it was at; the next task
 * that finds no thread free has another one started.
 */
export class Pool {
  private readonly threads: (Thread | null)[];
  private readonly waiting: Task[] = [];
  private readonly file: string;
  private readonly setup: WorkerSetup;
  private closed = false;

  constructor(file: string, setup: WorkerSetup, jobs: number) {
    this.file = file;
    this.setup = setup;
    this.threads = Array.from({ length: jobs }, () => null);
    for (const index of this.threads.keys()) this.threads[index] = this.started(index);
  }

  /** Rejects where the thread ends, or the argument cannot be handed over; never settles where it is dropped. */
  run(argument: unknown, owner: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ argument, owner, resolve, reject });
      this.hand();
    });
  }

  /** An owner's tasks are not begun any more; a thread that has been given one is ended. */
  drop(owner: object): void {
    const isDropped = (task: Task): boolean => task.owner === owner;
    const kept = this.waiting.filter((task) => !isDropped(task));
    this.waiting.splice(0, this.waiting.length, ...kept);
    for (const [index, thread] of this.threads.entries()) {
      if (thread === null || !thread.tasks.some(isDropped)) continue;
      // Those behind the first are not begun; those of others are handed out again.
      this.threads[index] = null;
      this.waiting.unshift(...thread.tasks.filter((task) => !isDropped(task)));
      thread.tasks = [];
      void thread.worker.terminate();
    }
    this.hand();
  }

  async close(): Promise<void> {
    this.closed = true;
    const left = [...this.threads.flatMap((thread) => thread?.tasks ?? []), ...this.waiting.splice(0)];
    const workers = this.threads.flatMap((thread) => thread?.worker ?? []);
    this.threads.fill(null);
    for (const { reject } of left) reject(new WorkerEnded('it was closed'));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  private started(index: number): Thread {
    const worker = new Worker(this.file, { workerData: this.setup, stdin: false });
    const thread: Thread = { worker, tasks: [], began: performance.now(), isQuick: false };
    // It keeps the program alive while it has something to do.
    worker.unref();
    worker.on('message', (answer: Answer) => {
      const task = thread.tasks.shift();
      const now = performance.now();
      thread.isQuick = now - thread.began < SHORT_MS * (1 + thread.tasks.length);
      thread.began = now;
      if (thread.tasks.length === 0) worker.unref();
      task?.resolve(answer);
      this.hand();
    });
    worker.on('error', (error) => this.lost(index, thread, error.message));
    worker.on('exit', (status) => this.lost(index, thread, `it exited with status ${status}`));
    return thread;
  }

  private lost(index: number, thread: Thread, why: string): void {
    if (this.threads[index] === thread) this.threads[index] = null;
    const [under, ...others] = thread.tasks;
    thread.tasks = [];
    under?.reject(new WorkerEnded(why));
    this.waiting.unshift(...others);
    this.hand();
  }

  /** Gives what waits to those that have least to do. */
  private hand(): void {
    while (this.waiting.length > 0 && !this.closed) {
      let free = -1;
      let least = Number.POSITIVE_INFINITY;
      for (const [index, thread] of this.threads.entries()) {
        const count = thread?.tasks.length ?? 0;
        if (count < least && count < (thread?.isQuick ? AT_ONCE : 1)) [free, least] = [index, count];
      }
      if (free < 0) return;
      const task = this.waiting.shift() as Task;
      const thread = this.threads[free] ?? this.started(free);
      this.threads[free] = thread;
      try {
        thread.worker.postMessage(task.argument);
      } catch (error) {
        task.reject(error as Error);
        continue;
      }
      if (thread.tasks.length === 0) {
        thread.began = performance.now();
        thread.worker.ref();
      }
      thread.tasks.push(task);
    }
  }
}
