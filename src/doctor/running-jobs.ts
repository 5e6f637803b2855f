import { verdictOf } from '../checks/attention.ts';
import { workerProcesses } from '../checks/check.ts';
import { examine } from '../checks/examine.ts';
import { ALL_CHECKS, selected } from '../checks/select.ts';
import { JOBS_VERSION, type JobsReport, type RunningJob } from '../documents/jobs-report.ts';
import type { Host } from '../host/host.ts';
import { beganOf, isStillThere } from '../host/process.ts';
import { wantingThreads } from '../live/counts.ts';
import type { LiveFacts } from '../live/facts.ts';
import { findJobs } from '../live/jobs.ts';
import { observeAll } from '../live/observe.ts';
import type { Hide } from '../privacy/secrets.ts';
import { NO_QUESTION } from '../situation/question.ts';
import { situate } from '../situation/situate.ts';
import type { Situation } from '../situation/situation.ts';
import { reportOf } from './diagnose.ts';
import { factsOf, observeJob, type SeenJob } from './observe-running.ts';

/** On a node with more of them they are looked at by number. */
const MOST_JOBS = 256;

/**
 * Every job of this machine that has LensKit loaded, looked at within the same time. What ends meanwhile is left out.
 *
 * @param hide hides what is secret to this program
 */
export async function observeJobs(
  proc: Host,
  seconds: number,
  program: { version: string; time: Date },
  hide: Hide,
): Promise<JobsReport> {
  const { certain, perhaps, unseen, hidden } = findJobs(proc);
  const seen: SeenJob[] = [];
  const failed: JobsReport['failed'] = [];
  for (const pid of [...certain, ...perhaps].slice(0, MOST_JOBS)) {
    try {
      const job = await observeJob(proc, pid, `PID ${pid}`, { hide });
      if (certain.includes(pid) || job.facts.python.lenskit?.version.startsWith('0.')) seen.push(job);
    } catch (error) {
      if (certain.includes(pid) && beganOf(pid, proc) !== null)
        failed.push({ pid, why: hide((error as Error).message) });
    }
  }
  const looks = await observeAll(
    proc,
    seen.map(({ job, standing }) => ({ ...job, standing })),
    seconds,
  );
  const jobs = seen.flatMap((job, at) => {
    const live = looks[at] ?? null;
    return live === null || !isStillThere(job.running, proc) ? [] : [lineOf(job, live, program)];
  });
  return {
    schemaVersion: JOBS_VERSION,
    program: { name: 'lk', version: program.version },
    time: program.time.toISOString(),
    seconds,
    jobs: jobs.sort((a, b) => a.pid - b.pid),
    unseen,
    hidden,
    failed,
  };
}

function lineOf(job: SeenJob, live: LiveFacts, program: { version: string; time: Date }): RunningJob {
  const facts = job.hide(factsOf(job, live));
  const situation = situate(facts, NO_QUESTION);
  const report = reportOf(situation, examine(situation, selected(ALL_CHECKS)), program);
  const { plan, lenskit, cpus, summary, checks } = report;
  return {
    pid: live.pid,
    version: lenskit.version,
    generation: lenskit.generation,
    plan:
      plan === null || situation.rules === null
        ? null
        : {
            workers: workerProcesses(situation as Situation),
            trainingThreads: plan.trainingThreads,
            batchThreads: plan.batchThreads,
          },
    processes: live.processes.length,
    wanting: wantingThreads(live),
    effective: cpus.effective,
    cpusUsed: live.cpusUsed,
    waitedShare: live.waitedShare,
    verdict: verdictOf(checks),
    summary,
  };
}
