import { asLine, type Presented } from './presented.ts';
import { guardStandardError, guardStreams } from './streams.ts';
import { canRedraw } from './terminal.ts';

/** Lines that stay where they are on a terminal while what they say changes. */
export interface Screen {
  /** How many columns and lines there are to draw in. */
  readonly size: { width: number; height: number };
  draw(lines: readonly string[]): void;
  /** Leaves the terminal as it was; what was drawn last stays where nobody else writes. */
  end(): void;
}

/** ECMA-48 and DEC: to the beginning of a line so many above, to the end of a line, all below, scrolling region, cursor. */
const up = (rows: number) => (rows > 0 ? `\u001b[${rows}A` : '');
const LINE_END = '\u001b[K';
const ALL_BELOW = '\u001b[J';
const region = (rows: number) => `\u001b[1;${rows}r`;
const NO_REGION = '\u001b[r';
const SAVE = '\u001b7';
const RESTORE = '\u001b8';
const at = (row: number) => `\u001b[${row};1H`;

/** True where lines can be drawn anew, one below the other. */
export function canDraw(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): boolean {
  return canRedraw(stream, env) && stream.rows > 0;
}

/** Where nobody else writes: each time over the lines of the time before, in one write, so that nothing flickers. */
export function blockScreen(stream: NodeJS.WriteStream): Screen {
  guardStreams();
  guardStandardError();
  let before: readonly number[] = [];
  return {
    get size() {
      return sizeOf(stream);
    },
    draw(lines) {
      const shown = lines.map(shownLine);
      // A terminal that was made narrower has laid the old lines into more rows.
      const rows = before.reduce((sum, columns) => sum + Math.max(1, Math.ceil(columns / (stream.columns || 80))), 0);
      const text = shown.map((line) => `${line}${LINE_END}\n`).join('');
      stream.write(`${up(Math.min(rows, (stream.rows || 24) - 1))}\r${text}${ALL_BELOW}`);
      before = shown.map((line) => line.length);
    },
    // Over what the terminal shows of Ctrl-C.
    end: () => void stream.write(`\r${ALL_BELOW}`),
  };
}

/**
 * Where a command writes as well: the lowest lines are taken out of what scrolls (DECSTBM, as apt's progress bar has it),
 * and the command has the rest for itself.
 */
export function panelScreen(stream: NodeJS.WriteStream, height: number): Screen {
  guardStandardError();
  let taken = 0;
  const take = (): void => {
    const rows = stream.rows || 24;
    // Room first, so that nothing of what is there is lost: the cursor may be at the bottom.
    stream.write(`${'\n'.repeat(height)}${up(height)}${SAVE}${region(rows - height)}${RESTORE}`);
    taken = rows;
  };
  const give = (): void => {
    if (taken === 0) return;
    stream.write(`${SAVE}${NO_REGION}${at(taken - height + 1)}${ALL_BELOW}${RESTORE}`);
    taken = 0;
  };
  return {
    get size() {
      return { width: sizeOf(stream).width, height };
    },
    draw(lines) {
      if (taken !== stream.rows) {
        give();
        take();
      }
      const top = taken - height + 1;
      const text = Array.from(
        { length: height },
        (_, row) => `${at(top + row)}${shownLine(lines[row] ?? '')}${LINE_END}`,
      );
      stream.write(`${SAVE}${text.join('')}${RESTORE}`);
    },
    end: give,
  };
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): Screen['size'] {
  return { width: columns || 80, height: Math.max(1, (rows || 24) - 1) };
}

/** One line, of which a terminal acts on nothing. */
function shownLine(text: string): string {
  const { text: line }: Presented = asLine(text);
  return line.trimEnd();
}
