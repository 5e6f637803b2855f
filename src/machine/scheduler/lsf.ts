import type { Scheduler } from './grant.ts';
import { countOf } from './values.ts';

/**
 * LSF: `LSB_MCPU_HOSTS` counts for each host, `hostA 4 hostB 8`, `LSB_HOSTS` names a host once for each slot; the
 * first host runs the job. `LSB_DJOB_NUMPROC` is the number on all hosts, and this host's where there is one.
 */
export const lsf: Scheduler = {
  name: 'LSF',
  markers: ['LSB_JOBID'],
  variables: ['LSB_MCPU_HOSTS', 'LSB_HOSTS', 'LSB_DJOB_NUMPROC'],
  grant(env) {
    const counted = perHost(env.LSB_MCPU_HOSTS);
    const listed = slots(env.LSB_HOSTS);
    const all = countOf(env.LSB_DJOB_NUMPROC);
    const [hosts, variable] =
      counted.length > 0
        ? [counted, 'LSB_MCPU_HOSTS']
        : listed.length > 0
          ? [listed, 'LSB_HOSTS']
          : [all === null ? [] : [all], 'LSB_DJOB_NUMPROC'];
    const cpus = hosts[0] ?? null;
    return {
      tasksOnNode: 1,
      nodes: hosts.length || null,
      cpus,
      cpusOnNode: cpus,
      variable: cpus === null ? null : variable,
      raw: cpus === null ? null : (env[variable] ?? null),
    };
  },
};

/** Blanks between the words; underscores where a site's wrapper passes them on in one word. */
function words(raw: string | undefined): string[] {
  const text = (raw ?? '').slice(0, 1_000_000).trim();
  return text.split(/\s/.test(text) ? /\s+/ : /_+/).filter(Boolean);
}

function perHost(raw: string | undefined): number[] {
  const found: number[] = [];
  const list = words(raw);
  for (let at = 1; at < list.length; at += 2) {
    const count = countOf(list[at]);
    if (count === null) return [];
    found.push(count);
  }
  return found;
}

function slots(raw: string | undefined): number[] {
  const counts = new Map<string, number>();
  for (const host of words(raw)) counts.set(host, (counts.get(host) ?? 0) + 1);
  return [...counts.values()];
}

/** The same without the names of hosts: `host1 4 host2 8`. */
export function withoutHosts(raw: string): string {
  const names = new Map<string, string>();
  return words(raw)
    .map((word) => {
      if (countOf(word) !== null) return word;
      const name = names.get(word) ?? `host${names.size + 1}`;
      names.set(word, name);
      return name;
    })
    .join(' ');
}
