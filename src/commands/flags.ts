import { MODELS, modelNamed } from '../plan/models.ts';
import type { ParameterValue } from '../rules/resolution.ts';
import { NO_QUESTION, type Question } from '../situation/question.ts';
import { didYouMean } from '../spelling/nearest.ts';

/** A flag whose value makes no sense. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** The what-if flags of `lk doctor`; numbers have been read (`values.ts`). */
export interface QuestionFlags {
  lenskit?: string | undefined;
  cpus?: number | undefined;
  users?: number | undefined;
  model?: string | undefined;
  env?: string[] | undefined;
  unset?: string[] | undefined;
  processes?: string | undefined;
  threads?: string | undefined;
  'backend-threads'?: string | undefined;
  'child-threads'?: string | undefined;
  jobs?: string | undefined;
}

/** @throws FlagError with the flag, what it got, and what to write */
export function questionOf(flags: QuestionFlags): Question {
  return {
    ...NO_QUESTION,
    lenskit: flags.lenskit ?? null,
    cpus: flags.cpus ?? null,
    users: flags.users ?? null,
    model: flags.model === undefined ? null : model(flags.model),
    env: Object.fromEntries((flags.env ?? []).map(pair)),
    unset: flags.unset ?? [],
    params: {
      ...parameter('processes', flags.processes),
      ...parameter('threads', flags.threads),
      ...parameter('backendThreads', flags['backend-threads']),
      ...parameter('childThreads', flags['child-threads']),
      ...parameter('nJobs', flags.jobs),
    },
  };
}

/** By the name of the table, or of LensKit's class. */
function model(text: string): string {
  const found = modelNamed(text);
  if (found !== null) return found;
  const names = MODELS.map(({ name }) => name);
  throw new FlagError(
    `--model ${text}: no model that LensKit brings${didYouMean(text, names)}; one of ${names.join(', ')}`,
  );
}

/** `KEY=VALUE` of `--env`. */
export function pair(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new FlagError(`--env ${text}: no KEY=VALUE; write --env LK_NUM_THREADS=4`);
}

/** Text, so that LensKit's own rules for lists and integers decide. */
function parameter(name: string, value: string | undefined): { [name: string]: ParameterValue } {
  return value === undefined ? {} : { [name]: value };
}
