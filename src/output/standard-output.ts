import type { Presented } from './presented.ts';
import { guardStreams, writeToOutput } from './streams.ts';

let printed = false;

/** Writes to standard output. Where that fails the run goes on, and ends as `guardStreams` says. */
export function print({ text }: Presented): void {
  guardStreams();
  printed = true;
  writeToOutput(text);
}

/** True once something was printed: a second document would make both unreadable. */
export function hasPrinted(): boolean {
  return printed;
}
