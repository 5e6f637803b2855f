import os from 'node:os';

/** What macOS and Windows tell of their CPUs. */
export interface PlatformCpus {
  logical: number;
  physical: number | null;
  /** Apple silicon and hybrid Intel: the fast cores. */
  performance: number | null;
  model: string | null;
}

/**
 * The CPUs of a machine without /proc. `os` gives the logical ones; the library systeminformation, which costs
 * 30 ms to load and asks the system's own tools, the rest.
 */
export async function observePlatformCpus(): Promise<PlatformCpus> {
  const logical = os.cpus().length;
  try {
    const { cpu } = await import('systeminformation');
    const facts = await cpu();
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
