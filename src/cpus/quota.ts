import type { Host } from '../host/host.ts';
import type { Group } from './hierarchy.ts';

/** A CPU quota: `quotaMicroseconds` of CPU time in every `periodMicroseconds`. */
export interface Quota {
  /** quota ÷ period, exact as far as a double is. */
  cpus: number;
  /** The same rounded up and down to whole CPUs, from the exact fraction; at least 0. */
  ceil: number;
  floor: number;
  quotaMicroseconds: string;
  periodMicroseconds: string;
  version: 1 | 2;
  cgroup: string;
  file: string;
}

/** cpu.max's and cpu.cfs_period_us's default (kernel: `Documentation/admin-guide/cgroup-v2.rst`, `scheduler/sched-bwc.rst`). */
const DEFAULT_PERIOD = '100000';

/**
 * The quotas of a process's groups, its own first. The kernel enforces every one of them, so that the tightest
 * counts. Files that are not there set no limit (the root has none); those that make no sense are warned of.
 */
export function observeQuotas(host: Host, groups: readonly Group[]): { quotas: Quota[]; warnings: string[] } {
  const quotas: Quota[] = [];
  const warnings: string[] = [];
  for (const group of groups) {
    const found = group.version === 2 ? quotaV2(host, group) : quotaV1(host, group);
    if (typeof found === 'string') warnings.push(found);
    else if (found !== null) quotas.push(found);
  }
  return { quotas, warnings };
}

/** Exact comparison of two fractions, so that equal ones keep the process's own group. */
export function tightest(quotas: readonly Quota[]): Quota | null {
  return quotas.reduce<Quota | null>((least, quota) => {
    if (least === null) return quota;
    const left = BigInt(quota.quotaMicroseconds) * BigInt(least.periodMicroseconds);
    const right = BigInt(least.quotaMicroseconds) * BigInt(quota.periodMicroseconds);
    return left < right ? quota : least;
  }, null);
}

function quotaV2(host: Host, group: Group): Quota | string | null {
  const file = `${group.directory}/cpu.max`;
  const read = host.read(file);
  if (!read.ok) return read.reason === 'missing' ? null : read.detail;
  const [quota, period, ...rest] = read.text.trim().split(/\s+/);
  if (quota === 'max') return null;
  return rest.length > 0
    ? nonsense(file, read.text)
    : makeQuota(group, file, read.text, quota ?? '', period ?? DEFAULT_PERIOD);
}

function quotaV1(host: Host, group: Group): Quota | string | null {
  const file = `${group.directory}/cpu.cfs_quota_us`;
  const read = host.read(file);
  if (!read.ok) return read.reason === 'missing' ? null : read.detail;
  const quota = read.text.trim();
  if (/^-\d+$/.test(quota)) return null;
  const period = host.read(`${group.directory}/cpu.cfs_period_us`);
  if (!period.ok) return period.detail;
  return makeQuota(group, file, read.text, quota, period.text.trim(), period.text);
}

function makeQuota(
  group: Group,
  file: string,
  text: string,
  quota: string,
  period: string,
  periodText = text,
): Quota | string {
  const digits = /^\d{1,20}$/;
  if (!digits.test(quota)) return nonsense(file, text);
  if (!digits.test(period) || BigInt(period) === 0n) return nonsense(file, periodText);
  const [q, p] = [BigInt(quota), BigInt(period)];
  if (q === 0n) return nonsense(file, text);
  return {
    cpus: Number(q) / Number(p),
    ceil: Number((q + p - 1n) / p),
    floor: Number(q / p),
    quotaMicroseconds: String(q),
    periodMicroseconds: String(p),
    version: group.version,
    cgroup: group.cgroup,
    file,
  };
}

function nonsense(file: string, text: string): string {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return `${file}: no quota in ${JSON.stringify(shown)}`;
}
