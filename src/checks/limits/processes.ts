import { type Check, counted, NO_PLAN, pass, recommended, skip, workerProcesses } from '../check.ts';

/** Besides its pools, a process of LensKit has threads for Python, queues and allocators: five were seen. */
const OTHER_THREADS = 5;

/** Processes and their helper threads, against what may be started. */
export const limitsProcesses: Check = {
  id: 'limits/processes',
  title: 'few processes are allowed',
  run(context) {
    const { plan, cpuFacts } = context;
    if (plan === null || plan.peakThreads === null) return skip(NO_PLAN);
    const limits = cpuFacts.threadLimits;
    if (limits.length === 0) return skip('no limit of processes or threads could be read');
    const workers = workerProcesses(context);
    const needed = Number(plan.peakThreads) + (workers + 2) * OTHER_THREADS;
    const room = (limit: (typeof limits)[number]) => Math.max(0, limit.most - (limit.now ?? 0));
    const hit = limits.filter((limit) => needed > room(limit)).sort((a, b) => room(a) - room(b))[0];
    if (hit === undefined) return pass(`about ${needed} threads in ${counted(workers + 1, 'process')} may be started`);
    return {
      status: 'warn',
      title: `about ${needed} threads in ${counted(workers + 1, 'process')}, and ${hit.name} leaves room for ${room(hit)}`,
      detail: 'helper threads of Python, queues and allocators included',
      evidence: [{ where: hit.file, said: String(hit.most) }],
      fix: recommended(context),
    };
  },
};
