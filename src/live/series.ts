import { threadsOf, wantingThreads, workersOf } from './counts.ts';
import type { LiveFacts } from './facts.ts';
import type { WatchedFacts } from './watched.ts';

/** A look in a few numbers, which a long job has many of. null: the kernel does not tell. */
export interface Point {
  /** When the look ended, in seconds since the first began. */
  at: number;
  /** Since the look before. */
  seconds: number;
  /** Looks that it stands for. */
  looks: number;
  imported: boolean;
  workers: number;
  workersLoaded: number;
  processes: number;
  threads: number;
  mainWanting: number | null;
  wanting: number | null;
  /** CPUs that the job may use. */
  effective: number | null;
  cpusUsed: number | null;
  /** Threads that waited for a CPU, in the mean. */
  waiting: number | null;
  throttledShare: number | null;
  memoryBytes: number | null;
  /** CPUs that other programs used. */
  others: number | null;
  /** CPUs of the machine that nobody used. */
  idle: number | null;
}

/** Points beyond this are joined, two by two. */
export const MOST_POINTS = 20_000;

export function pointOf(live: WatchedFacts, effective: number | null, at: number): Point {
  const { seconds, imported, workersLoaded, processes, cpusUsed, throttledShare, memoryBytes, others } = live;
  const wanting = wantingThreads(live);
  return {
    at,
    seconds,
    looks: 1,
    imported,
    workers: workersOf(live).length,
    workersLoaded,
    processes: processes.length,
    threads: threadsOf(live),
    mainWanting: processes.find(({ role }) => role === 'main')?.wanting ?? null,
    wanting,
    effective,
    cpusUsed,
    waiting: waitingThreads(live, wanting),
    throttledShare,
    memoryBytes,
    others: others?.used ?? null,
    idle: others?.idle ?? null,
  };
}

/** waited ÷ (ran + waited) = share, and what ran is known: that of no thread that ran, each that wanted to has waited. */
function waitingThreads({ waitedShare, cpusUsed }: LiveFacts, wanting: number | null): number | null {
  if (waitedShare === null || cpusUsed === null) return null;
  const most = wanting ?? 0;
  return waitedShare >= 1 ? most : (cpusUsed * waitedShare) / (1 - waitedShare);
}

/** With one more; where there are too many, neighbours are joined. The list itself is changed. */
export function withPoint(points: Point[], point: Point): Point[] {
  points.push(point);
  return points.length < MOST_POINTS ? points : halved(points);
}

/** Neighbours joined, two by two: means over their time, the most of what is a peak. Pure. */
export function halved(points: readonly Point[]): Point[] {
  return Array.from({ length: Math.ceil(points.length / 2) }, (_, at) => {
    const [a, b] = points.slice(2 * at, 2 * at + 2) as [Point, Point | undefined];
    return b === undefined ? a : joined(a, b);
  });
}

function joined(a: Point, b: Point): Point {
  const mean = (of: (point: Point) => number | null) => meanOf([a, b], of);
  const most = (of: (point: Point) => number | null) => mostOf([a, b], of);
  return {
    at: b.at,
    seconds: a.seconds + b.seconds,
    looks: a.looks + b.looks,
    imported: b.imported,
    workers: b.workers,
    workersLoaded: b.workersLoaded,
    processes: Math.max(a.processes, b.processes),
    threads: Math.max(a.threads, b.threads),
    mainWanting: most(({ mainWanting }) => mainWanting),
    wanting: most(({ wanting }) => wanting),
    effective: b.effective,
    cpusUsed: mean(({ cpusUsed }) => cpusUsed),
    waiting: mean(({ waiting }) => waiting),
    throttledShare: mean(({ throttledShare }) => throttledShare),
    memoryBytes: most(({ memoryBytes }) => memoryBytes),
    others: mean(({ others }) => others),
    idle: mean(({ idle }) => idle),
  };
}

/** Over the time of the points that know it; null: none does. */
export function meanOf(points: readonly Point[], of: (point: Point) => number | null): number | null {
  let [sum, seconds] = [0, 0];
  for (const point of points) {
    const value = of(point);
    if (value === null) continue;
    sum += value * point.seconds;
    seconds += point.seconds;
  }
  return seconds === 0 ? null : sum / seconds;
}

/** The most of the points that know it; null: none does. */
export function mostOf(points: readonly Point[], of: (point: Point) => number | null): number | null {
  return points.reduce<number | null>((most, point) => {
    const value = of(point);
    return value === null ? most : Math.max(most ?? value, value);
  }, null);
}
