import { hidesQuotas } from '../../machine/surroundings.ts';
import { type Check, counted, NO_PLAN, pass, recommended, skip } from '../check.ts';

/** LensKit counts CPUs by affinity; a cgroup quota allows fewer; and its plan needs more than that. */
export const cpuQuotaIgnored: Check = {
  id: 'cpu/quota-ignored',
  title: 'LensKit does not see a CPU quota',
  run(context) {
    const { cpus, cpuFacts, ncpus, plan, machine } = context;
    const { quota, effective } = cpus;
    if (quota === null) {
      if (cpuFacts.platform !== 'linux') return skip(`quotas cannot be read on ${cpuFacts.platform}`);
      const hiding = hidesQuotas(machine.surroundings);
      if (hiding !== null) return skip(`no quota can be seen: ${hiding} hides its own; --probe measures`);
      if (cpuFacts.warnings.length > 0)
        return skip(`no quota found, but not all could be read: ${cpuFacts.warnings[0]}`);
      if (cpuFacts.cgroupView === 'none') return skip('no quota can be seen: no cgroup can be read here');
      return cpuFacts.cgroupView === 'parents-hidden'
        ? skip('no quota can be seen, parents are hidden')
        : pass('no CPU quota');
    }
    if (ncpus.count <= effective)
      return pass(`LensKit counts ${counted(ncpus.count, 'CPU')}, within the quota of ${quota.cpus}`);
    if (plan === null || plan.peakThreads === null) return skip(NO_PLAN);
    if (plan.peakThreads <= effective) {
      return pass(`the plan fits the quota of ${quota.cpus}, though LensKit counts ${counted(ncpus.count, 'CPU')}`);
    }
    return {
      status: 'fail',
      title: `LensKit will start ${plan.peakThreads} busy threads where ${counted(effective, 'CPU')} ${effective === 1 ? 'is' : 'are'} allowed`,
      detail: `a cgroup quota allows ${counted(quota.cpus, 'CPU')}; LensKit counts ${ncpus.count} (${ncpus.why})`,
      evidence: [
        { where: quota.file, said: `${quota.quotaMicroseconds} µs of CPU time every ${quota.periodMicroseconds} µs` },
        { where: 'affinity', said: cpuFacts.affinity ?? 'not known' },
      ],
      fix: recommended(context),
    };
  },
};
