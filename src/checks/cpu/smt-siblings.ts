import { openblasThreads } from '../../backends/openblas.ts';
import { cpusAtLoad } from '../../cpus/at-load.ts';
import { backendThreadsOf } from '../../rules/backend-threads.ts';
import { traitsOf } from '../../rules/generations.ts';
import { type Check, counted, pass, skip } from '../check.ts';

/** Two hardware threads of one core share its arithmetic units: a second BLAS thread there gains little. */
export const cpuSmtSiblings: Check = {
  id: 'cpu/smt-siblings',
  title: 'CPUs are hardware threads of fewer cores',
  run({ machine, resolution, rules, env, cpus }) {
    const backends = resolution && backendThreadsOf(resolution);
    const blas = openblasThreads(env, cpusAtLoad(cpus));
    const own = `OpenBLAS has ${counted(blas.threads, 'thread')} (${blas.why})`;
    const given = `backend threads are ${backends ?? 'not limited'}`;
    const { topology } = machine;
    if (topology === null) return skip('the cores cannot be seen');
    if (topology.cores >= topology.cpus) return pass(`${counted(topology.cpus, 'CPU')}, each a core of its own`);
    return {
      status: 'info',
      title: `${counted(topology.cpus, 'CPU')} are ${counted(topology.cores, 'core')}`,
      detail: `matrix products gain little from a second hardware thread of a core; ${traitsOf(rules).limitsBlas === 'never' ? own : given}`,
      evidence: [
        { where: '/sys/devices/system/cpu/cpu*/topology/thread_siblings_list', said: `${topology.cores} different` },
      ],
    };
  },
};
