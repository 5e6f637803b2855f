import type { Fix } from '../checks/check.ts';
import { inert, isVariableName, shellQuoted } from '../escape/shell.ts';

/**
 * A fix as lines for a POSIX shell, of which none does more than it says, whoever wrote the names and values: what is
 * no variable's name is in none of them but named in words.
 */
export function fixLines(fix: Fix): string[] {
  const set = Object.entries(fix.env ?? {}).filter(([name]) => isVariableName(name));
  const unset = (fix.unset ?? []).filter(isVariableName);
  const others = [...Object.keys(fix.env ?? {}), ...(fix.unset ?? [])].filter((name) => !isVariableName(name));
  const parameters = Object.entries(fix.parameters ?? {}).map(([name, value]) => `${name}=${value}`);
  return [
    ...(unset.length > 0 ? [`unset ${unset.join(' ')}`] : []),
    ...(set.length > 0 ? [`export ${set.map(([name, value]) => `${name}=${shellQuoted(value)}`).join(' ')}`] : []),
    ...(parameters.length > 0
      ? [`initialize(${parameters.join(', ')})  # in your script: parameters beat variables`]
      : []),
    ...(fix.commands ?? []).map((words) => words.map(shellQuoted).join(' ')),
    ...others.map((name) => inert`take ${name} out of the environment, where it was set: no shell can`),
    ...(fix.text ? [fix.text] : []),
  ];
}

/** True if two fixes say the same. */
export function sameFix(a: Fix, b: Fix): boolean {
  return fixLines(a).join('\n') === fixLines(b).join('\n');
}
