import { inert } from '../../escape/shell.ts';
import { freeSharedMemory, SMALL_SHARED_MEMORY, sharesInMemory } from '../../situation/most-workers.ts';
import { type Check, counted, NO_PLAN, pass, recommended, size, skip, workerProcesses } from '../check.ts';
import { takesFolderInstead } from './folder-instead.ts';

/** LensKit hands the model to its workers through `/dev/shm`. */
export const memorySharedMemorySmall: Check = {
  id: 'memory/shared-memory-small',
  title: '/dev/shm is small',
  run(context) {
    const { shm } = context.machine.memory;
    if (context.resolution === null) return skip(NO_PLAN);
    const workers = workerProcesses(context);
    if (workers === 0) return pass('a batch run starts no worker process, so that it shares no model');
    if (!sharesInMemory(context, context.rules)) return pass('LK_TEMP_DIR is set: the model goes through a file there');
    if (shm === null) return skip('the size of /dev/shm is not known');
    if (shm.unusable) return skip('/dev/shm cannot be written at all');
    const free = freeSharedMemory(context) ?? shm.bytes;
    if (free >= SMALL_SHARED_MEMORY) return pass(`/dev/shm has ${size(shm.bytes)}`);
    const has = free < shm.bytes ? `${size(free)} free of ${size(shm.bytes)}` : size(shm.bytes);
    return {
      status: 'warn',
      title: `/dev/shm has ${has}, and the model has to fit there for ${counted(workers, 'worker')}`,
      detail: 'where it does not, a process dies with SIGBUS and no message',
      evidence: [{ where: '/proc/self/mounts', said: `/dev/shm ${shm.source}` }],
      fix: {
        ...recommended(context),
        text: takesFolderInstead(context)
          ? inert`or start the container with --shm-size=2g, or set LK_TEMP_DIR to a folder on a disk`
          : inert`or start the container with --shm-size=2g`,
      },
    };
  },
};
