import type { Allocation } from './allocation.ts';
import { AllocationError, parseSbatch } from './sbatch.ts';
import { memoryOf } from './values.ts';

/**
 * What sbatch's words ask for.
 *
 * @throws AllocationError with the option, what it got, and what to write
 */
export function allocationOf(words: readonly string[]): Allocation {
  const options = parseSbatch(words);
  const count = (name: string, form = /^(\d{1,6})$/): number | null => {
    const raw = options.get(name);
    if (raw === undefined) return null;
    const found = Number(form.exec(raw.trim())?.[1] ?? 0);
    if (found >= 1) return found;
    throw new AllocationError(`--${name} ${raw}: no number; write a whole number, 1 or more`);
  };
  const memory = (name: string): number | null => {
    const raw = options.get(name);
    // 0 is all of the node's memory.
    if (raw === undefined || /^\s*0\s*$/.test(raw)) return null;
    const bytes = memoryOf(raw);
    if (bytes !== null) return bytes;
    throw new AllocationError(`--${name} ${raw}: no amount of memory; write one such as 32G, or a number of MB`);
  };
  // gpu:2, gpu:a100:2, a100:2
  const gpus = (name: string): number | null => count(name, /^(?:[\w.-]{1,64}:){0,2}(\d{1,6})$/);
  return {
    nodes: count('nodes', /^(\d{1,6})(?:-\d{1,6})?$/),
    tasks: count('ntasks'),
    tasksPerNode: count('ntasks-per-node'),
    cpusPerTask: count('cpus-per-task') ?? inList(options.get('tres-per-task'), /^cpu[:=](\d{1,6})$/),
    cpusPerGpu: count('cpus-per-gpu'),
    gpus: gpus('gpus'),
    gpusPerNode: gpus('gpus-per-node') ?? inList(options.get('gres'), /^gpu(?::[\w.-]{1,64})?[:=](\d{1,6})$/),
    gpusPerTask: gpus('gpus-per-task'),
    memoryPerNode: memory('mem'),
    memoryPerCpu: memory('mem-per-cpu'),
    memoryPerGpu: memory('mem-per-gpu'),
    exclusive: options.has('exclusive'),
  };
}

/** The number of one kind in a list such as `gpu:2,shard:1`. */
function inList(raw: string | undefined, form: RegExp): number | null {
  for (const item of raw?.split(',') ?? []) {
    const found = Number(form.exec(item.trim())?.[1] ?? 0);
    if (found > 0) return found;
  }
  return null;
}
