import type { Status } from '../checks/check.ts';
import type { CheckResult } from '../checks/examine.ts';
import type { Comparison } from '../checks/probe/differs.ts';
import type { CgroupView } from '../cpus/hierarchy.ts';
import type { Details } from '../details/details.ts';
import type { LiveFacts } from '../live/facts.ts';
import type { CoreKinds } from '../machine/core-kinds.ts';
import type { CpuRequest } from '../machine/cpu-request.ts';
import type { Gpu, GpuDriver } from '../machine/gpus.ts';
import type { MemoryFacts } from '../machine/memory.ts';
import type { ResourceLimits } from '../machine/resource-limits.ts';
import type { Grant } from '../machine/scheduler/grant.ts';
import type { Launcher } from '../machine/scheduler/launchers.ts';
import type { InferencePlan, PlanThreads } from '../plan/threads.ts';
import type { PoolThreads } from '../pools/row.ts';
import type { ObservedDetails } from '../probe/observed-details.ts';
import type { Advice } from '../recommend/advice.ts';
import type { Generation } from '../rules/generation.ts';
import type { Knob, MainConfig, Resolution, WorkerConfig, WorkerFailure } from '../rules/resolution.ts';
import type { AtImport } from '../situation/at-import.ts';
import type { RayUse } from '../situation/situation.ts';

/** The version of the JSON document; raised when a field changes its meaning or goes. */
export const REPORT_VERSION = 1;

/** What `lk doctor` found: data before it is text. Every renderer draws from this and decides nothing. */
export interface Report {
  schemaVersion: typeof REPORT_VERSION;
  program: { name: 'lk'; version: string };
  time: string;
  cpus: {
    online: number | null;
    affinity: number | null;
    cpuset: number | null;
    effective: number;
    floor: number;
    /** null: importing Torch never ends, where it binds is not known, or the rules are not. */
    lenskit: number | null;
    lenskitWhy: string;
    /** What LensKit asks for its count: `effective_cpu_count()`; null: its rules are not known. */
    lenskitCall: string | null;
    /** What importing Torch does to the affinity; null: nothing. */
    binding: {
      kind: 'bound' | 'hangs' | 'unknown';
      by: string[];
      runtime: 'libgomp' | 'libomp' | 'libiomp5';
      affinity: string | null;
    } | null;
    quota: {
      cpus: number;
      quotaMicroseconds: string;
      periodMicroseconds: string;
      version: 1 | 2;
      cgroup: string;
      file: string;
    } | null;
    limitedBy: 'none' | 'affinity' | 'cpuset' | 'isolated' | 'quota';
    /** CPUs that are allowed, and that the kernel keeps out of balancing: not counted. */
    isolated: number;
    cgroup: 1 | 2 | 'hybrid' | null;
    /** How much of the hierarchies with quotas can be seen; null: the platform has none. */
    cgroupView: CgroupView | null;
    throttling: { periods: number; throttled: number; seconds: number; cgroup: string; file: string } | null;
    physicalCores: number | null;
    model: string | null;
    /**
     * What busy loops got in a second, one on each of so many CPUs, with what of these was idle or taken by the
     * hypervisor meanwhile, and for how many seconds a quota stopped the cgroup; null: not measured.
     */
    observed: {
      cpus: number;
      of: number;
      seconds: number;
      idle: number | null;
      stolen: number | null;
      stopped: number | null;
    } | null;
    warnings: string[];
  };
  python: {
    interpreter: string | null;
    version: string | null;
    kind: string | null;
    foundBy: string | null;
    implementation: string | null;
    freeThreaded: boolean;
    startMethod: string | null;
    packages: { [name: string]: string };
    torch: { version: string; cuda: string | null } | null;
    competing: { interpreter: string; lenskit: string | null } | null;
    notes: string[];
  };
  machine: {
    surroundings: string[];
    /** What a batch scheduler granted to this process; null: none runs it. */
    scheduler: Grant | null;
    /** The programs that started it as one of several. */
    launchers: Launcher[];
    /** The CPUs that are this process's, where a scheduler or a launcher divides them; else null. */
    share: number | null;
    memory: MemoryFacts;
    /** Limits of each process apart from those of threads; null: none can be read. */
    limits: ResourceLimits | null;
    /** null: not known (WSL). */
    gpus: Gpu[] | null;
    /** NVIDIA's; null: not loaded, or not to be seen. */
    driver: GpuDriver | null;
    request: CpuRequest | null;
    /** CPUs of the affinity on fast and on slower cores (P and E, big and little); null: all are alike, or not to be seen. */
    coreKinds: CoreKinds | null;
    /** Commands that look at every node of the job, or of the Ray cluster, that is seen from here. */
    nodes: string[];
  };
  lenskit: { version: string | null; generation: Generation | null; why: string };
  /** True: what-if flags stand in for what was found. */
  hypothetical: string[];
  /** What a job's script is to say that asks for what `--allocation` or `--job` says; null: neither was given. */
  job: { directives: string[]; env: { [name: string]: string } } | null;
  knobs: Knob[];
  plan:
    | (PlanThreads & {
        main: MainConfig;
        /** 0.14: `proc_count()` of each level. */
        levels?: Resolution['levels'];
        workers: (WorkerConfig | WorkerFailure)[];
        childEnv: { [name: string]: string };
        /** Rayon in the process that makes a list, and the models that use it. */
        inference: InferencePlan;
        /** The models that are asked about: `--model`, or what `--script` builds; empty: not known. */
        models: string[];
        oversubscription: number | null;
        /** The threads of a process once numpy and scipy are imported, before any knob applies. */
        atImport: AtImport;
        /** null: Ray is not used. */
        ray: RayUse | null;
      })
    | null;
  warnings: Resolution['warnings'];
  /** The native thread pools, with the threads that they will have. */
  pools: (PoolThreads & { /** With `--pid`: the main process has loaded it. */ loaded?: boolean })[];
  /** null: not probed. */
  probe: { interpreter: string; error: string | null; cudaDevices: string[]; comparisons: Comparison[] } | null;
  /** What two looks at a running job told (`--pid`); null: none was named. */
  live: LiveFacts | null;
  checks: CheckResult[];
  summary: { [status in Status]: number };
  /** null: the rules of this LensKit are not known. */
  recommendation: Advice | null;
  /** With `--verbose`: what the project's settings say to this command. Absent: not asked for. */
  settings?: AppliedSetting[];
  /** With `--verbose`, `--packages` or `--paths`: what a bug report wants to know besides. Absent: not asked for; null: the snapshot has none. */
  details?: ReportedDetails | null;
}

/** As it was read from files, and as the probe saw it. */
export interface ReportedDetails extends Details {
  /** null: not probed, or nothing was seen. */
  observed: ObservedDetails | null;
}

/** A setting of the project's, and what came of it. */
export interface AppliedSetting {
  file: string;
  line: number | null;
  key: 'skip' | 'fail-on' | 'python';
  value: string;
  /** What the project says to it; null: nothing. */
  reason: string | null;
  /** Why it does not apply; null: it does. */
  ignored: string | null;
}
