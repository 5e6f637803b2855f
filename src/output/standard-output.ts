import type { Presented } from './presented.ts';
import { guardStreams, writeToOutput } from './streams.ts';

const PRINTED = Symbol.for('lenskit-doctor.printed');

/** For all bundles of the program: measuring and reading scripts have a copy of this file each. */
const shared = globalThis as { [PRINTED]?: boolean };

/** Writes to standard output. Where that fails the run goes on, and ends as `guardStreams` says. */
export function print({ text }: Presented): void {
  guardStreams();
  shared[PRINTED] = true;
  writeToOutput(text);
}

/** True once something was printed: a second document would make both unreadable. */
export function hasPrinted(): boolean {
  return shared[PRINTED] === true;
}
