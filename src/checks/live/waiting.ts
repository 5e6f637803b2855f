import type { EffectiveCpus } from '../../cpus/effective.ts';
import { inert } from '../../escape/shell.ts';
import { wantingThreads } from '../../live/counts.ts';
import type { LiveFacts } from '../../live/facts.ts';
import { isStopped } from '../../live/stopped.ts';
import { type Check, counted, pass, recommended, skip } from '../check.ts';
import { cpus as cpuCount, NO_JOB, percent, threadTimes } from './seen.ts';

/** Below this part, turns are taken as on any machine. */
const NOTEWORTHY = 0.2;
/** From here on most of the job's time is lost. */
const HALF = 0.5;
/** A job that wants less than this of the CPUs loses nothing. */
const LEAST = 0.05;

/** Threads of the running job could run, and waited for a CPU. */
export const liveWaiting: Check = {
  id: 'live/waiting',
  title: 'threads of the running job wait for a CPU',
  run(context) {
    const { live, cpus } = context;
    if (live === null) return skip(NO_JOB);
    const { waitedShare, cpusUsed, others } = live;
    const wanting = wantingThreads(live);
    if (waitedShare === null || wanting === null) return skip('the kernel does not tell how long threads waited');
    if (wanting === 0 && (cpusUsed ?? 0) < LEAST) return pass('hardly any thread wants a CPU');
    const waited = `of the time that its threads could run they waited ${percent(waitedShare)}`;
    if (waitedShare < NOTEWORTHY) return pass(waited);
    const evidence = [
      threadTimes(live, `waited ${percent(waitedShare)}, ${counted(wanting, 'thread')} wanted a CPU`),
      ...(others === null
        ? []
        : [{ where: '/proc/stat', said: `others used ${cpuCount(others.used)} CPUs, ${cpuCount(others.idle)} idle` }]),
    ];
    const isOwn = wanting > cpus.effective;
    if (isOwn || isStopped(live)) {
      const haveTheirs = haveMore(others, live, cpus);
      return {
        status: waitedShare >= HALF && isOwn && !haveTheirs ? 'fail' : 'warn',
        title: `${waited}: ${counted(wanting, 'thread')} for ${counted(cpus.effective, 'CPU')}${
          others !== null && (haveTheirs || others.used >= 1)
            ? `, and other programs use ${cpuCount(others.used)} of the machine's`
            : ''
        }`,
        evidence,
        fix: recommended(context),
      };
    }
    const gone = endedUse(live);
    if (gone > (others?.used ?? 0))
      return {
        status: 'warn',
        title: `${waited}: processes of its own that ended meanwhile (${live.ended}) used ${cpuCount(gone)} CPUs`,
        detail: 'short ones, as of subprocess or a pool that is made anew for each batch: they are not in the table',
        evidence,
        fix: { commands: [['lk', 'doctor', '--pid', String(live.pid), '--for', '10s']] },
      };
    return {
      status: 'warn',
      title: `${waited}, ${counted(wanting, 'thread')} for ${counted(cpus.effective, 'CPU')}: ${
        others === null ? 'others use them' : `other programs use ${cpuCount(others.used)} CPUs`
      }`,
      detail: 'it does not start too many threads for its CPUs: somebody else runs on them',
      evidence,
      fix: { text: inert`see who else runs there (top), or have CPUs of its own: a job of the scheduler, a cpuset` },
    };
  },
};

/** CPUs used by processes of the job that are not there any more; 0: hardly any. */
function endedUse({ ended, cpusUsed, processes }: LiveFacts): number {
  if (ended === 0 || cpusUsed === null) return 0;
  const there = processes.reduce((sum, process) => sum + (process.cpusUsed ?? 0), 0);
  return cpusUsed - there >= LEAST ? cpusUsed - there : 0;
}

/** True where others use more of the job's CPUs than it does: on all CPUs of the machine alone is it known whose they use. */
function haveMore(others: LiveFacts['others'], { cpusUsed }: LiveFacts, { limitedBy }: EffectiveCpus): boolean {
  return limitedBy === 'none' && others !== null && others.used > (cpusUsed ?? 0);
}
