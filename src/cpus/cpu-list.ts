/** A set of CPU numbers. */
export type CpuSet = ReadonlySet<number>;

// The kernel's NR_CPUS is at most 8,192; more is a broken file.
const MAX_CPU = 65_535;
// The kernel names no CPU twice; a list that does so often is broken as well.
const MOST_NAMED = 4 * MAX_CPU;

/**
 * The kernel's list format: `0-3,8-11`, with strides `0-31:2/4` (Linux `lib/bitmap-str.c`). Empty text is the
 * empty set; null: not in that format.
 */
export function parseCpuList(text: string): Set<number> | null {
  const cpus = new Set<number>();
  const trimmed = text.trim();
  if (trimmed === '') return cpus;
  let named = 0;
  for (const part of trimmed.split(',')) {
    const match = /^(\d{1,7})(?:-(\d{1,7})(?::(\d{1,7})\/(\d{1,7}))?)?$/.exec(part.trim());
    if (!match) return null;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    const used = Number(match[3] ?? 1);
    const group = Number(match[4] ?? 1);
    if (last < first || last > MAX_CPU || used < 1 || group < used) return null;
    named += last - first + 1;
    if (named > MOST_NAMED) return null;
    for (let cpu = first; cpu <= last; cpu++) {
      if ((cpu - first) % group < used) cpus.add(cpu);
    }
  }
  return cpus;
}

/** The same format, shortest form: `0-3,8`. */
export function formatCpuList(cpus: CpuSet): string {
  const sorted = [...cpus].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end++;
    parts.push(i === end ? `${sorted[i]}` : `${sorted[i]}-${sorted[end]}`);
    i = end + 1;
  }
  return parts.join(',');
}

export function intersection(a: CpuSet, b: CpuSet): Set<number> {
  return new Set([...a].filter((cpu) => b.has(cpu)));
}
