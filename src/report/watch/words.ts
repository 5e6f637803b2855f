import { counted, size } from '../../checks/check.ts';
import { percent } from '../../checks/live/seen.ts';
import type { WatchLine } from '../../documents/watch.ts';
import { workersOf } from '../../live/counts.ts';
import { columnsOf } from '../layout.ts';
import { wantWords } from '../live.ts';

/** `7 s`, `2 min 05 s`, `3 h 12 min`. */
export function span(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 100) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours} h ${two(minutes)} min` : `${minutes} min ${two(whole % 60)} s`;
}

export function ofCpus(used: number | null, effective: number | null): string {
  return `${used === null ? '?' : used.toFixed(1)}${effective === null ? '' : ` of ${effective}`}`;
}

/** What is being done, where that can be told now; '': it cannot. */
export function doing(line: WatchLine): string {
  const { imported, workersLoaded } = line;
  if (!imported) return 'LensKit not loaded';
  const workers = workersOf(line).length;
  if (workers === 0) return '';
  const there = counted(workers, 'worker');
  return workersLoaded < workers ? `${there}, ${workersLoaded} ready` : there;
}

/** `   12 s: 1.9 of 2 CPUs, 4 threads want one, waited 48 %, 5 processes, 1.2 GB`. */
export function lookLine(line: WatchLine): string {
  const { at, cpusUsed, effective, waitedShare, throttledShare, processes, memoryBytes } = line;
  const parts = [
    `${ofCpus(cpusUsed, effective)} CPUs`,
    wantWords(line) ?? '',
    waitedShare === null ? '' : `waited ${percent(waitedShare)}`,
    throttledShare === null ? '' : `stopped ${percent(throttledShare)}`,
    counted(processes.length, 'process'),
    memoryBytes === null ? '' : size(memoryBytes),
    doing(line),
  ];
  return `${span(at).padStart(6)}: ${parts.filter((part) => part !== '').join(', ')}`;
}

/** As much of a line as fits, with `…` where something is left out. */
export function cutTo(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  let [cut, used] = ['', 0];
  for (const character of text) {
    used += columnsOf(character);
    if (used > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
}
