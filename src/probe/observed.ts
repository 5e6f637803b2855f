import type { SmiGpu } from './nvidia-smi.ts';
import { detailsOf, type ObservedDetails } from './observed-details.ts';

/** A native pool that was loaded, by threadpoolctl. */
export interface ObservedPool {
  family: string;
  api: string;
  file: string;
  threads: number;
}

/** One process as it was seen. */
export interface ObservedProcess {
  pools: ObservedPool[];
  torchThreads: number;
  torchInteropThreads: number;
  /** Counted in /proc while an operation ran; null: not counted. Absent in snapshots of before. */
  torchStarted?: number | null;
  /** What importing NumPy and SciPy started, the importing thread included, counted; null: not counted. Absent in snapshots of before. */
  importStarted?: number | null;
  /**
   * What a worker took to start until it could make a list: CPU seconds, and seconds since it began (null: not known).
   * null: it is no worker. Absent in snapshots of before.
   */
  start?: { cpu: number; wall: number | null } | null;
  /** The sizes of Arrow's pools; null: no Arrow. Absent in snapshots of before. */
  arrow?: { cpu: number; io: number } | null;
  /** null: this LensKit has no Rayon. */
  rayonThreads: number | null;
  /** Threads that were seen at work, counted in /proc; null: not counted. Absent in snapshots of before. */
  atWork?: { rayon: number | null; numpy: number | null; scipy: number | null } | null;
  /** Numba's threads: what it says, what its setting is, its layer, and those counted at work (null: not counted). Absent but for 0.14. */
  numba?: { threads: number; config: number; layer: string | null; atWork: number | null } | null;
  /** False: LensKit was not set up there, and has no configuration. Absent in snapshots of before. */
  setUp?: boolean;
  /** LensKit's own configuration, by its Python names. */
  config: { [name: string]: number | boolean };
}

/** Why no task of a batch ran on Ray. */
export const RAY_CAUSES = ['no answer', 'no node', 'busy', 'no end', 'error'] as const;

/** What Ray made of a task of LensKit's batch. */
export interface ObservedRay {
  cluster: 'own' | 'existing';
  /** `RAY_ADDRESS`, or the file of `ray start`; null: LensKit starts it. */
  foundBy: string | null;
  /** The CPUs of every node; empty: it was not joined. */
  nodes: number[];
  /** The CPUs that the task asked for, and those it was given; null: it did not run. */
  asked: number;
  assigned: number | null;
  /** What its worker was started with, of the variables that libraries read. Absent: not looked at, also in snapshots of before. */
  variables?: { [name: string]: string };
  /** null: it ran. */
  cause: (typeof RAY_CAUSES)[number] | null;
  error: { type: string; message: string } | null;
}

/** What `probe/probe.py` saw. */
export interface Observed {
  python: string;
  lenskit: string | null;
  cpus: number | null;
  main: ObservedProcess | null;
  /** null: this LensKit starts no worker process here. */
  worker: ObservedProcess | null;
  /** What a batch call raises because its workers die; null: they live, or there are none. Absent in snapshots of before. */
  workerError?: { type: string; message: string } | null;
  /** null: LensKit uses no Ray. Absent in snapshots of before. */
  ray?: ObservedRay | null;
  cudaDevices: string[];
  /** Absent: not asked for. */
  details?: ObservedDetails | null;
  /** The exception that LensKit raised. */
  error: { type: string; message: string } | null;
}

/** The end of a probe: what was seen, or why nothing was. Plain data: a snapshot keeps it. */
export type ProbeFacts =
  | { ok: true; interpreter: string; observed: Observed; gpus: SmiGpu[] }
  | { ok: false; interpreter: string; why: string; lastLines: string[]; gpus: SmiGpu[] };

type Json = { [key: string]: unknown };

/** The probe's document; null: not what the script writes. */
export function readObserved(text: string): Observed | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  const given = object(document);
  if (given === null || typeof given.python !== 'string') return null;
  return {
    python: given.python,
    lenskit: typeof given.lenskit === 'string' ? given.lenskit : null,
    cpus: count(given.cpus),
    main: readProcess(given.main),
    worker: readProcess(given.worker),
    workerError: errorOf(given.workerError),
    ray: rayOf(given.ray),
    cudaDevices: list(given.cudaDevices).map(String),
    ...(given.details === undefined ? {} : { details: detailsOf(given.details) }),
    error: errorOf(given.error),
  };
}

function errorOf(value: unknown): Observed['error'] {
  const error = object(value);
  return error && { type: String(error.type), message: String(error.message) };
}

function rayOf(value: unknown): ObservedRay | null {
  const given = object(value);
  const asked = count(given?.asked);
  if (given === null || asked === null) return null;
  return {
    cluster: given.cluster === 'existing' ? 'existing' : 'own',
    foundBy: typeof given.foundBy === 'string' ? given.foundBy : null,
    nodes: list(given.nodes).flatMap((cpus) => count(cpus) ?? []),
    asked,
    assigned: count(given.assigned),
    cause: RAY_CAUSES.find((cause) => cause === given.cause) ?? null,
    error: errorOf(given.error),
  };
}

export function readProcess(value: unknown): ObservedProcess | null {
  const given = object(value);
  if (given === null) return null;
  const config = Object.entries(object(given.config) ?? {}).filter(
    (entry): entry is [string, number | boolean] => typeof entry[1] === 'number' || typeof entry[1] === 'boolean',
  );
  return {
    pools: list(given.pools).flatMap((item) => {
      const pool = object(item);
      const threads = count(pool?.threads);
      return pool === null || threads === null
        ? []
        : [{ family: String(pool.family), api: String(pool.api), file: String(pool.file), threads }];
    }),
    torchThreads: count(given.torchThreads) ?? 0,
    torchInteropThreads: count(given.torchInteropThreads) ?? 0,
    torchStarted: count(given.torchStarted),
    importStarted: count(given.importStarted),
    start: startOf(given.start),
    arrow: arrowOf(given.arrow),
    rayonThreads: count(given.rayonThreads),
    atWork: atWorkOf(given.atWork),
    numba: numbaOf(given.numba),
    setUp: given.setUp !== false,
    config: Object.fromEntries(config),
  };
}

/** Names and values, both bounded. */
export function variablesOf(value: unknown): { [name: string]: string } {
  const entries = Object.entries(object(value) ?? {}).filter(
    (entry): entry is [string, string] => /^[A-Z_]{1,60}$/.test(entry[0]) && typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries.slice(0, 100).map(([name, text]) => [name, text.slice(0, 1000)]));
}

function atWorkOf(value: unknown): NonNullable<ObservedProcess['atWork']> | null {
  const given = object(value);
  return given && { rayon: count(given.rayon), numpy: count(given.numpy), scipy: count(given.scipy) };
}

function numbaOf(value: unknown): NonNullable<ObservedProcess['numba']> | null {
  const given = object(value);
  const [threads, config] = [count(given?.threads), count(given?.config)];
  if (given === null || threads === null || config === null) return null;
  return { threads, config, layer: typeof given.layer === 'string' ? given.layer : null, atWork: count(given.atWork) };
}

function startOf(value: unknown): { cpu: number; wall: number | null } | null {
  const given = object(value);
  const cpu = count(given?.cpu);
  return cpu === null || cpu <= 0 ? null : { cpu, wall: count(given?.wall) };
}

function arrowOf(value: unknown): { cpu: number; io: number } | null {
  const given = object(value);
  const [cpu, io] = [count(given?.cpu), count(given?.io)];
  return cpu === null || io === null ? null : { cpu, io };
}

function object(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
