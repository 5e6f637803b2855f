import type { Host } from '../../host/host.ts';
import { numberAfter } from '../../host/lines.ts';
import type { JobFile } from './grant.ts';
import { SCHEDULERS } from './schedulers.ts';
import { countOf } from './values.ts';

const LIMIT = 16 * 1024 * 1024;

/** The file of a job that the environment names, as far as it says what this node has; null: there is none. */
export function observeJobFile(host: Host): JobFile | null {
  for (const { markers, files = [] } of SCHEDULERS) {
    if (!markers.some((name) => host.env[name])) continue;
    for (const variable of files) {
      const path = host.env[variable];
      const read = path?.startsWith('/') ? host.read(path, LIMIT) : null;
      if (!read?.ok) continue;
      if (variable.endsWith('_AD')) return { variable, ...advertised(read.text) };
      const cpus = slotsHere(read.text, hostName(host));
      // Of OpenPBS it lists the processes that MPI is to start, of which each may have several CPUs.
      if (cpus !== null && (variable !== 'PBS_NODEFILE' || cpus > 1)) return { variable, cpus, memoryBytes: null };
    }
  }
  return null;
}

function hostName(host: Host): string {
  const read = host.read('/proc/sys/kernel/hostname');
  return read.ok ? shortName(read.text.trim()) : '';
}

const shortName = (name: string): string => name.replace(/\..*/s, '');

/** Lines of a host, with or without its number of slots: this host's, or, where it is not named, the first one's. */
function slotsHere(text: string, own: string): number | null {
  const slots = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [host, count] = line.split(/\s+/);
    if (!host) continue;
    const name = shortName(host);
    slots.set(name, (slots.get(name) ?? 0) + (countOf(count) ?? 1));
  }
  const [first] = slots.values();
  return slots.get(own) ?? first ?? null;
}

/** HTCondor's descriptions: `Cpus = 4`, `Memory = 2048` (MB) of a slot, `RequestCpus = 4` of a job. */
function advertised(text: string): Pick<JobFile, 'cpus' | 'memoryBytes'> {
  const either = (name: string) => numberAfter(text, `${name} = `) || numberAfter(text, `Request${name} = `) || null;
  const memory = either('Memory');
  return { cpus: either('Cpus'), memoryBytes: memory && memory * 1024 ** 2 };
}
