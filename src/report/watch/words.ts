import { size } from '../../checks/check.ts';
import { percent } from '../../checks/live/seen.ts';
import type { WatchLine } from '../../documents/watch.ts';
import { columnsOf } from '../layout.ts';

/** `7 s`, `2 min 05 s`, `3 h 12 min`. */
export function span(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 100) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours} h ${two(minutes)} min` : `${minutes} min ${two(whole % 60)} s`;
}

export function wantingOf({ processes }: WatchLine): number | null {
  return processes.reduce<number | null>(
    (sum, { wanting }) => (sum === null || wanting === null ? null : sum + wanting),
    0,
  );
}

export function ofCpus(used: number | null, effective: number | null): string {
  return `${used === null ? '?' : used.toFixed(1)}${effective === null ? '' : ` of ${effective}`}`;
}

/** What is being done, where that can be told now; '': it cannot. */
export function doing({ imported, processes, workersLoaded }: WatchLine): string {
  if (!imported) return 'LensKit not loaded';
  const workers = processes.filter(({ role }) => role === 'worker').length;
  if (workers === 0) return '';
  const there = `${workers} worker${workers === 1 ? '' : 's'}`;
  return workersLoaded < workers ? `${there}, ${workersLoaded} ready` : there;
}

/** `   12 s: 1.9 of 2 CPUs, 4 threads want one, waited 48 %, 5 processes, 1.2 GB`. */
export function lookLine(line: WatchLine): string {
  const wanting = wantingOf(line);
  const { at, cpusUsed, effective, waitedShare, throttledShare, processes, memoryBytes } = line;
  const parts = [
    `${ofCpus(cpusUsed, effective)} CPUs`,
    wanting === null ? '' : `${wanting} ${wanting === 1 ? 'thread wants' : 'threads want'} one`,
    waitedShare === null ? '' : `waited ${percent(waitedShare)}`,
    throttledShare === null ? '' : `stopped ${percent(throttledShare)}`,
    `${processes.length} ${processes.length === 1 ? 'process' : 'processes'}`,
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
