import type { Host } from '../host/host.ts';
import { type ProcessStat, processStat } from '../host/process-stat.ts';
import { numbersBelow } from '../host/process-tree.ts';

/** More entries than this are not looked through: those with the highest numbers are not seen. */
const MOST_PROCESSES = 65_536;

/** Bytes of fifty numbers and a name, so that many are read with small buffers. */
const MOST_STAT = 2048;

/** A process that was found, by its number. */
export interface FoundProcess extends ProcessStat {
  pid: number;
}

/**
 * Every process that the machine shows (Linux), also one that has ended and waits for its parent. Where /proc is mounted
 * with `hidepid` these are the user's own.
 */
export function allProcesses(host: Host): FoundProcess[] {
  return numbersOf(host).flatMap((pid) => found(pid, host));
}

function numbersOf(host: Host): number[] {
  const names = host.list('/proc', MOST_PROCESSES) ?? [];
  return names.filter((name) => /^[1-9]\d{0,9}$/.test(name)).map(Number);
}

function found(pid: number, host: Host): FoundProcess[] {
  const read = host.read(`/proc/${pid}/stat`, MOST_STAT);
  const stat = read.ok ? processStat(read.text) : null;
  return stat === null ? [] : [{ pid, ...stat }];
}

/** A process and all that it has started and these have started, itself first; empty: it is gone. */
export function treeOf(root: number, all: readonly FoundProcess[]): FoundProcess[] {
  const top = all.find(({ pid }) => pid === root);
  if (top === undefined) return [];
  const inside = numbersBelow(
    root,
    all.map(({ pid, parent }) => [pid, parent]),
  );
  return [top, ...all.filter(({ pid }) => inside.has(pid))];
}

/** Looks until a process that was none of the tree's is asked again. */
const TURNS = 10;

/**
 * The tree of a process that is looked at again and again, on a machine with many others: who is none of it comes into it
 * only as another process of the same number, which the kernel gives away when it has given all others. So a tenth
 * of these are asked each time, in turn, and all that are new.
 */
export class WatchedTree {
  private outside: ReadonlySet<number> = new Set();
  private turn = 0;

  constructor(private readonly root: number) {}

  /** As `treeOf` has it. */
  of(host: Host): FoundProcess[] {
    const numbers = numbersOf(host);
    this.turn = (this.turn + 1) % TURNS;
    const asked = numbers.filter((pid) => pid % TURNS === this.turn || !this.outside.has(pid));
    const tree = treeOf(
      this.root,
      asked.flatMap((pid) => found(pid, host)),
    );
    const inside = new Set(tree.map(({ pid }) => pid));
    this.outside = new Set(numbers.filter((pid) => !inside.has(pid)));
    return tree;
  }
}
