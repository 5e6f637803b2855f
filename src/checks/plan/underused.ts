import { grouped } from '../../escape/grouped.ts';
import { batchSeconds } from '../../plan/costs.ts';
import { givenThreads, isConfig014, type MainConfig } from '../../rules/resolution.ts';
import { cpusOfBatch, jobsOfBatch, workersOfBatch } from '../../situation/batch.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, counted, type Finding, NO_PLAN, pass, recommended, skip, whatIsSet } from '../check.ts';

/** LensKit's own defaults train with no more threads (`min(NCPUS, 8)`), and nobody has measured what more would gain. */
const MOST_THAT_LENSKIT_USES = 8;

/** So much longer than need be is worth a word. */
const NOTEWORTHY = 1.2;

/** A plan that leaves more than half of the CPUs idle that LensKit would use. */
export const planUnderused: Check = {
  id: 'plan/underused',
  title: 'CPUs stay idle',
  run(context) {
    const { plan, cpus, ncpus, share, resolution } = context;
    if (plan === null || plan.peakThreads === null || resolution === null) return skip(NO_PLAN);
    const usable = Math.min(cpus.effective, share.cpus ?? cpus.effective, MOST_THAT_LENSKIT_USES);
    // Where the model that is asked about has no parallelism no setting mends it.
    const most = Math.max(Number(plan.peakThreads), ownThreads(resolution.main));
    if (most * 2 >= usable) return idleInBatch(context) ?? pass(`at least half of the CPUs have a thread`);
    return {
      status: 'warn',
      title: `${counted(most, 'thread')} at most on ${counted(cpus.effective, 'CPU')}: most stay idle`,
      detail:
        ncpus.count < cpus.effective
          ? `LensKit counts ${counted(ncpus.count, 'CPU')} (${ncpus.why})`
          : 'the settings allow no more',
      evidence: [{ where: "LensKit's count of CPUs", said: `${ncpus.count}, ${ncpus.why}` }, ...whatIsSet(context)],
      fix: recommended(context),
    };
  },
};

/** The threads that a model may use which has parallelism. */
function ownThreads(main: MainConfig): number {
  return Number(isConfig014(main) ? main.numbaThreads : (givenThreads(main).threads ?? 0));
}

/** More workers would make the lists of so many users much quicker; null: they would not, or nobody said how many. */
function idleInBatch(context: Situation): Finding | null {
  const { question, recommendation, cpus } = context;
  const { users } = question;
  if (users === null) return null;
  const workers = workersOfBatch(context);
  const advised = recommendation.byUsers.findLast(({ fromUsers }) => fromUsers <= users);
  if (advised === undefined || advised.workers <= workers) return null;
  const spread = { cpus: cpusOfBatch(context), jobs: jobsOfBatch(context) };
  const seconds = (count: number) => batchSeconds(recommendation.costs.costs, { ...spread, workers: count }, users);
  const ratio = seconds(workers) / seconds(advised.workers);
  if (ratio < NOTEWORTHY) return null;
  return {
    status: 'warn',
    title: `${grouped(users)} users by ${workers === 1 ? 'one process' : `${workers} workers`} on ${counted(cpus.effective, 'CPU')}: ${advised.workers} workers are about ${ratio.toFixed(1)} times as fast`,
    detail: `${recommendation.costs.model}, ${recommendation.costs.said}`,
    evidence: whatIsSet(context),
    fix: recommended(context),
  };
}
