import type { EffectiveCpus } from './effective.ts';

/** LensKit's count of CPUs, and how it comes about. */
export interface LenskitCount {
  count: number;
  why: string;
}

/** What LensKit asks for the number of CPUs, by what that counts. */
export const COUNTING_CALLS = {
  affinity: 'effective_cpu_count()',
  machine: 'multiprocessing.cpu_count()',
} as const;

/** What the count depends on: Python's version, if known, and `PYTHON_CPU_COUNT`. */
export interface CountingPython {
  version: readonly [number, number] | null;
  cpuCount: string | undefined;
}

/** An affinity that a library sets when it is imported, before LensKit counts. */
export interface Bound {
  cpus: number;
  why: string;
}

/** False where the system has affinities and that of the process cannot be read: what LensKit counts is not known. */
export function isAffinityKnown({ platform, affinity }: { platform: string; affinity: string | null }): boolean {
  return affinity !== null || platform !== 'linux';
}

/** True for a Python that reads `PYTHON_CPU_COUNT`: 3.13 and newer. */
export function obeysCpuCount(version: CountingPython['version']): boolean {
  if (version === null) return false;
  const [major, minor] = version;
  return major > 3 || (major === 3 && minor >= 13);
}

/**
 * `os.process_cpu_count()` on Python 3.13 and newer, which obeys PYTHON_CPU_COUNT (and `-X cpu_count`, which
 * cannot be seen from outside); else the affinity, which a library may have narrowed by then; else all CPUs. Quotas are never looked at
 * (LensKit 2025.8.1 and 2026.4.0, `lenskit/parallel/config.py`; CPython, `Lib/os.py`).
 */
export function lenskitCount(cpus: EffectiveCpus, python: CountingPython, bound: Bound | null = null): LenskitCount {
  const asked = askedCount(python);
  if (asked !== null) return { count: Number(asked), why: `PYTHON_CPU_COUNT=${asked}` };
  if (bound !== null) return { count: bound.cpus, why: bound.why };
  if (cpus.affinity !== null) return { count: cpus.affinity, why: 'it reads affinity, not quotas' };
  return { count: cpus.online ?? 1, why: 'it counts all CPUs' };
}

/**
 * `multiprocessing.cpu_count()`: the CPUs online, whatever affinity and quotas allow; Python 3.13 and newer obey
 * PYTHON_CPU_COUNT there as well (LensKit 0.14.4, `lenskit/util/parallel.py`; CPython, `Modules/posixmodule.c`, `Lib/os.py`).
 */
export function machineCount(cpus: Pick<EffectiveCpus, 'affinity' | 'online'>, python: CountingPython): LenskitCount {
  const asked = askedCount(python);
  if (asked !== null) return { count: Number(asked), why: `PYTHON_CPU_COUNT=${asked}` };
  return {
    count: cpus.online ?? cpus.affinity ?? 1,
    why: 'it counts all CPUs of the machine, and reads neither affinity nor quotas',
  };
}

/** The number that PYTHON_CPU_COUNT gives to a Python that obeys it; null: none. */
function askedCount({ version, cpuCount }: CountingPython): string | null {
  const asked = cpuCount?.trim();
  return asked && obeysCpuCount(version) && /^\+?0*[1-9]\d{0,8}$/.test(asked) ? asked : null;
}
