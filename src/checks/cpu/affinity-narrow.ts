import { inert } from '../../escape/shell.ts';
import { traitsOf } from '../../rules/generations.ts';
import { counted, type MachineCheck, pass, skip } from '../check.ts';

/** The process may run on a part of the CPUs only, by taskset, a container runtime, or a library that pinned it. */
export const cpuAffinityNarrow: MachineCheck = {
  id: 'cpu/affinity-narrow',
  title: 'the affinity leaves out CPUs',
  needsNoRules: true,
  run({ cpus, cpuFacts, grant, share, rules }) {
    if (cpus.online === null || cpus.affinity === null) return skip('the affinity is not known');
    if (cpus.affinity >= cpus.online)
      return pass(cpus.online === 1 ? 'the one CPU is allowed' : `all ${cpus.online} CPUs are allowed`);
    // One CPU of many, and no scheduler that meant it: most often a leftover of pinning.
    const suspicious =
      cpus.affinity === 1 &&
      cpus.online > 2 &&
      grant === null &&
      share.launchers.length === 0 &&
      cpus.limitedBy === 'affinity';
    return {
      status: suspicious ? 'warn' : 'info',
      title: `${counted(cpus.affinity, 'CPU')} of ${cpus.online} allowed, by ${cpus.limitedBy === 'cpuset' ? 'the cpuset' : 'affinity'}`,
      detail:
        rules !== null && traitsOf(rules).counts === 'affinity'
          ? 'LensKit counts these, and its threads stay on them'
          : 'its threads stay on them, whatever it counts',
      evidence: [{ where: '/proc/self/status', said: `Cpus_allowed_list ${cpuFacts.affinity}` }],
      ...(suspicious ? { fix: { text: inert`taskset --cpu-list --pid 0-${cpus.online - 1} $$` } } : {}),
    };
  },
};
