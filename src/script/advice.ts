import { type Fixed, isFixable } from './fix.ts';
import type { ScriptReport } from './judge.ts';
import { GUARD, type Run } from './rewrite.ts';

/** Of more places only so many are listed. */
const MOST_RUNS = 8;
const LONGEST = 200;

/** A report whose findings say what to write instead: what `--fix` does, or why it leaves the script as it is. */
export function advised(text: string, report: ScriptReport, fixed: Fixed): ScriptReport {
  const advice = fixed.ok ? written(text, fixed.runs) : `# by hand, lk check script --fix leaves it: ${fixed.why}`;
  const findings = report.findings.map((one) => (isFixable(one) ? { ...one, fix: advice } : one));
  return { ...report, findings };
}

function written(text: string, runs: readonly Run[]): string {
  const [only] = runs;
  if (only && runs.length === 1 && only.from === only.to && !only.joins) {
    const line = text.split(/\r\n|\r|\n/, only.to)[only.from - 1] ?? '';
    return `${GUARD}\n    ${line.trim().slice(0, LONGEST)}`;
  }
  const named = runs.slice(0, MOST_RUNS).map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`));
  const more = runs.length - named.length;
  const parts = more > 0 ? [...named, `${more} more places`] : named;
  const list = parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  const line = runs.length === 1 && only?.from === only?.to ? 'line' : 'lines';
  return `${GUARD}\n    …  # ${line} ${list}, or lk check script --fix`;
}
