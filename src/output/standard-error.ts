/** Says something beside what standard output is for. */
export function printAside(text: string): void {
  process.stderr.write(text);
}
