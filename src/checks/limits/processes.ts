import { roomOf, type ThreadLimit, tightestThreadLimit } from '../../cpus/process-limits.ts';
import { inert } from '../../escape/shell.ts';
import { fitsLimits } from '../../situation/limits.ts';
import type { Situation, UnknownRules } from '../../situation/situation.ts';
import { startedThreads } from '../../situation/started-threads.ts';
import { threadStacks } from '../../situation/thread-stacks.ts';
import {
  counted,
  type Evidence,
  type Finding,
  type Fix,
  type MachineCheck,
  NO_PLAN,
  pass,
  recommended,
  skip,
  unseenLimits,
} from '../check.ts';

/** All threads of all processes, asleep or not, from their imports on, against what may be started. */
export const limitsProcesses: MachineCheck = {
  id: 'limits/processes',
  title: 'few processes are allowed',
  needsNoRules: true,
  run(context) {
    if (context.rules === null) return importing(context);
    const { resolution, plan, cpuFacts, ncpus, atImport } = context;
    if (resolution === null || plan === null || plan.peakThreads === null) return skip(NO_PLAN);
    const tightest = tightestThreadLimit(cpuFacts.threadLimits);
    const unseen = unseenLimits(context, 'pids');
    if (tightest === null) return skip('no limit of processes or threads could be read');
    const started = startedThreads(resolution, atImport, ncpus.count);
    if (started === null) return skip("the threads of Ray's workers were not counted");
    const room = roomOf(tightest);
    const processes = counted(started.workers + 1, 'process');
    if (started.all <= room) return unseen ?? pass(`about ${started.all} threads in ${processes} may be started`);
    const evidence = [evidenceOf(tightest), ...imported(context)];
    const fix = fixOf(context, tightest, started.all);
    if (started.atImport > room)
      return {
        status: 'fail',
        title: `importing starts ${counted(started.atImport, 'thread')} in ${processes}, and ${tightest.name} leaves room for ${room}`,
        detail: `OpenBLAS starts them before any knob of LensKit applies, and ends the process where it cannot${assumption(context)}`,
        evidence,
        fix,
      };
    const ends = started.least > room;
    return {
      status: ends ? 'fail' : 'warn',
      title: `${ends ? `at the least ${started.least}` : `about ${started.all}`} threads in ${processes}, and ${tightest.name} leaves room for ${room}`,
      detail: `${started.atImport} of them from importing, and helper threads of Python, queues and allocators included${assumption(context)}`,
      evidence,
      fix,
    };
  },
};

/** What importing numpy and scipy starts is known whatever LensKit is. */
function importing({ cpuFacts, atImport }: UnknownRules): Finding {
  const tightest = tightestThreadLimit(cpuFacts.threadLimits);
  if (tightest === null) return skip('no limit of processes or threads could be read');
  const room = roomOf(tightest);
  if (atImport.main <= room)
    return skip(`importing starts ${counted(atImport.main, 'thread')} of ${room}; what LensKit starts is not known`);
  return {
    status: 'fail',
    title: `importing starts ${counted(atImport.main, 'thread')}, and ${tightest.name} leaves room for ${room}`,
    detail: 'OpenBLAS starts them, and ends the process where it cannot',
    evidence: [evidenceOf(tightest), ...imported({ atImport })],
    fix: { env: { OPENBLAS_NUM_THREADS: '1' } },
  };
}

function evidenceOf({ file, most, now }: ThreadLimit): Evidence {
  return { where: file, said: now === null ? String(most) : `${most}, of which ${now} are in use` };
}

function assumption({ atImport }: Situation): string {
  return atImport.assumed ? "; no LensKit is known here, so that pip's wheels of numpy and scipy are assumed" : '';
}

function imported({ atImport }: Pick<Situation, 'atImport'>): Evidence[] {
  return atImport.libraries.map(({ library, main, by }) => ({
    where: library,
    said: `${counted(main, 'thread')} at import (${by})`,
  }));
}

/** The recommendation where it fits; else what raises the limit, if its user can. */
function fixOf(context: Situation, limit: ThreadLimit, needed: number): Fix {
  if (fitsRecommended(context)) return recommended(context);
  const { hard } = limit;
  const wanted = (limit.now ?? 0) + needed;
  if (hard !== undefined && (hard === null || wanted <= hard))
    return { ...recommended(context), commands: [['ulimit', '-u', String(wanted)]] };
  const raise = {
    'pids.max': inert`and have the limit raised: docker run --pids-limit=${wanted}, or TasksMax= of systemd`,
    RLIMIT_NPROC: inert`and ask for a higher hard limit: ulimit -u does not go beyond ${hard ?? limit.most} here`,
  }[limit.name];
  return { ...recommended(context), text: raise ?? inert`and have ${limit.file} raised` };
}

function fitsRecommended({ recommendedRun, cpuFacts, machine, ncpus, env }: Situation): boolean {
  if (recommendedRun === null) return false;
  const limits = { threads: cpuFacts.threadLimits, machine, stacks: threadStacks(machine.limits ?? null, env) };
  return fitsLimits(recommendedRun.resolution, recommendedRun.atImport, ncpus.count, limits);
}
