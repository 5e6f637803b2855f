import { backendThreadsOf } from '../../rules/backend-threads.ts';
import { type Check, counted, pass, skip } from '../check.ts';

/** Two hardware threads of one core share its arithmetic units: a second BLAS thread there gains little. */
export const cpuSmtSiblings: Check = {
  id: 'cpu/smt-siblings',
  title: 'CPUs are hardware threads of fewer cores',
  run({ machine, resolution }) {
    const backends = resolution && backendThreadsOf(resolution);
    const { topology } = machine;
    if (topology === null) return skip('the cores cannot be seen');
    if (topology.cores >= topology.cpus) return pass(`${counted(topology.cpus, 'CPU')}, each a core of its own`);
    return {
      status: 'info',
      title: `${counted(topology.cpus, 'CPU')} are ${counted(topology.cores, 'core')}`,
      detail: `matrix products gain little from a second hardware thread of a core; backend threads are ${backends ?? 'not limited'}`,
      evidence: [
        { where: '/sys/devices/system/cpu/cpu*/topology/thread_siblings_list', said: `${topology.cores} different` },
      ],
    };
  },
};
