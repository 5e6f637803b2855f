/** What stands before `--`, and the command behind it. */
export function aroundDashes(argv: readonly string[]): [own: string[], command: string[]] {
  const at = argv.indexOf('--');
  return at < 0 ? [[...argv], []] : [argv.slice(0, at), argv.slice(at + 1)];
}
