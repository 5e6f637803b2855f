import type { Host } from '../host/host.ts';

/** A GPU as NVIDIA's kernel module shows it. */
export interface Gpu {
  model: string | null;
  /** True if it is divided into MIG instances. */
  mig: boolean;
}

/** NVIDIA's kernel module. */
export interface GpuDriver {
  version: string;
  file: string;
  /** A `libcuda` of a CUDA forward compatibility package, which takes the driver's place; null: none is found. */
  compatibility: string | null;
}

const GPUS = '/proc/driver/nvidia/gpus';
const VERSION = '/proc/driver/nvidia/version';
const MOST_GPUS = 64;
const MOST_FOLDERS = 64;

/**
 * The GPUs of `/proc/driver/nvidia`, without asking a driver library. Empty: none, or no NVIDIA driver. null: not known,
 * since WSL 2 has no NVIDIA module and reaches GPUs through `/dev/dxg`.
 */
export function observeGpus(host: Host, surroundings: readonly string[] = []): Gpu[] | null {
  const addresses = host.list(GPUS, MOST_GPUS);
  if (addresses === null && surroundings.includes('WSL')) return null;
  return (addresses ?? []).map((address, index) => {
    const read = host.read(`${GPUS}/${address}/information`);
    const instances = host.list(`/proc/driver/nvidia/capabilities/gpu${index}/mig`) ?? [];
    return {
      model: read.ok ? (/^Model:\s+(.{1,80}?)\s*$/m.exec(read.text)?.[1] ?? null) : null,
      mig: instances.some((name) => /^gi\d+$/.test(name)),
    };
  });
}

/**
 * The driver's version from its first line, `NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 …`,
 * or of the open module `NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build …`. null: there is none.
 */
export function observeGpuDriver(host: Host): GpuDriver | null {
  const read = host.read(VERSION, 64 * 1024);
  const line = read.ok && read.text.startsWith('NVRM version:') ? read.text.split('\n', 1)[0] : undefined;
  const version = line?.split(/\s/).find((word) => /^\d{2,4}\.\d{1,4}(?:\.\d{1,4})?$/.test(word));
  return version === undefined ? null : { version, file: VERSION, compatibility: compatibilityOf(host) };
}

/** Such packages lie apart from the driver's libraries: the loader comes to them by LD_LIBRARY_PATH alone. */
function compatibilityOf(host: Host): string | null {
  const files = host.env.LD_LIBRARY_PATH?.split(':')
    .filter((folder) => folder.startsWith('/'))
    .slice(0, MOST_FOLDERS)
    .filter((folder) => /\/(?:cuda-)?compat(?:\/|$)/.test(folder))
    .map((folder) => `${folder}/libcuda.so.1`);
  return files?.find((file) => host.kind(file) === 'file') ?? null;
}
