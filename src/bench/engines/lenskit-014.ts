import type { Phases } from '../../documents/bench-result.ts';
import { lastLines } from '../../process/last-lines.ts';
import { LaunchError, type Launched } from '../../process/launcher.ts';
import { temporaryIn, temporaryParent } from '../../process/temporary-files.ts';
import { type Engine, type Environment, type Measured, measured, type RunOptions } from './engine.ts';
import { closed, leftovers } from './leftovers.ts';
import { EngineError, type LenskitOptions } from './lenskit.ts';

const MARK = 'lk-bench:';
/** What a process needs besides the measured part is allowed this much more than it ever took: Numba compiles in each. */
const OVERHEAD_FACTOR = 2;
const LEAST_OVERHEAD_SECONDS = 15;
/** Before the first run nobody knows how long the import takes. */
const FIRST_OVERHEAD_SECONDS = 180;
const MOST_OUTPUT = 4 * 1024 * 1024;

/**
 * LensKit 0.10 to 0.14, by `lenskit.batch.recommend(algo, users, n)`: trained once, then a fresh process for every run,
 * since Numba fixes its threads when it is imported, and what it compiles it compiles again in each process.
 */
export class Lenskit014Engine implements Engine {
  readonly name = 'lenskit';
  readonly job: Engine['job'];
  readonly commands: Engine['commands'];
  users: number | null = null;
  private readonly options: LenskitOptions;
  private folder: string | null = null;
  private stopped = false;
  private overhead: number | null = null;

  constructor(options: LenskitOptions) {
    this.options = options;
    const { data, users, items, ratings, seed, ...kept } = options.job;
    this.commands = [[data].filter((file) => file !== null)];
    this.job = { ...kept, data: data ?? { users, items, ratings, seed } };
  }

  async prepare(budgetSeconds: number): Promise<string[]> {
    const { launcher, interpreter, env, job } = this.options;
    this.folder = await launcher.folder(temporaryParent()).catch((error: Error) => {
      throw new EngineError(
        `no temporary folder can be made: ${error.message}; set TMPDIR to a folder that you may write to`,
      );
    });
    if (this.stopped) return [];
    const { launched, answer } = await this.launch('prepare', env, budgetSeconds, null);
    if (launched.ended === 'stopped') return [];
    if (launched.ended === 'timeout')
      throw new EngineError(
        `loading the data and training took all of the time there is (${budgetSeconds.toFixed(0)} s): give more with --budget`,
      );
    if (answer === null) {
      const why = lastLines(launched.errors).at(-1) ?? measured(launched).reason;
      throw new EngineError(`the job could not be made ready with ${interpreter}: ${why}`);
    }
    this.users = job.objective === 'batch' ? Number(answer.users) : null;
    Object.assign(this.job, { found: { users: answer.users, items: answer.items, interactions: answer.interactions } });
    return [];
  }

  async run({ env, limitSeconds, limitIs, users = null }: RunOptions): Promise<Measured> {
    const beside =
      this.overhead === null
        ? FIRST_OVERHEAD_SECONDS
        : Math.max(LEAST_OVERHEAD_SECONDS, OVERHEAD_FACTOR * this.overhead);
    const { launched, answer } = await this.launch('run', env, limitSeconds && limitSeconds + beside, users);
    const run = measured(launched, limitIs);
    if (launched.ended === 'timeout') return { ...run, seconds: Math.min(run.seconds, limitSeconds ?? run.seconds) };
    if (typeof answer?.seconds !== 'number')
      return run.status === 'ok' ? { ...run, status: 'failed', reason: 'it ended without an answer' } : run;
    const { seconds } = answer;
    this.overhead = Math.max(this.overhead ?? 0, launched.seconds - seconds);
    return {
      ...run,
      seconds,
      // It came to its end, and later than it was given.
      status: limitSeconds !== null && seconds > limitSeconds ? limitIs : run.status,
      phases: answer.phases as Phases,
      configuration: answer.configuration as Measured['configuration'],
    };
  }

  stop(): void {
    this.stopped = true;
    this.options.launcher.stop();
  }

  leftovers(): string[] {
    return leftovers(this.options.launcher);
  }

  close(): Promise<string[]> {
    return closed(this.options.launcher);
  }

  private async launch(
    action: 'prepare' | 'run',
    env: Environment,
    timeout: number | null,
    users: number | null,
  ): Promise<{ launched: Launched; answer: { [name: string]: unknown } | null }> {
    const { launcher, interpreter, script, job } = this.options;
    const request = JSON.stringify({ action, folder: this.folder, wanted: users, ...job });
    const launched = await launcher.run({
      argv: [interpreter, script, request],
      env: { ...env, ...(this.folder === null ? {} : temporaryIn(this.folder, env)) },
      timeout,
      output: MOST_OUTPUT,
    });
    const line = launched.output.split('\n').findLast((text) => text.startsWith(MARK));
    try {
      return { launched, answer: line === undefined ? null : JSON.parse(line.slice(MARK.length)) };
    } catch {
      throw new LaunchError(`${script}: an answer that is no JSON: ${line?.slice(0, 80)}`);
    }
  }
}
