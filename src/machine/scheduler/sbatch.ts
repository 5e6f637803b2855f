/** The options of sbatch(1): how each takes its value, and what those mean that bear on CPUs and memory. */

type Takes = 'value' | 'optional' | 'nothing';

interface Option {
  long: string;
  short?: string;
  takes: Takes;
}

/** A word of sbatch's that makes no sense. */
export class AllocationError extends Error {
  override readonly name = 'AllocationError';
}

const SHORT: { readonly [letter: string]: string } = {
  a: 'array',
  A: 'account',
  b: 'begin',
  B: 'extra-node-info',
  c: 'cpus-per-task',
  C: 'constraint',
  d: 'dependency',
  D: 'chdir',
  e: 'error',
  F: 'nodefile',
  G: 'gpus',
  H: 'hold',
  i: 'input',
  J: 'job-name',
  k: 'no-kill',
  L: 'licenses',
  m: 'distribution',
  M: 'clusters',
  n: 'ntasks',
  N: 'nodes',
  o: 'output',
  O: 'overcommit',
  p: 'partition',
  q: 'qos',
  Q: 'quiet',
  s: 'oversubscribe',
  S: 'core-spec',
  t: 'time',
  v: 'verbose',
  w: 'nodelist',
  W: 'wait',
  x: 'exclude',
};

const VALUE = `bb bbf comment container container-id cpu-freq cpus-per-gpu deadline delay-boot export-file gid gpu-bind
  gpu-freq gpus-per-node gpus-per-socket gpus-per-task gres gres-flags hint mail-type mail-user mcs-label mem mem-bind
  mem-per-cpu mem-per-gpu mincpus network ntasks-per-core ntasks-per-gpu ntasks-per-node ntasks-per-socket open-mode
  power prefer priority profile reservation sockets-per-node cores-per-socket threads-per-core signal switches
  thread-spec time-min tmp tres-bind tres-per-task uid wckey wrap cluster-constraint segment oom-kill-step`;
const OPTIONAL = 'exclusive export get-user-env nice no-kill propagate resv-ports stepmgr consolidate-segments';
const NOTHING = `contiguous ignore-pbs no-requeue parsable reboot requeue spread-job test-only usage use-min-nodes help
  version hold overcommit oversubscribe quiet verbose wait`;

const words = (text: string): string[] => text.split(/\s+/);

const OPTIONS: readonly Option[] = [
  ...words(OPTIONAL).map((long): Option => ({ long, takes: 'optional' })),
  ...words(NOTHING).map((long): Option => ({ long, takes: 'nothing' })),
  ...[...words(VALUE), ...Object.values(SHORT)]
    .filter((long) => !words(OPTIONAL).includes(long) && !words(NOTHING).includes(long))
    .map((long): Option => ({ long, takes: 'value' })),
];

/**
 * What sbatch's words ask for, by the long names of the options: `-n2 --mem 32G` is `{ ntasks: '2', mem: '32G' }`.
 * Names may be shortened as getopt_long(3) takes them; the last of several counts.
 *
 * @throws AllocationError for what is no option of sbatch, or has no value
 */
export function parseSbatch(given: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const rest = [...given];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === ':' || word === 'hetjob')
      throw new AllocationError('heterogeneous jobs have several allocations; give the words of one of them');
    // What follows is the script and its arguments.
    if (word === '--') break;
    if (word.startsWith('--')) long(word, rest, found);
    else if (/^-./.test(word)) short(word, rest, found);
    else throw new AllocationError(`${word}: no option of sbatch; write words such as -n 2 -c 16 --mem 32G`);
  }
  return found;
}

function long(word: string, rest: string[], found: Map<string, string>): void {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  const option = named(name);
  if (equals >= 0) {
    if (option.takes === 'nothing') throw new AllocationError(`--${option.long} takes no value`);
    found.set(option.long, word.slice(equals + 1));
  } else found.set(option.long, option.takes === 'value' ? nextValue(`--${option.long}`, rest) : '');
}

function named(name: string): Option {
  const exact = OPTIONS.find((option) => option.long === name);
  const starting = exact ? [exact] : OPTIONS.filter((option) => option.long.startsWith(name));
  const [option, other] = starting;
  if (option === undefined || name === '') throw new AllocationError(`--${name}: no option of sbatch`);
  if (other !== undefined) {
    throw new AllocationError(`--${name}: ${starting.map((each) => `--${each.long}`).join(' or ')}`);
  }
  return option;
}

/** `-n 2`, `-n2`, `-Hn2`. */
function short(word: string, rest: string[], found: Map<string, string>): void {
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    const name = SHORT[letter];
    const option = name === undefined ? undefined : OPTIONS.find((each) => each.long === name);
    if (option === undefined) throw new AllocationError(`-${letter}: no option of sbatch`);
    if (option.takes === 'nothing') {
      found.set(option.long, '');
      continue;
    }
    const attached = word.slice(at + 1);
    const value = attached || (option.takes === 'value' ? nextValue(`-${letter}`, rest) : '');
    found.set(option.long, value);
    return;
  }
}

function nextValue(option: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined) throw new AllocationError(`${option} wants a value`);
  return value;
}

/**
 * The words of a job file's `#SBATCH` lines, up to the first line that is no comment, as sbatch reads them; `split`
 * takes quotes into account.
 */
export function sbatchLines(text: string, split: (line: string) => string[]): string[] {
  const found: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() !== '' && !line.startsWith('#')) break;
    const [, rest] = /^#SBATCH[ \t](.{0,10000})$/.exec(line) ?? [];
    if (rest !== undefined) found.push(...withoutComment(split(rest)));
  }
  return found;
}

function withoutComment(given: readonly string[]): string[] {
  const at = given.findIndex((word) => word.startsWith('#'));
  return at < 0 ? [...given] : given.slice(0, at);
}
