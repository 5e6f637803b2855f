import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import type { Engine, Environment } from '../../bench/engines/engine.ts';
import type { Observed } from '../../doctor/observe.ts';
import { FileError, reasonOf } from '../../files/errors.ts';
import { realOf } from '../../files/real-path.ts';
import { thisMachine } from '../../host/open.ts';
import { busyPlan } from '../../plan/threads.ts';
import { Launcher } from '../../process/launcher.ts';
import { launcherPython } from '../../process/launcher-python.ts';
import { ownPython } from '../../python/search.ts';
import { traitsOf } from '../../rules/generations.ts';
import { resolveConfig } from '../../rules/resolve.ts';
import type { Situation } from '../../situation/situation.ts';
import { FlagError } from '../flags.ts';
import { refuseUntrusted } from '../probe.ts';
import { programAt } from '../program-file.ts';
import type { BenchFlags } from './batch-flags.ts';
import { madeUpUsers } from './ray-lists.ts';
import { ShownOutput } from './shown-output.ts';
import { commandLine, shellLine } from './values.ts';

interface Chosen {
  flags: BenchFlags;
  command: readonly string[] | null;
  situation: Situation;
  /** The user's Python, which the report writes without the home directory and secrets. */
  interpreter: Observed['interpreter'];
  /** The package's folder. */
  root: string;
  env: Environment;
}

/** The engine that was asked for, or what there is: the command, real LensKit, the builtin job. */
export async function engineOf(chosen: Chosen): Promise<Engine> {
  const { flags, command, situation } = chosen;
  const name =
    flags.engine ?? (command !== null ? 'command' : situation.lenskit.version !== null ? 'lenskit' : 'builtin');
  if (name === 'command' && command === null) throw new FlagError('--engine command: write the command behind --');
  if (name !== 'command' && command !== null) throw new FlagError(`--engine ${name}: it takes no command behind --`);
  if (name !== 'command') {
    for (const flag of ['input', 'ignore-failure', 'show-output'] as const)
      if (flags[flag]) throw new FlagError(`--${flag}: a command alone has that, and the engine is ${name}`);
  }
  return ENGINES_BY_NAME[name](chosen);
}

const ENGINES_BY_NAME: { readonly [name in 'command' | 'lenskit' | 'builtin']: (chosen: Chosen) => Promise<Engine> } = {
  command: async (chosen) => {
    const { flags, command, env } = chosen;
    const words = command ?? [];
    const argv = flags.shell ? ['/bin/sh', '-c', shellLine(words)] : located(words, env);
    const beside = (flag: 'setup' | 'cleanup'): readonly string[] | null => {
      const line = commandLine(flag, flags[flag], flags.shell);
      return line && located(line, env);
    };
    const [setup, cleanup] = [beside('setup'), beside('cleanup')];
    const { CommandEngine } = await import('../../bench/engines/command.ts');
    const input = flags.input === undefined ? null : readable(flags.input);
    const statuses = flags['ignore-failure'] ?? [];
    const ignored = statuses === 'all' ? statuses : [...statuses];
    const shown = flags['show-output'] ? new ShownOutput() : null;
    const onOutput = shown?.add.bind(shown) ?? null;
    const launcher = await startLauncher(chosen);
    return new CommandEngine({ launcher, argv, setup, cleanup, input, ignored, onOutput });
  },

  lenskit: async (chosen) => {
    const { flags, situation, interpreter, root, env } = chosen;
    if (interpreter === null || situation.lenskit.version === null)
      throw new FlagError('--engine lenskit: no LensKit was found; name its Python with --python PATH');
    refuseUntrusted('bench batch', interpreter.path, interpreter.foundBy);
    const algorithms = traitsOf(situation.rules).api === 'algorithms';
    if (algorithms && flags.pipeline !== undefined)
      throw new FlagError(`--pipeline ${flags.pipeline}: LensKit has pipelines from 2025.1 on; name a --model`);
    const { LenskitEngine } = await import('../../bench/engines/lenskit.ts');
    return new LenskitEngine({
      numba: algorithms,
      launcher: await startLauncher(chosen),
      startLauncher: () => startLauncher(chosen),
      interpreter: interpreter.path,
      script: path.join(root, 'bench', algorithms ? 'lenskit_014_job.py' : 'lenskit_job.py'),
      // What is not measured need not take the time that LensKit's default of 0.14 takes: BLAS within Numba's threads.
      env: algorithms ? { ...env, ...situation.recommendation.env } : env,
      job: {
        model: flags.model,
        pipeline: flags.pipeline === undefined ? null : existing('pipeline', flags.pipeline),
        task: flags.task,
        objective: flags.objective,
        data: flags.data === undefined ? null : existing('data', flags.data),
        users: madeUpUsers(flags.users, situation, flags.objective),
        items: flags.items,
        ratings: flags.ratings,
        seed: flags.seed,
      },
    });
  },

  builtin: async ({ flags, situation, root }) => {
    const { BuiltinEngine } = await import('../../bench/engines/builtin.ts');
    return new BuiltinEngine({
      operation: path.join(root, 'bench', 'builtin-job.mjs'),
      users: madeUpUsers(flags.users, situation, flags.objective),
      items: flags.items,
      seed: flags.seed,
      threadsOf: (env) => threadsOf(situation, env),
    });
  },
};

