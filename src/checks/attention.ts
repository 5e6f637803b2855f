import type { Status } from './check.ts';

/** What needs attention, the worst first. */
export const ATTENTION = ['error', 'fail', 'warn'] as const satisfies readonly Status[];

export type Attention = (typeof ATTENTION)[number];

/** A finding in a line. */
export interface Verdict {
  status: Attention;
  id: string;
  title: string;
}

export function needsAttention<T extends { status: Status }>(check: T): check is T & { status: Attention } {
  return (ATTENTION as readonly Status[]).includes(check.status);
}

/** The worst of what needs attention, of those that are as bad the first; null: nothing does. */
export function worstOf<T extends { status: Status }>(checks: readonly T[]): (T & { status: Attention }) | null {
  const found = checks.filter((check) => needsAttention(check));
  return ATTENTION.flatMap((status) => found.filter((check) => check.status === status))[0] ?? null;
}

/** The same in a line. */
export function verdictOf(checks: readonly { status: Status; id: string; title: string }[]): Verdict | null {
  const worst = worstOf(checks);
  return worst && { status: worst.status, id: worst.id, title: worst.title };
}
