import type { MODELS, Objective, TASKS } from '../../documents/bench-choices.ts';
import type { Phases } from '../../documents/bench-result.ts';
import { lastLines } from '../../process/last-lines.ts';
import { LaunchError, type Launched, type Launcher, LauncherGone } from '../../process/launcher.ts';
import { temporaryIn, temporaryParent } from '../../process/temporary-files.ts';
import { type Engine, type Environment, type Measured, measured, type RunOptions, unmeasured } from './engine.ts';
import { closed, leftovers } from './leftovers.ts';
import { Residents } from './residents.ts';

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
  /** Another one like it. */
  startLauncher: () => Promise<Launcher>;
  interpreter: string;
  /** `bench/lenskit_job.py` of this package; `bench/lenskit_014_job.py` for LensKit 0.10 to 0.14. */
  script: string;
  /** LensKit 0.10 to 0.14: Numba fixes its threads when it is imported, so that every run has a process of its own. */
  numba: boolean;
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
/** So many seconds at least, and before anybody knows: Numba compiles in every process, which may take minutes. */
const OVERHEAD = { torch: { least: 5, unknown: 5 }, numba: { least: 15, unknown: 180 } };
/**
 * Where the first run of a process is as short as this, what it loads when it is needed weighs in it, and a second one
 * costs little: that one counts, and the first is told beside it.
 */
const SHORT_SECONDS = 2;
const MOST_OUTPUT = 4 * 1024 * 1024;

/**
 * Real LensKit: the data is loaded and the pipeline trained once. A setting has a process of the user's Python that
 * makes all its runs; one for each run where the whole process is measured, with Ray, whose daemons never rest, and up to
 * 0.14, whose Numba fixes its threads when it is imported.
 */
export class LenskitEngine implements Engine {
  readonly name = 'lenskit';
  readonly job: Engine['job'];
  readonly commands: Engine['commands'];
  users: number | null = null;
  private readonly options: LenskitOptions;
  private folder: string | null = null;
  private stopped = false;
  /** The most seconds that a run took beside what is measured; null: none was made. */
  private overhead: number | null = null;
  private readonly residents: Residents;
  readonly ready?: NonNullable<Engine['ready']>;

  constructor(options: LenskitOptions) {
    this.options = options;
    this.residents = new Residents({
      start: options.startLauncher,
      commandOf: (env) => this.commandOf('serve', env, null),
    });
    const { data, users, items, ratings, seed, ...kept } = options.job;
    this.commands = [[data, kept.pipeline].filter((file) => file !== null)];
    this.job = data === null ? { ...kept, data: { users, items, ratings, seed } } : { ...kept, data };
    if (!options.numba) this.ready = this.readyKept;
  }

