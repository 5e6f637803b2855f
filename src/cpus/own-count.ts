import os from 'node:os';
import type { Host } from '../host/host.ts';

/** What Node's own runtime says. */
interface Runtime {
  uv: string;
  count: () => number;
}

const THIS: Runtime = { uv: process.versions.uv, count: os.availableParallelism };

/**
 * The size of this very process's affinity, sched_getaffinity(2), where no file shows it (gVisor writes no
 * `Cpus_allowed_list`). Else why not: another machine's files are read, or this libuv looks at quotas as well, by which
 * it lowers the count, rounded down (since 1.49.0, `uv_available_parallelism`, `src/unix/core.c`).
 */
export function ownCount(
  host: Pick<Host, 'live' | 'process'>,
  { uv, count }: Runtime = THIS,
): number | { why: string } {
  if (host.process !== undefined) return { why: 'another process cannot be asked' };
  if (!host.live) return { why: 'it is another machine, which cannot be asked' };
  const [major = Number.NaN, minor = Number.NaN] = uv.split('.').map(Number);
  return major < 1 || (major === 1 && minor < 49) ? count() : { why: `Node's libuv ${uv} counts quotas as well` };
}
