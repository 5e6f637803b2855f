import { isOut, type Timing } from './racing.ts';
import { shuffled } from './shuffled.ts';

export interface Sampling {
  /** Settings to choose among. */
  settings: readonly number[];
  /** The job's own number of users. */
  users: number;
  /** What a run of the whole job takes now. */
  wholeSeconds: number;
  /** What it takes to get a setting's process ready: a sample need not be shorter. */
  startSeconds: number;
  /** Runs a setting for so many users; null: the budget is spent. */
  measure(setting: number, users: number, limit: number | null): Promise<Timing | null>;
  random: () => number;
}

/** A run for fewer users than the job has. */
export interface SampleRun {
  setting: number;
  users: number;
  seconds: number;
}

/** The whole job takes so many times as long as getting a process ready, else a sample saves nothing. */
const WORTH_IT = 6;
/** A job that is shorter is run as it is. */
const LEAST_SECONDS = 2;
const FEWEST_USERS = 50;
/** The largest sample is this part of the job. */
const MOST_SHARE = 1 / 3;
/** How far off what two samples foretell may be; with every doubling half of it. */
const FIRST_ERROR = 0.2;

/**
 * Settings that cannot win, as runs for fewer users show. The time of a setting is a straight line over the number of
 * users (fixed cost, and cost of a user), so that two sizes foretell the whole job; the number is doubled until what is
 * foretold tells the settings apart, or the sample is so large that it saves nothing. A sample that takes longer than the
 * whole job does now has lost whatever the line is: more users never take less.
 */
export async function fewerUsers(sampling: Sampling): Promise<{ lost: number[]; samples: SampleRun[] }> {
  const { settings, users, wholeSeconds, startSeconds, measure, random } = sampling;
  const samples: SampleRun[] = [];
  const lost = new Set<number>();
  const share = Math.max(startSeconds, wholeSeconds / 64) / wholeSeconds;
  let size = Math.max(FEWEST_USERS, Math.round(users * share));
  if (wholeSeconds < Math.max(LEAST_SECONDS, WORTH_IT * startSeconds) || size > users * MOST_SHARE)
    return { lost: [], samples };
  for (let round = 0; size <= users * MOST_SHARE; round++, size *= 2) {
    const open = settings.filter((setting) => !lost.has(setting));
    if (open.length < 2) break;
    for (const setting of shuffled(open, random)) {
      const timing = await measure(setting, size, wholeSeconds);
      if (timing === null) return { lost: [...lost], samples };
      if (isOut(timing) || timing.outcome === 'capped') lost.add(setting);
      else samples.push({ setting, users: size, seconds: timing.seconds });
    }
    if (round === 0) continue;
    const error = FIRST_ERROR / 2 ** (round - 1);
    const foretold = open
      .filter((setting) => !lost.has(setting))
      .map((setting) => ({ setting, seconds: wholeTime(samples, setting, users) }));
    const quickest = Math.min(...foretold.map(({ seconds }) => seconds));
    const beaten = foretold.filter(({ seconds }) => seconds * (1 - error) > quickest * (1 + error));
    for (const { setting } of beaten) lost.add(setting);
    const rest = foretold.filter(({ setting }) => !lost.has(setting));
    // Those that are left are for runs of the whole job to tell apart.
    if (rest.length < 2 || rest.every(({ seconds }) => seconds <= quickest * (1 + error / 2))) break;
  }
  return { lost: [...lost], samples };
}

/** What the line through a setting's samples says of the whole job; no part of the cost is below 0. */
function wholeTime(samples: readonly SampleRun[], setting: number, users: number): number {
  const own = samples.filter((sample) => sample.setting === setting);
  const mean = (value: (sample: SampleRun) => number): number =>
    own.reduce((sum, sample) => sum + value(sample), 0) / own.length;
  const [size, seconds] = [mean((sample) => sample.users), mean((sample) => sample.seconds)];
  const spread = own.reduce((sum, sample) => sum + (sample.users - size) ** 2, 0);
  const together = own.reduce((sum, sample) => sum + (sample.users - size) * (sample.seconds - seconds), 0);
  const slope = Math.min(seconds / size, Math.max(0, spread === 0 ? 0 : together / spread));
  return seconds + slope * (users - size);
}
