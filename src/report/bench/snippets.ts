import type { SnippetFormat } from '../../documents/bench-choices.ts';
import { handedOut } from '../../documents/bench-result.ts';
import { environmentLines } from '../environment/lines.ts';

type Env = { readonly [name: string]: string };

/** What stands above the lines that hand variables on: what a job should be granted, what has to be called. */
const HEADS: { readonly [format in SnippetFormat]?: (env: Env) => string } = {
  slurm: (env) => `#SBATCH --cpus-per-task=${cpusOf(env)}\n`,
  toml: () => '# lenskit.toml: LensKit reads it where a program calls lenskit.configure() before it uses LensKit\n',
};

/** Lines to paste. */
export function snippet(env: Env, format: SnippetFormat): string {
  const set = handedOut(env);
  return `${HEADS[format]?.(set) ?? ''}${environmentLines({ set, unset: [] }, format, '').text}`;
}

/**
 * Where nothing is to be set: a comment, since what stands here is often evaluated. In the file of `GITHUB_ENV` it would end the
 * job: nothing.
 */
export function nothingToSet(why: string, format: SnippetFormat): string {
  return format === 'github' ? '' : `# lk bench batch: nothing to set: ${why.replaceAll(/\s+/g, ' ')}\n`;
}

/**
 * The threads that are at work at once with the busiest of models, which the job should be granted as CPUs: LensKit's in
 * training, and the backends' of all workers.
 */
function cpusOf(env: Env): number {
  const numbers = (name: string): string[] => (env[name] ?? '1').split(',');
  const first = (name: string): number => Number(numbers(name).at(0)) || 1;
  const workers = first(env.LK_NUM_PROCS === undefined ? 'LK_NUM_BATCH_JOBS' : 'LK_NUM_PROCS');
  if (env.NUMBA_NUM_THREADS !== undefined)
    return Math.max(first('NUMBA_NUM_THREADS'), first('OPENBLAS_NUM_THREADS') * workers);
  const backend = Number(numbers('LK_NUM_BACKEND_THREADS').at(workers === 1 ? 0 : -1)) || 1;
  return Math.max(first('LK_NUM_THREADS'), first('LK_NUM_BACKEND_THREADS'), workers * backend);
}
