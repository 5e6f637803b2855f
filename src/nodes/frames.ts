import { gunzipSync, gzipSync } from 'node:zlib';
import { LineBuffer } from './line-buffer.ts';

/**
 * How a text comes through the standard output of a launcher that mixes the lines of many tasks: compressed, in lines of
 * which each says whose it is and which part. Slurm hands on at most 1,024 bytes of a line at once (`MAX_MSG_LEN` in
 * src/slurmd/slurmstepd/io.c), and what is longer would be mixed.
 */
const MARK = '~lk1';
const LINE_BYTES = 900;

/** Nobody's answer is larger, compressed: a hundred times that of a large node. */
const MOST_BYTES = 1024 * 1024;
/** And unfolded: as much as is read of a snapshot's file. */
const MOST_TEXT = 8 * 1024 * 1024;
/** Of what has not come to its end. */
const MOST_OPEN_BYTES = 256 * 1024 * 1024;
/** What is no line of ours is not waited for to its end. */
const MOST_LINE = 4096;

/** The lines of one text. `id` tells its lines from those of others: letters and digits. */
export function framesOf(id: string, text: string): string[] {
  const packed = gzipSync(text).toString('base64');
  const count = Math.max(1, Math.ceil(packed.length / LINE_BYTES));
  return Array.from(
    { length: count },
    (_, at) => `${MARK} ${id} ${at + 1}/${count} ${packed.slice(at * LINE_BYTES, (at + 1) * LINE_BYTES)}`,
  );
}

/** srun's `--label` writes the task's number before each line. */
const FRAME = /^(?: *\d{1,9}: )?~lk1 ([0-9a-z]{1,32}) (\d{1,5})\/(\d{1,5}) ([A-Za-z0-9+/=]{0,1000})\r?$/;

interface Open {
  parts: (string | undefined)[];
  missing: number;
  bytes: number;
}

/** Takes output as it comes, and hands on each text that has come to its end, still packed. What is no frame is passed over. */
export class FrameReader {
  private readonly lines = new LineBuffer(MOST_LINE, (line) => this.line(line));
  private readonly open = new Map<string, Open>();
  private readonly done = new Set<string>();
  private bytes = 0;

  constructor(private readonly take: (packed: string) => void) {}

  push(text: string): void {
    this.lines.push(text);
  }

  private line(line: string): void {
    const [, id, at, of, packed] = FRAME.exec(line) ?? [];
    if (id === undefined || packed === undefined || this.done.has(id)) return;
    const [part, count] = [Number(at), Number(of)];
    if (part < 1 || part > count || count * LINE_BYTES > MOST_BYTES * 2) return;
    const own = this.open.get(id) ?? { parts: Array.from({ length: count }), missing: count, bytes: 0 };
    if (own.parts.length !== count || own.parts[part - 1] !== undefined) return;
    if (this.bytes + packed.length > MOST_OPEN_BYTES) return;
    this.open.set(id, own);
    own.parts[part - 1] = packed;
    own.bytes += packed.length;
    this.bytes += packed.length;
    if (--own.missing > 0) return;
    this.open.delete(id);
    this.done.add(id);
    this.bytes -= own.bytes;
    this.take(own.parts.join(''));
  }
}

/** null: it is broken, or larger than any answer. */
export function unpacked(packed: string): string | null {
  try {
    return gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MOST_TEXT }).toString('utf8');
  } catch {
    return null;
  }
}
