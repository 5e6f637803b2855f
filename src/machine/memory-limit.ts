import type { MemoryFacts } from './memory.ts';
import type { Share } from './scheduler/share.ts';

/** The least of what bounds this process's memory. Bytes. */
export interface MemoryLimit {
  bytes: number;
  /** What is used of it by now; null: not known. */
  used: number | null;
  where: string;
  said: string | null;
}

/**
 * The tightest of the machine's memory, the cgroup's limit, and what the scheduler granted: it ends a job that takes
 * more also where no cgroup does. What it granted on a node is for all processes of the job there.
 */
export function memoryLimit(memory: MemoryFacts, { grant, siblings }: Share): MemoryLimit | null {
  const { total, limit } = memory;
  const limits: MemoryLimit[] = [];
  if (limit !== null) limits.push({ bytes: limit.bytes, used: limit.used, where: limit.file, said: null });
  if (grant !== null && grant.memoryBytes !== null) {
    const said = siblings > 1 ? `for ${siblings} processes` : null;
    const bytes = Math.floor(grant.memoryBytes / siblings);
    limits.push({ bytes, used: null, where: String(grant.memoryVariable), said });
  }
  if (total !== null) limits.push({ bytes: total, used: null, where: '/proc/meminfo', said: null });
  return limits.reduce<MemoryLimit | null>((least, each) => (least && least.bytes <= each.bytes ? least : each), null);
}
