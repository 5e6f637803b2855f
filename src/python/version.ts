/** The first two numbers of Python's version; null: not known. */
export function majorMinor(version: string | null): readonly [number, number] | null {
  const match = /^(\d{1,3})\.(\d{1,3})/.exec(version ?? '');
  return match ? [Number(match[1]), Number(match[2])] : null;
}
