import type { Grant } from '../../machine/scheduler/grant.ts';
import { type Finding, type MachineCheck, pass } from '../check.ts';

/** A step starts its program once for each task; LensKit divides no work between tasks. */
export const cpuIdenticalCopies: MachineCheck = {
  id: 'cpu/identical-copies',
  title: 'a step starts the same program several times',
  needsNoRules: true,
  run({ grant, share }) {
    const mpi = share.launchers.find(({ siblings, variable }) => (siblings ?? 1) > 1 && !variable.startsWith('PYTEST'));
    if (grant?.onNode && (grant.tasks ?? 1) > 1) return copies(grant);
    if (mpi === undefined) return pass('the program is started once');
    return {
      status: 'info',
      title: `${mpi.launcher} starts ${mpi.siblings} identical copies of a program here`,
      detail: WHY,
      evidence: [{ where: mpi.variable, said: mpi.raw ?? '' }],
    };
  },
};

const WHY =
  'LensKit divides no work between them: each does all of it and writes the same files, unless the script looks at its rank';

function copies({ scheduler, tasks, inStep }: Grant): Finding {
  const launcher = scheduler === 'Slurm' ? 'srun' : scheduler;
  return {
    status: 'info',
    title: inStep
      ? `this is one of ${tasks} identical copies of a program`
      : `${launcher} starts ${tasks} identical copies of a program such as python x.py`,
    detail: WHY,
    evidence: [{ where: inStep ? 'tasks of the step' : 'tasks of the job', said: String(tasks) }],
  };
}
