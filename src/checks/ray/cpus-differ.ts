import { type Check, counted, NO_PLAN, pass, recommended, skip } from '../check.ts';

/** LensKit starts Ray with its own count of CPUs, quotas not seen; an existing cluster has its own. */
export const rayCpusDiffer: Check = {
  id: 'ray/cpus-differ',
  title: 'Ray counts other CPUs',
  run(context) {
    const { resolution, ray, ncpus, cpus, plan } = context;
    if (resolution === null) return skip(NO_PLAN);
    if (ray === null) return pass('Ray is not asked for');
    if (ray.cluster === 'existing') return pass('LensKit joins a cluster that runs already');
    if (ncpus.count <= cpus.effective) return pass(`Ray is started with ${counted(ncpus.count, 'CPU')}`);
    const fits = plan?.peakThreads != null && plan.peakThreads <= cpus.effective;
    return {
      status: fits ? 'info' : 'warn',
      title: `Ray is started with ${ncpus.count} CPUs where ${cpus.effective} are effective`,
      detail: 'LensKit hands Ray its own count, which sees no quota',
      evidence: [{ where: "LensKit's count of CPUs", said: `${ncpus.count}, ${ncpus.why}` }],
      ...(fits ? {} : { fix: recommended(context) }),
    };
  },
};
