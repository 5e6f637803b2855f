import type { BatchCosts, KnownCosts } from '../plan/costs.ts';
import { costsFor } from '../plan/measured-costs.ts';
import { TYPICAL_MODEL } from '../plan/models.ts';
import type { Rules } from '../rules/generation.ts';
import type { Surroundings } from './situation.ts';

/** Of several models that are asked about the mean: a script asks them all, one after the other. */
export function knownCosts({ question, probe, models }: Surroundings, rules: Rules): KnownCosts {
  if (question.costs !== null) {
    const { file, model, ...costs } = question.costs;
    return { model, costs, from: 'bench', said: `as measured: ${file}` };
  }
  const table = costsFor(rules);
  const asked = models.filter((name) => table.models[name] !== undefined);
  const known = asked.length > 0 ? asked : [TYPICAL_MODEL];
  const mean = (of: 'inProcess' | 'inWorker' | 'compiling') =>
    known.reduce((sum, name) => sum + (table.models[name]?.[of] ?? 0), 0) / known.length;
  const compiling = mean('compiling');
  const costs: BatchCosts = {
    ...table.spread,
    inProcess: mean('inProcess'),
    inWorker: mean('inWorker'),
    ...(compiling === 0 ? {} : { compiling }),
  };
  const model = known.join(', ');
  const said = `measured with LensKit ${table.lenskit} and ${table.data}`;
  const start = probe?.ok ? (probe.observed.worker?.start ?? null) : null;
  if (start === null) return { model, costs, from: 'table', said };
  return {
    model,
    costs: scaled(costs, start),
    from: 'probe',
    said: `a worker's start as probed, and in proportion what was ${said}`,
  };
}

/**
 * The table's costs on a machine where a worker starts in so many CPU seconds: its CPUs are as much slower in making
 * lists. What a start waits for besides, as for a file system of a cluster, comes on top.
 */
function scaled(costs: BatchCosts, start: { cpu: number; wall: number | null }): BatchCosts {
  const slower = start.cpu / costs.start;
  const waited = Math.max(0, (start.wall ?? start.cpu) - start.cpu);
  return {
    ...costs,
    inProcess: costs.inProcess * slower,
    inWorker: costs.inWorker * slower,
    handing: costs.handing * slower,
    ...(costs.compiling === undefined ? {} : { compiling: costs.compiling * slower }),
    start: start.cpu + waited,
  };
}
