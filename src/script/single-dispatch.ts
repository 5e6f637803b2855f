import type { FunctionOne, One, Value } from './values.ts';

const TYPES = /^(int|str|float|bool|bytes|complex|dict|list|tuple|set|frozenset)$/;

/** Which function `singledispatch` takes for an argument; null: that is not known. */
export function dispatched(commands: readonly One[], argument: Value | undefined): FunctionOne | 'general' | null {
  const [one] = argument ?? [];
  if (argument?.length !== 1 || one?.kind !== 'const' || one.value === null) return null;
  const types =
    typeof one.value === 'string' ? ['str'] : typeof one.value === 'boolean' ? ['bool', 'int'] : ['int', 'float'];
  const known = commands.map((command) => {
    if (command.kind !== 'function') return null;
    const parameters = command.node.childForFieldName('parameters')?.namedChildren ?? [];
    return parameters[command.owner === null ? 0 : 1]?.childForFieldName('type')?.text ?? null;
  });
  if (!known.every((type) => type !== null && TYPES.test(type))) return null;
  const fitting = commands.filter((_, index) => types.includes(known[index] ?? ''));
  const [only] = fitting;
  if (fitting.length === 0) return 'general';
  return fitting.length === 1 && only?.kind === 'function' && typeof one.value !== 'number'
    ? only
    : numeric(one.value, commands, known);
}

function numeric(
  value: unknown,
  commands: readonly One[],
  known: readonly (string | null)[],
): FunctionOne | 'general' | null {
  if (typeof value !== 'number') return null;
  const index = known.indexOf('int');
  const found = commands[index];
  // Whether `1.0` was written is not kept.
  return found?.kind === 'function' && Number.isInteger(value) && !known.includes('float') ? found : null;
}
