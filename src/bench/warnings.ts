import { type BenchResult, labelOf, type Run } from '../documents/bench-result.ts';
import type { BenchPlan } from './asked.ts';
import { type Engine, UNGUARDED } from './engines/engine.ts';
import type { Outcome } from './outcome.ts';
import type { Rounds } from './rounds.ts';
import type { Session } from './session.ts';
import { outliers } from './trials.ts';

interface Measured {
  engine: Engine;
  session: Session;
  asked: BenchPlan;
  rounds: Rounds;
  /** What the engine had to say when it was made ready. */
  told: readonly string[];
  outcome: Outcome;
  model: BenchResult['model'];
}

/** Busy CPUs of others that make a measurement doubtful. */
const FOREIGN_LOAD = 0.2;
/** All runs together have drifted by this share: worth a word, though it was taken out. */
const DRIFT = 0.15;

/** What should be known of a measurement before it is believed, in words. */
export function warningsOf(measured: Measured): string[] {
  const { engine, session, asked, told } = measured;
  const load = asked.foreignLoad ?? 0;
  return [
    ...(load > FOREIGN_LOAD
      ? [`${load.toFixed(1)} CPUs were busy with other work at the start: times will scatter`]
      : []),
    ...told,
    ...ofTheRounds(measured),
    ...ofFailures(measured),
    ...ofExtrapolation(measured),
    ...engine.leftovers(),
    ...(session.paused > 0
      ? [`${runsOf(session.paused)} ${were(session.paused)} stopped by a signal for a while, and not counted`]
      : []),
    ...ofTheEnd(measured),
  ];
}

function ofTheRounds({ asked, rounds, outcome, session }: Measured): string[] {
  const { drift, disturbed } = outcome.verdict;
  const { settings, reference } = asked.plan;
  const all = Math.abs(Math.log1p(drift)) * session.runs;
  const way = drift > 0 ? 'longer' : 'less long';
  const label = (index: number): string =>
    index === reference ? 'the current environment' : labelOf(settings[index]?.env ?? {});
  return [
    ...(all > DRIFT
      ? [
          `the same setting takes ${(Math.abs(drift) * 100).toFixed(1)} % ${way} from run to run: that was taken out of the comparison, not of the medians`,
        ]
      : []),
    ...(disturbed > 0
      ? [
          `${disturbed} ${disturbed === 1 ? 'round was' : 'rounds were'} disturbed by other work on the machine, and repeated`,
        ]
      : []),
    ...rounds.runs.flatMap((runs, index) => outliers(label(index), runs)),
  ];
}

/** Failures of settings that come to their end as well. */
function ofFailures({ rounds, outcome, engine }: Measured): string[] {
  const flaky = rounds.runs.filter((own) => own.some(isFailure) && own.some(({ status }) => status === 'ok'));
  const failures = flaky.flat().filter(isFailure).length;
  const total = flaky.flat().length;
  const best = outcome.trials.find(({ env }) => env === outcome.best?.env);
  const own = best?.runs.filter(isFailure).length ?? 0;
  const script = scriptOf(engine.job);
  const unguarded = rounds.runs.flat().some(({ reason }) => reason?.includes(UNGUARDED));
  const left = Math.max(0, ...rounds.runs.flat().map((run) => run.left));
  return [
    ...(unguarded
      ? [`the script starts processes while they import it: lk check script ${script ?? 'FILE'} says where`]
      : []),
    ...(failures > 0
      ? [
          `${failures} of ${runsOf(total)} failed of settings that also come to their end, as if at random${outcome.best?.changed && own > 0 ? `, ${own} of them of the best` : ''}`,
        ]
      : []),
    ...(left > 0 ? [`runs left up to ${left} ${left === 1 ? 'process' : 'processes'} behind, which were ended`] : []),
  ];
}

function isFailure({ status }: Run): boolean {
  return status === 'failed';
}

function scriptOf({ command }: Engine['job']): string | null {
  const words: unknown[] = Array.isArray(command) ? command : [];
  return (words.find((word) => typeof word === 'string' && word.endsWith('.py')) as string | undefined) ?? null;
}

function ofExtrapolation({ engine, asked, outcome, model, session }: Measured): string[] {
  const wanted = outcome.best !== null && asked.extrapolate && engine.users !== null;
  return wanted && model === null && !session.stopped
    ? ['no time was left to learn what other numbers of users cost: --budget gives more']
    : [];
}

function ofTheEnd({ session, rounds }: Measured): string[] {
  if (session.broken !== null) return [`nothing more could be measured: ${session.broken}`];
  return !rounds.complete && !session.stopped ? ['the budget was spent before the search was done'] : [];
}

function runsOf(count: number): string {
  return `${count} ${count === 1 ? 'run' : 'runs'}`;
}

function were(count: number): string {
  return count === 1 ? 'was' : 'were';
}
