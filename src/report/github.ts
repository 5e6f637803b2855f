import type { Fix, Status } from '../checks/check.ts';
import type { Report } from '../documents/doctor-report.ts';
import { workflowCommand } from '../escape/github.ts';
import { joined, type Markup } from '../escape/markup.ts';
import { adviceLines } from './advice.ts';
import { fixLines, sameFix } from './fix.ts';

const LEVELS: { readonly [status in Status]?: 'error' | 'warning' | 'notice' } = {
  error: 'error',
  fail: 'error',
  warn: 'warning',
  info: 'notice',
};

/** What is recommended as a whole comes with what is for larger jobs. */
function linesOf(fix: Fix, recommendation: Report['recommendation']): string[] {
  return recommendation && sameFix(fix, recommendation) ? adviceLines(recommendation) : fixLines(fix);
}

/** Workflow commands that GitHub Actions shows as annotations, one a finding. */
export function renderGithub(report: Report): Markup<'github'> {
  const { recommendation } = report;
  const commands = report.checks.flatMap(({ status, id, title, detail, fix }) => {
    const level = LEVELS[status];
    const text = [title, detail, ...(fix ? linesOf(fix, recommendation).map((line) => `fix: ${line}`) : [])];
    return level
      ? [workflowCommand({ level, properties: { title: `lk ${id}` }, message: text.filter(Boolean).join('\n') })]
      : [];
  });
  return joined(commands, '');
}
