import { inert } from '../../escape/shell.ts';
import { traitsOf } from '../../rules/generations.ts';
import { type Check, pass, skip } from '../check.ts';

/**
 * The oldest driver for Linux with which programs of a CUDA release family run: minor version compatibility, so that
 * only the first number counts (NVIDIA, "CUDA Compatibility", table 1, and the release notes of CUDA 12.9 and 13.1,
 * table 2).
 */
const OLDEST_DRIVER: { readonly [major: string]: string } = { 11: '450.80.02', 12: '525.60.13', 13: '580' };

/** Torch was built for a CUDA that this driver does not know: it computes on CPUs, and warns once. */
export const gpuDriverTooOld: Check = {
  id: 'gpu/driver-too-old',
  title: 'Torch needs a newer NVIDIA driver',
  run({ python, machine, rules }) {
    const { torch } = python;
    const { driver } = machine;
    if (python.interpreter === null) return skip('no Python was found');
    if (traitsOf(rules).pools === 'numba') return pass('LensKit uses no Torch before 2025.1');
    if (torch?.cuda == null) return pass('no Torch with CUDA');
    if (driver === null)
      return machine.gpus === null ? skip('the driver cannot be seen in WSL') : pass("NVIDIA's driver is not loaded");
    const oldest = OLDEST_DRIVER[torch.cuda.split('.', 1)[0] ?? ''];
    if (oldest === undefined) return skip(`which driver CUDA ${torch.cuda} needs is not known`);
    if (!isOlder(driver.version, oldest)) return pass(`driver ${driver.version}; CUDA ${torch.cuda} needs ${oldest}`);
    return {
      status: driver.compatibility === null ? 'warn' : 'info',
      title: `Torch ${torch.version} is built for CUDA ${torch.cuda}, which needs driver ${oldest} or newer; this is ${driver.version}`,
      detail:
        driver.compatibility === null
          ? 'torch.cuda.is_available() is False then, and Torch computes on CPUs'
          : 'a CUDA forward compatibility package is on LD_LIBRARY_PATH, which makes up for it on GPUs for data centres alone',
      evidence: [
        { where: driver.file, said: driver.version },
        { where: 'torch/version.py', said: `cuda ${torch.cuda}` },
        ...(driver.compatibility === null ? [] : [{ where: 'LD_LIBRARY_PATH', said: driver.compatibility }]),
      ],
      ...(driver.compatibility === null
        ? { fix: { text: inert`update the driver, or install a Torch that is built for an older CUDA` } }
        : {}),
    };
  },
};

/** Whether a version comes before another, number by number. */
function isOlder(version: string, than: string): boolean {
  const [own, other] = [version, than].map((text) => text.split('.').map(Number));
  const differs = (other ?? []).findIndex((part, index) => part !== (own?.[index] ?? 0));
  return differs >= 0 && (own?.[differs] ?? 0) < (other?.[differs] ?? 0);
}
