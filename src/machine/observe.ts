import { observeHierarchies } from '../cpus/hierarchy.ts';
import type { Host } from '../host/host.ts';
import { type Gpu, observeGpus } from './gpus.ts';
import { type MemoryFacts, observeMemory } from './memory.ts';
import { observeSurroundings } from './surroundings.ts';
import { observeTopology, type Topology } from './topology.ts';

/** What surrounds the CPUs: containers, memory, GPUs, siblings. Plain data. */
export interface MachineFacts {
  surroundings: string[];
  memory: MemoryFacts;
  gpus: Gpu[];
  topology: Topology | null;
}

/** Reads them from files; on a platform without these files everything is unknown. */
export function observeMachine(host: Host, affinity: string | null): MachineFacts {
  return {
    surroundings: observeSurroundings(host),
    memory: observeMemory(host, observeHierarchies(host).groups('memory')),
    gpus: observeGpus(host),
    topology: observeTopology(host, affinity),
  };
}
