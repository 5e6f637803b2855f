import { spawnSync } from 'node:child_process';

/** A GPU as `nvidia-smi` names it. */
export interface SmiGpu {
  model: string;
  mig: boolean;
  /** Absent where it does not say so, as in older snapshots. */
  memoryBytes?: number;
  /** CUDA's compute capability: `9.0`. */
  capability?: string;
}

/** Drivers before 510 know no `compute_cap`, and refuse the whole of a query that has it. */
const QUERIES = ['name,mig.mode.current,memory.total,compute_cap', 'name,mig.mode.current'];
const TIMEOUT_MS = 10_000;

/**
 * Asks `nvidia-smi`, where the PATH has one in an absolute folder, for what /proc does not tell (WSL has no
 * /proc/driver/nvidia). It belongs to the probe: nothing is run unless that was asked for. Empty: no answer.
 */
export function askNvidiaSmi(smi: string | null, env: NodeJS.ProcessEnv): SmiGpu[] {
  if (smi === null) return [];
  for (const query of QUERIES) {
    const { stdout, status } = spawnSync(smi, [`--query-gpu=${query}`, '--format=csv,noheader'], {
      env,
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      maxBuffer: 64 * 1024,
    });
    if (status === 0) return parseSmi(stdout);
    // One that does not end would not end again.
    if (status === null) return [];
  }
  return [];
}

/** `NVIDIA H200, Disabled, 143771 MiB, 9.0`, a line a GPU; the last two may be left out, or `[N/A]`. */
export function parseSmi(text: string): SmiGpu[] {
  return text.split('\n').flatMap((line) => {
    const words = line.split(',').map((word) => word.trim());
    const hasAll = /^\d+ MiB$|^\[N\/A\]$/.test(words.at(-2) ?? '') && words.length >= 4;
    const [memory = '', capability = ''] = hasAll ? words.splice(-2) : [];
    const mode = words.pop() ?? '';
    const model = words.join(', ');
    if (model === '' || model.length > 80 || !/^\S{1,20}$/.test(mode)) return [];
    const mebibytes = /^(\d{1,9}) MiB$/.exec(memory)?.[1];
    return [
      {
        model,
        mig: mode === 'Enabled',
        ...(mebibytes === undefined ? {} : { memoryBytes: Number(mebibytes) * 1024 * 1024 }),
        ...(/^\d{1,2}\.\d$/.test(capability) ? { capability } : {}),
      },
    ];
  });
}
