import { isStopped } from '../../live/stopped.ts';
import { type Check, pass, recommended, skip } from '../check.ts';
import { NO_JOB, percent } from './seen.ts';

/** The kernel stops the running job because its quota is used up. */
export const liveThrottled: Check = {
  id: 'live/throttled',
  title: 'the quota stops the running job',
  run(context) {
    const { live, cpuFacts, cpus } = context;
    if (live === null) return skip(NO_JOB);
    const { throttledShare, seconds } = live;
    if (throttledShare === null) return skip('no counter of a quota can be seen');
    if (!isStopped(live))
      return pass(
        cpus.quota === null ? 'no CPU quota' : `its quota stopped it in ${percent(throttledShare)} of periods`,
      );
    const { quota } = cpus;
    return {
      status: 'warn',
      title: `its quota${quota === null ? '' : ` of ${quota.cpus} CPUs`} stopped it in ${percent(throttledShare)} of periods`,
      detail: 'all of its threads stand still until the next period',
      evidence: [
        {
          where: cpuFacts.throttling?.file ?? quota?.file ?? 'cpu.stat',
          said: `throttled in ${percent(throttledShare)} of the periods of ${seconds.toFixed(1)} s`,
        },
      ],
      fix: recommended(context),
    };
  },
};
