import type { BenchPhase } from '../documents/bench-choices.ts';
import type { Progress } from '../documents/bench-progress.ts';
import { type BenchResult, labelOf, type OtherRun, type Run, workersOf } from '../documents/bench-result.ts';
import type { BenchPlan } from './asked.ts';
import { MOST_SETTINGS } from './extrapolate.ts';
import { type Made, type Needed, type Race, secondsLeft } from './forecast.ts';
import { methodOf, type Plan, type Setting } from './plan.ts';
import type { RaceState } from './search/racing.ts';
import type { Session } from './session.ts';
import { medianOf } from './trials.ts';

/** How a run is made besides what its setting says. */
interface RunAs {
  limit?: number | null;
  /** Another number of users than the job's own. */
  users?: number | null;
}

/** The runs of a benchmark, with who watches kept informed: what is run, how long it still takes, what leads. */
export class Watch {
  /** What counts in no figure of a setting: warming up, and other numbers of users. */
  readonly others: OtherRun[] = [];
  /** Seconds that each phase took. */
  readonly seconds: Partial<Record<BenchPhase, number>> = {};
  /** The job's own number of users, where it can be varied. */
  users: number | null = null;
  private readonly session: Session;
  private readonly asked: BenchPlan;
  private readonly made: Made[] = [];
  private readonly counted: Run[][];
  private phase: BenchPhase = 'preparing';
  private since = 0;
  private race: Race | null = null;

  constructor(session: Session, asked: BenchPlan) {
    this.session = session;
    this.asked = asked;
    this.counted = asked.plan.settings.map(() => []);
  }

  enter(phase: BenchPhase): void {
    const now = this.session.elapsedSeconds;
    this.seconds[this.phase] = (this.seconds[this.phase] ?? 0) + now - this.since;
    this.since = now;
    this.phase = phase;
  }

  /** Nothing more is done; what each phase took. */
  end(): Pick<BenchResult['spent'], 'phases'> {
    this.enter(this.phase);
    return { phases: this.seconds };
  }

  raced({ dropped }: RaceState): void {
    const after = this.made.filter(({ phase }) => phase === 'searching').length;
    this.race = { open: this.asked.points.length - 1 - dropped.length, after };
  }

  /** Says what is being done where no setting is run. */
  say(doing: string): void {
    this.tell(doing, null);
  }

  /** Runs a setting; null: the limits are reached, or the user stopped it. */
  async run(index: number, { limit = null, users = null }: RunAs = {}): Promise<Run | null> {
    const { session, phase } = this;
    const setting = this.asked.plan.settings[index] as Setting;
    const isCurrent = index === this.asked.plan.reference;
    const label = isCurrent ? 'the current environment' : labelOf(setting.env);
    const doing = users === null ? label : `${label}, ${users} users`;
    this.tell(doing, { label, settings: setting.settings, isCurrent, users });
    const before = session.elapsedSeconds;
    const key = users === null ? setting.key : `${setting.key} ${users}`;
    const run = await session.measure(key, setting.environment, limit, users);
    if (run === null) return null;
    this.made.push({
      phase,
      setting: index,
      status: run.status,
      seconds: run.seconds,
      took: Math.max(run.seconds, session.elapsedSeconds - before),
      spawn: run.phases?.spawn ?? 0,
      size: users === null || this.users === null ? 1 : users / this.users,
    });
    if (phase === 'warming up' || phase === 'extrapolating') {
      this.others.push({ phase, env: setting.env, users, ...run });
    } else if (users === null) this.counted[index]?.push(run);
    return run;
  }

  private tell(doing: string, trying: Progress['trying']): void {
    const { session, asked, phase, made } = this;
    asked.onProgress({
      phase,
      doing,
      trying,
      runs: session.runs,
      leader: leaderOf(this.counted, asked.plan),
      elapsedSeconds: session.elapsedSeconds,
      remainingSeconds: session.remainingSeconds,
      leftSeconds: secondsLeft(made, this.needed()),
    });
  }

  private needed(): Needed {
    const { asked, session, phase, race } = this;
    const { settings, reference } = asked.plan;
    const method = methodOf(asked.method, asked.points.length);
    const workers = new Set(settings.map((setting) => workersOf(setting.settings))).size;
    return {
      phase,
      settings: method === 'racing' ? asked.points.length : settings.length,
      reference,
      dimensions: asked.points[0]?.length ?? 0,
      method,
      race,
      runs: asked.runs,
      rounds: asked.rounds,
      warmup: { each: asked.warmup.others, current: asked.warmup.current },
      extrapolated: asked.extrapolate && this.users !== null ? Math.min(MOST_SETTINGS, workers) : 0,
      left: { seconds: session.remainingSeconds, runs: session.remainingRuns },
    };
  }
}

function leaderOf(runs: readonly Run[][], { settings, reference }: Plan): Progress['leader'] {
  const known = runs.flatMap((own, index) => {
    const median = index === reference ? null : medianOf(own);
    return median === null ? [] : [{ label: labelOf(settings[index]?.env ?? {}), median }];
  });
  const leader = known.sort((a, b) => a.median - b.median)[0];
  if (leader === undefined) return null;
  const current = medianOf(runs[reference] ?? []);
  return { ...leader, speedup: current === null ? null : current / leader.median };
}
