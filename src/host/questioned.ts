import type { Host, ReadFailure, ReadPart, ReadResult } from './host.ts';

/** One question to the files of a machine, as it can be sent there. */
export type FileQuestion =
  | readonly ['read', path: string, limit: number]
  | readonly ['list', path: string, limit: number]
  | readonly ['part', path: string, from: number, length: number]
  | readonly ['kind' | 'realpath' | 'link' | 'executable', path: string];

/** What a machine answered, in JSON; undefined: it was not asked. */
export type FileAnswers = (question: FileQuestion) => unknown;

const DEFAULT_LIMIT = 1024 * 1024;
const DEFAULT_ENTRIES = 4096;
/** A machine of which more is asked than of any is broken. */
const MOST_QUESTIONS = 50_000;

const REASONS: readonly ReadFailure['reason'][] = ['missing', 'denied', 'not a file', 'too large', 'loop', 'failed'];

/** Ends what reads parts of a file of which one is not known. */
class Unanswered extends Error {}

/**
 * A machine that cannot be looked at from here, and answers questions that are sent to it: what was not asked yet is as if
 * it were not there, and stands in `unanswered`. Ask that, and look again, until there is none. Its processes are not asked
 * for.
 */
export class QuestionedHost implements Host {
  readonly platform = 'linux';
  readonly live = false;
  readonly started = null;
  readonly env: Host['env'];
  readonly cwd: string;
  readonly home: string;
  /** By their texts. */
  readonly unanswered = new Map<string, FileQuestion>();

  constructor(
    { env, cwd = '/', home = '' }: { env: Host['env']; cwd?: string; home?: string },
    private readonly answers: FileAnswers,
  ) {
    this.env = env;
    this.cwd = cwd;
    this.home = home;
  }

  read(path: string, limit = DEFAULT_LIMIT): ReadResult {
    const found = this.ask(['read', path, limit]) as Partial<Record<'ok' | 'text' | 'utf8' | 'reason', unknown>> | null;
    if (found?.ok === true && typeof found.text === 'string')
      return { ok: true, text: found.text, utf8: found.utf8 !== false };
    const reason = REASONS.find((one) => one === found?.reason) ?? 'missing';
    return { ok: false, reason, detail: `${path}: ${reason === 'missing' ? 'not there' : reason}` };
  }

  parts<T>(path: string, use: (part: ReadPart) => T): T | null {
    try {
      return use((from, length) => {
        const found = this.ask(['part', path, from, length]);
        if (typeof found !== 'string') throw new Unanswered();
        return Buffer.from(found, 'base64');
      });
    } catch (error) {
      if (error instanceof Unanswered) return null;
      throw error;
    }
  }

  list(path: string, limit = DEFAULT_ENTRIES): string[] | null {
    if (path === '/proc') return null;
    const found = this.ask(['list', path, limit]);
    return Array.isArray(found) ? found.filter((name) => typeof name === 'string').slice(0, limit) : null;
  }

  kind(path: string): 'file' | 'directory' | 'other' | null {
    const found = this.ask(['kind', path]);
    return found === 'file' || found === 'directory' || found === 'other' ? found : null;
  }

  realpath(path: string): string | null {
    return this.text(['realpath', path]);
  }

  link(path: string): string | null {
    return this.text(['link', path]);
  }

  isExecutable(path: string): boolean {
    return this.ask(['executable', path]) === true;
  }

  space(): null {
    return null;
  }

  isWritableFolder(): null {
    return null;
  }

  ownership(): null {
    return null;
  }

  private text(question: FileQuestion): string | null {
    const found = this.ask(question);
    return typeof found === 'string' ? found : null;
  }

  private ask(question: FileQuestion): unknown {
    const found = this.answers(question);
    if (found !== undefined) return found;
    if (this.unanswered.size < MOST_QUESTIONS) this.unanswered.set(keyOf(question), question);
    return null;
  }
}

/** One text for each question. */
export function keyOf(question: FileQuestion): string {
  return JSON.stringify(question);
}

/** What a machine that can be looked at would answer. */
export function answerOf(host: Host, question: FileQuestion): unknown {
  const [what, path] = question;
  switch (what) {
    case 'read':
      return host.read(path, question[2]);
    case 'list':
      return host.list(path, question[2]);
    case 'part':
      return host.parts(path, (part) => Buffer.from(part(question[2], question[3])).toString('base64'));
    case 'kind':
      return host.kind(path);
    case 'realpath':
      return host.realpath(path);
    case 'link':
      return host.link(path);
    case 'executable':
      return host.isExecutable(path);
  }
}
