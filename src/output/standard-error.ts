import { asLine, type Presented } from './presented.ts';
import { guardStreams } from './streams.ts';

/** Writes beside what standard output is for. */
export function printAside({ text }: Presented): void {
  guardStreams();
  process.stderr.write(text);
}

/** One line on standard error. */
export function say(message: string): void {
  printAside(asLine(message));
}
