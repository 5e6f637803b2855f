import { MODELS, modelNamed } from '../plan/models.ts';
import type { ParameterValue } from '../rules/resolution.ts';
import { MOST_CPUS, NO_QUESTION, type Question } from '../situation/question.ts';
import { didYouMean } from '../spelling/nearest.ts';

/** A flag whose value makes no sense. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** The what-if flags of `lk doctor` as the user gave them. */
export interface QuestionFlags {
  lenskit?: string | undefined;
  cpus?: string | undefined;
  users?: string | undefined;
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
    cpus: flags.cpus === undefined ? null : cpus(flags.cpus),
    users: flags.users === undefined ? null : users(flags.users),
    model: flags.model === undefined ? null : model(flags.model),
    env: Object.fromEntries((flags.env ?? []).map(pair)),
    unset: flags.unset ?? [],
    params: {
      ...parameter('processes', flags.processes),
      ...parameter('threads', flags.threads),
      ...parameter('backendThreads', flags['backend-threads']),
      ...parameter('childThreads', flags['child-threads']),
      ...parameter('nJobs', flags.jobs === undefined ? undefined : jobs(flags.jobs)),
    },
  };
}

function cpus(text: string): number {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_CPUS) return count;
  throw new FlagError(`--cpus ${text}: no number of CPUs; write a whole number from 1 to ${MOST_CPUS}`);
}

function users(text: string): number {
  const count = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw new FlagError(`--users ${text}: no number of users; write a whole number from 1 to 999,999,999,999`);
}

/** Any integer: what LensKit makes of it is LensKit's. */
function jobs(text: string): string {
  if (/^[+-]?\d{1,40}$/.test(text)) return text;
  throw new FlagError(`--jobs ${text}: no whole number; write the n_jobs of a batch call, such as 2`);
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
