import { availableParallelism } from 'node:os';
import { type EffectiveCpus, effectiveCpus } from '../cpus/effective.ts';
import { observeHierarchies } from '../cpus/hierarchy.ts';
import { observeLinux } from '../cpus/observe.ts';
import { machineBelow, thisMachine } from '../host/open.ts';

export interface CpuCountOptions {
  /** Read the `/proc` and `/sys` below this directory instead of this machine's. */
  sysroot?: string;
}

/**
 * The CPUs that this process may really use: max(1, min(|affinity ∩ cpuset|, ⌈quota⌉)), the quota being the
 * tightest from the process's own cgroup up to the root of its mount (cgroup v1 and v2).
 *
 * LensKit's function of this name counts the affinity alone. On macOS and Windows, which have neither to read,
 * all CPUs count. Never throws.
 */
export function effectiveCpuCount(options: CpuCountOptions = {}): number {
  return effectiveCpuFacts(options)?.effective ?? availableParallelism();
}

/** The same with its derivation; null on a platform where there is nothing to derive it from. */
export function effectiveCpuFacts({ sysroot }: CpuCountOptions = {}): (EffectiveCpus & { warnings: string[] }) | null {
  const host = sysroot === undefined ? thisMachine() : machineBelow(sysroot);
  if (host.platform !== 'linux') return null;
  const facts = observeLinux(host, observeHierarchies(host));
  return { ...effectiveCpus(facts), warnings: facts.warnings };
}
