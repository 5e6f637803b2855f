import { type Check, NO_PLAN, pass, skip, workerProcesses } from '../check.ts';

const VARIABLES = ['OMP_PROC_BIND', 'OMP_PLACES', 'GOMP_CPU_AFFINITY', 'KMP_AFFINITY'];

/** Pinned OpenMP threads: every worker process counts from the first core, so that all sit on the same ones. */
export const backendPinnedOpenmp: Check = {
  id: 'backend/pinned-openmp',
  title: 'OpenMP threads are pinned to cores',
  run(context) {
    const set = VARIABLES.filter(
      (name) => context.env[name] && !/^(false|none|disabled)/i.test(context.env[name] ?? ''),
    );
    if (set.length === 0) return pass('OpenMP threads are not pinned');
    if (context.resolution === null) return skip(NO_PLAN);
    const workers = workerProcesses(context);
    return {
      status: workers > 0 ? 'warn' : 'info',
      title:
        workers > 0
          ? `${set.join(', ')}: all ${workers} worker processes pin their threads to the same cores`
          : `${set.join(', ')}: OpenMP threads are pinned`,
      detail: 'each process starts with the first core of its affinity',
      evidence: set.map((name) => ({ where: name, said: context.env[name] ?? '' })),
      ...(workers > 0 ? { fix: { unset: set } } : {}),
    };
  },
};
