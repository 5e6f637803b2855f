import { traitsOf } from '../../rules/generations.ts';
import { isConfig014 } from '../../rules/resolution.ts';
import { type Check, counted, NO_PLAN, pass, recommended, skip } from '../check.ts';

/** LensKit 0.14 counts the CPUs of the machine (`multiprocessing.cpu_count()`), and makes processes for them; the affinity allows fewer. */
export const cpuAffinityIgnored: Check = {
  id: 'cpu/affinity-ignored',
  title: 'LensKit does not see the affinity',
  run(context) {
    const { cpus, cpuFacts, ncpus, rules, resolution } = context;
    if (traitsOf(rules).counts === 'affinity') return pass('LensKit counts the CPUs of the affinity');
    if (cpus.affinity === null) return skip('the affinity is not known');
    if (ncpus.count <= cpus.affinity) return pass(`LensKit counts ${counted(ncpus.count, 'CPU')}, all of them allowed`);
    if (resolution === null || !isConfig014(resolution.main)) return skip(NO_PLAN);
    const source = resolution.knobs.find(({ name }) => name === 'processes')?.source;
    if (source?.kind !== 'default')
      return pass(`the number of processes is set: that LensKit counts ${ncpus.count} CPUs decides nothing`);
    const processes = Number(resolution.main.processes);
    const allowed = cpus.affinity;
    return {
      // Fewer processes than CPUs are no fault, whatever they were made for.
      status: processes > allowed ? 'warn' : 'info',
      title: `LensKit counts ${ncpus.count} CPUs where the affinity allows ${allowed}: ${counted(processes, 'process')} by default`,
      detail: `half of the machine's CPUs, and no more than 4 (${ncpus.why})`,
      evidence: [{ where: 'affinity', said: cpuFacts.affinity ?? 'not known' }],
      ...(processes > allowed ? { fix: recommended(context) } : {}),
    };
  },
};
