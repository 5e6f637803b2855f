import { Chalk } from 'chalk';
import { counted } from '../checks/check.ts';
import { percent } from '../checks/live/seen.ts';
import type { JobsReport, RunningJob } from '../documents/jobs-report.ts';
import { wrapped } from './layout.ts';
import { SYMBOLS } from './status.ts';
import { table } from './table.ts';

/** The jobs of this machine, a line each. */
export function renderJobs(
  { jobs, unseen, hidden, failed }: JobsReport,
  { color, width }: { color: boolean; width: number },
): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const lines =
    jobs.length === 0
      ? ['no job that has LensKit loaded was found']
      : table(
          ['PID', 'LensKit', 'Rules', 'Plan', 'Want of CPUs', 'Used', 'Waited', 'Verdict'],
          jobs.map(rowOf),
          paint,
          Math.max(width, 30),
        );
  return [
    ...lines,
    ...failed.flatMap(({ why }) => wrapped(why, width, '  ')),
    ...(unseen === 0
      ? []
      : wrapped(`${counted(unseen, 'process')} not looked into: of other users, or kept by the kernel`, width, '  ')),
    ...(hidden ? wrapped('jobs of other users are not seen: /proc hides their processes (hidepid)', width, '  ') : []),
    ...(jobs.length === 0 ? [] : wrapped('lk doctor --pid PID says why, and what to set', width, '  ')),
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function rowOf(job: RunningJob): string[] {
  const { plan, verdict } = job;
  return [
    String(job.pid),
    job.version ?? '?',
    job.generation ?? 'not known',
    plan === null ? '' : planWords(plan),
    `${job.wanting ?? '?'} of ${job.effective}`,
    job.cpusUsed === null ? '?' : job.cpusUsed.toFixed(1),
    job.waitedShare === null ? '?' : percent(job.waitedShare),
    verdict === null ? 'ok' : `${SYMBOLS[verdict.status]} ${verdict.id}`,
  ];
}

/** `2 workers, 4 busy`. */
function planWords({ workers, batchThreads, trainingThreads }: NonNullable<RunningJob['plan']>): string {
  const busy = batchThreads ?? trainingThreads;
  const who = workers === 0 ? 'no workers' : counted(workers, 'worker');
  return busy === null ? who : `${who}, ${busy} busy`;
}
