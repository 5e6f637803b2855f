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
  const numbers = (host.list('/proc', MOST_PROCESSES) ?? []).filter((name) => /^[1-9]\d{0,9}$/.test(name));
  return numbers.flatMap((name) => {
    const read = host.read(`/proc/${name}/stat`, MOST_STAT);
    const stat = read.ok ? processStat(read.text) : null;
    return stat === null ? [] : [{ pid: Number(name), ...stat }];
  });
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
