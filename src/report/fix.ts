import type { Fix } from '../checks/check.ts';

/** A fix as lines for a POSIX shell; parameters and advice as comments. */
export function fixLines(fix: Fix): string[] {
  const set = Object.entries(fix.env ?? {}).map(([name, value]) => `${name}=${shellQuoted(value)}`);
  const parameters = Object.entries(fix.parameters ?? {}).map(([name, value]) => `${name}=${value}`);
  return [
    ...(fix.unset?.length ? [`unset ${fix.unset.join(' ')}`] : []),
    ...(set.length > 0 ? [`export ${set.join(' ')}`] : []),
    ...(parameters.length > 0
      ? [`initialize(${parameters.join(', ')})  # in your script: parameters beat variables`]
      : []),
    ...(fix.text ? [fix.text] : []),
  ];
}

/** Unchanged where a shell leaves it alone, else in single quotes. */
export function shellQuoted(value: string): string {
  return /^[\w.,:/@%+=-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** True if two fixes say the same. */
export function sameFix(a: Fix, b: Fix): boolean {
  return fixLines(a).join('\n') === fixLines(b).join('\n');
}
