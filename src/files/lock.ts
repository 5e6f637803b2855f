import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  unlinkSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { pause, writeAll } from './descriptor.ts';
import { codeOf, FileError, named } from './errors.ts';
import { removedAfterUs } from './guard.ts';

/** Who writes a file. */
interface Holder {
  host: string;
  /** What tells machines, their starts and their containers apart: only within one are process numbers comparable. */
  machine: string;
  pid: number;
  /** When the process began, as its system counts; null: not known. */
  began: string | null;
  since: string;
}

/** Milliseconds to wait for at the most after each try; after the last one there is nothing to wait for. */
const PATIENCE = [80, 160, 240, 0];

/**
 * Claims a file for this process until it ends. Every holder has a claim of its own beside the file, under a name that
 * no other will have: whoever finds no other's claim after making his own has it. A claim dies with its holder: it is
 * removed when the process ends, and one whose process has ended on this machine does not count and is cleared away.
 * Of a claim from elsewhere nobody here can say that; it is named.
 *
 * @param file leads through no link
 * @throws FileError with host, process and start of the holder
 */
export function claim(file: string, label: string): () => void {
  return named(label, () => {
    let other: Found | undefined;
    for (const patience of PATIENCE) {
      const own = makeClaim(file);
      [other] = othersClaims(file, own.file);
      if (other === undefined) return own.release;
      own.release();
      // Two that begin at once see each other: whoever comes back first has it.
      if (patience > 0) pause(20 + Math.floor(Math.random() * patience));
    }
    throw new FileError(`${label}: ${refusal(other as Found)}`);
  });
}

interface Found {
  file: string;
  holder: Holder | null;
}

function refusal({ file, holder }: Found): string {
  if (holder === null) return `${file} claims it for somebody unknown; remove that where nobody writes it`;
  const who = `lk on ${holder.host}, PID ${holder.pid}, since ${holder.since}`;
  if (holder.machine === thisMachine()) return `written by another run, ${who}; wait for it, or name another file`;
  return `written by another run, ${who}; where that has ended, remove ${file}`;
}

function prefixOf(file: string): string {
  return `.lk-claim-${createHash('sha256').update(path.basename(file)).digest('hex').slice(0, 12)}-`;
}

function makeClaim(file: string): { file: string; release: () => void } {
  const folder = path.dirname(file);
  const random = randomBytes(12).toString('hex');
  const [beside, own] = [path.join(folder, `.lk-${random}`), path.join(folder, prefixOf(file) + random)];
  const unwatch = removedAfterUs(beside, own);
  const release = (): void => {
    for (const name of [beside, own]) {
      try {
        unlinkSync(name);
      } catch {
        // gone already
      }
    }
    unwatch();
  };
  try {
    const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_WRONLY } = constants;
    const fd = openSync(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
    try {
      writeAll(fd, Buffer.from(`${JSON.stringify(thisProcess())}\n`));
    } finally {
      closeSync(fd);
    }
    // Nobody ever sees half a claim.
    renameSync(beside, own);
  } catch (error) {
    release();
    throw error;
  }
  return { file: own, release };
}

function othersClaims(file: string, own: string): Found[] {
  const folder = path.dirname(file);
  const prefix = prefixOf(file);
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => path.join(folder, name))
    .filter((name) => name !== own)
    .flatMap((name) => {
      const holder = holderOf(name);
      if (holder === 'gone') return [];
      if (holder === null || holder.machine !== thisMachine() || isAlive(holder)) return [{ file: name, holder }];
      tryToRemove(name);
      return [];
    });
}

function tryToRemove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // it does not count, wherever it lies
  }
}

function holderOf(file: string): Holder | 'gone' | null {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8').slice(0, 10_000)) as Partial<Holder> | null;
    const isHolder =
      typeof holder?.host === 'string' &&
      typeof holder.machine === 'string' &&
      Number.isSafeInteger(holder.pid) &&
      (holder.pid ?? 0) > 0 &&
      typeof holder.since === 'string';
    return isHolder ? (holder as Holder) : null;
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'gone' : null;
  }
}

function thisProcess(): Holder {
  const { pid } = process;
  const since = new Date().toISOString();
  return { host: hostname(), machine: thisMachine(), pid, began: beginningOf(pid), since };
}

let machine: string | null = null;

function thisMachine(): string {
  const boot = text('/proc/sys/kernel/random/boot_id');
  // Of a process its number and its beginning are told by these.
  const namespaces = ['pid', 'time'].map((name) => link(`/proc/self/ns/${name}`));
  machine ??= [hostname(), process.platform, boot, ...namespaces].join(' ');
  return machine;
}

/** False only where it is certain: the number is free, or another process has it now. */
function isAlive({ pid, began }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  const now = beginningOf(pid);
  return now === null || began === null || now === began;
}

/** What a process number's present holder began with; null: not known. `ended`: nobody has fetched its status yet. */
function beginningOf(pid: number): string | null {
  if (process.platform === 'linux') {
    const stat = text(`/proc/${pid}/stat`);
    // The name in parentheses may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return 'ended';
    return fields[19] ?? null;
  }
  if (process.platform === 'win32') return null;
  const { stdout, status } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: 5000 });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : null;
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function link(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