/** The program by its path, as a shell would find it, except that the PATH's relative folders do not count. */
function located(words: readonly string[], env: Environment): readonly string[] {
  const [program = '', ...rest] = words;
  const folders = (env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const candidates = program.includes('/')
    ? [path.resolve(program)]
    : folders.map((folder) => path.join(folder, program));
  const found = candidates.find((file) => programAt(file) === 'program');
  if (found !== undefined) return [found, ...rest];
  throw new FlagError(`${program}: no such program${program.includes('/') ? '' : ' on the PATH'}`);
}

function existing(flag: string, file: string): string {
  if (file === '-') throw new FileError(`--${flag} -: it is read again with every run; name a file`);
  if (statSync(file, { throwIfNoEntry: false }) === undefined) throw new FileError(`--${flag} ${file}: not there`);
  return path.resolve(file);
}

/** A file of which each run reads all. @throws FileError */
function readable(file: string): string {
  const found = existing('input', file);
  const stat = statSync(found);
  const isEmpty = realOf(found) === '/dev/null';
  if (!stat.isFile() && !isEmpty) throw new FileError(`--input ${file}: no regular file; each run reads all of it`);
  try {
    accessSync(found, constants.R_OK);
  } catch (error) {
    throw new FileError(`--input ${file}: ${reasonOf(error)}`);
  }
  return found;
}

async function startLauncher({ interpreter, root, env }: Chosen): Promise<Launcher> {
  const host = thisMachine(env);
  if (host.platform === 'win32')
    throw new FlagError('this engine runs on Linux and macOS; use WSL, or --engine builtin');
  const trusted = interpreter === null || interpreter.foundBy === '.venv' ? null : interpreter.path;
  const python = launcherPython(host, trusted) ?? ownPython(host);
  if (python === null)
    throw new FlagError(
      'commands are started and watched by a Python of 3.8 or newer, and none was found; --engine builtin needs none',
    );
  return Launcher.start(python, path.join(root, 'bench', 'launcher.py'));
}

/** Busy threads in a batch run under this environment; null: LensKit refuses it. */
function threadsOf({ rules, ncpus, python, models }: Situation, env: Environment): number | null {
  const input = { rules, cpus: BigInt(ncpus.count), ...blasOf(rules, env) };
  const outcome = resolveConfig({ ...input, env, params: {}, files: [], freeThreaded: python.freeThreaded });
  const ray = { nodes: [input.cpus], lists: null };
  const threads = outcome.ok ? busyPlan({ ...input, resolution: outcome.resolution, ray, models }).batch : null;
  return threads === null || threads < 1 || threads > MOST_THREADS ? null : Number(threads);
}

/** Where LensKit does not size BLAS. */
function blasOf(rules: Situation['rules'], env: Environment): { blas?: bigint } {
  const threads = Number(env.OPENBLAS_NUM_THREADS);
  return traitsOf(rules).limitsBlas === 'never' && threads >= 1 ? { blas: BigInt(threads) } : {};
}

/** More busy threads than this are never started. */
const MOST_THREADS = 256;
