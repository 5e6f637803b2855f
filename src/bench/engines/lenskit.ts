import type { MODELS, Objective, TASKS } from '../../documents/bench-choices.ts';
import type { Phases } from '../../documents/bench-result.ts';
import { lastLines } from '../../process/last-lines.ts';
import { LaunchError, type Launched, type Launcher } from '../../process/launcher.ts';
import { temporaryIn, temporaryParent } from '../../process/temporary-files.ts';
import { type Engine, type Environment, type Measured, measured, type RunOptions } from './engine.ts';
import { closed, leftovers } from './leftovers.ts';

export interface LenskitJob {
  model: (typeof MODELS)[number];
  /** LensKit's own pipeline configuration instead of a model; null: none. */
  pipeline: string | null;
  task: (typeof TASKS)[number];
  objective: Objective;
  /** MovieLens, Parquet, or LensKit's native format; null: made up. */
  data: string | null;
  /** Of the made-up data. */
  users: number;
  items: number;
  ratings: number;
  seed: number;
}

export interface LenskitOptions {
  launcher: Launcher;
  interpreter: string;
  /** `bench/lenskit_job.py` of this package. */
  script: string;
  /** For loading and training, which is not measured. */
  env: Environment;
  job: LenskitJob;
}

/** The job cannot be made ready: LensKit's own last lines say why. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

const MARK = 'lk-bench:';
/** What a process needs besides the measured part is allowed this much more than it ever took. */
const OVERHEAD_FACTOR = 2;
const LEAST_OVERHEAD_SECONDS = 5;
const PREPARE_SECONDS = 3600;
const MOST_OUTPUT = 4 * 1024 * 1024;

/** Real LensKit: the data is loaded and the pipeline trained once, and every run is a fresh process of the user's Python. */
export class LenskitEngine implements Engine {
  readonly name = 'lenskit';
  readonly job: Engine['job'];
  readonly commands: Engine['commands'];
  users: number | null = null;
  private readonly options: LenskitOptions;
  private folder: string | null = null;
  private stopped = false;
  /** The most seconds that a run took beside what is measured. */
  private overhead = 0;

  constructor(options: LenskitOptions) {
    this.options = options;
    const { data, users, items, ratings, seed, ...kept } = options.job;
    this.commands = [[data, kept.pipeline].filter((file) => file !== null)];
    this.job = data === null ? { ...kept, data: { users, items, ratings, seed } } : { ...kept, data };
  }

  async prepare(): Promise<string[]> {
    this.folder = await temporaryFolder(this.options.launcher);
    if (this.stopped) return [];
    const { launched, answer } = await this.launch('prepare', this.options.env, PREPARE_SECONDS, null);
    if (launched.ended === 'stopped') return [];
    if (answer === null) {
      const why = lastLines(launched.errors).at(-1) ?? measured(launched).reason;
      throw new EngineError(`the job could not be made ready with ${this.options.interpreter}: ${why}`);
    }
    if (typeof answer.refused === 'string')
      throw new EngineError(`--pipeline ${this.options.job.pipeline}: ${answer.refused}`);
    // Only a batch run can be given more users or fewer.
    this.users = this.options.job.objective === 'batch' ? Number(answer.users) : null;
    Object.assign(this.job, { found: { users: answer.users, items: answer.items, interactions: answer.interactions } });
    return [];
  }

  async run({ env, limitSeconds, limitIs, users = null }: RunOptions): Promise<Measured> {
    const overhead = Math.max(LEAST_OVERHEAD_SECONDS, OVERHEAD_FACTOR * this.overhead);
    // Before the first run nobody knows how long the import takes.
    const limit = limitSeconds === null ? null : limitSeconds + (this.overhead === 0 ? 120 : overhead);
    const { launched, answer } = await this.launch('run', env, limit, users);
    const run = measured(launched, limitIs);
    if (launched.ended === 'timeout') return { ...run, seconds: Math.min(run.seconds, limitSeconds ?? run.seconds) };
    if (answer === null || typeof answer.seconds !== 'number') {
      return run.status === 'ok' ? { ...run, status: 'failed', reason: 'it ended without an answer' } : run;
    }
    this.overhead = Math.max(this.overhead, launched.seconds - answer.seconds);
    return {
      ...run,
      seconds: answer.seconds,
      // It came to its end, and later than it was given.
      status: limitSeconds !== null && answer.seconds > limitSeconds ? limitIs : run.status,
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

/** Of mode 0700, below the user's folder for temporary files; gone with the launcher. */
async function temporaryFolder(launcher: Launcher): Promise<string> {
  try {
    return await launcher.folder(temporaryParent());
  } catch (error) {
    throw new EngineError(
      `no temporary folder can be made: ${(error as Error).message}; set TMPDIR to a folder that you may write to`,
    );
  }
}
