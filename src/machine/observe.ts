import type { Hierarchies } from '../cpus/hierarchy.ts';
import type { Host } from '../host/host.ts';
import { type CoreKinds, observeCoreKinds } from './core-kinds.ts';
import { type CpuRequest, observeRequest } from './cpu-request.ts';
import { type Gpu, type GpuDriver, observeGpuDriver, observeGpus } from './gpus.ts';
import { type LenskitTemp, observeLenskitTemp } from './lenskit-temp.ts';
import { type MemoryFacts, observeMemory } from './memory.ts';
import { observeRayCluster } from './ray-cluster.ts';
import { observeResourceLimits, type ResourceLimits } from './resource-limits.ts';
import type { JobFile } from './scheduler/grant.ts';
import { observeJobFile } from './scheduler/job-file.ts';
import { type FirstSiblings, observeSiblings } from './siblings.ts';
import { observeSurroundings } from './surroundings.ts';
import { observeTopology, type Topology } from './topology.ts';

/** What surrounds the CPUs: containers, memory, GPUs, siblings. Plain data. */
export interface MachineFacts {
  surroundings: string[];
  memory: MemoryFacts;
  /** null: not known. */
  gpus: Gpu[] | null;
  /** null: NVIDIA's is not loaded, or not to be seen. */
  driver: GpuDriver | null;
  /** In Kubernetes alone: elsewhere shares are nobody's request. */
  request: CpuRequest | null;
  topology: Topology | null;
  /** null: all cores are of one kind, or it is not to be seen. */
  coreKinds: CoreKinds | null;
  /** Where a Ray cluster that runs already has left its address; null: none did. */
  rayCluster: string | null;
  /** What a scheduler's file says of this node; null: the environment names none. */
  jobFile: JobFile | null;
  /** Where LensKit 0.14 puts models for its workers; null: `LK_TEMP_DIR` is not set, or cannot be looked at. Absent: not looked at, as in older snapshots. */
  lenskitTemp?: LenskitTemp | null;
  /** Absent: not known, also in older snapshots. */
  siblings?: FirstSiblings | null;
  /** Absent in older snapshots; null: the platform shows none. */
  limits?: ResourceLimits | null;
}

/** Reads them from files; on a platform without these files everything is unknown. */
export function observeMachine(host: Host, hierarchies: Hierarchies, affinity: string | null): MachineFacts {
  const surroundings = observeSurroundings(host);
  const siblings = observeSiblings(host, affinity);
  return {
    surroundings,
    memory: observeMemory(host, hierarchies.groups('memory')),
    request: surroundings.includes('Kubernetes') ? observeRequest(host, hierarchies.groups('cpu')) : null,
    gpus: observeGpus(host, surroundings),
    driver: observeGpuDriver(host),
    topology: observeTopology(host, affinity),
    coreKinds: observeCoreKinds(host, affinity),
    rayCluster: observeRayCluster(host),
    jobFile: observeJobFile(host),
    limits: observeResourceLimits(host),
    lenskitTemp: observeLenskitTemp(host),
    ...(siblings === undefined ? {} : { siblings }),
  };
}
