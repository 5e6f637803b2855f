import path from 'node:path';
import { parseArgsStringToArgv } from 'string-argv';
import { type Contents, contentsOf } from '../../bench/content.ts';
import type { Engine } from '../../bench/engines/engine.ts';
import type { JournalHead } from '../../bench/journal.ts';
import type { Space } from '../../bench/space.ts';
import type { Situation } from '../../situation/situation.ts';

interface Measuring {
  situation: Situation;
  engine: Engine;
  space: Space;
  program: { version: string };
  machine: { platform: string; arch: string; model: string | null };
  flags: { objective: string; warmup: string; timeout?: string | undefined; shell: boolean };
  seed: number;
}

/** All that the times of a benchmark depend on, for its journal; and the files among it. */
export function conditionsOf(measuring: Measuring): { head: JournalHead; contents: Contents } {
  const { situation, engine, space, program, machine, flags, seed } = measuring;
  const { python, lenskit, cpus } = situation;
  const contents = contentsOf(wordsOf(engine.job, flags.shell));
  const pools = python.pools.map(({ family, owner, version }) => [`${family} of ${owner}`, version ?? 'some'] as const);
  const head: JournalHead = {
    job: {
      engine: engine.name,
      ...engine.job,
      objective: flags.objective,
      rules: situation.rules.generation,
      warmup: flags.warmup,
      timeout: flags.timeout ?? null,
    },
    files: Object.entries(contents.hashes),
    folder: { path: process.cwd() },
    environment: baseline(process.env),
    software: {
      lk: program.version,
      interpreter: python.interpreter,
      python: python.version,
      'free-threaded': python.freeThreaded,
      lenskit: python.lenskit?.version ?? lenskit.version,
      torch: python.torch?.version ?? null,
      ...python.packages,
      ...Object.fromEntries(pools),
    },
    machine: {
      ...machine,
      effective: cpus.effective,
      online: cpus.online,
      affinity: cpus.affinity,
      quota: cpus.quota?.cpus ?? null,
      memory: gibibytes(situation.machine.memory.total),
      'memory limit': situation.machine.memory.limit?.bytes ?? null,
      gpus: situation.machine.gpus?.map(({ model }) => model) ?? null,
    },
    space: space.candidates.map(({ env: variables }) => variables),
    seed,
  };
  return { head, contents };
}

/** Every word of a job that may name a file: those of its commands, and with a shell those within its lines. */
function wordsOf(job: Engine['job'], shell: boolean): string[] {
  const words = Object.values(job)
    .flat()
    .filter((value): value is string => typeof value === 'string');
  if (!shell) return words;
  const within = words.flatMap((line) => parseArgsStringToArgv(line)).map((word) => word.replace(/[;&|)]{1,9}$/, ''));
  return [...words, ...within, ...within.filter((word) => !word.includes('/')).flatMap(onPath)];
}

function onPath(program: string): string[] {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, program));
}

/** The same machine says some kilobytes more or less with another kernel. */
function gibibytes(bytes: number | null): string | null {
  return bytes === null ? null : `${Math.round(bytes / 2 ** 30)} GiB`;
}

/** Variables that bear on how quickly a command computes; those of a scheduler's job are others with every job. */
const BEARS =
  /^(lk_.*|(OMP|OPENBLAS|GOTO|MKL|BLIS|VECLIB|NUMEXPR|NUMBA|RAYON|KMP|GOMP|TORCH|PYTORCH|MALLOC)_.*|PYTHON(PATH|_CPU_COUNT|_GIL|OPTIMIZE)|CUDA_VISIBLE_DEVICES|LD_PRELOAD)$/i;

function baseline(env: NodeJS.ProcessEnv): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value !== undefined && BEARS.test(name) ? [[name, value]] : [])),
  );
}
