import type { Presented } from './presented.ts';
import { guardStreams, outputFailed } from './streams.ts';

/** Writes to standard output. */
export function print({ text }: Presented): void {
  guardStreams();
  try {
    process.stdout.write(text);
  } catch (error) {
    // A file's stream writes at once and throws; all others tell by an event.
    outputFailed(error as NodeJS.ErrnoException);
  }
}
