import { inert } from '../../escape/shell.ts';
import { canRaise } from '../../machine/resource-limits.ts';
import { traitsOf } from '../../rules/generations.ts';
import { filesOfWorkers, SPARE_FILES } from '../../situation/most-workers.ts';
import type { Situation } from '../../situation/situation.ts';
import { counted, type Fix, type MachineCheck, NO_PLAN, pass, skip, workerProcesses } from '../check.ts';

/** The same without workers: 13 with LensKit 2025.8.1, 18 with 2026.4.0. */
const ALONE = 18;
const ENOUGH = 4096;

/** Open files run out in the middle of a batch run. */
export const limitsOpenFiles: MachineCheck = {
  id: 'limits/open-files',
  title: 'few open files are allowed',
  needsNoRules: true,
  run(context) {
    const { machine } = context;
    const { openFiles } = machine.memory;
    if (openFiles === null) return skip('the limit of open files is not known');
    if (context.rules === null) return skip('the open files of this LensKit were not counted');
    const { resolution, ray } = context;
    if (resolution === null) return skip(NO_PLAN);
    if (traitsOf(context.rules).pools === 'numba') return skip('the open files of LensKit 0.14 were not counted');
    if (ray !== null) return skip("the open files of Ray's workers were not counted");
    const workers = workerProcesses(context);
    const measured = workers > 0 ? filesOfWorkers(workers) : ALONE;
    if (openFiles >= SPARE_FILES * measured) return pass(`${openFiles} open files are allowed`);
    const short = openFiles < measured;
    return {
      status: short ? 'fail' : 'warn',
      title: `${openFiles} open files are allowed, with ${counted(workers, 'worker process')}: a small job takes ${measured}`,
      detail: "LensKit shares tensors through files (Torch's file_system strategy); each worker has pipes besides",
      evidence: [{ where: '/proc/self/limits', said: `Max open files ${openFiles}` }],
      fix: fixOf(machine.limits, SPARE_FILES * measured),
    };
  },
};

/** No higher than its user can. */
function fixOf(limits: Situation['machine']['limits'], needed: number): Fix {
  const { openFiles = null, mayRaise = false } = limits ?? {};
  const hard = openFiles?.hard ?? ENOUGH;
  if (openFiles === null || canRaise(openFiles, ENOUGH, mayRaise))
    return { commands: [['ulimit', '-n', String(ENOUGH)]] };
  if (canRaise(openFiles, needed, mayRaise)) return { commands: [['ulimit', '-n', String(hard)]] };
  return { text: inert`ask for a higher hard limit: ulimit -n does not go beyond ${hard} here; or use fewer workers` };
}
