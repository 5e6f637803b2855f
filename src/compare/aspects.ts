import { counted } from '../checks/check.ts';
import type { Cause } from '../documents/comparison.ts';
import type { Digest } from './digest.ts';

/** What one machine has, or has not, beside another. */
interface Has {
  has: boolean;
  what: string;
}

/** One thing that may decide, the weightier before the others. */
interface Aspect {
  about: Cause['about'];
  /** Differs where this does. */
  of: (digest: Digest) => unknown;
  said: (own: Digest, other: Digest) => Has;
}

const has = (what: string): Has => ({ has: true, what });
const hasNo = (what: string): Has => ({ has: false, what });

const ASPECTS: readonly Aspect[] = [
  {
    about: 'lenskit',
    of: ({ lenskit, generation, hasPython }) => [lenskit === null, generation, hasPython],
    said: (own) => lenskitOf(own),
  },
  { about: 'cpus', of: ({ cpus }) => cpus, said: cpusOf },
  { about: 'settings', of: ({ settings }) => settings, said: settingsOf },
  {
    about: 'share',
    of: ({ share }) => share,
    said: ({ share }) => (share === null ? hasNo('share of its node') : has(`a share of ${counted(share, 'CPU')}`)),
  },
  { about: 'lenskit', of: ({ lenskit }) => lenskit, said: (own) => lenskitOf(own) },
  { about: 'python', of: ({ python }) => python, said: pythonOf },
  { about: 'libraries', of: ({ libraries }) => libraries, said: librariesOf },
];

/** What follows from the rest; said where nothing else tells two machines apart. */
const OUTCOME: Aspect = {
  about: 'outcome',
  of: ({ findings, plan }) => [findings, plan],
  said: (own, other) => {
    const only = own.findings.filter((finding) => !other.findings.includes(finding));
    const lacking = other.findings.filter((finding) => !own.findings.includes(finding));
    const ids = (findings: string[]): string => findings.map((finding) => finding.replace(/^\w+ /, '')).join(', ');
    if (only.length > 0) return has(ids(only));
    return lacking.length > 0 ? hasNo(ids(lacking)) : has('another plan');
  },
};

/** An aspect in which two machines differ, with what each has. */
export interface Deciding {
  about: Cause['about'];
  a: Has;
  b: Has;
}

/** So many are told first. */
export const MOST_CAUSES = 2;

/** What decides between two machines, the weightiest first. */
export function deciding(a: Digest, b: Digest): Deciding[] {
  const differs = ({ of }: Aspect): boolean => JSON.stringify(of(a)) !== JSON.stringify(of(b));
  const found = ASPECTS.filter(differs);
  // Where there is none its Python, its libraries and its settings say nothing.
  const isMissing = (a.lenskit === null) !== (b.lenskit === null);
  // What is set is read in another way by other rules.
  const isOther = a.generation !== b.generation;
  const relevant = found.filter(
    ({ about }) => about === 'lenskit' || about === 'cpus' || (!isMissing && (!isOther || about !== 'settings')),
  );
  const aspects = relevant.length > 0 ? relevant : [OUTCOME].filter(differs);
  const all = aspects.map(({ about, said }) => ({ about, a: said(a, b), b: said(b, a) }));
  // Another release is said with the rules.
  return all.filter(({ about }, index) => all.findIndex((other) => other.about === about) === index);
}

/** `a quota of 1 CPU`, `no LensKit`. */
export function asNoun({ has: is, what }: Has): string {
  return is ? what : `no ${what}`;
}

/** `with a quota of 1 CPU`, `without LensKit`. */
export function asApart({ has: is, what }: Has): string {
  return `${is ? 'with' : 'without'} ${what}`;
}

function lenskitOf({ lenskit, generation, hasPython }: Digest): Has {
  if (lenskit === null) return hasNo(hasPython ? 'LensKit' : 'Python');
  return lenskit === generation ? has(`the rules of LensKit ${lenskit}`) : has(`LensKit ${lenskit}`);
}

function cpusOf({ cpus }: Digest, { cpus: other }: Digest): Has {
  const { effective, limitedBy, quota, counted: byLenskit } = cpus;
  const amount = counted(quota === null ? effective : Math.round(quota * 1000) / 1000, 'CPU');
  const limited = {
    none: amount,
    affinity: `an affinity of ${amount}`,
    cpuset: `a cpuset of ${amount}`,
    isolated: `${amount} beside isolated ones`,
    quota: `a quota of ${amount}`,
  }[limitedBy];
  const same = effective === other.effective && limitedBy === other.limitedBy && quota === other.quota;
  return has(same && byLenskit !== null ? `${limited}, of which LensKit counts ${byLenskit}` : limited);
}

/** What is set here and not so there; else what is set there alone. */
function settingsOf({ settings: own }: Digest, { settings: other }: Digest): Has {
  const differing = own.filter(([name, value]) => !other.some(([its, set]) => its === name && set === value));
  if (differing.length > 0) return has(differing.map(([name, value]) => `${name}=${value}`).join(', '));
  const lacking = other.filter(([name]) => !own.some(([its]) => its === name));
  return lacking.length > 0 ? hasNo(lacking.map(([name]) => name).join(', ')) : has('the same in another order');
}

function pythonOf({ python }: Digest, { python: other }: Digest): Has {
  const { version, implementation, freeThreaded, startMethod } = python;
  if (version === null) return hasNo('Python that is known');
  const kind = implementation === 'PyPy' ? 'PyPy' : 'Python';
  const free = freeThreaded ? ', free-threaded' : '';
  const same =
    version === other.version && implementation === other.implementation && freeThreaded === other.freeThreaded;
  return has(same ? `${kind} ${version} that starts processes by ${startMethod}` : `${kind} ${version}${free}`);
}

function librariesOf({ libraries: own }: Digest, { libraries: other }: Digest): Has {
  const only = own.filter((library) => !other.includes(library));
  if (only.length > 0) return has(only.join(', '));
  const lacking = other.filter((library) => !own.includes(library));
  return lacking.length > 0 ? hasNo(lacking.join(', ')) : has('the same libraries in another order');
}
