import { randomBytes } from 'node:crypto';
import type { Report } from '../../documents/doctor-report.ts';
import { outputLines } from '../../escape/github-output.ts';
import { githubOutputs } from '../../report/github-outputs.ts';

/** What is added to GITHUB_OUTPUT. */
export function handedOn(report: Report): string {
  return outputLines(githubOutputs(report), `lk_${randomBytes(16).toString('hex')}`);
}
