import { hidesQuotas } from '../../machine/surroundings.ts';
import { type MachineCheck, pass, recommended, skip } from '../check.ts';

/** Below this share of periods, a quota is being used, not exceeded. */
const NOTEWORTHY = 0.05;

/** The kernel has already stopped this cgroup because its quota was used up. */
export const cpuThrottled: MachineCheck = {
  id: 'cpu/throttled',
  title: 'the cgroup has been throttled',
  needsNoRules: true,
  run(context) {
    const { cpuFacts, cpus, machine } = context;
    const { throttling, quotas, stopped } = cpuFacts;
    if (quotas.length === 0) {
      const { cgroupView: view, platform, warnings } = cpuFacts;
      // The own group's counter shows what a parent's quota does, also where the parent is hidden.
      if (view === 'parents-hidden' && stopped !== null && stopped.seconds > 0) {
        return {
          status: 'warn',
          title: `a quota of a parent that is hidden has stopped this cgroup, for ${seconds(stopped.seconds)} so far`,
          detail: 'how much it allows cannot be read: --probe measures it',
          evidence: [{ where: stopped.file, said: `${stopped.seconds} s` }],
          fix: { commands: [['lk', 'doctor', '--probe']] },
        };
      }
      if (hidesQuotas(machine.surroundings) !== null || view === 'none' || view === 'parents-hidden')
        return skip('no quota can be seen');
      return platform === 'linux' && warnings.length === 0
        ? pass('no CPU quota, so no throttling')
        : skip('no quota could be read');
    }
    if (throttling === null) return skip('there is a quota, but no cpu.stat beside it');
    const share = throttling.periods === 0 ? 0 : throttling.throttled / throttling.periods;
    if (share < NOTEWORTHY) return pass(`throttled in ${percent(share)} of ${throttling.periods} periods`);
    const plan = context.rules === null ? null : context.plan;
    const fits = plan?.peakThreads != null && plan.peakThreads <= cpus.effective;
    return {
      // What happened before is no fault of a plan that fits.
      status: fits ? 'info' : 'warn',
      title: `throttled in ${percent(share)} of its periods so far, for ${seconds(throttling.seconds)}`,
      detail: `the threads of cgroup ${throttling.cgroup} used up the quota and were stopped until the next period`,
      evidence: [
        { where: throttling.file, said: `nr_periods ${throttling.periods}, nr_throttled ${throttling.throttled}` },
      ],
      ...(fits || context.rules === null ? {} : { fix: recommended(context) }),
    };
  },
};

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function seconds(value: number): string {
  return value >= 1 ? `${Math.round(value)} s` : `${Math.round(value * 1000)} ms`;
}
