import type { Host } from '../host/host.ts';

/** A GPU as NVIDIA's kernel module shows it. */
export interface Gpu {
  model: string | null;
  /** True if it is divided into MIG instances. */
  mig: boolean;
}

const GPUS = '/proc/driver/nvidia/gpus';
const MOST_GPUS = 64;

/** The GPUs of `/proc/driver/nvidia`, without asking a driver library. Empty: none, or no NVIDIA driver. */
export function observeGpus(host: Host): Gpu[] {
  return (host.list(GPUS, MOST_GPUS) ?? []).map((address, index) => {
    const read = host.read(`${GPUS}/${address}/information`);
    const instances = host.list(`/proc/driver/nvidia/capabilities/gpu${index}/mig`) ?? [];
    return {
      model: read.ok ? (/^Model:\s+(.{1,80}?)\s*$/m.exec(read.text)?.[1] ?? null) : null,
      mig: instances.some((name) => /^gi\d+$/.test(name)),
    };
  });
}
