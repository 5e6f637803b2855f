import { type Phase, phasesOf } from './phases.ts';
import { meanOf, mostOf, type Point } from './series.ts';
import { isStopped } from './stopped.ts';

/** What a phase came to, all its parts together. */
export interface PhaseSummary {
  phase: Phase;
  seconds: number;
  cpusUsed: number | null;
  waitedShare: number | null;
}

/** What was lost, and to what. */
export interface Lost {
  /** CPU time that the job could have had and did not use; null: its CPUs are not known. */
  idleCpuSeconds: number | null;
  /**
   * Time that threads waited for a CPU, by what they waited for: its own threads, more of which wanted one than there are;
   * the quota, which had stopped it; other programs; null: the kernel does not tell.
   */
  waitedSeconds: { ownThreads: number; quota: number; otherPrograms: number; unknown: number } | null;
}

/** What a job did while it was watched. Shares from 0 to 1; null: the kernel does not tell. */
export interface SeriesSummary {
  looks: number;
  seconds: number;
  cpuSeconds: number | null;
  cpusUsed: number | null;
  /** CPUs that it may use. */
  effective: number | null;
  waitedShare: number | null;
  throttledShare: number | null;
  peakMemoryBytes: number | null;
  /** At the busiest look. */
  mostWanting: number | null;
  mostProcesses: number;
  mostThreads: number;
  /** In the order in which they came first. */
  phases: PhaseSummary[];
  lost: Lost;
}

/** From points to what they came to. Pure. */
export function summaryOf(points: readonly Point[]): SeriesSummary {
  const seconds = sum(points, (point) => point.seconds);
  const cpusUsed = meanOf(points, (point) => point.cpusUsed);
  return {
    looks: sum(points, ({ looks }) => looks),
    seconds,
    cpuSeconds: cpusUsed === null ? null : sum(points, (point) => (point.cpusUsed ?? 0) * point.seconds),
    cpusUsed,
    effective: points.findLast(({ effective }) => effective !== null)?.effective ?? null,
    waitedShare: waitedShareOf(points),
    throttledShare: meanOf(points, ({ throttledShare }) => throttledShare),
    peakMemoryBytes: mostOf(points, ({ memoryBytes }) => memoryBytes),
    mostWanting: mostOf(points, ({ wanting }) => wanting),
    mostProcesses: mostOf(points, ({ processes }) => processes) ?? 0,
    mostThreads: mostOf(points, ({ threads }) => threads) ?? 0,
    phases: phaseSummaries(points),
    lost: lostOf(points),
  };
}

function phaseSummaries(points: readonly Point[]): PhaseSummary[] {
  const by = new Map<Phase, Point[]>();
  for (const [at, phase] of phasesOf(points).entries()) {
    const own = by.get(phase) ?? [];
    own.push(points[at] as Point);
    by.set(phase, own);
  }
  return [...by].map(([phase, own]) => ({
    phase,
    seconds: sum(own, (point) => point.seconds),
    cpusUsed: meanOf(own, (point) => point.cpusUsed),
    waitedShare: waitedShareOf(own),
  }));
}

function waitedShareOf(points: readonly Point[]): number | null {
  const known = points.filter(({ waiting, cpusUsed }) => waiting !== null && cpusUsed !== null);
  if (known.length === 0) return null;
  const waited = sum(known, ({ waiting, seconds }) => (waiting ?? 0) * seconds);
  const ran = sum(known, ({ cpusUsed, seconds }) => (cpusUsed ?? 0) * seconds);
  return waited + ran === 0 ? 0 : waited / (waited + ran);
}

function lostOf(points: readonly Point[]): Lost {
  const idle = points.flatMap((point) => idleCpus(point) ?? []);
  const waited = { ownThreads: 0, quota: 0, otherPrograms: 0, unknown: 0 };
  for (const point of points) waited[causeOf(point)] += (point.waiting ?? 0) * point.seconds;
  return {
    idleCpuSeconds: idle.length === 0 ? null : idle.reduce((total, value) => total + value, 0),
    waitedSeconds: points.some(({ waiting }) => waiting !== null) ? waited : null,
  };
}

/** CPU time that the job might have had: what others used was not there. */
function idleCpus({ effective, cpusUsed, idle, seconds }: Point): number | null {
  if (effective === null || cpusUsed === null) return null;
  return Math.max(0, Math.min(effective - cpusUsed, idle ?? effective)) * seconds;
}

/** Other programs take less than this of a CPU on any machine. */
const OTHERS = 0.5;

function causeOf(point: Point): keyof NonNullable<Lost['waitedSeconds']> {
  const { wanting, effective, others } = point;
  if (isStopped(point)) return 'quota';
  if (wanting !== null && effective !== null && wanting > effective) return 'ownThreads';
  return others !== null && others >= OTHERS ? 'otherPrograms' : 'unknown';
}

function sum(points: readonly Point[], of: (point: Point) => number): number {
  return points.reduce((total, point) => total + of(point), 0);
}
