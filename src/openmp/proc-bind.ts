import type { Libgomp } from './libgomp.ts';
import { Reader } from './reader.ts';

/** What `OMP_PROC_BIND` comes to; null: it is unset, or refused and so without effect. */
export function readProcBind(value: string | undefined, runtime: Libgomp): boolean | null {
  if (value === undefined) return null;
  const policies = ['master', ...(runtime === 'newer' ? ['primary'] : []), 'close', 'spread'];
  const reader = new Reader(value).skipSpace();
  for (const [word, binds] of [
    ['false', false],
    ['true', true],
  ] as const) {
    if (reader.acceptWord(word)) return reader.skipSpace().ended ? binds : null;
  }
  // A policy for each level of nesting.
  do {
    reader.skipSpace();
    if (!policies.some((policy) => reader.acceptWord(policy))) return null;
    if (reader.skipSpace().ended) return true;
  } while (reader.accept(','));
  return null;
}
