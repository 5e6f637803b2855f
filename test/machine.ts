import { CHECKS } from '../src/checks/all.ts';
import { type CheckResult, examine } from '../src/checks/examine.ts';
import { parseCpuList } from '../src/cpus/cpu-list.ts';
import type { CpuFacts } from '../src/cpus/observe.ts';
import type { Quota } from '../src/cpus/quota.ts';
import { diagnose } from '../src/doctor/diagnose.ts';
import type { Report } from '../src/documents/doctor-report.ts';
import { NO_PYTHON } from '../src/python/facts.ts';
import type { Facts } from '../src/situation/facts.ts';
import { NO_QUESTION, type Question } from '../src/situation/question.ts';
import { situate } from '../src/situation/situate.ts';

/** A quota as observed on cgroup v2. */
export function quota(quotaMicroseconds: number, periodMicroseconds = 100_000): Quota {
  return {
    cpus: quotaMicroseconds / periodMicroseconds,
    ceil: Math.ceil(quotaMicroseconds / periodMicroseconds),
    floor: Math.floor(quotaMicroseconds / periodMicroseconds),
    quotaMicroseconds: String(quotaMicroseconds),
    periodMicroseconds: String(periodMicroseconds),
    version: 2,
    cgroup: '/job',
    file: '/sys/fs/cgroup/job/cpu.max',
  };
}

interface Machine extends Partial<Omit<CpuFacts, 'affinity'>> {
  cpus?: number;
  affinity?: string | null;
  lenskit?: string | null;
  python?: string;
  freeThreaded?: boolean;
  env?: { [name: string]: string };
  settings?: Facts['settings'];
  machine?: Partial<Facts['machine']>;
  environment?: Partial<Facts['python']>;
  live?: Facts['live'];
}

/** A machine as facts: 4 CPUs, LensKit 2025.8.1 on Python 3.11, nothing set, unless it is said otherwise. */
export function machine(options: Machine = {}): Facts {
  const {
    cpus = 4,
    affinity,
    lenskit = '2025.8.1',
    python = '3.11.7',
    freeThreaded = false,
    env = {},
    settings = [],
    machine: around = {},
    environment = {},
    live = null,
    ...rest
  } = options;
  const allowed = affinity === undefined ? `0-${cpus - 1}` : affinity;
  return {
    cpus: {
      platform: 'linux',
      online: Math.max(cpus, parseCpuList(allowed ?? '')?.size ?? 0),
      affinity: allowed,
      cpuset: null,
      isolated: null,
      quotas: [],
      cgroup: 2,
      cgroupView: 'whole',
      throttling: null,
      stopped: null,
      threadLimits: [],
      physicalCores: null,
      performanceCores: null,
      model: null,
      warnings: [],
      ...rest,
    },
    machine: {
      surroundings: [],
      memory: {
        total: 16e9,
        available: 12e9,
        limit: null,
        shm: { bytes: 8e9, source: 'half of the memory, the default' },
        openFiles: 20000,
      },
      gpus: [],
      driver: null,
      request: null,
      topology: null,
      coreKinds: null,
      jobFile: null,
      rayCluster: null,
      ...around,
    },
    python: {
      ...NO_PYTHON,
      interpreter: '/venv/bin/python3',
      prefix: '/venv',
      version: python,
      freeThreaded,
      kind: 'venv',
      foundBy: 'VIRTUAL_ENV',
      lenskit:
        lenskit === null
          ? null
          : { version: lenskit, file: '/venv/lib/python3.11/site-packages/lenskit.dist-info/METADATA' },
      ...environment,
    },
    probe: null,
    cpuShare: null,
    script: null,
    env,
    settings,
    live,
  };
}

export const PROGRAM = { version: '0.0.0', time: new Date(0) };

export function report(facts: Facts, question: Partial<Question> = {}): Report {
  return diagnose(facts, { ...NO_QUESTION, ...question }, PROGRAM);
}

/** One check of a machine; the others are not run. */
export function check(id: string, facts: Facts, question: Partial<Question> = {}): CheckResult {
  const situation = situate(facts, { ...NO_QUESTION, ...question });
  const [found] = examine(
    situation,
    CHECKS.filter((one) => one.id === id),
  );
  if (!found) throw new Error(`no check ${id}`);
  return found;
}
