import type { ThreadLimit } from '../../cpus/process-limits.ts';
import { type Check, counted, NO_PLAN, pass, recommended, skip, unseenLimits, whatIsSet } from '../check.ts';

/** No machine is better off with more; LensKit starts as many as it is told (100,000 stood a machine still). */
const SENSIBLE = 256;
const SENSIBLE_FOR_EACH_CPU = 32;

/** More threads than the system lets start, or than makes any sense. */
export const planTooManyThreads: Check = {
  id: 'plan/too-many-threads',
  title: 'more threads than can be started',
  run(context) {
    const { plan, cpus, cpuFacts } = context;
    if (plan === null || plan.pooledThreads === null) return skip(NO_PLAN);
    const pooled = Number(plan.pooledThreads);
    const hit = cpuFacts.threadLimits.filter((limit) => pooled > room(limit)).sort((a, b) => room(a) - room(b))[0];
    if (hit !== undefined) {
      return {
        status: 'fail',
        title: `${plan.pooledThreads} threads are to be started, and ${hit.name} leaves room for ${room(hit)}`,
        detail: 'starting a thread then fails in the middle of a run',
        evidence: [
          { where: hit.file, said: hit.now === null ? `${hit.most}` : `${hit.most}, of which ${hit.now} are in use` },
        ],
        fix: recommended(context),
      };
    }
    if (pooled > Math.max(SENSIBLE, SENSIBLE_FOR_EACH_CPU * cpus.effective)) {
      return {
        status: 'fail',
        title: `${plan.pooledThreads} threads are to be started on ${counted(cpus.effective, 'CPU')}`,
        detail: 'LensKit does start them all, busy or not, and the machine stands still meanwhile',
        evidence: whatIsSet(context),
        fix: recommended(context),
      };
    }
    const known = cpuFacts.threadLimits.map(({ name }) => name);
    return (
      unseenLimits(context, 'pids') ??
      pass(
        `${counted(plan.pooledThreads, 'thread')}, within ${known.length > 0 ? [...new Set(known)].join(', ') : 'reason (no limit could be read)'}`,
      )
    );
  },
};

function room(limit: ThreadLimit): number {
  return Math.max(0, limit.most - (limit.now ?? 0));
}
