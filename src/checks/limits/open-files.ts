import { type Check, NO_PLAN, pass, skip, workerProcesses } from '../check.ts';

/** For Torch's `file_system` sharing, which LensKit sets, and the pipes of every worker. */
const SCARCE = 1024;

/** Open files run out in the middle of a batch run. */
export const limitsOpenFiles: Check = {
  id: 'limits/open-files',
  title: 'few open files are allowed',
  run(context) {
    const { openFiles } = context.machine.memory;
    if (openFiles === null) return skip('the limit of open files is not known');
    if (openFiles >= SCARCE) return pass(`${openFiles} open files are allowed`);
    if (context.resolution === null) return skip(NO_PLAN);
    const workers = workerProcesses(context);
    return {
      status: workers > 0 ? 'warn' : 'info',
      title: `${openFiles} open files are allowed${workers > 0 ? `, with ${workers} worker processes` : ''}`,
      detail: "LensKit shares tensors through files (Torch's file_system strategy); each worker has pipes besides",
      evidence: [{ where: '/proc/self/limits', said: `Max open files ${openFiles}` }],
      fix: { commands: [['ulimit', '-n', '4096']] },
    };
  },
};
