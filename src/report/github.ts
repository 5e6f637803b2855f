import type { Status } from '../checks/check.ts';
import type { Report } from '../documents/doctor-report.ts';
import { fixLines } from './fix.ts';

const LEVELS: { readonly [status in Status]?: string } = { fail: 'error', warn: 'warning', info: 'notice' };

/** Workflow commands that GitHub Actions shows as annotations, one a finding. */
export function renderGithub(report: Report): string {
  return report.checks
    .flatMap(({ status, id, title, detail, fix }) => {
      const level = LEVELS[status];
      const text = [title, detail, ...(fix ? fixLines(fix).map((line) => `fix: ${line}`) : [])]
        .filter(Boolean)
        .join('\n');
      return level ? [`::${level} title=${property(`lk ${id}`)}::${data(text)}\n`] : [];
    })
    .join('');
}

/** The message of a workflow command. */
export function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property of one. */
export function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
