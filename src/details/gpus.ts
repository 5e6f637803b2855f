import type { Host } from '../host/host.ts';
import { lineAfter } from '../host/lines.ts';
import type { GpuDetails } from './details.ts';

const NVIDIA = '/proc/driver/nvidia/gpus';
const DRM = '/sys/class/drm';
const MOST_GPUS = 64;
const LONGEST = 80;
/** PCI's numbers (pci.ids). */
const VENDORS: { readonly [id: string]: GpuDetails['vendor'] } = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x8086': 'Intel',
};

/** The GPUs that the kernel's modules show: NVIDIA's in /proc, all others as cards of /sys/class/drm, AMD's with memory. */
export function observeGpuDetails(host: Host): GpuDetails[] {
  const nvidia = (host.list(NVIDIA, MOST_GPUS) ?? []).map((address): GpuDetails => {
    const file = `${NVIDIA}/${address}/information`;
    const read = host.read(file);
    const value = (name: string): string | null =>
      (read.ok && lineAfter(read.text, name)?.trim().slice(0, LONGEST)) || null;
    return {
      vendor: 'NVIDIA',
      model: value('Model:'),
      bus: value('Bus Location:') ?? address,
      memoryBytes: null,
      capability: null,
      source: file,
    };
  });
  const known = new Set(nvidia.map(({ bus }) => bus));
  return [...nvidia, ...cards(host).filter(({ bus }) => !known.has(bus))];
}

function cards(host: Host): GpuDetails[] {
  const names = (host.list(DRM) ?? []).filter((name) => /^card\d{1,3}$/.test(name)).slice(0, MOST_GPUS);
  return names.flatMap((name) => {
    const folder = `${DRM}/${name}/device`;
    const text = (file: string): string | null => {
      const read = host.read(`${folder}/${file}`, 4096);
      return read.ok ? read.text.trim() : null;
    };
    const vendor = VENDORS[text('vendor') ?? ''];
    if (vendor === undefined) return [];
    const memory = text('mem_info_vram_total');
    const bus = (host.realpath(folder) ?? '').split('/').at(-1) ?? '';
    return [
      {
        vendor,
        model: text('product_name'),
        bus: /^[\da-f]{4,8}:[\da-f]{2}:[\da-f]{2}\.\d$/.test(bus) ? bus : null,
        memoryBytes: memory !== null && /^\d{1,15}$/.test(memory) ? Number(memory) : null,
        capability: null,
        source: folder,
      },
    ];
  });
}
