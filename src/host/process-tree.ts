/**
 * The numbers of all that a process has started, and what these have started; not its own. Whoever was left without a
 * parent is no part of it any more.
 */
export function numbersBelow(top: number, all: Iterable<readonly [pid: number, parent: number]>): Set<number> {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of all) {
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [pid]);
    else known.push(pid);
  }
  const inside = new Set([top]);
  // What is added meanwhile has its turn as well, each number once: they are not all read at the same moment.
  for (const parent of inside) for (const pid of children.get(parent) ?? []) inside.add(pid);
  inside.delete(top);
  return inside;
}
