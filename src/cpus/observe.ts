import type { Host } from '../host/host.ts';
import { lineAfter } from '../host/lines.ts';
import { formatCpuList, intersection, parseCpuList } from './cpu-list.ts';
import { observeCpuset } from './cpuset.ts';
import type { CgroupView, Hierarchies } from './hierarchy.ts';
import { observeIsolated } from './isolated.ts';
import { believed, readOnline } from './online.ts';
import { ownCount } from './own-count.ts';
import { observePlatformCpus } from './platform.ts';
import { observeThreadLimits, type ThreadLimit } from './process-limits.ts';
import { observeQuotas, type Quota } from './quota.ts';
import { observeStopped, observeThrottling, type Throttling } from './throttling.ts';

/** All that bears on how many CPUs the process may use. Plain data. CPU sets in the kernel's list format. */
export interface CpuFacts {
  /** Where the CPUs were read: `linux`, or the platform's name. */
  platform: string;
  online: number | null;
  /** The CPUs of the process's affinity that are online; null: not known, or the platform has none. */
  affinity: string | null;
  cpuset: { cpus: string; file: string } | null;
  /** CPUs that the kernel keeps out of balancing (`isolcpus=`): a thread stays on one of them; null: none. */
  isolated: string | null;
  /** Every quota from the process's own cgroup up to the root of its mount. */
  quotas: Quota[];
  /** Version of the cgroup hierarchies. */
  cgroup: 1 | 2 | 'hybrid' | null;
  /** How much of the hierarchies with quotas can be seen; null: the platform has none. */
  cgroupView: CgroupView | null;
  /** Controllers of version 1 whose hierarchy no mount shows: `pids`. Absent in snapshots of before. */
  unmounted?: string[];
  throttling: Throttling | null;
  /** Seconds for which a quota, its own or a parent's, stopped the own group so far; null: not counted. */
  stopped: { seconds: number; file: string } | null;
  threadLimits: ThreadLimit[];
  physicalCores: number | null;
  performanceCores: number | null;
  model: string | null;
  /** What could not be read or made no sense. */
  warnings: string[];
}

const STATUS = '/proc/self/status';

/** Reads the CPU facts of a machine; never throws on what it finds there. */
export async function observeCpus(host: Host, hierarchies: Hierarchies): Promise<CpuFacts> {
  return host.platform === 'linux' ? observeLinux(host, hierarchies) : observeElsewhere(host.platform);
}

/** The same for Linux alone, which needs no waiting: everything is in small files. */
export function observeLinux(host: Host, hierarchies: Hierarchies): CpuFacts {
  const warnings: string[] = [];
  const allowed = readAffinity(host, warnings);
  const online = believed(readOnline(host, warnings), allowed, hierarchies.mounts, warnings);
  const cpuset = observeCpuset(host, hierarchies.groups('cpuset'));
  const cpuGroups = hierarchies.groups('cpu');
  const { quotas, warnings: quotaWarnings } = observeQuotas(host, cpuGroups);
  const limited = cpuGroups.filter(({ cgroup, version }) =>
    quotas.some((quota) => quota.cgroup === cgroup && quota.version === version),
  );
  return {
    platform: 'linux',
    online: online?.size ?? null,
    affinity: allowed && formatCpuList(online === null ? allowed : intersection(allowed, online)),
    cpuset: cpuset.cpuset && { cpus: formatCpuList(cpuset.cpuset.cpus), file: cpuset.cpuset.file },
    isolated: observeIsolated(host, hierarchies.mounts, warnings),
    quotas,
    cgroup: hierarchies.version,
    cgroupView: hierarchies.view('cpu'),
    ...(hierarchies.unmounted.length > 0 ? { unmounted: hierarchies.unmounted } : {}),
    throttling: observeThrottling(host, limited),
    stopped: observeStopped(host, cpuGroups),
    threadLimits: observeThreadLimits(host, hierarchies.groups('pids')),
    physicalCores: null,
    performanceCores: null,
    model: null,
    warnings: [...warnings, ...hierarchies.warnings, ...cpuset.warnings, ...quotaWarnings],
  };
}

async function observeElsewhere(platform: string): Promise<CpuFacts> {
  const cpus = await observePlatformCpus();
  return {
    platform,
    online: cpus.logical,
    affinity: null,
    cpuset: null,
    isolated: null,
    quotas: [],
    cgroup: null,
    cgroupView: null,
    throttling: null,
    stopped: null,
    threadLimits: [],
    physicalCores: cpus.physical,
    performanceCores: cpus.performance,
    model: cpus.model,
    warnings: [
      platform === 'win32'
        ? 'affinity and job limits cannot be read on Windows: all CPUs are assumed'
        : `there is no affinity and no quota to read on ${platform}: all CPUs are assumed`,
    ],
  };
}

function readAffinity(host: Host, warnings: string[]): Set<number> | null {
  const file = host.read(STATUS);
  const list = file.ok ? lineAfter(file.text, 'Cpus_allowed_list:') : null;
  const cpus = list === null ? null : parseCpuList(list);
  if (cpus !== null && cpus.size > 0) return cpus;
  const missing = file.ok ? `${STATUS}: no Cpus_allowed_list` : file.detail;
  const own = ownCount(host);
  if (typeof own === 'number') {
    warnings.push(`${missing}; this process itself may run on ${own}, which counts`);
    return new Set(Array.from({ length: own }, (_, cpu) => cpu));
  }
  warnings.push(`${missing}, and ${own.why}: the affinity is not known`);
  return null;
}
