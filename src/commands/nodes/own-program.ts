/** The words that start this very program: Node and its file, or the single file that is both. */
export function ownProgram(): string[] {
  const { execPath, argv } = process;
  const file = argv[1] ?? execPath;
  return file === execPath ? [execPath] : [execPath, file];
}