  async prepare(budgetSeconds: number): Promise<string[]> {
    this.folder = await temporaryFolder(this.options.launcher);
    if (this.stopped) return [];
    const { launched, answer } = await this.launch('prepare', this.options.env, budgetSeconds, null);
    if (launched.ended === 'stopped') return [];
    if (launched.ended === 'timeout')
      throw new EngineError(
        `loading the data and training took all of the time there is (${budgetSeconds.toFixed(0)} s): give more with --budget`,
      );
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

  private async readyKept(environments: readonly Environment[], budgetSeconds: number): Promise<Measured | null> {
    if (this.isWhole) return null;
    const answered = await this.residents.ready(environments, budgetSeconds);
    return answered.alive ? null : measured(answered);
  }

  keep(environments: readonly Environment[]): void {
    this.residents.keep(environments);
  }

  /** Where the whole process is measured it does not live on, nor where it cannot change its threads. */
  private get isWhole(): boolean {
    return this.options.numba || this.options.job.objective === 'total';
  }

  async run(options: RunOptions): Promise<Measured> {
    return this.isWhole ? this.runWhole(options) : this.runKept(options);
  }

  private async runKept({ env, limitSeconds, limitIs, budgetSeconds, users = null }: RunOptions): Promise<Measured> {
    const began = performance.now();
    const isFirst = !usesRay(env) && this.residents.runsOf(env) === 0;
    const ask = async (timeout: number | null, limit: number | null): Promise<Measured> => {
      const line = JSON.stringify({ wanted: users });
      const within = budgetSeconds - (performance.now() - began) / 1000;
      const answered = await this.residents.ask(env, { line, within: Math.max(0, within), timeout }, !usesRay(env));
      const run = { ...withLimit(measured(answered, limitIs), answered.ended, timeout), first: isFirst };
      return answered.alive ? answeredRun(run, JSON.parse(answered.output), limit, limitIs) : unanswered(run);
    };
    try {
      if (!isFirst) return { ...(await ask(limitSeconds, limitSeconds)), first: usesRay(env) ? null : false };
      const longest = limitSeconds === null ? null : Math.max(SHORT_SECONDS, limitSeconds);
      const first = await ask(longest, null);
      if (first.status !== 'ok') return first;
      if (first.seconds >= SHORT_SECONDS)
        return { ...first, status: limitSeconds !== null && first.seconds > limitSeconds ? limitIs : 'ok' };
      const again = await ask(limitSeconds, limitSeconds);
      const phases = again.phases && { ...first.phases, ...again.phases, first: first.seconds };
      return { ...again, first: false, phases, besideCpuSeconds: first.cpuSeconds ?? 0 };
    } catch (error) {
      // It takes no other setting's process with it.
      if (!(error instanceof LauncherGone)) throw error;
      const seconds = (performance.now() - began) / 1000;
      return unmeasured(this.stopped ? 'stopped' : 'failed', seconds, error.message);
    }
  }

  private async runWhole({ env, limitSeconds, limitIs, users = null, budgetSeconds }: RunOptions): Promise<Measured> {
    const { least, unknown } = OVERHEAD[this.options.numba ? 'numba' : 'torch'];
    const overhead = this.overhead === null ? unknown : Math.max(least, OVERHEAD_FACTOR * this.overhead);
    const limit = Math.min(budgetSeconds, (limitSeconds ?? Number.POSITIVE_INFINITY) + overhead);
    const { launched, answer } = await this.launch('run', env, limit, users);
    const run = withLimit(
      measured(launched, limit < budgetSeconds ? limitIs : 'stopped'),
      launched.ended,
      limitSeconds,
    );
    if (typeof answer?.seconds !== 'number' || launched.ended === 'timeout') return unanswered(run);
    this.overhead = Math.max(this.overhead ?? 0, launched.seconds - answer.seconds);
    return answeredRun(run, answer, limitSeconds, limitIs);
  }

  stop(): void {
    this.stopped = true;
    this.residents.stop();
    this.options.launcher.stop();
  }

  async finish(): Promise<void> {
    await this.residents.close();
  }

  leftovers(): string[] {
    return leftovers({ kept: new Map([...this.options.launcher.kept, ...this.residents.kept]) });
  }

  async close(): Promise<string[]> {
    await this.residents.close();
    return closed(this.options.launcher);
  }

  private commandOf(action: string, env: Environment, users: number | null) {
    const { interpreter, script, job } = this.options;
    return {
      argv: [interpreter, script, JSON.stringify({ action, folder: this.folder, wanted: users, ...job })],
      env: { ...env, ...(this.folder === null ? {} : temporaryIn(this.folder, env)) },
    };
  }

  private async launch(
    action: 'prepare' | 'run',
    env: Environment,
    timeout: number | null,
    users: number | null,
  ): Promise<{ launched: Launched; answer: { [name: string]: unknown } | null }> {
    const { launcher, script } = this.options;
    const launched = await launcher.run({ ...this.commandOf(action, env, users), timeout, output: MOST_OUTPUT });
    const line = launched.output.split('\n').findLast((text) => text.startsWith(MARK));
    try {
      return { launched, answer: line === undefined ? null : JSON.parse(line.slice(MARK.length)) };
    } catch {
      throw new LaunchError(`${script}: an answer that is no JSON: ${line?.slice(0, 80)}`);
    }
  }
}

/** Ray's daemons stay at work between runs: with it each run has a process of its own. */
function usesRay(env: Environment): boolean {
  return Object.entries(env).some(([name, value]) => /^lk_(parallel__)?use_ray$/i.test(name) && isTrue(value));
}

function isTrue(value: string | undefined): boolean {
  return /^(1|true|t|yes|y|on)$/i.test(value?.trim() ?? '');
}

/** One that was ended took so long at least. */
function withLimit(run: Measured, ended: string | null, limitSeconds: number | null): Measured {
  return ended === 'timeout' ? { ...run, seconds: Math.min(run.seconds, limitSeconds ?? run.seconds) } : run;
}

function unanswered(run: Measured): Measured {
  return run.status === 'ok' ? { ...run, status: 'failed', reason: 'it ended without an answer' } : run;
}

function answeredRun(
  run: Measured,
  answer: { [name: string]: unknown },
  limitSeconds: number | null,
  limitIs: Measured['status'],
): Measured {
  const { seconds, phases, configuration, cpuSeconds } = answer;
  if (typeof seconds !== 'number') return unanswered(run);
  return {
    ...run,
    seconds,
    // It came to its end, and later than it was given.
    status: limitSeconds !== null && seconds > limitSeconds ? limitIs : run.status,
    cpuSeconds: run.cpuSeconds ?? (typeof cpuSeconds === 'number' ? cpuSeconds : null),
    phases: phases as Phases,
    configuration: configuration as Measured['configuration'],
  };
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
