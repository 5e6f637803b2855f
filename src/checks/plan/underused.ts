import { type Check, counted, NO_PLAN, pass, recommended, skip, whatIsSet } from '../check.ts';

/** LensKit's own defaults stay under this number (its documentation, "Configuring Parallelism"). */
const MOST_THAT_LENSKIT_USES = 32;

/** A plan that leaves more than half of the CPUs idle that LensKit would use. */
export const planUnderused: Check = {
  id: 'plan/underused',
  title: 'CPUs stay idle',
  run(context) {
    const { plan, cpus, ncpus, share } = context;
    if (plan === null || plan.peakThreads === null) return skip(NO_PLAN);
    const usable = Math.min(cpus.effective, share.cpus ?? cpus.effective, MOST_THAT_LENSKIT_USES);
    if (Number(plan.peakThreads) * 2 >= usable) return pass(`at least half of the CPUs have a thread`);
    return {
      status: 'warn',
      title: `${counted(plan.peakThreads, 'thread')} at most on ${counted(cpus.effective, 'CPU')}: most stay idle`,
      detail:
        ncpus.count < cpus.effective
          ? `LensKit counts ${counted(ncpus.count, 'CPU')} (${ncpus.why})`
          : 'the settings allow no more',
      evidence: [{ where: "LensKit's count of CPUs", said: `${ncpus.count}, ${ncpus.why}` }, ...whatIsSet(context)],
      fix: recommended(context),
    };
  },
};
