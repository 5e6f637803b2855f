import type { Host } from '../host/host.ts';
import type { Role } from './facts.ts';
import type { FoundProcess } from './tree.ts';

const MOST_WORDS = 256 * 1024;
const MOST_DESCRIPTORS = 4096;

type Identity = Pick<FoundProcess, 'pid' | 'parent' | 'name'>;

/** A process as it was started. */
export interface StartedProcess extends Identity {
  argv: string[];
}

export function started({ pid, parent, name }: Identity, host: Host): StartedProcess {
  const line = host.read(`/proc/${pid}/cmdline`, MOST_WORDS);
  return { pid, parent, name, argv: line.ok ? line.text.split('\0').slice(0, -1) : [] };
}

/** True for a process that was forked and has started no program since. */
export function isCopy({ argv }: StartedProcess, parent: StartedProcess): boolean {
  return argv.length > 0 && argv.join('\0') === parent.argv.join('\0');
}

/**
 * What a process below a main process is. multiprocessing starts workers with `--multiprocessing-fork` (`spawn.py`), and
 * its tracker with `from multiprocessing.resource_tracker`; joblib's loky has its own of both. A copy of its parent was
 * forked: a worker of a pool that forks, or, where it listens for its parent (`managers.py`), the manager of shared
 * memory that LensKit 2025 has besides its workers.
 */
export function roleOf(process: StartedProcess, parent: StartedProcess | undefined, host: Host): Role {
  const { argv, pid } = process;
  if (isRay(process)) return 'ray';
  const code = argv.slice(1, 12);
  if (code.some((word) => /^from (?:multiprocessing|joblib\.externals\.loky\.backend)\.resource_tracker /.test(word)))
    return 'tracker';
  if (code.includes('--multiprocessing-fork') || code.some((word) => word.endsWith('loky.backend.popen_loky_posix')))
    return 'worker';
  return parent !== undefined && isCopy(process, parent) && !listens(host, pid) ? 'worker' : 'other';
}

/** Ray's own processes say so by their program, its workers by the name that they give themselves. */
function isRay({ argv, name }: StartedProcess): boolean {
  return (
    name.startsWith('ray::') ||
    (argv[0] ?? '').startsWith('ray::') ||
    argv.slice(0, 4).some((word) => /\/ray\/(?:core\/src\/ray|_private|dashboard|autoscaler)\//.test(word))
  );
}

/** A manager of multiprocessing waits at a socket `/tmp/pymp-…/listener-…`, or without a name. */
function listens(host: Host, pid: number): boolean {
  const sockets = (host.list(`/proc/${pid}/fd`, MOST_DESCRIPTORS) ?? []).flatMap(
    (fd) => /^socket:\[(\d{1,20})\]$/.exec(host.link(`/proc/${pid}/fd/${fd}`) ?? '')?.[1] ?? [],
  );
  if (sockets.length === 0) return false;
  const listed = host.read(`/proc/${pid}/net/unix`, 16 * 1024 * 1024);
  if (!listed.ok) return false;
  const own = new Set(sockets);
  return listed.text.split('\n').some((line) => {
    const [, , , flags, , , inode = '', path = ''] = line.trim().split(/ +/);
    return flags === ACCEPTING && own.has(inode) && /^(?:.*\/pymp-[^/]*\/listener-|@?$)/.test(path);
  });
}

/** `__SO_ACCEPTCON` of a Unix socket (`net/unix/af_unix.c`). */
const ACCEPTING = '00010000';
