import { LETTERS, namesMeant } from './job-options.ts';

/** The options of sbatch(1): how each takes its value, and what those mean that bear on CPUs and memory. */

type Takes = 'value' | 'optional' | 'nothing';

/** A word of sbatch's that makes no sense. */
export class AllocationError extends Error {
  override readonly name = 'AllocationError';
}

const SHORT: { readonly [letter: string]: string } = {
  ...LETTERS,
  a: 'array',
  b: 'begin',
  h: 'help',
  H: 'hold',
  k: 'no-kill',
  O: 'overcommit',
  Q: 'quiet',
  s: 'oversubscribe',
  v: 'verbose',
  V: 'version',
  W: 'wait',
};

const VALUE = `acctg-freq autocomplete batch bb bbf cluster cluster-constraint comment container container-id context
  cores-per-socket cpu-freq cpus-per-gpu deadline delay-boot export export-file extra gid gpu-bind gpu-freq gpus-per-node
  gpus-per-socket gpus-per-task gres gres-flags hint kill-on-invalid-dep mail-type mail-user mcs-label mem mem-bind
  mem-per-cpu mem-per-gpu mem-update mincpus network ntasks-per-core ntasks-per-gpu ntasks-per-node ntasks-per-socket
  ntasks-per-tres open-mode power prefer priority profile reservation resources runtime segment signal sockets-per-node
  switches tasks-per-node thread-spec threads-per-core time-min tmp tres-bind tres-per-task uid wait-all-nodes wckey wrap`;
const OPTIONAL = 'exclusive get-user-env nice no-kill oom-kill-step propagate requeue resv-ports';
const NOTHING = `consolidate-segments contiguous external help hold ignore-pbs no-requeue overcommit oversubscribe parsable
  quiet reboot spread-job spread-segments stepmgr test-only usage use-min-nodes verbose version wait`;

const words = (text: string): string[] => text.split(/\s+/);

/** By their long names. Those of one letter take a value, unless it is said below. */
const OPTIONS: ReadonlyMap<string, Takes> = new Map([
  ...[...Object.values(SHORT), ...words(VALUE)].map((name) => [name, 'value'] as const),
  ...words(OPTIONAL).map((name) => [name, 'optional'] as const),
  ...words(NOTHING).map((name) => [name, 'nothing'] as const),
]);

/** No job asks with so many. */
const MOST_WORDS = 10_000;
/** Longer than the kernel takes a word of a command. */
const MOST_LETTERS = 128 * 1024;

/**
 * What sbatch's words ask for, by the long names of the options: `-n2 --mem 32G` is `{ ntasks: '2', mem: '32G' }`.
 * Names may be shortened as getopt_long(3) takes them; the last of several counts.
 *
 * @throws AllocationError for what is no option of sbatch, or has no value
 */
export function parseSbatch(given: readonly string[]): Map<string, string> {
  if (given.length > MOST_WORDS) throw new AllocationError(`more than ${MOST_WORDS} words`);
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
  const name = named(word.slice(2).replace(/=.*/s, ''));
  const takes = OPTIONS.get(name);
  if (word.includes('=')) {
    if (takes === 'nothing') throw new AllocationError(`--${name} takes no value`);
    found.set(name, word.slice(word.indexOf('=') + 1));
  } else found.set(name, takes === 'value' ? nextValue(`--${name}`, rest) : '');
}

function named(given: string): string {
  const [name, ...others] = namesMeant(given, [...OPTIONS.keys()]);
  if (name === undefined) throw new AllocationError(`--${given}: no option of sbatch`);
  if (others.length === 0) return name;
  throw new AllocationError(`--${given}: ${[name, ...others].map((each) => `--${each}`).join(' or ')}`);
}

/** `-n 2`, `-n2`, `-Hn2`. */
function short(word: string, rest: string[], found: Map<string, string>): void {
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    const name = SHORT[letter];
    if (name === undefined) throw new AllocationError(`-${letter}: no option of sbatch`);
    const takes = OPTIONS.get(name);
    if (takes === 'nothing') {
      found.set(name, '');
      continue;
    }
    const attached = word.slice(at + 1);
    found.set(name, attached || (takes === 'value' ? nextValue(`-${letter}`, rest) : ''));
    return;
  }
}

function nextValue(option: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined) throw new AllocationError(`${option} wants a value`);
  return value;
}

/**
 * The words of a job file's `#SBATCH` lines, up to the first line that is no comment, as sbatch reads them
 * (`_opt_batch_script` in src/sbatch/opt.c); `split` takes quotes into account.
 *
 * @throws AllocationError where there are more than any job has
 */
export function sbatchLines(text: string, split: (line: string) => string[]): string[] {
  const found: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#SBATCH')) {
      if (line.length > MOST_LETTERS) throw new AllocationError(`a line of more than ${MOST_LETTERS} letters`);
      for (const word of split(withoutComment(line.slice('#SBATCH'.length)))) found.push(word);
      if (found.length > MOST_WORDS) throw new AllocationError(`more than ${MOST_WORDS} words`);
    } else if (!/^\s*(?:#|$)/.test(line)) break;
  }
  return found;
}

/** Up to a `#` that is neither quoted nor escaped. */
function withoutComment(line: string): string {
  return line.replace(/^((?:[^"'\\#]|\\.|"[^"]*"|'[^']*')*)#.*/s, '$1');
}
