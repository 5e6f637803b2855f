import type { Group } from '../cpus/hierarchy.ts';
import type { Host } from '../host/host.ts';

/** The share of CPUs that a container requested, as its cgroup shows it. */
export interface CpuRequest {
  /** null: two different requests come to the same weight. */
  cpus: number | null;
  /** Where that is so, the request by the formula that runtimes write since 2025, and by the one before. */
  either: { since: number; before: number } | null;
  file: string;
}

const LEAST_SHARES = 2;
const MOST_SHARES = 262_144;

/**
 * Weight from shares as runc before 1.3.2 and crun before 1.23 write it
 * (opencontainers/cgroups, `ConvertCPUSharesToCgroupV2Value`).
 */
function weightBefore(shares: number): number {
  return 1 + Math.floor(((shares - 2) * 9999) / 262_142);
}

/** The same since then: a quadratic that makes 1 of the least shares, 100 of 1,024, and 10,000 of the most. */
function weightSince(shares: number): number {
  const log = Math.log2(shares);
  return Math.ceil(10 ** ((log * log + 125 * log) / 612 - 7 / 34));
}

/**
 * Kubernetes makes shares of a request, 1,024 a CPU (`MilliCPUToShares`), and writes them as they are (`cpu.shares`, v1)
 * or as the `cpu.weight` that the container's runtime makes of them (v2). From inside nobody can tell which runtime that
 * was. A promise for busy times, no limit. null: not to be seen.
 */
export function observeRequest(host: Host, groups: readonly Group[]): CpuRequest | null {
  const own = groups[0];
  if (own === undefined) return null;
  const file = `${own.directory}/${own.version === 2 ? 'cpu.weight' : 'cpu.shares'}`;
  const read = host.read(file);
  if (!read.ok || !/^\s*\d{1,7}\s*$/.test(read.text)) return null;
  const number = Number(read.text);
  if (own.version === 1) return { cpus: Math.round((number / 1024) * 100) / 100, either: null, file };
  if (number < 1 || number > 10_000) return null;
  const [since, before] = [requested(number, weightSince), requested(number, weightBefore)];
  if (since === before) return { cpus: since, either: null, file };
  return { cpus: null, either: { since, before }, file };
}

/** CPUs that come to this weight: of all such requests in thousandths the roundest. Every weight is one of some. */
function requested(weight: number, weightOf: (shares: number) => number): number {
  const first = least(weight, weightOf);
  const end = least(weight + 1, weightOf);
  const from = first <= LEAST_SHARES ? 0 : Math.ceil((first * 1000) / 1024);
  const to = Math.ceil((end * 1000) / 1024) - 1;
  const step = [1000, 500, 250, 100, 50, 25, 10, 5].find((each) => Math.ceil(from / each) * each <= to) ?? 1;
  return (Math.ceil(from / step) * step) / 1000;
}

/** The least shares with at least this weight; one more than the most: there are none. */
function least(weight: number, weightOf: (shares: number) => number): number {
  let [low, high] = [LEAST_SHARES, MOST_SHARES + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (weightOf(middle) >= weight) high = middle;
    else low = middle + 1;
  }
  return low;
}
