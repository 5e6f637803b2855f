import { invoker } from '../../invoker/invoker.ts';
import { seeded } from '../statistics/summaries.ts';
import { type Engine, type Environment, type Measured, type RunOptions, unmeasured } from './engine.ts';

export interface BuiltinOptions {
  /** `bench/builtin-job.mjs` of this package. */
  operation: string;
  users: number;
  items: number;
  seed: number;
  /** The busy threads of LensKit's batch run in this environment; null: LensKit would refuse it. */
  threadsOf: (env: Environment) => number | null;
}

const FACTORS = 50;
/** Users of one task. */
const CHUNK = 25;

interface Model {
  items: number;
  factors: number;
  userFactors: Float32Array;
  itemFactors: Float32Array;
}

/**
 * Batch scoring of a factor model in our own invoker, with as many busy threads as LensKit would have: it needs
 * nothing installed, and shows the machine, not LensKit.
 */
export class BuiltinEngine implements Engine {
  readonly name = 'builtin';
  readonly job: Engine['job'];
  readonly commands = [];
  readonly users: number;
  private readonly options: BuiltinOptions;
  private model: Model | null = null;
  private stopped = false;

  constructor(options: BuiltinOptions) {
    this.options = options;
    this.users = options.users;
    const { users, items, seed } = options;
    this.job = { users, items, factors: FACTORS, seed };
  }

  async prepare(): Promise<string[]> {
    const { items, users, seed } = this.options;
    const random = seeded(seed);
    const filled = (length: number): Float32Array => Float32Array.from({ length }, () => random() - 0.5);
    this.model = {
      items,
      factors: FACTORS,
      userFactors: filled(users * FACTORS),
      itemFactors: filled(items * FACTORS),
    };
    return ['the builtin engine was measured: it shows the machine, not LensKit'];
  }

  async run({ env, limitSeconds, limitIs, users }: RunOptions): Promise<Measured> {
    const { operation, threadsOf } = this.options;
    const jobs = threadsOf(env);
    if (jobs === null) return unmeasured('failed', 0.001, 'LensKit would refuse this configuration');
    const began = performance.now();
    const seconds = (): number => (performance.now() - began) / 1000;
    const cpu = process.cpuUsage();
    const inv = await invoker<Model | null, { from: number; to: number }, Int32Array>(this.model, operation, { jobs });
    let spawn: number | null = null;
    let status: Measured['status'] = 'ok';
    try {
      for await (const _ of inv.map(this.ranges(users ?? this.users))) {
        spawn ??= seconds();
        if (this.stopped) status = 'stopped';
        else if (limitSeconds !== null && seconds() > limitSeconds) status = limitIs;
        if (status !== 'ok') break;
      }
    } finally {
      await inv.close();
    }
    const took = seconds();
    const used = process.cpuUsage(cpu);
    return {
      seconds: took,
      status,
      exitCode: 0,
      signal: null,
      cpuSeconds: (used.user + used.system) / 1e6,
      peakRssBytes: process.memoryUsage.rss(),
      peakTreeBytes: null,
      left: 0,
      phases: {
        ...(jobs > 1 && spawn !== null ? { spawn } : {}),
        batch: took,
        users: users ?? this.users,
        usersPerSecond: (users ?? this.users) / took,
      },
      reason: null,
      errors: [],
      configuration: { threads: jobs },
      first: null,
    };
  }

  stop(): void {
    this.stopped = true;
  }

  leftovers(): string[] {
    return [];
  }

  async close(): Promise<string[]> {
    return [];
  }

  /** All users in chunks; more than there are begin again. */
  private *ranges(wanted: number): Generator<{ from: number; to: number }> {
    for (let done = 0; done < wanted; ) {
      const from = done % this.users;
      const to = Math.min(from + CHUNK, this.users, from + wanted - done);
      yield { from, to };
      done += to - from;
    }
  }
}
