import { inert } from '../../escape/shell.ts';
import { threadsOf, wantingThreads, workersOf } from '../../live/counts.ts';
import type { LiveFacts, LiveProcess } from '../../live/facts.ts';
import { poolThreads } from '../../pools/pool-threads.ts';
import { isConfig2026 } from '../../rules/resolution.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, type Fix, NO_PLAN, pass, skip, workerProcesses } from '../check.ts';
import { NO_JOB } from './seen.ts';

/** What was foretold of a running job, and what was seen. */
interface Comparison {
  what: string;
  foretold: string;
  observed: string;
  agrees: boolean;
}

/** The running job has other processes, threads or CPUs than the rules foretell from its environment. */
export const liveDiffers: Check = {
  id: 'live/differs',
  title: 'the running job is not as foretold',
  run(context) {
    const { live } = context;
    if (live === null) return skip(NO_JOB);
    if (context.resolution === null) return skip(NO_PLAN);
    if (!live.imported) return skip('LensKit is not loaded yet');
    const all = comparisons(context, live);
    const different = all.filter(({ agrees }) => !agrees);
    const [first] = different;
    if (first === undefined)
      return pass(`${all.map(({ what, observed }) => `${what}: ${observed}`).join(', ')}: as foretold`);
    return {
      status: 'warn',
      title: `${first.what}: foretold ${first.foretold}, there are ${first.observed}`,
      detail:
        'a parameter in the script (initialize(), n_jobs) beats the environment; a variable may have been set after the start',
      evidence: different.map(({ what, foretold, observed }) => ({
        where: what,
        said: `foretold ${foretold}, observed ${observed}`,
      })),
      fix: askedAgain(context, live, first),
    };
  },
};

/** All that is both foretold and there at the moment: workers while a batch runs, threads at any time. */
function comparisons(context: Situation, live: LiveFacts): Comparison[] {
  const { plan, binding, cpuFacts } = context;
  const workers = workersOf(live).length;
  const foretold = workerProcesses(context);
  const list: Comparison[] = [];
  // With Ray the processes are Ray's, as many as it sees fit.
  if (workers > 0)
    list.push(
      haveStarted(live)
        ? exactly('worker processes', foretold, workers)
        : atMost('worker processes', foretold, workers),
    );
  const most = mostThreads(context, live);
  const foretoldOnes = { processes: live.processes.filter(isForetold) };
  list.push(atMost('threads', most, threadsOf(foretoldOnes)));
  const wanting = wantingThreads(foretoldOnes);
  const busiest = plan && busiestThreads(plan, workers);
  if (wanting !== null && busiest !== null) list.push(atMost('threads that want a CPU', busiest, wanting));
  const whole = cpuFacts.affinity;
  const [common] = [...live.affinities].sort((a, b) => b.threads - a.threads);
  if (binding.kind === 'unbound' && whole !== null && common !== undefined && live.affinities.length > 1) {
    const bound = live.affinities.filter(({ cpus }) => cpus !== common.cpus);
    const agrees = bound.length === 0;
    list.push({
      what: 'CPUs of the threads',
      foretold: `all on ${whole}`,
      observed: live.affinities
        .slice(0, 8)
        .map(({ cpus, threads }) => `${threads} on ${cpus}`)
        .join(', '),
      agrees,
    });
  }
  return list;
}

/** Workers are started one after the other, each a matter of seconds, on a busy machine of many. */
const STARTING = 30;

function haveStarted({ workersSince }: LiveFacts): boolean {
  return workersSince !== null && workersSince >= STARTING;
}

function exactly(what: string, foretold: number, seen: number): Comparison {
  return { what, foretold: String(foretold), observed: String(seen), agrees: foretold === seen };
}

/** Fewer are no difference: pools start late, and what has nothing to do sleeps. */
function atMost(what: string, foretold: number, seen: number): Comparison {
  return { what, foretold: `at most ${foretold}`, observed: String(seen), agrees: seen <= foretold };
}

/** The rules say nothing of Ray's own processes, nor of what a script calls besides. */
function isForetold({ role }: LiveProcess): boolean {
  return role === 'main' || role === 'worker';
}

/** Beside its pools a process has threads for Python, queues, sockets, allocators and logging: up to nine were seen. */
const OTHER_THREADS = 12;

/** All pools at their largest, in the main process and in the workers that are there. */
function mostThreads(context: Situation, live: LiveFacts): number {
  const { atImport, cpus, resolution } = context;
  const each = cpus.affinity ?? cpus.online ?? cpus.effective;
  const rows = poolThreads(context);
  const workers = workersOf(live).length;
  const sum = (column: 'main' | 'worker') => rows.reduce((total, row) => total + (row[column] ?? each), 0);
  // Each batch job of 2026 is a thread, which calls the backends for itself.
  const jobs = resolution !== null && isConfig2026(resolution.main) ? Number(resolution.main.numBatchJobs) * each : 0;
  return (
    atImport.main + sum('main') + jobs + workers * (atImport.worker + sum('worker')) + OTHER_THREADS * (1 + workers)
  );
}

/** Of the model that keeps most busy; each process has its own Python thread beside, which hands on. */
function busiestThreads(plan: NonNullable<Situation['plan']>, workers: number): number | null {
  const counts = [
    plan.peakThreads,
    ...[plan.trainingThreadsByModel, plan.inferenceThreadsByModel, plan.batchThreadsByModel].flatMap((each) =>
      Object.values(each),
    ),
  ];
  return counts.some((count) => count === null) ? null : Math.max(...counts.map(Number)) + 1 + workers;
}

function askedAgain(context: Situation, live: LiveFacts, { what }: Comparison): Fix {
  if (what !== 'worker processes' || context.resolution === null)
    return { text: inert`look whether the script sets threads itself: lk check script FILE` };
  const flag = 'levels' in context.resolution ? '--jobs' : '--processes';
  return { commands: [['lk', 'doctor', '--pid', String(live.pid), flag, String(workersOf(live).length)]] };
}
