import { availableParallelism, freemem } from 'node:os';
import type { Answered, Launcher, Question } from '../../process/launcher.ts';
import type { Environment } from './engine.ts';

/** Starts a process for runs in this environment, below a launcher of its own. */
export interface Starting {
  /** `launcher.py` again: what each process starts is told apart from what the others do. */
  start(): Promise<Launcher>;
  commandOf(env: Environment): { argv: readonly string[]; env: Environment };
  /** Bytes that may be taken without driving others out. */
  availableBytes?(): number;
}

interface Resident {
  launcher: Launcher;
  /** How it came to be ready; null: it could not be started, and `failed` says why. */
  began: Promise<Answered>;
  isReady: boolean;
  runs: number;
}

/** Of the memory that is free so much is left to others. */
const SPARE_SHARE = 0.15;
/** Before one was seen it is taken for so large: an interpreter with Torch, LensKit and a model. */
const FIRST_GUESS_BYTES = 1024 ** 3;
/** Each has a launcher and pipes: more are not kept. */
const MOST = 24;

/**
 * A process for each environment, which waits on a pipe while others run: what it imports and loads is paid once. Each
 * has a launcher of its own, which ends all that it started when `lk` ends, however it does.
 */
export class Residents {
  /** By environment, the least promising first. */
  private readonly residents = new Map<string, Resident>();
  private readonly starting: Starting;
  private asked: Resident | null = null;
  private stopped = false;
  /** The most memory that one had. */
  private largest = 0;
  /** Environments that may be run again, the most promising first; null: all may. */
  private promising: readonly string[] | null = null;
  readonly kept = new Map<string, string>();

  constructor(starting: Starting) {
    this.starting = starting;
  }

  /** Those that may be run again, the most promising first: where memory is short the others go first. */
  keep(environments: readonly Environment[]): void {
    this.promising = environments.map(keyOf);
  }

  /** How many runs its process has made; null: there is none. */
  runsOf(env: Environment): number | null {
    return this.residents.get(keyOf(env))?.runs ?? null;
  }

  /**
   * Has a process ready for the first environment, and for as many of the others as CPUs and memory allow: starting
   * them at once takes the time of one.
   */
  async ready(environments: readonly Environment[], within: number): Promise<Answered> {
    const [first = {}, ...others] = environments;
    if (this.residents.get(keyOf(first))?.isReady !== true) {
      await this.begin(first, within);
      const wanted = others.filter((env) => !this.residents.has(keyOf(env))).slice(0, availableParallelism() - 1);
      // Only beside one that takes its time anyway: nothing is measured meanwhile.
      for (const env of wanted) if (this.hasRoom()) await this.begin(env, within);
      await Promise.allSettled([...this.residents.values()].map(({ began }) => began));
    }
    return (this.residents.get(keyOf(first)) as Resident).began;
  }

  /** Puts a question to a process that is ready. One that ended, or is not to live on, is forgotten: the next run starts another. */
  async ask(env: Environment, question: Question, livesOn: boolean): Promise<Answered> {
    const key = keyOf(env);
    const resident = this.residents.get(key) as Resident;
    this.asked = resident;
    resident.runs++;
    try {
      const answered = await resident.launcher.question(question);
      // The tree is looked at now and then; the kernel keeps the peak of one process, however short.
      this.largest = Math.max(this.largest, answered.peakTreeBytes ?? 0, answered.peakRssBytes ?? 0);
      if (!answered.alive || !livesOn) await this.end(key);
      return answered;
    } catch (error) {
      await this.end(key);
      throw error;
    } finally {
      this.asked = null;
    }
  }

  /** Ends the run that is under way, or what is being started. */
  stop(): void {
    this.stopped = true;
    if (this.asked !== null) this.asked.launcher.stop();
    else for (const { launcher, isReady } of this.residents.values()) if (!isReady) launcher.stop();
  }

  async close(): Promise<void> {
    await Promise.all([...this.residents.keys()].map((key) => this.end(key)));
  }

  private async begin(env: Environment, within: number): Promise<void> {
    const key = keyOf(env);
    await this.end(key);
    await this.makeRoom();
    const launcher = await this.starting.start();
    const resident: Resident = { launcher, isReady: false, runs: 0, began: this.load(launcher, env, within) };
    this.residents.set(key, resident);
    resident.began.then(
      async ({ alive, peakRssBytes }) => {
        this.largest = Math.max(this.largest, peakRssBytes ?? 0);
        resident.isReady = alive;
      },
      () => {},
    );
  }

  private async load(launcher: Launcher, env: Environment, within: number): Promise<Answered> {
    await launcher.hold(this.starting.commandOf(env));
    return launcher.question({ line: null, within: this.stopped ? 0 : within, timeout: null });
  }

  /** Ends the least promising until another fits. */
  private async makeRoom(): Promise<void> {
    while (!this.hasRoom()) {
      const [least] = this.byPromise();
      if (least === undefined) return;
      await this.end(least);
    }
  }

  private hasRoom(): boolean {
    const needed = this.largest || FIRST_GUESS_BYTES;
    const available = this.starting.availableBytes?.() ?? availableBytes();
    return this.residents.size < MOST && available * (1 - SPARE_SHARE) > needed;
  }

  private byPromise(): string[] {
    const rank = (key: string): number => {
      const at = this.promising?.indexOf(key) ?? 0;
      return at < 0 ? Number.POSITIVE_INFINITY : at;
    };
    return [...this.residents.keys()].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
  }

  private async end(key: string): Promise<void> {
    const resident = this.residents.get(key);
    if (resident === undefined) return;
    this.residents.delete(key);
    await resident.launcher.close();
    for (const [path, why] of resident.launcher.kept) this.kept.set(path, why);
  }
}

/** What may be taken without driving others out; a container's limit counts (Node 20.13 on). */
function availableBytes(): number {
  return process.availableMemory?.() ?? freemem();
}

function keyOf(env: Environment): string {
  return JSON.stringify(Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1)));
}
