import os from 'node:os';
import type { Host } from '../host/host.ts';

/** From this libuv on `availableParallelism` is no longer the affinity's size: a quota lowers it, rounded down. */
const QUOTAS_SINCE = [1, 49];

/** What Node's own runtime says. */
interface Runtime {
  uv: string | undefined;
  count: () => number;
}

const THIS: Runtime = { uv: process.versions.uv, count: os.availableParallelism };

/**
 * The size of this very process's affinity, sched_getaffinity(2), where no file shows it (gVisor writes no
 * `Cpus_allowed_list`). null, and why: another machine's files are read, or this libuv looks at quotas as well
 * (1.49.0, `uv_available_parallelism`, `src/unix/core.c`).
 */
export function ownCount(host: Pick<Host, 'live'>, { uv = '', count }: Runtime = THIS): number | { why: string } {
  if (!host.live) return { why: 'it is another machine, which cannot be asked' };
  const [major = Number.NaN, minor = Number.NaN] = uv.split('.').map(Number);
  const [since = 0, sinceMinor = 0] = QUOTAS_SINCE;
  const isAffinity = major < since || (major === since && minor < sinceMinor);
  return isAffinity ? count() : { why: `Node's libuv ${uv} counts quotas as well` };
}
