import type { EffectiveCpus } from './effective.ts';

/** LensKit's count of CPUs, `effective_cpu_count()`, and how it comes about. */
export interface LenskitCount {
  count: number;
  why: string;
}

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
  const asked = python.cpuCount?.trim();
  if (asked && obeysCpuCount(python.version) && /^\+?0*[1-9]\d{0,8}$/.test(asked))
    return { count: Number(asked), why: `PYTHON_CPU_COUNT=${asked}` };
  if (bound !== null) return { count: bound.cpus, why: bound.why };
  if (cpus.affinity !== null) return { count: cpus.affinity, why: 'it reads affinity, not quotas' };
  return { count: cpus.online ?? 1, why: 'it counts all CPUs' };
}
