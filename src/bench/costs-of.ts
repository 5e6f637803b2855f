import { type BenchResult, type Run, type Trial, workersOf } from '../documents/bench-result.ts';
import type { BatchCosts } from '../plan/costs.ts';
import { MEASURED } from '../plan/measured-costs.ts';
import { TYPICAL_MODEL } from '../plan/models.ts';
import { traitsOf } from '../rules/generations.ts';
import { median } from './statistics/summaries.ts';

/**
 * What a benchmark says of the costs of a batch run of its job: from its fitted model, else from where its runs' time
 * went. Text: why it says nothing.
 */
export function costsOf(result: BenchResult): BatchCosts | string {
  if (result.engine !== 'lenskit')
    return `measured with the engine ${result.engine}, which does not see how many users a run was for`;
  const cpus = result.cpus.quota ?? result.cpus.effective;
  const alone = listSeconds(result, (workers) => workers === 0);
  const spread = listSeconds(result, (workers) => workers > 1);
  if (alone === null) return 'no setting with one process was measured to its end';
  if (spread === null) return 'no setting with worker processes was measured to its end';
  const { workers } = spread;
  const by = traitsOf(result).batch === 'tasks' ? 'ray' : 'pool';
  // All CPUs work, or all workers.
  const all = spread.seconds * Math.min(workers, cpus);
  const handing = all * handingPart(by);
  const start = spread.start / Math.max(1, workers / cpus);
  return { inProcess: alone.seconds * Math.min(1, cpus), inWorker: all - handing, handing, start, by };
}

/** The main process's part of a list that a worker makes, which no run shows: as in what was measured. */
function handingPart(by: BatchCosts['by']): number {
  const { spread, models } = MEASURED[by === 'ray' ? '2026' : '2025'];
  return spread.handing / (spread.handing + (models[TYPICAL_MODEL]?.inWorker ?? 0));
}

interface ListCost {
  workers: number;
  seconds: number;
  start: number;
}

/** Of the settings with such a number of workers the quickest for a list. */
function listSeconds({ model, trials }: BenchResult, wanted: (workers: number) => boolean): ListCost | null {
  const fitted = (model?.settings ?? []).map(({ workers, usersPerSecond }) => ({
    workers,
    seconds: 1 / usersPerSecond,
    start: (model?.perWorkerSeconds ?? 0) * workers,
  }));
  const measured = trials.flatMap((trial) => measuredCost(trial));
  for (const costs of [fitted, measured]) {
    const fitting = costs.filter(({ workers, seconds }) => wanted(workers) && seconds > 0 && Number.isFinite(seconds));
    if (fitting.length > 0) return fitting.reduce((a, b) => (b.seconds < a.seconds ? b : a));
  }
  return null;
}

function measuredCost({ settings, runs }: Trial): ListCost[] {
  const workers = workersOf(settings);
  const phases = runs.filter(({ status }) => status === 'ok').flatMap((run) => phasesOf(run));
  if (phases.length === 0) return [];
  const seconds = median(phases.map(({ batch, spawn, users }) => (batch - spawn) / users));
  return [{ workers, seconds, start: workers === 0 ? 0 : median(phases.map(({ spawn }) => spawn)) }];
}

function phasesOf({ phases }: Run): { batch: number; spawn: number; users: number }[] {
  const { batch, users, spawn = 0 } = phases ?? {};
  return batch === undefined || !users ? [] : [{ batch, spawn, users }];
}
