import { threadsOf, wantingThreads, workersOf } from '../../live/counts.ts';
import type { LiveFacts } from '../../live/facts.ts';
import { type Check, counted, type Finding, pass, skip } from '../check.ts';
import { cpus as cpuCount, NO_JOB, threadTimes } from './seen.ts';

/** Who waits as long as this for a CPU is not idle. */
const WAITING = 0.2;

/** CPUs of the running job have nothing to do. */
export const liveIdle: Check = {
  id: 'live/idle',
  title: 'CPUs of the running job have nothing to do',
  run({ live, cpus: { effective } }) {
    if (live === null) return skip(NO_JOB);
    const { cpusUsed, waitedShare } = live;
    const wanting = wantingThreads(live);
    if (wanting === null || cpusUsed === null) return skip('the kernel does not tell which threads want a CPU');
    const used = `it uses ${cpuCount(cpusUsed)} of ${counted(effective, 'CPU')}`;
    if (wanting === 0) return { ...asleep(live), ...found(live, used) };
    if (effective === 1) return pass(used);
    if (wanting > 1 || cpusUsed > effective / 2 || (waitedShare ?? 0) >= WAITING) return pass(used);
    const workers = workersOf(live);
    const isWorker = workers.some((worker) => worker.wanting === 1);
    if (isWorker && workers.length > 1)
      return {
        status: 'warn',
        title: `one of ${workers.length} workers is at work, and the others wait for it: ${used}`,
        detail:
          'at the end of a batch that is so for a moment; with few users for each worker, or one with much to do, for long',
        ...found(live, used),
      };
    const where = isWorker ? 'the worker' : 'the main process';
    return {
      status: 'warn',
      title: `one of ${threadsOf(live)} threads is at work, in ${where}: ${used}`,
      detail: live.imported
        ? 'a step without parallelism, or the interpreter lock (GIL), which one thread has at a time'
        : 'LensKit is not loaded yet',
      ...found(live, used),
    };
  },
};

/** With what it waits for, as far as the states of its threads say. */
function asleep(live: LiveFacts): Pick<Finding, 'status' | 'title' | 'detail'> {
  const { blocked, stopped } = live.states;
  const all = threadsOf(live);
  const none = `none of its ${all} threads wants a CPU`;
  if (stopped > 0)
    return {
      status: 'warn',
      title: `${counted(stopped, 'thread')} of ${all} stopped by a signal or a debugger`,
      detail: 'Ctrl-Z stops a job; fg or kill -CONT lets it go on',
    };
  return blocked > 0
    ? { status: 'warn', title: `${none}: ${counted(blocked, 'thread')} in wait for a disk or a network file system` }
    : { status: 'warn', title: `${none}: it waits for something else`, detail: 'a lock, a GPU, a pipe, input, sleep' };
}

function found(live: LiveFacts, used: string): Pick<Finding, 'evidence' | 'fix'> {
  return {
    evidence: [threadTimes(live, used)],
    fix: { commands: [['lk', 'doctor', '--pid', String(live.pid), '--for', '10s']] },
  };
}
