/** What the options of sbatch(1) and srun(1) have in common (24.11). */

/** By letter, the long names of those that both have, with a value in each. */
export const LETTERS: { readonly [letter: string]: string } = {
  A: 'account',
  B: 'extra-node-info',
  c: 'cpus-per-task',
  C: 'constraint',
  d: 'dependency',
  D: 'chdir',
  e: 'error',
  F: 'nodefile',
  G: 'gpus',
  i: 'input',
  J: 'job-name',
  L: 'licenses',
  m: 'distribution',
  M: 'clusters',
  n: 'ntasks',
  N: 'nodes',
  o: 'output',
  p: 'partition',
  q: 'qos',
  S: 'core-spec',
  t: 'time',
  w: 'nodelist',
  x: 'exclude',
};

/** The names that one which may be shortened stands for, as getopt_long(3) takes them: itself, where it is one. */
export function namesMeant(given: string, known: readonly string[]): string[] {
  if (known.includes(given)) return [given];
  return given === '' ? [] : [...new Set(known.filter((name) => name.startsWith(given)))];
}
