import { traitsOf } from '../../rules/generations.ts';
import { type Check, counted, GPUS_UNKNOWN, pass, skip } from '../check.ts';

/** `CUDA_VISIBLE_DEVICES` hides all GPUs, or names some that are not there. */
export const gpuVisibleDevices: Check = {
  id: 'gpu/visible-devices',
  title: 'CUDA_VISIBLE_DEVICES names other GPUs',
  run({ env, machine, python, rules }) {
    const { gpus } = machine;
    const raw = env.CUDA_VISIBLE_DEVICES;
    if (gpus === null) return skip(GPUS_UNKNOWN);
    if (raw === undefined)
      return pass(gpus.length === 0 ? 'no GPU of NVIDIA is to be seen' : `${counted(gpus.length, 'GPU')}, none hidden`);
    if (traitsOf(rules).pools === 'numba') return pass('LensKit uses no Torch before 2025.1');
    if (python.interpreter !== null && python.torch?.cuda == null) return skip('no Torch with CUDA is installed');
    const evidence = [{ where: 'CUDA_VISIBLE_DEVICES', said: raw === '' ? 'empty' : raw }];
    const numbers = raw.split(',').map((part) => part.trim());
    if (raw.trim() === '' || numbers[0] === '-1') {
      if (gpus.length === 0) return pass('no GPU is to be seen, and none is hidden');
      return {
        status: 'info',
        title: `CUDA_VISIBLE_DEVICES hides ${gpus.length === 1 ? 'the GPU' : `all ${gpus.length} GPUs`}: Torch computes on CPUs`,
        evidence,
      };
    }
    const missing = numbers.filter((part) => /^\d{1,6}$/.test(part) && Number(part) >= gpus.length);
    if (missing.length === 0) return pass(`CUDA_VISIBLE_DEVICES=${raw}`);
    return {
      status: 'warn',
      title: `CUDA_VISIBLE_DEVICES=${raw} names ${missing.join(', ')}, and there ${gpus.length === 1 ? 'is' : 'are'} ${counted(gpus.length, 'GPU')}`,
      detail: 'CUDA stops at the first number that it does not know: that GPU and all after it are hidden',
      evidence,
      fix:
        gpus.length > 0
          ? { env: { CUDA_VISIBLE_DEVICES: gpus.map((_, index) => index).join(',') } }
          : { unset: ['CUDA_VISIBLE_DEVICES'] },
    };
  },
};
