import path from 'node:path';
import { isConfig2026 } from '../../config/resolution.ts';
import { observe } from '../../doctor/observe.ts';
import { type ScriptsReport, scriptsReport } from '../../documents/scripts-report.ts';
import { FileError, readUserFile, writeUserFile } from '../../files/user-files.ts';
import { thisMachine } from '../../host/open.ts';
import { effectiveCpuCount } from '../../library/effective-cpu-count.ts';
import { print } from '../../output/standard-output.ts';
import { terminal } from '../../output/terminal.ts';
import { renderSarif } from '../../report/script/sarif.ts';
import { renderScriptGithub, renderScriptText } from '../../report/script/text.ts';
import { checkScripts } from '../../script/check.ts';
import type { ScriptReport } from '../../script/judge.ts';
import { NO_QUESTION } from '../../situation/question.ts';
import { situate } from '../../situation/situate.ts';
import { known } from '../rules.ts';
import { filesOf } from './files.ts';
import type { ScriptFlags } from './script-flags.ts';

/** `lk check script`: the files, the rules of the LensKit that will run them, a verdict for each. */
export async function runCheck(flags: ScriptFlags, names: readonly string[], version: string): Promise<void> {
  const files = await filesOf(names);
  const { generation, why, spawns } = await rulesOf(flags);
  let reports = await judgeAll(files, spawns);
  const [first] = reports;
  if (first && reports.every(({ verdict }) => verdict === 'skipped') && names.every((name) => files.includes(name)))
    throw new FileError(`${first.file}: ${first.why}`);
  if (flags.fix) {
    const fixed = await fix(reports, spawns, flags['dry-run'], flags.json || flags.format !== 'text');
    if (fixed.length > 0 && !flags['dry-run']) reports = await judgeAll(files, spawns);
  }
  const report = scriptsReport(reports, { version, generation, why });
  print(rendered(report, flags));
  process.exitCode = exitStatus(report, flags['fail-on']);
}

/** Fewer files are quicker read here than workers started. */
const MANY_FILES = 150;
const CHUNK = 25;
const MOST_WORKERS = 8;

/** The verdicts in the order of the files; many files are shared among the CPUs. */
async function judgeAll(files: readonly string[], spawns: boolean): Promise<ScriptReport[]> {
  const jobs = files.length < MANY_FILES ? 1 : Math.min(effectiveCpuCount(), MOST_WORKERS);
  if (jobs === 1) return checkScripts(files, { reader: thisMachine(), spawns });
  const { invoker } = await import('../../invoker/invoker.ts');
  const operation = path.join(__dirname, 'check-worker.cjs');
  const inv = await invoker<{ spawns: boolean }, readonly string[], ScriptReport[]>({ spawns }, operation, { jobs });
  try {
    const chunks = Array.from({ length: Math.ceil(files.length / CHUNK) }, (_, n) =>
      files.slice(n * CHUNK, (n + 1) * CHUNK),
    );
    const reports: ScriptReport[] = [];
    for await (const some of inv.map(chunks)) reports.push(...some);
    return reports;
  } finally {
    await inv.close();
  }
}

/**
 * One script for `lk doctor --script`, judged as for a LensKit that starts worker processes.
 *
 * @throws FileError where it cannot be read
 */
export async function judged(file: string): Promise<ScriptReport | null> {
  const [report] = await checkScripts([file], { reader: thisMachine(), spawns: true });
  if (report?.verdict === 'skipped') throw new FileError(`--script ${file}: ${report.why}`);
  return report ?? null;
}

/** Whether this LensKit starts worker processes that import the script: up to 2025.8, and with Ray. */
async function rulesOf(flags: ScriptFlags): Promise<{ generation: string; why: string; spawns: boolean }> {
  const { facts } = await observe(thisMachine(), { python: flags.python });
  const { rules, resolution, lenskit } = known(situate(facts, { ...NO_QUESTION, lenskit: flags.lenskit ?? null }));
  const ray = resolution !== null && isConfig2026(resolution.main) && resolution.main.useRay;
  return { generation: rules.generation, why: lenskit.why, spawns: rules.generation !== '2026.1' || ray };
}

/** Wraps what can be wrapped; shows the change, or makes it. Returns the files that changed. */
async function fix(
  reports: readonly ScriptReport[],
  spawns: boolean,
  dryRun: boolean,
  quiet: boolean,
): Promise<string[]> {
  const [{ fixScript }, { createTwoFilesPatch }] = await Promise.all([import('../../script/fix.ts'), import('diff')]);
  const { checkText } = await import('../../script/check.ts');
  const changed: string[] = [];
  for (const report of reports) {
    if (!report.file.endsWith('.py') || !report.findings.some(({ fix: change }) => change !== null)) continue;
    const text = readUserFile(report.file);
    const result = fixScript(text, report, (again) => checkText(report.file, again, { reader: thisMachine(), spawns }));
    if (!result.ok) {
      process.stderr.write(`${report.file}: not wrapped: ${result.why}\n`);
      continue;
    }
    changed.push(report.file);
    if (!quiet)
      print(
        createTwoFilesPatch(
          report.file,
          report.file,
          text,
          result.text,
          dryRun ? '' : 'before',
          dryRun ? '' : 'after',
          { context: 2 },
        ),
      );
    if (!dryRun) writeUserFile(report.file, result.text);
  }
  return changed;
}

function rendered(report: ScriptsReport, flags: ScriptFlags): string {
  if (flags.json || flags.format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  if (flags.format === 'sarif') return renderSarif(report);
  if (flags.format === 'github') return renderScriptGithub(report);
  return renderScriptText(report, { ...terminal(), verbose: flags.verbose });
}

function exitStatus({ summary }: ScriptsReport, level: ScriptFlags['fail-on']): number {
  if (level === 'never') return 0;
  return summary.error > 0 || (level === 'warn' && summary.warning > 0) ? 1 : 0;
}
