import { counted } from '../checks/check.ts';
import type { Report } from '../documents/doctor-report.ts';
import type { Count } from '../rules/resolution.ts';
import { shown } from './words.ts';

type Plan = Pick<
  NonNullable<Report['plan']>,
  | 'main'
  | 'ray'
  | 'models'
  | 'atImport'
  | 'trainingThreads'
  | 'inferenceThreads'
  | 'batchThreads'
  | 'trainingThreadsByModel'
  | 'inferenceThreadsByModel'
  | 'batchThreadsByModel'
>;
type ByModel = Plan['batchThreadsByModel'];

/** A row: what is at work, how much of it, and on how many CPUs. */
export type LoadRow = [what: string, threads: string, load: string];

/** The last rows of the knob table: what is at work while a model is trained and asked. */
export function loadRows({ plan, cpus }: { plan: Plan | null; cpus: Pick<Report['cpus'], 'effective'> }): LoadRow[] {
  if (plan === null) return [];
  const { effective } = cpus;
  const { models } = plan;
  const busy = (threads: Count | null, byModel: ByModel) =>
    models.length > 0
      ? `${load(threads, effective)} (${models.join(', ')})`
      : [load(threads, effective), ...exceptions(threads, byModel)].join('; ');
  return [
    ...importRow(plan, effective),
    ['training', shown(plan.trainingThreads), busy(plan.trainingThreads, plan.trainingThreadsByModel)],
    ['inference in process', shown(plan.inferenceThreads), busy(plan.inferenceThreads, plan.inferenceThreadsByModel)],
    ...batchRow(plan, busy(plan.batchThreads, plan.batchThreadsByModel)),
  ];
}

/** They sleep, but count against limits of threads and address space. */
function importRow({ atImport }: Plan, effective: number): LoadRow[] {
  const { main, libraries } = atImport;
  if (main <= Math.max(effective, 1) * 2) return [];
  return [
    [
      'threads at import',
      shown(main),
      libraries.map(({ library, main: threads }) => `${library} ${threads}`).join(', '),
    ],
  ];
}

/** What workers, jobs or tasks keep busy together; none where the process makes the lists itself. */
function batchRow({ main, ray, batchThreads }: Plan, busy: string): LoadRow[] {
  if (ray?.cluster === 'existing') return [['inference in Ray', shown(batchThreads), 'on a cluster that runs already']];
  if (ray !== null) {
    const { tasks } = ray;
    if (tasks === 0) return [['inference in Ray', shown(batchThreads), 'no task fits: it never ends']];
    const each = tasks === null ? '' : `${counted(tasks, 'task')} at once, `;
    return [['inference in Ray', shown(batchThreads), `${each}${busy}`]];
  }
  if ('processes' in main)
    return main.processes > 1
      ? [['inference in workers', shown(batchThreads), `${main.processes} workers, ${busy}`]]
      : [];
  return main.numBatchJobs > 1
    ? [['inference in jobs', shown(batchThreads), `${main.numBatchJobs} jobs, ${busy}`]]
    : [];
}

/** So many models are named of each number of threads. */
const MOST_NAMES = 3;

/** Models that keep other numbers of threads busy than most do, the largest first: `4 with ease, implicit-mf`. */
function exceptions(most: Count | null, byModel: ByModel): string[] {
  const names = new Map<string, string[]>();
  for (const [name, threads] of Object.entries(byModel)) {
    if (String(threads) !== String(most)) names.set(String(threads), [...(names.get(String(threads)) ?? []), name]);
  }
  return [...names]
    .sort(([a], [b]) => Number(b) - Number(a))
    .map(([threads, all]) => {
      const more = all.length > MOST_NAMES ? ', …' : '';
      return `${threads} with ${all.slice(0, MOST_NAMES).join(', ')}${more}`;
    });
}

/** `busy on 1 CPU: 4.0×`. */
function load(threads: Count | null, effective: number): string {
  if (threads === null) return 'LensKit stops before';
  const ratio = (Number(threads) / effective).toFixed(1);
  return `busy on ${counted(effective, 'CPU')}: ${ratio}×`;
}
