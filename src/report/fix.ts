import type { Fix } from '../checks/check.ts';
import { inert, isVariableName, isWritable, shellQuoted } from '../escape/shell.ts';

/**
 * A fix as lines for a POSIX shell, of which none does more than it says, whoever wrote the names and values: what is
 * no variable's name, and a value that not every shell takes for the same, is in none of them but named in words.
 */
export function fixLines(fix: Fix): string[] {
  const given = Object.entries(fix.env ?? {}).filter(([name]) => isVariableName(name));
  const set = given.filter(([, value]) => isWritable(value));
  const unset = (fix.unset ?? []).filter(isVariableName);
  const unnamed = [...Object.keys(fix.env ?? {}), ...(fix.unset ?? [])].filter((name) => !isVariableName(name));
  const parameters = Object.entries(fix.parameters ?? {}).map(
    ([name, value]) => `${name}=${Array.isArray(value) ? `[${value.join(', ')}]` : value}`,
  );
  return [
    ...(unset.length > 0 ? [`unset ${unset.join(' ')}`] : []),
    ...(set.length > 0 ? [`export ${set.map(([name, value]) => `${name}=${shellQuoted(value)}`).join(' ')}`] : []),
    ...(parameters.length > 0
      ? [`initialize(${parameters.join(', ')})  # in your script: parameters beat variables`]
      : []),
    ...(fix.commands ?? []).map((words) => words.map(shellQuoted).join(' ')),
    ...given
      .filter(([, value]) => !isWritable(value))
      .map(([name]) => inert`give ${name} its value yourself: it has characters that are not safe to paste`),
    ...unnamed.map((name) => inert`take ${name} out of the environment, where it was set: no shell can`),
    ...(fix.text ? [fix.text] : []),
  ];
}

/** True if two fixes say the same. */
export function sameFix(a: Fix, b: Fix): boolean {
  return fixLines(a).join('\n') === fixLines(b).join('\n');
}
