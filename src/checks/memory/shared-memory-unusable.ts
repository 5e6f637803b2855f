import { inert } from '../../escape/shell.ts';
import { sharesInMemory } from '../../situation/most-workers.ts';
import { type Check, NO_PLAN, pass, recommended, skip, workerProcesses } from '../check.ts';
import { takesFolderInstead } from './folder-instead.ts';

/** LensKit hands the model to its workers through `/dev/shm`: without it no worker begins. */
export const memorySharedMemoryUnusable: Check = {
  id: 'memory/shared-memory-unusable',
  title: '/dev/shm cannot be written',
  run(context) {
    const { shm } = context.machine.memory;
    if (context.resolution === null) return skip(NO_PLAN);
    const workers = workerProcesses(context);
    if (workers === 0) return pass('a batch run starts no worker process, so that it shares no model');
    if (!sharesInMemory(context, context.rules)) return pass('LK_TEMP_DIR is set: the model goes through a file there');
    if (shm === null) return skip('it is not known what /dev/shm is');
    const unusable = shm.unusable ?? null;
    if (unusable === null) return pass('/dev/shm is there');
    const [title, detail] =
      unusable === 'absent'
        ? ['there is no /dev/shm', 'sharing the model ends with FileNotFoundError (Errno 2)']
        : ['/dev/shm is mounted read-only', 'sharing the model ends with OSError (Errno 30)'];
    return {
      status: 'fail',
      title: `${title}, and the model has to be put there for ${workers} workers`,
      detail,
      evidence: [{ where: '/proc/self/mounts', said: `/dev/shm ${unusable}` }],
      fix: {
        ...recommended(context),
        text: takesFolderInstead(context)
          ? inert`or mount a tmpfs there: docker run --tmpfs /dev/shm:rw,size=2g, or set LK_TEMP_DIR to a folder on a disk`
          : inert`or mount a tmpfs there: docker run --tmpfs /dev/shm:rw,size=2g`,
      },
    };
  },
};
