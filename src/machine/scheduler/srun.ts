import { LETTERS, namesMeant } from './job-options.ts';

/** The options of srun(1) (24.11, and what older ones had): which take a value of their own, and which are of no use here. */

/** A word of srun's that makes no sense, or that would take its output elsewhere. */
export class SrunError extends Error {
  override readonly name = 'SrunError';
}

/** By letter, those that take a value. */
const SHORT: { readonly [letter: string]: string } = {
  ...LETTERS,
  r: 'relative',
  T: 'threads',
  W: 'wait',
};
const SHORT_ALONE: { readonly [letter: string]: string } = {
  h: 'help',
  l: 'label',
  u: 'unbuffered',
  V: 'version',
  Z: 'no-allocate',
};

const VALUE: readonly string[] = [
  ...Object.values(SHORT),
  ...`acctg-freq bb bbf begin cluster-constraint comment container container-id context cores-per-socket cpu-bind cpu-freq
  cpus-per-gpu deadline delay-boot epilog export export-file extra gid gpu-bind gpu-freq gpus-per-node gpus-per-socket
  gpus-per-task gres gres-flags het-group hint jobid mail-type mail-user mcs-label mem mem-bind mem-per-cpu mem-per-gpu
  mincpus mpi msg-timeout network ntasks-per-core ntasks-per-gpu ntasks-per-node ntasks-per-socket open-mode pack-group
  power prefer priority profile prolog reservation resources segment signal slurmd-debug sockets-per-node switches
  task-epilog task-prolog tasks-per-node thread-spec threads-per-core time-min tmp topology tree-width tres-bind
  tres-per-task uid wckey`.split(/\s+/),
];

/** What would take the output elsewhere, or start something else. */
const REFUSED: readonly string[] = [
  ...`bcast debugger-test error error-file help input label multi-prog no-allocate open-mode output pty test-only
  unbuffered usage version`.split(/\s+/),
];

/** Names of options that say how many tasks there are. */
const TASKS: readonly string[] = ['ntasks', 'ntasks-per-node', 'tasks-per-node'];

/** More than anybody types. */
const MOST_WORDS = 1000;

export interface SrunWords {
  /** As they were given, those of each part of a heterogeneous step (`:`) by themselves. */
  parts: string[][];
  /** True: they say how many tasks there are. */
  sayTasks: boolean;
  /** True: they name a job, or ask for another one than that which runs this. */
  ownJob: boolean;
}

/**
 * The words that are for srun: options alone, since the command is lk's. An option that is not known, such as a plug-in's,
 * has its value behind a `=`.
 *
 * @throws SrunError
 */
export function srunWords(given: readonly string[]): SrunWords {
  if (given.length > MOST_WORDS) throw new SrunError(`more than ${MOST_WORDS} words for srun`);
  const parts: string[][] = [[]];
  const names = new Set<string>();
  const rest = [...given];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === ':') {
      parts.push([]);
      continue;
    }
    const { name, takesNext } = optionOf(word);
    if (REFUSED.includes(name))
      throw new SrunError(`${word}: srun's --${name} would keep the answers from lk; leave it out`);
    names.add(name);
    const own = parts.at(-1) as string[];
    own.push(word);
    if (!takesNext) continue;
    const value = rest.shift();
    if (value === undefined) throw new SrunError(`${word}: no value follows; srun wants one`);
    own.push(value);
  }
  const has = (wanted: readonly string[]): boolean => wanted.some((name) => names.has(name));
  return { parts, sayTasks: has(TASKS), ownJob: has(['jobid', 'clusters']) };
}

/** Its long name as far as it is known, and whether the next word is its value. @throws SrunError for what is no option */
function optionOf(word: string): { name: string; takesNext: boolean } {
  if (word.startsWith('--') && word !== '--') {
    const equals = word.indexOf('=');
    const given = word.slice(2, equals < 0 ? undefined : equals);
    const name = fullName(given);
    return { name, takesNext: equals < 0 && VALUE.includes(name) };
  }
  if (!/^-[A-Za-z]/.test(word)) throw new SrunError(`${word}: no option of srun; what is started on the nodes is lk`);
  const letter = word.charAt(1);
  const valued = SHORT[letter];
  if (valued !== undefined) return { name: valued, takesNext: word.length === 2 };
  return { name: SHORT_ALONE[letter] ?? letter, takesNext: false };
}

/** Names may be shortened as getopt_long(3) takes them. */
function fullName(given: string): string {
  const [only, ...others] = namesMeant(given, [...VALUE, ...REFUSED]);
  return only !== undefined && others.length === 0 && given.length > 1 ? only : given;
}

/** What srun takes from the environment and would change what it writes; its options for these beat no variable. */
export const SRUN_OUTPUT_VARIABLES: readonly string[] = [
  'SLURM_DEBUG',
  'SLURM_JOB_NAME',
  'SLURM_LABELIO',
  'SLURM_STDERRMODE',
  'SLURM_STDINMODE',
  'SLURM_STDOUTMODE',
  'SLURM_UNBUFFEREDIO',
  'SLURM_SRUN_MULTI',
];

/** Variables by which a job says how many tasks its steps have. */
export const JOB_TASK_VARIABLES: readonly string[] = ['SLURM_NTASKS', 'SLURM_NPROCS', 'SLURM_NTASKS_PER_NODE'];
