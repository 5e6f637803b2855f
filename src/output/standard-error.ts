import { asLine, type Presented } from './presented.ts';
import { guardStandardError } from './streams.ts';

/** Writes beside what standard output is for. */
export function printAside({ text }: Presented): void {
  guardStandardError();
  process.stderr.write(text);
}

/** One line on standard error. */
export function say(message: string): void {
  printAside(asLine(message));
}
