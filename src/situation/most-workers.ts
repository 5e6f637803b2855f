import { memoryLimit } from '../machine/memory-limit.ts';
import { type Rules, since } from '../rules/generation.ts';
import { ruleSetOf, traitsOf } from '../rules/generations.ts';
import { rayCluster, rayFault } from './ray.ts';
import type { Surroundings } from './situation.ts';

const MEBIBYTE = 1024 ** 2;

/** What processes take at the least: their private memory after a first task (Private_Dirty of smaps_rollup), in bytes. */
export interface ProcessBytes {
  main: number;
  worker: number;
  /** What it was measured with, on Linux x86-64. */
  lenskit: string;
}

/** With Torch 2.15 and numpy 2.4; and with Numba 0.58.1 and numpy 1.26, where main has compiled what trains ALS. */
const OF_TORCH: ProcessBytes = { main: 646 * MEBIBYTE, worker: 311 * MEBIBYTE, lenskit: '2025.8.1' };
const OF_NUMBA: ProcessBytes = { main: 141 * MEBIBYTE, worker: 99 * MEBIBYTE, lenskit: '0.14.4' };

export function processBytes(rules: Rules): ProcessBytes {
  return traitsOf(rules).pools === 'numba' ? OF_NUMBA : OF_TORCH;
}

/** Workers get the model through `/dev/shm`; 0.14 through a file where `LK_TEMP_DIR` is set, be it to nothing (`lenskit/sharing/__init__.py`). */
export function sharesInMemory({ env }: Pick<Surroundings, 'env'>, rules: Rules): boolean {
  return env.LK_TEMP_DIR === undefined || !ruleSetOf(rules).variables(rules).includes('LK_TEMP_DIR');
}

/** Docker's default is 64 MiB; a model of 64 factors for 200,000 users and items has 102 MB. */
export const SMALL_SHARED_MEMORY = 128 * MEBIBYTE;

/**
 * Open files of a run: the least `ulimit -n` with which a job ended well, found by bisection with LensKit 2025.8.1: 51, 54
 * and 66 with 2, 4 and 8 workers. Data, models and logs of other jobs take more.
 */
const FILES_WITH_WORKERS = 42;
const FILES_OF_WORKER = 3;
/** So many times as many leave room for others. */
export const SPARE_FILES = 2;

export function filesOfWorkers(workers: number): number {
  return FILES_WITH_WORKERS + FILES_OF_WORKER * workers;
}

/** Bytes that may still be written to `/dev/shm`; null: not known. */
export function freeSharedMemory({ machine }: Pick<Surroundings, 'machine'>): number | null {
  const { shm } = machine.memory;
  return shm === null ? null : Math.min(shm.bytes, shm.free ?? shm.bytes);
}

/** The memory that processes may take now, in bytes; null: not known. */
export function freeMemory({ machine, share }: Pick<Surroundings, 'machine' | 'share'>): number | null {
  const { limit, available } = machine.memory;
  const least = memoryLimit(machine.memory, share);
  if (least === null) return null;
  const most = least.bytes;
  return Math.min(most, available ?? most, limit?.used == null ? most : limit.bytes - limit.used);
}

/**
 * The most workers that a batch run may have here, the CPUs not counted: 1 where something lets none begin, or this
 * LensKit has none that work at the same time.
 */
export function mostWorkers(surroundings: Surroundings, rules: Rules): number {
  return traitsOf(rules).batch === 'tasks' ? mostTasks(surroundings, rules) : mostProcesses(surroundings, rules);
}

function mostProcesses(surroundings: Surroundings, rules: Rules): number {
  const { machine, python, script } = surroundings;
  const shared = freeSharedMemory(surroundings);
  const unusable = (machine.memory.shm?.unusable ?? null) !== null || (shared !== null && shared < SMALL_SHARED_MEMORY);
  // Processes cannot share a model on an instance of a divided GPU.
  const divided = python.torch?.cuda != null && (machine.gpus ?? []).some(({ mig }) => mig);
  const dies = script?.findings.some(({ level }) => level === 'error') ?? false;
  if ((unusable && sharesInMemory(surroundings, rules)) || divided || dies) return 1;
  const memory = freeMemory(surroundings);
  const { main, worker } = processBytes(rules);
  const byMemory = memory === null ? Number.POSITIVE_INFINITY : Math.floor((memory - main) / worker);
  const { openFiles } = machine.memory;
  const byFiles =
    // Of 0.14 they were not counted.
    openFiles === null || traitsOf(rules).pools === 'numba'
      ? Number.POSITIVE_INFINITY
      : Math.floor((openFiles / SPARE_FILES - FILES_WITH_WORKERS) / FILES_OF_WORKER);
  return Math.max(1, Math.min(byMemory, byFiles));
}

/** Tasks of a Ray that LensKit starts; on one that runs already its settings do not reach the workers. */
function mostTasks(surroundings: Surroundings, rules: Rules): number {
  const { python } = surroundings;
  const usable = python.packages.ray !== undefined && rayFault({ python, rules }) === null;
  // 2026.1.0 does not set itself up in Ray's workers; where there is no GIL the jobs are threads.
  const isOwn = !rayCluster(surroundings).existing && since(rules, '2026.2.0');
  return usable && isOwn && !python.freeThreaded ? Number.POSITIVE_INFINITY : 1;
}
