import fs from 'node:fs';
import { HostAround } from './around.ts';
import type { Host, ReadResult } from './host.ts';

/** What the kernel tells of a process or a thread in one line, made anew at each reading. */
const KEPT = /^\/proc\/[1-9]\d{0,9}(?:\/task\/[1-9]\d{0,9})?\/(?:stat|statm|schedstat)$/;

/** Lines of these files are shorter. */
const MOST_BYTES = 4096;

/** So many are kept, and so many of what this program may open are left to others. */
const MOST_KEPT = 8192;
const LEFT = 256;

/**
 * A machine whose processes are looked at again and again: files that say what a process or thread has had of the CPUs stay
 * open from one time to the next, which takes a tenth of the time. An open file goes on to be of its own process: when
 * that has ended it cannot be read, and who has the number since is opened anew.
 */
export class KeptFiles extends HostAround {
  private readonly kept = new Map<string, { fd: number; round: number }>();
  private readonly buffer = Buffer.alloc(MOST_BYTES);
  private readonly most: number;
  private round = 0;

  /** @param host this machine itself, not its files below another root */
  constructor(host: Host) {
    super(host);
    this.most = host.live ? Math.min(MOST_KEPT, mayOpen(host) - LEFT) : 0;
  }

  /** Lets go of what has not been read since the last time. */
  sweep(): void {
    for (const [file, { fd, round }] of this.kept) {
      if (round === this.round) continue;
      this.kept.delete(file);
      fs.closeSync(fd);
    }
    this.round++;
  }

  override read(file: string, limit?: number): ReadResult {
    const isKept = this.kept.has(file) || (this.most > 0 && KEPT.test(file));
    const text = isKept ? this.again(file) : null;
    return text === null || text.length > (limit ?? MOST_BYTES)
      ? super.read(file, limit)
      : { ok: true, text, utf8: !text.includes('\ufffd') };
  }

  /** null: it is not kept, or nothing is there; the host says why. */
  private again(file: string): string | null {
    const known = this.kept.get(file);
    try {
      const fd = known?.fd ?? this.opened(file);
      if (fd === null) return null;
      this.kept.set(file, { fd, round: this.round });
      const size = fs.readSync(fd, this.buffer, 0, MOST_BYTES, 0);
      if (size > 0 && size < MOST_BYTES) return this.buffer.toString('utf8', 0, size);
    } catch {
      // Its process has ended, or it cannot be opened.
    }
    this.close(file);
    return null;
  }

  private opened(file: string): number | null {
    if (this.kept.size >= this.most) return null;
    const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = fs.constants;
    return fs.openSync(file, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  }

  private close(file: string): void {
    const known = this.kept.get(file);
    if (known === undefined) return;
    this.kept.delete(file);
    fs.closeSync(known.fd);
  }
}

/** Files that this program may have open at once; 0: not known. */
function mayOpen(host: Host): number {
  const limits = host.read('/proc/self/limits');
  const found = limits.ok ? /^Max open files +(\d{1,10})/m.exec(limits.text)?.[1] : undefined;
  return found === undefined ? 0 : Number(found);
}
