import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import { type Contents, contentsOf } from '../../bench/conditions/content.ts';
import { variablesOf } from '../../bench/conditions/variables.ts';
import type { Engine } from '../../bench/engines/engine.ts';
import type { JournalHead } from '../../bench/journal.ts';
import type { Space } from '../../bench/space.ts';
import { realOf } from '../../files/real-path.ts';
import type { Hide } from '../../privacy/secrets.ts';
import type { Situation } from '../../situation/situation.ts';

interface Measuring {
  situation: Situation;
  engine: Engine;
  space: Space;
  program: { version: string };
  machine: { platform: string; arch: string; model: string | null };
  flags: { readonly objective: string } & {
    readonly [flag in 'resume' | 'save' | 'export' | 'plot' | 'write']?: string | undefined;
  } & { readonly [flag in 'warmup' | 'timeout']?: number | undefined };
  seed: number;
  hide: Hide;
}

/** LensKit's settings files, each by a digest of what it holds: they may beat variables. */
function settingsOf({ settings }: Situation): { [file: string]: string } {
  const shown = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);
  return Object.fromEntries(
    settings.map(({ name, content }) => [
      name,
      createHash('sha256').update(JSON.stringify(content, shown)).digest('hex').slice(0, 12),
    ]),
  );
}

/** All that the times of a benchmark depend on, for its journal, without secrets; and the files among it. */
export function conditionsOf(measuring: Measuring): { head: JournalHead; contents: Contents } {
  const { situation, engine, space, program, machine, flags, seed, hide } = measuring;
  const { python, lenskit, cpus } = situation;
  const leftOut = isOneOf([flags.resume, flags.save, flags.export, flags.plot, flags.write]);
  const contents = contentsOf(engine.commands, { cwd: process.cwd(), env: process.env, leftOut }, hide);
  const { environment, others } = variablesOf(process.env, hostname(), hide);
  const pools = python.pools.map(({ family, owner, version }) => [`${family} of ${owner}`, version ?? 'some'] as const);
  const head: JournalHead = {
    job: {
      engine: engine.name,
      ...engine.job,
      objective: flags.objective,
      rules: situation.rules.generation,
      warmup: flags.warmup === undefined ? '0' : `${flags.warmup} of each`,
      timeout: flags.timeout === undefined ? null : `${flags.timeout} s`,
    },
    files: contents.files,
    beyond: contents.beyond,
    folder: { path: process.cwd() },
    environment: { ...environment, ...settingsOf(situation) },
    variables: others,
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
  return { head: hide(head), contents };
}

/** What this program writes itself is no file of the job's. */
function isOneOf(names: readonly (string | undefined)[]): (file: string) => boolean {
  const own = new Set(
    names.flatMap((name) => {
      if (name === undefined) return [];
      const real = realOf(path.resolve(name));
      return [real, path.join(realOf(path.dirname(real)), path.basename(real))];
    }),
  );
  return (file) => own.has(file);
}

/** The same machine says some kilobytes more or less with another kernel. */
function gibibytes(bytes: number | null): string | null {
  return bytes === null ? null : `${Math.round(bytes / 2 ** 30)} GiB`;
}
