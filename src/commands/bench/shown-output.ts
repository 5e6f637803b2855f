import { say } from '../../output/standard-error.ts';
import type { Stream } from '../../process/launcher.ts';

/** Of a line without an end so much is waited for. */
const MOST_LETTERS = 4096;
const LINE_ENDS = /\r\n|\n|\r/;

/** What a command writes, line by line on standard error, each presented as any text of others is. */
export class ShownOutput {
  private readonly begun: { [stream in Stream]: string } = { output: '', errors: '' };

  /** Takes what came; a line without its end waits for it. Nothing: that was all. */
  add(stream: Stream, text: string): void {
    const lines = (this.begun[stream] + text).split(LINE_ENDS);
    const rest = lines.pop() ?? '';
    if (text === '' && rest !== '') lines.push(rest);
    this.begun[stream] = text === '' ? '' : rest;
    for (const line of lines) say(line);
    while (this.begun[stream].length > MOST_LETTERS) {
      say(this.begun[stream].slice(0, MOST_LETTERS));
      this.begun[stream] = this.begun[stream].slice(MOST_LETTERS);
    }
  }
}
