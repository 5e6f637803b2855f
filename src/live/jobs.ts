import type { Host } from '../host/host.ts';
import { hidesProcesses } from '../host/process.ts';
import { isPython, mainProcess } from './job.ts';
import { isExtension, isNumba, mappedFiles } from './mapped.ts';
import { allProcesses } from './tree.ts';

/** Jobs that may be LensKit's, and how many processes could not be looked into. */
export interface FoundJobs {
  /** Those whose extension of LensKit (since 2025.1) is loaded. */
  certain: number[];
  /** Those that have Numba: LensKit's where it is one of 0.x. */
  perhaps: number[];
  /** Processes of other users, and what not even root may look into. */
  unseen: number;
  /** True: `/proc` does not show this user the processes of others. */
  hidden: boolean;
}

/** The main processes of all jobs of this machine that have LensKit loaded, or might. */
export function findJobs(host: Host): FoundJobs {
  const all = allProcesses(host);
  const certain = new Set<number>();
  const perhaps = new Set<number>();
  let unseen = 0;
  for (const { pid } of all) {
    if (!isPython(pid, host)) {
      const maps = host.link(`/proc/${pid}/exe`) === null ? host.read(`/proc/${pid}/maps`, 1) : null;
      if (maps?.ok === false && maps.reason === 'denied') unseen++;
      continue;
    }
    const mapped = mappedFiles(host, pid);
    const kind = mapped.some(isExtension) ? certain : mapped.some(isNumba) ? perhaps : null;
    kind?.add(mainProcess(pid, host, all) ?? pid);
  }
  return {
    certain: [...certain].sort((a, b) => a - b),
    perhaps: [...perhaps].filter((pid) => !certain.has(pid)).sort((a, b) => a - b),
    unseen,
    // The first process is another's, and whoever is shown it is shown all.
    hidden: hidesProcesses(host) && !host.read('/proc/1/stat').ok,
  };
}
