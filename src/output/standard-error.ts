import { asLine, type Presented } from './presented.ts';
import { guardStreams } from './streams.ts';

/** Writes beside what standard output is for. */
export function printAside({ text }: Presented): void {
  guardStreams();
  try {
    process.stderr.write(text);
  } catch {
    // there is no other place to say so
  }
}

/** One line on standard error. */
export function say(message: string): void {
  printAside(asLine(message));
}
