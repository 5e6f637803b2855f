import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT } from '../cli.ts';

/** What `fake-srun.mjs` is to do. */
export interface Plan {
  nodes?: { [name: string]: number };
  faults?: { [name: string]: string };
  said?: string;
  simulated?: { count: number; snapshots: string[]; lost?: number; torn?: number };
}

/** A folder with such an `srun`, and the environment in which it is found. */
export function fakeSlurm(folder: string, plan: Plan): { env: { [name: string]: string }; log: () => string[] } {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const log = path.join(folder, 'log');
  writeFileSync(log, '');
  writeFileSync(path.join(folder, 'plan.json'), JSON.stringify({ ...plan, log }));
  const srun = path.join(bin, 'srun');
  const script = path.join(PROJECT, 'test/nodes/fake-srun.mjs');
  writeFileSync(srun, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
  chmodSync(srun, 0o755);
  return {
    env: { PATH: `${bin}:${process.env.PATH}`, FAKE_SRUN: path.join(folder, 'plan.json') },
    log: () => readFileSync(log, 'utf8').trim().split('\n'),
  };
}

/** The processes that it has started, and itself. */
export function pidsOf(log: readonly string[]): string[] {
  return log.filter((line) => line.startsWith('pid ')).map((line) => line.slice(4));
}
