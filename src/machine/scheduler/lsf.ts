import { type Scheduler, undivided } from './grant.ts';
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
    const all = countOf(env.LSB_DJOB_NUMPROC);
    const lists: [string, number[]][] = [
      ['LSB_MCPU_HOSTS', perHost(env.LSB_MCPU_HOSTS)],
      ['LSB_HOSTS', slots(env.LSB_HOSTS)],
      ['LSB_DJOB_NUMPROC', all === null ? [] : [all]],
    ];
    for (const [variable, [count, ...others]] of lists) {
      if (count === undefined) continue;
      return { nodes: 1 + others.length, ...undivided({ variable, raw: String(env[variable]), count }) };
    }
    return undivided(null);
  },
};

/** Blanks between the words; underscores where a site's wrapper passes them on in one word. */
function words(raw: string | undefined): string[] {
  const text = raw?.trim() ?? '';
  return text.split(/\s/.test(text) ? /\s/ : '_').filter(Boolean);
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
