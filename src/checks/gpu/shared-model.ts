import { traitsOf } from '../../rules/generations.ts';
import { type Check, counted, GPUS_UNKNOWN, NO_PLAN, pass, skip, workerProcesses } from '../check.ts';

/** A model on a GPU is shared with the workers, not copied: all of them queue for that one GPU. */
export const gpuSharedModel: Check = {
  id: 'gpu/shared-model',
  title: 'workers share a model on the GPU',
  run(context) {
    const { machine, python, resolution, rules } = context;
    if (resolution === null) return skip(NO_PLAN);
    if (python.interpreter === null) return skip('no Python was found');
    if (traitsOf(rules).pools === 'numba') return pass('LensKit uses no Torch before 2025.1');
    const workers = workerProcesses(context);
    const { gpus } = machine;
    if (gpus?.length === 0 || python.torch?.cuda == null) return pass('no GPU, or no Torch with CUDA');
    if (gpus === null) return skip(GPUS_UNKNOWN);
    if (workers === 0) return pass('a batch run starts no worker process');
    const mig = gpus.some((gpu) => gpu.mig);
    return {
      status: mig ? 'warn' : 'info',
      title: `${counted(workers, 'worker')} would share a CUDA model through CUDA IPC, and queue for its GPU`,
      detail: mig
        ? 'MIG instances do not allow CUDA IPC between processes'
        : 'spawned workers can; the parent must keep the model until they are done, and each has a CUDA context of its own (several hundred MB)',
      evidence: gpus.map(({ model }, index) => ({
        where: `GPU ${index}`,
        said: `${model ?? 'not named'}${mig ? ', MIG' : ''}`,
      })),
      ...(mig ? { fix: { env: { LK_NUM_PROCS: '1' } } } : {}),
    };
  },
};
