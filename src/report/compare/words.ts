import { counted } from '../../checks/check.ts';
import type { Cause, ComparedMachine, ComparisonReport, Difference, Group } from '../../documents/comparison.ts';
import { grouped } from '../../escape/grouped.ts';

/** What the renderers of a comparison put into the same words. */

export const SECTIONS: { readonly [about in Difference['about']]: string } = {
  cpus: 'CPUs',
  machine: 'Machine',
  versions: 'Versions',
  knobs: 'Knobs',
  plan: 'Plan',
  pools: 'Pools',
  scripts: 'Scripts',
};

export const CAUSES: { readonly [about in Cause['about']]: string } = {
  lenskit: 'LensKit',
  cpus: 'CPUs',
  settings: 'settings',
  share: 'share',
  python: 'Python',
  libraries: 'libraries',
  outcome: 'outcome',
};

/** `LensKit 2025.8.1 · rules 2025.3 · Python 3.11.7 · 2 effective CPUs`. */
export function glance({ lenskit, rules, python, effectiveCpus }: ComparedMachine): string {
  return [
    lenskit === null ? 'no LensKit' : `LensKit ${lenskit}`,
    rules === null ? 'rules not known' : `rules ${rules}${lenskit === null ? ' assumed' : ''}`,
    python === null ? 'no Python' : `Python ${python}`,
    counted(effectiveCpus, 'effective CPU'),
  ].join(' · ');
}

const MOST_NAMED = 5;
const MOST_GROUPS = 20;

/** `998 alike, 1 with a quota of 1 CPU: node17, 1 without LensKit: node3`. */
export function groupsLine(groups: readonly Group[]): string {
  return groups.length === 1
    ? `${grouped(groups[0]?.machines ?? 0)} alike`
    : groups.slice(0, MOST_GROUPS).map(groupText).join(', ');
}

/** `1 with a quota of 1 CPU: node17`. */
export function groupText({ machines, apart, members }: Group): string {
  if (apart.length === 0) return `${grouped(machines)} alike`;
  return `${grouped(machines)} ${apart.join(' and ')}: ${namesText(members)}`;
}

/** The first of them, and how many there are besides. */
export function namesText(members: readonly string[]): string {
  const more = members.length - MOST_NAMED;
  const named = members.slice(0, MOST_NAMED).join(', ');
  return more > 0 ? `${named} and ${grouped(more)} more` : named;
}

/** Those of the groups that are told one by one, and what is said of the rest. */
export function toldGroups(groups: readonly Group[]): { told: Group[]; rest: string | null } {
  const told = groups.slice(0, MOST_GROUPS);
  const others = groups.slice(MOST_GROUPS);
  const machines = others.reduce((sum, group) => sum + group.machines, 0);
  const rest =
    others.length === 0
      ? null
      : `${grouped(others.length)} more groups of ${grouped(machines)} machines: --json names them`;
  return { told, rest };
}

/** `3 machines: 1 with failures, 1 with warnings, 1 without either; 2 could not be read`; `2 machines: no failures, no warnings`. */
export function comparisonTotals({ summary }: ComparisonReport): string {
  const { machines, failing, warned, fine, unreadable } = summary;
  const left = unreadable === 0 ? '' : `; ${grouped(unreadable)} could not be read`;
  return `${many(machines, 'machine')}: ${outcomes({ failing, warned, fine }, machines).join(', ')}${left}`;
}

/** How many of all have failures, warnings, or neither. */
export function outcomes(
  { failing, warned, fine }: { failing: number; warned: number; fine: number },
  all: number,
): string[] {
  return [
    ...(failing > 0 ? [`${grouped(failing)} with failures`] : []),
    ...(warned > 0 ? [`${grouped(warned)} with warnings`] : []),
    ...(fine > 0 ? [fine === all ? 'no failures, no warnings' : `${grouped(fine)} without either`] : []),
  ];
}

/** `1 node`, `10,000 nodes`. */
export function many(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** True where nothing is left to be told of two machines. */
export function isAlike({
  causes,
  differences,
  moves,
  findings,
  recommendation,
}: NonNullable<ComparisonReport['pair']>): boolean {
  return causes.length + differences.length + moves.length + findings.length === 0 && recommendation === null;
}
