const LAST_LINES = 8;

/** The end of what a process wrote: where it says what went wrong. */
export function lastLines(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .slice(-LAST_LINES)
    .map((line) => line.slice(0, 400))
    .filter(Boolean);
}
