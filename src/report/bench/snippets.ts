import type { SnippetFormat } from '../../documents/bench-choices.ts';
import { handedOut } from '../../documents/bench-result.ts';
import { dockerValue, tomlValue, yamlScalar } from '../../escape/scalars.ts';
import { isVariableName, isWritable, shellQuoted } from '../../escape/shell.ts';

type Env = { readonly [name: string]: string };

const WRITERS: { readonly [format in SnippetFormat]: (env: Env) => string[] } = {
  shell: exports,
  dotenv: (env) => entries(env).map(([name, value]) => `${name}=${shellQuoted(value)}`),
  docker: (env) => entries(env).map(([name, value]) => `ENV ${name}=${dockerValue(value)}`),
  compose: (env) => ['environment:', ...entries(env).map(([name, value]) => `  ${name}: ${yamlScalar(value)}`)],
  slurm: (env) => [`#SBATCH --cpus-per-task=${cpusOf(env)}`, ...exports(env)],
  kubernetes: (env) => [
    'env:',
    ...entries(env).flatMap(([name, value]) => [`  - name: ${name}`, `    value: ${yamlScalar(value)}`]),
  ],
  github: (env) =>
    entries(env)
      .filter(([, value]) => isWritable(value))
      .map(([name, value]) => `${name}=${value}`),
  'github-workflow': (env) => ['env:', ...entries(env).map(([name, value]) => `  ${name}: ${yamlScalar(value)}`)],
  toml: (env) => [
    '# lenskit.toml: LensKit reads it where a program calls lenskit.configure() before it uses LensKit',
    '[parallel]',
    ...tomlLines(env),
  ],
};

/** Lines to paste. */
export function snippet(env: Env, format: SnippetFormat): string {
  return `${WRITERS[format](handedOut(env)).join('\n')}\n`;
}

/**
 * Where nothing is to be set: a comment, since what stands here is often evaluated. In the file of `GITHUB_ENV` it would end the
 * job: nothing.
 */
export function nothingToSet(why: string, format: SnippetFormat): string {
  return format === 'github' ? '' : `# lk bench batch: nothing to set: ${why.replaceAll(/\s+/g, ' ')}\n`;
}

function exports(env: Env): string[] {
  return entries(env).map(([name, value]) => `export ${name}=${shellQuoted(value)}`);
}

function entries(env: Env): [string, string][] {
  return Object.entries(env).filter(([name]) => isVariableName(name));
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

/** The keys of `[parallel]`; the backends' variables have none, and LensKit hands them on itself. */
function tomlLines(env: Env): string[] {
  return entries(env).flatMap(([name, value]) => {
    const key = /^LK_(?!PARALLEL)(.+)$/.exec(name)?.[1]?.toLowerCase();
    return key === undefined ? [] : [`${key} = ${tomlValue(value)}`];
  });
}
