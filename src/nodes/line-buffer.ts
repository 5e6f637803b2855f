/** Text that comes in pieces, handed on line by line; the beginning alone is kept of a line that is longer than any. */
export class LineBuffer {
  private rest = '';

  constructor(
    private readonly mostLetters: number,
    private readonly take: (line: string) => void,
  ) {}

  push(text: string): void {
    const lines = `${this.rest}${text}`.split('\n');
    this.rest = (lines.pop() ?? '').slice(0, this.mostLetters);
    for (const line of lines) this.take(line);
  }
}
