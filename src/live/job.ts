import type { Host } from '../host/host.ts';
import { isCopy, roleOf, type StartedProcess, started } from './roles.ts';
import { allProcesses, type FoundProcess, treeOf } from './tree.ts';

/** The processes of a machine by number. */
type Processes = ReadonlyMap<number, FoundProcess>;

/** How far up a worker's main process is looked for. */
const MOST_ANCESTORS = 64;
/** Wrappers have few processes. */
const MOST_BELOW = 512;

/**
 * The main process of the job that a process belongs to: of a worker, a tracker or a process of Ray the one that has
 * started it; of what only starts a Python (`timeout`, a shell, `srun`) that Python. null: there is no such process.
 */
export function mainProcess(pid: number, host: Host, all = allProcesses(host)): number | null {
  const known: Processes = new Map(all.map((process) => [process.pid, process]));
  const found = known.get(pid);
  if (found === undefined) return null;
  let here = started(found, host);
  for (let steps = 0; steps < MOST_ANCESTORS; steps++) {
    const parent = known.get(here.parent);
    if (parent === undefined || parent.pid === here.pid || parent.pid === 1) break;
    const above = started(parent, host);
    if (!isBelowMain(here, above, host)) break;
    here = above;
  }
  return isPython(here.pid, host) ? here.pid : (firstPython(here.pid, all, host) ?? here.pid);
}

function isBelowMain(process: StartedProcess, parent: StartedProcess, host: Host): boolean {
  return isCopy(process, parent) || roleOf(process, parent, host) !== 'other';
}

/** True for what runs Python, or PyPy, by the name of its program. */
export function isPython(pid: number, host: Host): boolean {
  const program = host.link(`/proc/${pid}/exe`) ?? '';
  return /^(?:python|pypy)[\d.]*[a-z]?(?: \(deleted\))?$/.test(program.slice(program.lastIndexOf('/') + 1));
}

/**
 * What is to be said where a process that runs no Python was named, and another is looked at, or none is there. null: nothing.
 *
 * @param looked what `mainProcess` gives for it
 */
export function whyAnother(pid: number, looked: number, host: Host, all = allProcesses(host)): string | null {
  if (!isPython(looked, host))
    return `by their programs' names, neither PID ${pid} nor what it has started runs Python`;
  if (looked === pid || isPython(pid, host)) return null;
  const below = nearestPythons(pid, all, host);
  const others = below.filter((one) => one !== looked);
  if (others.length === 0 || !below.includes(looked)) return null;
  const listed = others.slice(0, MOST_NAMED).join(', ');
  const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : '';
  return `PID ${pid} runs no Python itself, and has started several: this is ${looked}; there are ${listed}${more}`;
}

const MOST_NAMED = 8;

function firstPython(pid: number, all: readonly FoundProcess[], host: Host): number | null {
  return nearestPythons(pid, all, host)[0] ?? null;
}

/** The Pythons below a process that no other one stands above, the nearest first. */
function nearestPythons(pid: number, all: readonly FoundProcess[], host: Host): number[] {
  const [, ...below] = treeOf(pid, all).slice(0, MOST_BELOW);
  const levels = new Map([[pid, 0]]);
  // Parents are not always listed before their children.
  for (let left = below; left.length > 0; ) {
    const next = left.filter(({ pid: own, parent }) => {
      const level = levels.get(parent);
      if (level !== undefined) levels.set(own, level + 1);
      return level === undefined;
    });
    if (next.length === left.length) break;
    left = next;
  }
  const level = (process: FoundProcess) => levels.get(process.pid) ?? MOST_BELOW;
  const pythons = below
    .filter((process) => isPython(process.pid, host))
    .sort((a, b) => level(a) - level(b) || a.pid - b.pid);
  const parents = new Map(below.map((process) => [process.pid, process.parent]));
  const found = new Set<number>();
  for (const process of pythons) {
    let above = parents.get(process.pid);
    while (above !== undefined && !found.has(above)) above = parents.get(above);
    if (above === undefined) found.add(process.pid);
  }
  return [...found];
}
