import { inert } from '../../escape/shell.ts';
import { memoryLimit } from '../../machine/memory-limit.ts';
import { traitsOf } from '../../rules/generations.ts';
import { isConfig2026 } from '../../rules/resolution.ts';
import { PROCESS_BYTES } from '../../situation/limits.ts';
import { freeMemory, processBytes } from '../../situation/most-workers.ts';
import type { Situation } from '../../situation/situation.ts';
import {
  type Check,
  counted,
  type Fix,
  NO_PLAN,
  pass,
  recommended,
  size,
  skip,
  unseenLimits,
  workerProcesses,
} from '../check.ts';

/** Worker processes need memory before they hold any model. */
export const memoryWorkersDoNotFit: Check = {
  id: 'memory/workers-do-not-fit',
  title: 'worker processes do not fit into memory',
  run(context) {
    const { resolution, machine, share } = context;
    if (resolution === null) return skip(NO_PLAN);
    const workers = workerProcesses(context);
    if (workers === 0) return pass('a batch run starts no worker process');
    if (isConfig2026(resolution.main)) return skip("the memory of Ray's workers was not measured");
    const least = memoryLimit(machine.memory, share);
    if (least === null) return skip('neither a limit nor the memory of the machine is known');
    const most = least.bytes;
    const { main, worker, lenskit } = processBytes(context.rules);
    const needed = main + workers * worker;
    const evidence = [
      { where: least.where, said: [size(most), least.said].filter(Boolean).join(' ') },
      {
        where: `measured with LensKit ${lenskit}`,
        said: `${size(worker)} for each worker, ${size(main)} for the main process`,
      },
    ];
    if (needed > most) {
      return {
        status: 'fail',
        title: `${counted(workers, 'worker')} need ${size(needed)} at the least, and there are ${size(most)}`,
        detail: 'before any data or model; the kernel or the scheduler kills what goes beyond',
        evidence,
        fix: fixOf(context, most),
      };
    }
    const free = freeMemory(context) ?? most;
    if (needed > free) {
      return {
        status: 'warn',
        title: `${counted(workers, 'worker')} need ${size(needed)} at the least, and ${size(free)} are free now`,
        evidence: [...evidence, { where: 'free now', said: size(free) }],
        fix: fixOf(context, free),
      };
    }
    return (
      unseenLimits(context, 'memory') ??
      pass(`${counted(workers, 'worker')} need ${size(needed)} at the least, of ${size(most)}`)
    );
  },
};

/** Fewer processes, where one fits. */
function fixOf(context: Situation, bytes: number): Fix {
  return bytes < PROCESS_BYTES && traitsOf(context.rules).pools !== 'numba'
    ? { text: inert`fewer workers do not help: not even one process fits` }
    : recommended(context);
}
