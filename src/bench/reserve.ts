import type { Run } from '../documents/bench-result.ts';
import type { Runner } from './runner.ts';
import { FEWEST_ROUNDS } from './statistics/signed-rank.ts';
import { medianOf } from './trials.ts';

/** What is kept of the budget for the last rounds is a little more than they have taken so far. */
const RESERVE = 1.1;
/** A run that fails in the search is made again. */
const SLACK = 1;

/** What the last rounds, which alone can show something, need of the budget. */
export interface Reserve {
  /** Another run of the search, with this limit, would take of it. */
  isTouched(limit: number | null): boolean;
  /** There is room for the fewest rounds with so many settings beside the reference. */
  hasRoomFor(finalists: number): boolean;
}

/** Reckons with what was run so far. Where there is not enough for the last rounds anyway nothing is kept. */
export function reserveOf(runs: readonly Run[][], reference: number, runner: Runner, before: number): Reserve {
  const preparing = (): number => runner.preparingSeconds?.() ?? 0;
  /** What a process takes that is kept for more runs: the last rounds are made by processes that are there. */
  const start = (): number => preparing() / Math.max(1, runs.flat().filter(({ first }) => first === true).length);
  /** What a run takes besides what is measured, on average. */
  const beside = (): number => {
    const seconds = runs.flat().reduce((sum, run) => sum + run.seconds, 0) + preparing();
    return Math.max(0, before - runner.left().seconds - seconds) / Math.max(1, runs.flat().length);
  };
  const current = (): number => {
    const own = runs[reference] ?? [];
    return (medianOf(own) ?? Math.max(0, ...own.map(({ seconds }) => seconds))) + beside();
  };
  const needed = (finalists: number): { seconds: number; runs: number } => {
    const quickest = Math.min(...runs.flatMap((own) => medianOf(own) ?? []), current() - beside()) + beside();
    const round = current() + finalists * quickest;
    return { seconds: RESERVE * FEWEST_ROUNDS * round, runs: FEWEST_ROUNDS * (1 + finalists) };
  };
  const first = runner.left();
  const keeps = first.seconds > needed(1).seconds + current() && first.runs > needed(1).runs + SLACK;
  return {
    isTouched(limit) {
      const left = runner.left();
      const next = Math.min((limit ?? Number.POSITIVE_INFINITY) + beside(), current()) + start();
      return keeps && (left.runs <= needed(1).runs + SLACK || left.seconds - next < needed(1).seconds);
    },
    hasRoomFor(finalists) {
      const left = runner.left();
      return left.runs >= needed(finalists).runs && left.seconds > needed(finalists).seconds;
    },
  };
}
