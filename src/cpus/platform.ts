import os from 'node:os';
import type { Systeminformation } from 'systeminformation';

/** What macOS and Windows tell of their CPUs. */
export interface PlatformCpus {
  logical: number;
  physical: number | null;
  /** Apple silicon and hybrid Intel: the fast cores. */
  performance: number | null;
  model: string | null;
}

/** What systeminformation says; 0 and '' where it does not know. */
type Said = Pick<Systeminformation.CpuData, 'physicalCores' | 'performanceCores' | 'manufacturer' | 'brand'>;

/** The library costs 30 ms to load. */
async function systemInformation(): Promise<Said> {
  const { cpu } = await import('systeminformation');
  return cpu();
}

/**
 * The CPUs of a machine without /proc. `os` gives the logical ones; the library systeminformation, which asks the
 * system's own tools, the rest.
 */
export async function observePlatformCpus(ask: () => Promise<Said> = systemInformation): Promise<PlatformCpus> {
  const logical = os.cpus().length;
  try {
    const facts = await ask();
    return {
      logical,
      physical: facts.physicalCores || null,
      performance: facts.performanceCores || null,
      model: [facts.manufacturer, facts.brand].filter(Boolean).join(' ') || null,
    };
  } catch {
    return { logical, physical: null, performance: null, model: os.cpus()[0]?.model ?? null };
  }
}
