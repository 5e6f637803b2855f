import type { Host } from '../host/host.ts';
import { KeptFiles } from '../host/kept-files.ts';
import { between } from './between.ts';
import type { LiveFacts, Role } from './facts.ts';
import { KnownRoles } from './known-roles.ts';
import type { ProcessTimes } from './look.ts';
import { hasLensKit, mappedFiles } from './mapped.ts';
import { type JobMemory, memoryOf, privateOf } from './memory.ts';
import { type Job, type Standing, warningsOf, workersSince } from './observe.ts';
import { SHARE } from './pace.ts';
import { type Sample, sampleOf } from './sample.ts';
import { WatchedTree } from './tree.ts';

/** What a job did since it was looked at before. */
export interface WatchedFacts extends LiveFacts {
  /** Workers that have LensKit loaded. */
  workersLoaded: number;
}

/** Adding up what processes share takes long where they have much: it gets this part of what watching may cost. */
const MEMORY_SHARE = SHARE / 4;

/** So many workers a look are asked whether they have LensKit. */
const MOST_ASKED = 4;

/** A job that is looked at again and again, each time at what is new alone. Reads only. */
export class WatchedJob {
  private readonly proc: KeptFiles;
  private readonly roles: KnownRoles;
  private readonly tree: WatchedTree;
  private readonly loaded = new Set<string>();
  private sample: Sample;
  private memory: JobMemory = { memoryBytes: null, sharedBytes: null };
  private memoryAgain = 0;
  private privateThen: number | null = null;
  /** In pages, when its files were last looked at. */
  private mappedSize: string | undefined;

  constructor(
    machine: Host,
    readonly job: Job,
    private readonly standing: Standing,
  ) {
    this.proc = new KeptFiles(machine);
    this.roles = new KnownRoles(this.proc);
    this.tree = new WatchedTree(job.pid);
    this.sample = sampleOf(this.proc, job.pid, job.groups, { earlier: null, tree: this.tree });
  }

  get imported(): boolean {
    return this.standing.imported;
  }

  /** Its main process has loaded LensKit, or has since: whoever has mapped nothing has loaded nothing. */
  hasImported(): boolean {
    if (this.imported) return true;
    const read = this.proc.read(`/proc/${this.job.pid}/statm`);
    const size = read.ok ? read.text.split(' ', 1)[0] : undefined;
    if (size !== undefined && size === this.mappedSize) return false;
    this.mappedSize = size;
    return hasLensKit(mappedFiles(this.proc, this.job.pid));
  }

  /** Nothing of it stays open. */
  close(): void {
    this.proc.sweep();
    this.proc.sweep();
  }

  /** What it did since the look before; null: it has ended, or its number is another's. */
  look(): WatchedFacts | null {
    const { proc, job, standing, sample: before } = this;
    const after = sampleOf(proc, job.pid, job.groups, { earlier: before, tree: this.tree });
    proc.sweep();
    const roles = this.roles.of(job.pid, after.look.processes);
    const seen = between(before, after, roles);
    if (seen === null) return null;
    this.sample = after;
    return {
      pid: job.pid,
      ...seen,
      ...this.memoryNow(seen.processes.map(({ pid }) => pid)),
      ...standing,
      workersSince: workersSince(proc, after.look, roles),
      warnings: warningsOf(after.look.hidden),
      workersLoaded: this.workersLoaded(after.look.processes, roles),
    };
  }

  private memoryNow(pids: readonly number[]): JobMemory {
    const now = performance.now() / 1000;
    const own = privateOf(this.proc, pids);
    if (now < this.memoryAgain) return since(this.memory, own === null ? null : own - (this.privateThen ?? own));
    this.privateThen = own;
    const begun = process.cpuUsage();
    this.memory = memoryOf(this.proc, pids);
    const { user, system } = process.cpuUsage(begun);
    this.memoryAgain = now + (user + system) / 1e6 / MEMORY_SHARE;
    return this.memory;
  }

  private workersLoaded(processes: readonly ProcessTimes[], roles: ReadonlyMap<number, Role>): number {
    const workers = processes.filter(({ pid }) => roles.get(pid) === 'worker');
    const key = ({ pid, began }: ProcessTimes) => `${pid} ${began}`;
    const unknown = this.imported ? workers.filter((worker) => !this.loaded.has(key(worker))) : [];
    for (const worker of unknown.slice(0, MOST_ASKED))
      if (hasLensKit(mappedFiles(this.proc, worker.pid))) this.loaded.add(key(worker));
    return workers.filter((worker) => this.loaded.has(key(worker))).length;
  }
}

/** What was added up, and how much more or less of it is private since. */
function since({ memoryBytes, sharedBytes }: JobMemory, more: number | null): JobMemory {
  return { memoryBytes: memoryBytes === null ? null : Math.max(0, memoryBytes + (more ?? 0)), sharedBytes };
}
