import type { Report } from '../documents/doctor-report.ts';
import { grouped } from '../escape/grouped.ts';
import { fixLines } from './fix.ts';

type Advice = NonNullable<Report['recommendation']>;

const KNOWN_BY: { readonly [from in Advice['costs']['from']]: string } = {
  table: 'by a table',
  probe: 'by the probe',
  bench: 'by your benchmark',
};

/** What to set, as lines for a shell that can be pasted whole: what is for larger jobs is a comment. */
export function adviceLines(advice: Advice): string[] {
  return [...fixLines(advice), ...largerJobs(advice)];
}

/** From which number of users on what else is quicker; nothing where a number of users was asked about. */
export function largerJobs({ byUsers, users, costs }: Advice): string[] {
  if (users !== null) return [];
  const [, ...larger] = byUsers;
  return larger.flatMap(({ fromUsers, env, unset, parameters }) => [
    `# from about ${grouped(fromUsers)} users on (${costs.model}, ${KNOWN_BY[costs.from]}):`,
    ...fixLines({ env, unset, parameters }).map((line) => `# ${line}`),
  ]);
}
