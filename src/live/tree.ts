import type { Host } from '../host/host.ts';
import { type ProcessStat, processStat } from '../host/process-stat.ts';

/** More processes than this are not looked through. */
const MOST_PROCESSES = 65_536;

/** A process that was found, by its number. */
export interface FoundProcess extends ProcessStat {
  pid: number;
}

/** Every process that the machine shows (Linux); none elsewhere, and where /proc is hidden (`hidepid`). */
export function allProcesses(host: Host): FoundProcess[] {
  const numbers = (host.list('/proc', MOST_PROCESSES) ?? []).filter((name) => /^[1-9]\d{0,9}$/.test(name));
  return numbers.flatMap((name) => {
    const read = host.read(`/proc/${name}/stat`);
    const stat = read.ok ? processStat(read.text) : null;
    return stat === null ? [] : [{ pid: Number(name), ...stat }];
  });
}

/**
 * A process and all that it has started and these have started, itself first; empty: it is gone. Whoever was left
 * without a parent is no part of it any more.
 */
export function treeOf(root: number, all: readonly FoundProcess[]): FoundProcess[] {
  const children = new Map<number, FoundProcess[]>();
  for (const process of all) children.set(process.parent, [...(children.get(process.parent) ?? []), process]);
  const top = all.find(({ pid }) => pid === root);
  const tree = top === undefined ? [] : [top];
  // What is added meanwhile has its turn as well. They are not all read at one moment, so that a cycle is possible.
  const inside = new Set(tree);
  for (const { pid } of tree) {
    for (const child of children.get(pid) ?? []) {
      if (inside.has(child)) continue;
      inside.add(child);
      tree.push(child);
    }
  }
  return tree;
}
