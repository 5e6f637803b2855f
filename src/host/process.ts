import { homedir } from 'node:os';
import { HostAround } from './around.ts';
import { FileSystemHost } from './filesystem.ts';
import type { Host, ReadResult } from './host.ts';
import { hasEnded, processStat } from './process-stat.ts';

/** Arguments and environment together are at most 6 MB (`bprm_stack_limits` in `fs/exec.c`). */
const MOST_WORDS = 8 * 1024 * 1024;

/** A process that cannot be looked at: it is gone, another user's, or no program. */
export class ProcessUnreadable extends Error {
  override readonly name = 'ProcessUnreadable';
}

/** A process that runs, and the machine as it is seen from inside it. Read from files: nothing is attached or stopped. */
export interface RunningProcess {
  pid: number;
  /** In the kernel's ticks: another process may get the number later. */
  began: string;
  argv: string[];
  /** The program's file, as the process itself would name it; null: not to be read. */
  program: string | null;
  host: Host;
}

/**
 * A process by its number, as `/proc` of this machine shows it. Its environment is the one that it was started with:
 * what it has set since is seen by nobody else.
 *
 * @param label how the user named it, for messages
 * @throws ProcessUnreadable
 */
export function runningProcess(pid: number, label: string, proc: Host): RunningProcess {
  const own = (file: string, limit?: number) => proc.read(`/proc/${pid}/${file}`, limit);
  const stat = own('stat');
  const found = stat.ok ? processStat(stat.text) : null;
  if (found === null) throw new ProcessUnreadable(`${label}: ${missing(proc)}`);
  if (hasEnded(found)) throw new ProcessUnreadable(`${label}: it has ended, and only waits for its parent to notice`);
  const [environ, cmdline, status] = [own('environ', MOST_WORDS), own('cmdline', MOST_WORDS), own('status')];
  const user = status.ok ? (/^Uid:\t\d+\t(\d+)/m.exec(status.text)?.[1] ?? null) : null;
  if (!environ.ok && environ.reason === 'denied') {
    const whose = user === null || user === String(process.geteuid?.()) ? 'the kernel keeps it' : `user ${user}'s`;
    throw new ProcessUnreadable(
      `${label}: its environment may not be read (${whose}); run lk as the user who started it`,
    );
  }
  // A kernel thread has neither, which Linux says by an error or by nothing; kthreadd, number 2, is the parent of all.
  const hasNothing = [environ, cmdline].every((part) => !part.ok || part.text === '');
  if ((pid === 2 || found.parent === 2) && hasNothing && proc.link(`/proc/${pid}/exe`) === null)
    throw new ProcessUnreadable(`${label}: a thread of the kernel, which runs no program`);
  if (!environ.ok || !cmdline.ok) throw new ProcessUnreadable(`${label}: ${missing(proc)}`);
  const root = proc.link(`/proc/${pid}/root`) ?? '/';
  const isOwnRoot =
    root === (proc.link('/proc/self/root') ?? '/') &&
    proc.link(`/proc/${pid}/ns/mnt`) === proc.link('/proc/self/ns/mnt');
  const inside = (link: string | null): string | null => {
    const path = link?.replace(/ \(deleted\)$/, '') ?? null;
    return path?.startsWith(`${root}/`) && root !== '/' && !isOwnRoot ? path.slice(root.length) : path;
  };
  const env = variablesOf(environ.text);
  const isOwnUser = user === String(process.geteuid?.());
  const files = new FileSystemHost({
    root: isOwnRoot ? '/' : `/proc/${pid}/root`,
    platform: 'linux',
    env,
    cwd: inside(proc.link(`/proc/${pid}/cwd`)) ?? '/',
    home: env.HOME || (isOwnUser ? homeOfUser() : ''),
    live: true,
  });
  return {
    pid,
    began: found.began,
    argv: cmdline.text.split('\0').slice(0, -1),
    program: inside(proc.link(`/proc/${pid}/exe`)),
    host: new ProcessHost(pid, proc, files, isOwnUser),
  };
}

/** True while the number is still that process's. */
export function isStillThere({ pid, began }: Pick<RunningProcess, 'pid' | 'began'>, proc: Host): boolean {
  return beganOf(pid, proc) === began;
}

/** When a process began that has not ended, in the kernel's ticks; null: there is none of this number. */
export function beganOf(pid: number, proc: Host): string | null {
  const stat = proc.read(`/proc/${pid}/stat`);
  const found = stat.ok ? processStat(stat.text) : null;
  return found === null || hasEnded(found) ? null : found.began;
}

/**
 * What a process sees of its machine. Of itself (`/proc/self`) it is the process's own files; what the kernel says of
 * the machine, and the hierarchies of cgroups, are this program's: from a container's own `/proc` another process
 * cannot be read, and from outside more of its limits can be seen than from within.
 */
class ProcessHost extends HostAround {
  override readonly live = false;
  override readonly started = null;

  /** @param host the files below the process's own root */
  constructor(
    readonly process: number,
    private readonly proc: Host,
    host: Host,
    private readonly isOwnUser: boolean,
  ) {
    super(host);
  }

  override read(file: string, limit?: number): ReadResult {
    const [, path] = this.place(file);
    const result = super.read(file, limit);
    return result.ok || path === file ? result : { ...result, detail: result.detail.replace(path, file) };
  }

  /** What another user may write cannot be asked for. */
  override isWritableFolder(folder: string): boolean | null {
    return this.isOwnUser ? super.isWritableFolder(folder) : null;
  }

  protected override place(file: string): [Host, string] {
    if (file === '/proc/self/mountinfo') return [this.proc, file];
    if (file.startsWith('/proc/self/')) return [this.proc, `/proc/${this.process}/${file.slice('/proc/self/'.length)}`];
    return file.startsWith('/proc/') || file.startsWith('/sys/') ? [this.proc, file] : [this.host, file];
  }
}

/** Also what `hidepid` keeps from this user looks as if it were not there. */
function missing(proc: Host): string {
  return hidesProcesses(proc) ? "no such process, or another user's, which /proc hides (hidepid)" : 'no such process';
}

/** True where `/proc` is mounted so that it shows users no processes of others (proc(5), `hidepid`). */
export function hidesProcesses(proc: Host): boolean {
  const mounts = proc.read('/proc/self/mounts', 16 * 1024 * 1024);
  return mounts.ok && /^\S+ \/proc proc \S*hidepid=(?:[12]|noaccess|invisible|ptraceable)/m.test(mounts.text);
}

/** The first of a name counts, as for getenv(3). */
function variablesOf(environ: string): { [name: string]: string } {
  const pairs = environ.split('\0').flatMap((entry) => {
    const equals = entry.indexOf('=', 1);
    return equals > 0 ? [[entry.slice(0, equals), entry.slice(equals + 1)] as const] : [];
  });
  return Object.fromEntries(pairs.reverse());
}

function homeOfUser(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}
