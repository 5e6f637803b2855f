import { readPieces } from './descriptor.ts';
import { FileError, named } from './errors.ts';
import { MOST_BYTES } from './read.ts';
import { NO_WRITER, openSource, refuseUnreadable, type Source } from './source.ts';

/** A line of a file. */
interface UserLine {
  text: string;
  /** False: nothing ends it, not even the file's last line break. */
  isWhole: boolean;
}

/**
 * The lines of a file, a pipe or a device that the user named, one after the other: a file of any size, as far as it is when
 * it is opened, takes the memory of its longest line, which has at most 64 MiB. Else as `readUserBytes`.
 *
 * @throws FileError
 */
export function* userLines(name: string, label: string = name): Generator<UserLine> {
  const source = named(label, () => openSource(name, label));
  try {
    const pieces = named(label, () => piecesOf(source, label));
    let begun: Buffer[] = [];
    let size = 0;
    let isEmpty = true;
    for (;;) {
      const { value: piece, done } = named(label, () => pieces.next());
      if (done) break;
      isEmpty = false;
      let from = 0;
      for (let end = piece.indexOf(LINE_END); end >= 0; end = piece.indexOf(LINE_END, from)) {
        yield { text: Buffer.concat([...begun, piece.subarray(from, end)]).toString('utf8'), isWhole: true };
        [begun, size, from] = [[], 0, end + 1];
      }
      begun.push(piece.subarray(from));
      size += piece.length - from;
      if (size > MOST_BYTES) throw new FileError(`${label}: a line of more than ${MOST_BYTES} bytes`);
    }
    if (isEmpty && source.isNamedPipe) throw new FileError(`${label}: ${NO_WRITER}`);
    if (size > 0) yield { text: Buffer.concat(begun).toString('utf8'), isWhole: false };
  } finally {
    source.close();
  }
}

const LINE_END = 0x0a;

/** Of what is no file nobody knows where it ends: so many bytes are read of it. */
const MOST_STREAMED = 16 * 1024 ** 3;

function piecesOf({ fd, stat, options }: Source, label: string): Generator<Buffer> {
  refuseUnreadable(stat, label, Number.POSITIVE_INFINITY);
  return readPieces(fd, stat.isFile() && stat.size > 0 ? stat.size : MOST_STREAMED, options);
}
