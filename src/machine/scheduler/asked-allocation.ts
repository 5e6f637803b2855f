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
  const number = (name: string, raw: string, form: RegExp): number => {
    const found = Number(form.exec(raw.trim())?.[1] ?? 0);
    if (found >= 1) return found;
    throw new AllocationError(`--${name} ${raw}: no number; write a whole number, 1 or more`);
  };
  const count = (name: string, form = /^(\d{1,6})$/): number | null => {
    const raw = options.get(name);
    return raw === undefined ? null : number(name, raw, form);
  };
  const memory = (name: string): number | null => {
    const raw = options.get(name);
    if (raw === undefined) return null;
    if (/^\s*0\s*$/.test(raw)) return 0;
    const bytes = memoryOf(raw);
    if (bytes !== null) return bytes;
    throw new AllocationError(`--${name} ${raw}: no amount of memory; write one such as 32G, or a number of MB`);
  };
  // gpu:2, gpu:a100:2, a100:2,v100:1
  const gpus = (name: string): number | null => {
    const items = options.get(name)?.split(',');
    if (items === undefined) return null;
    return items.reduce((sum, item) => sum + number(name, item, /^(?:[\w.-]{1,64}:){0,2}(\d{1,6})$/), 0);
  };
  return {
    nodes: count('nodes', /^(\d{1,6})(?:-\d{1,6})?$/),
    tasks: count('ntasks'),
    tasksPerNode: count('ntasks-per-node') ?? count('tasks-per-node'),
    cpusPerTask: count('cpus-per-task') ?? inList(options.get('tres-per-task'), 'cpu'),
    cpusPerGpu: count('cpus-per-gpu'),
    gpus: gpus('gpus'),
    gpusPerNode: gpus('gpus-per-node') ?? inList(options.get('gres'), 'gpu'),
    gpusPerTask: gpus('gpus-per-task') ?? inList(options.get('tres-per-task'), 'gpu'),
    memoryPerNode: memory('mem'),
    memoryPerCpu: memory('mem-per-cpu'),
    memoryPerGpu: memory('mem-per-gpu'),
    // Nodes that are a user's alone are shared with that user's other jobs.
    exclusive: /^(?:exclusive|allocation)?$/i.test(options.get('exclusive') ?? 'no'),
  };
}

/** How many of a kind are in a list such as `gpu:a100:2,shard:1` or `cpu=4,gres/gpu`: where no number is said, one. */
function inList(raw: string | undefined, kind: string): number | null {
  if (raw === undefined) return null;
  let found = 0;
  for (const item of raw.split(',')) {
    const [name, ...rest] = item.trim().split(/[:=]/);
    if (name !== kind && name !== `gres/${kind}`) continue;
    found += Number(/^\d{1,6}$/.exec(String(rest.at(-1)))?.[0] ?? 1);
  }
  return found || null;
}
