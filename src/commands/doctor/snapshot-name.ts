import { hostname } from 'node:os';
import { machineBelow } from '../../host/open.ts';
import { FlagError } from '../flags.ts';

/** Where a snapshot goes, and what it says of its machine's name. */
export interface SnapshotName {
  name: string;
  /** null: `%h` is not in the name, and the snapshot does not name its host. */
  host: string | null;
}

interface Here {
  env: { readonly [name: string]: string | undefined };
  pid: number;
  /** null: not known. */
  host: string | null;
}

interface Part {
  is: string;
  of: (here: Here) => string | null;
  /** What to do where there is none. */
  missing: string;
}

/**
 * Which of several tasks this is. Those that an MPI starts inside a job come first: they inherit SLURM_PROCID=0 of the
 * job's script. Open MPI, PMIx and Slurm, Hydra (MPICH, Intel MPI), Slurm, Flux, PALS, ALPS, jsrun.
 */
const TASKS = [
  'OMPI_COMM_WORLD_RANK',
  'PMIX_RANK',
  'PMI_RANK',
  'SLURM_PROCID',
  'FLUX_TASK_RANK',
  'PALS_RANKID',
  'ALPS_APP_PE',
  'JSM_NAMESPACE_RANK',
] as const;

const JOBS = ['SLURM_JOB_ID', 'PBS_JOBID', 'LSB_JOBID', 'FLUX_JOB_ID', 'OAR_JOB_ID', 'JOB_ID'] as const;

const first =
  (names: readonly string[]): Part['of'] =>
  ({ env }) =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== '') ?? null;

/** What may stand in a name, by its letter. */
const PARTS: { readonly [letter: string]: Part } = {
  h: { is: 'the host', of: ({ host }) => host, missing: 'the name of this host is not known' },
  p: { is: "lk's process", of: ({ pid }) => String(pid), missing: '' },
  t: { is: 'the task', of: first(TASKS), missing: `no launcher has numbered this task (${TASKS.join(', ')})` },
  j: { is: 'the job', of: first(JOBS), missing: `this is no job (${JOBS.join(', ')})` },
};

const ALL = `${Object.entries(PARTS)
  .map(([letter, { is }]) => `%${letter} ${is}`)
  .join(', ')}, %% a percent sign`;

/** No file system takes longer names than 255 bytes, and several may stand in one. */
const LONGEST = 80;

/**
 * The name of a snapshot with what its `%` stand for. What is put in never leads to another folder, whatever the
 * variables hold.
 *
 * @throws FlagError for a `%` that stands for nothing, or for nothing here
 */
export function snapshotName(pattern: string, here: Here): SnapshotName {
  let host: string | null = null;
  const name = pattern.replace(/%(.?)/gsu, (written: string, letter: string) => {
    if (letter === '%') return '%';
    const part = Object.hasOwn(PARTS, letter) ? PARTS[letter] : undefined;
    if (part === undefined) throw new FlagError(`--snapshot ${pattern}: no ${written}; there are ${ALL}`);
    const value = part.of(here);
    if (value === null) throw new FlagError(`--snapshot ${pattern}: ${written}: ${part.missing}; leave it out`);
    if (letter === 'h') host = value;
    return asPartOfName(value);
  });
  return { name, host };
}

/** Letters, digits and `. _ -` alone, and no dots alone: neither a folder nor the one above. */
function asPartOfName(value: string): string {
  const plain = value.slice(0, LONGEST).replace(/[^\w.-]/g, '_');
  return /^\.*$/.test(plain) ? '_'.repeat(Math.max(plain.length, 1)) : plain;
}

/** What is known here; below another root it is that machine's name. */
export function hereOf(sysroot: string | undefined): Here {
  const { env, pid } = process;
  if (sysroot === undefined) return { env, pid, host: hostname() || null };
  const below = machineBelow(sysroot);
  const [host] = ['/proc/sys/kernel/hostname', '/etc/hostname'].flatMap((file) => {
    const read = below.read(file, 4096);
    const text = read.ok ? (read.text.split('\n')[0]?.trim() ?? '') : '';
    return text === '' ? [] : [text];
  });
  return { env, pid, host: host ?? null };
}
