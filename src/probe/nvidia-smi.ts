import { spawnSync } from 'node:child_process';

/** A GPU as `nvidia-smi` names it. */
export interface SmiGpu {
  model: string;
  mig: boolean;
}

const QUERY = ['--query-gpu=name,mig.mode.current', '--format=csv,noheader'];
const TIMEOUT_MS = 10_000;

/**
 * Asks `nvidia-smi`, where the PATH has one in an absolute folder, for what /proc does not tell (WSL has no
 * /proc/driver/nvidia). It belongs to the probe: nothing is run unless that was asked for. Empty: no answer.
 */
export function askNvidiaSmi(smi: string | null, env: NodeJS.ProcessEnv): SmiGpu[] {
  if (smi === null) return [];
  const { stdout, status } = spawnSync(smi, QUERY, {
    env,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: 64 * 1024,
  });
  return status === 0 ? parseSmi(stdout) : [];
}

/** `NVIDIA H200, Disabled`, a line a GPU. */
export function parseSmi(text: string): SmiGpu[] {
  return text.split('\n').flatMap((line) => {
    const comma = line.lastIndexOf(',');
    const [model, mode] = [line.slice(0, comma).trim(), line.slice(comma + 1).trim()];
    return comma > 0 && model !== '' && model.length <= 80 && /^\S{1,20}$/.test(mode)
      ? [{ model, mig: mode === 'Enabled' }]
      : [];
  });
}
