import path from 'node:path';
import { observe } from '../../doctor/observe.ts';
import { type ScriptsReport, scriptsReport } from '../../documents/scripts-report.ts';
import { FileError } from '../../files/errors.ts';
import { thisMachine } from '../../host/open.ts';
import { effectiveCpuCount } from '../../library/effective-cpu-count.ts';
import { asCommands, asJson, asText, type Presented } from '../../output/presented.ts';
import { printAside } from '../../output/standard-error.ts';
import { print } from '../../output/standard-output.ts';
import { terminal, viewer } from '../../output/terminal.ts';
import { renderScriptGithub } from '../../report/script/github.ts';
import { sarifOf } from '../../report/script/sarif.ts';
import { shownScripts } from '../../report/script/shown.ts';
import { renderScriptText } from '../../report/script/text.ts';
import { traitsOf } from '../../rules/generations.ts';
import { usesRay } from '../../rules/resolution.ts';
import { checkScripts, ownSettingsIn, unreadable } from '../../script/check.ts';
import type { Environment, ScriptReport } from '../../script/judge.ts';
import type { OwnSetting } from '../../script/own-settings.ts';
import { NO_QUESTION } from '../../situation/question.ts';
import { situate } from '../../situation/situate.ts';
import { exitStatus } from '../exit-status.ts';
import { FlagError, pair } from '../flags.ts';
import { known } from '../rules.ts';
import { filesOf } from './files.ts';
import { type Fixing, fix } from './fix.ts';
import { judgeMany } from './many.ts';
import { type Given, readGiven, STANDARD_INPUT, scriptReader } from './reader.ts';
import type { ScriptFlags } from './script-flags.ts';
import type { How } from './worker.ts';

/** `lk check script`: the files, the rules of the LensKit that will run them, a verdict for each. */
export async function runCheck(flags: ScriptFlags, names: readonly string[], version: string): Promise<void> {
  const { files, refused } = await filesOf(names);
  // The wrapped script has standard output to itself, as a formatter's.
  const aside = flags.fix && !flags['dry-run'] && files.includes(STANDARD_INPUT);
  if (aside && (flags.json || flags.format !== 'text'))
    throw new FlagError(`--fix -: standard output is for the script; leave out ${flags.json ? '--json' : '--format'}`);
  const given = readGiven(names);
  const { generation, why, spawns, before2024 } = await rulesOf(flags);
  const unread = refused.map(({ path: file, why: reason }) => unreadable(file, reason));
  const environment = environmentOf(flags.env ?? []);
  const judge = async (held: Given): Promise<ScriptReport[]> =>
    onceEach([...(await judgeAll(files, { spawns, environment, before2024 }, held)), ...unread]);
  let reports = await judge(given);
  const [first] = reports;
  const isNamed = ({ file }: ScriptReport): boolean => names.includes(file) || given.has(file);
  const isUnread = ({ verdict }: ScriptReport): boolean => verdict === 'skipped' || verdict === 'unreadable';
  if (first && reports.every((report) => isUnread(report) && isNamed(report)))
    throw new FileError(`${first.file}: ${first.why}`);
  let complete = reports.every(({ verdict }) => verdict !== 'unreadable');
  if (flags.fix) {
    const fixing: Fixing = {
      spawns,
      environment,
      before2024,
      given,
      write: !flags['dry-run'],
      show: flags.json || flags.format !== 'text' ? () => {} : aside ? printAside : print,
    };
    const fixed = await fix(reports, fixing);
    complete &&= fixed.complete;
    const changed = [...fixed.changed].filter(([file]) => given.has(file));
    if (fixed.changed.size > 0 && !flags['dry-run']) reports = await judge(new Map([...given, ...changed]));
  }
  const report = scriptsReport(reports, { version, generation, why });
  if (aside) printAside(rendered(report, flags, 2));
  else print(rendered(report, flags, 1));
  const { summary } = report;
  process.exitCode = complete
    ? exitStatus(flags['fail-on'], { failures: summary.error, warnings: summary.warning })
    : 2;
}

/** The variables that scripts are run with, as far as they say whether workers are started and what is imported. */
function environmentOf(pairs: readonly string[]): Environment {
  const { LK_NUM_PROCS, PYTHONPATH } = { ...process.env, ...Object.fromEntries(pairs.map(pair)) };
  return {
    ...(LK_NUM_PROCS === undefined ? {} : { LK_NUM_PROCS }),
    ...(PYTHONPATH === undefined ? {} : { PYTHONPATH }),
  };
}

/** Several names may lead to one file, and several scripts import one module. */
function onceEach(reports: readonly ScriptReport[]): ScriptReport[] {
  const seen = new Set<string>();
  return reports.filter(({ file }) => !seen.has(file) && seen.add(file));
}

/** Fewer files are quicker read here than workers started. */
const MANY_FILES = 150;
const CHUNK = 100;
const MOST_WORKERS = 4;

/** The verdicts in the order of the files; many files are shared among the CPUs. */
async function judgeAll(files: readonly string[], how: How, given: Given): Promise<ScriptReport[]> {
  const jobs = files.length < MANY_FILES || given.size > 0 ? 1 : Math.min(effectiveCpuCount(), MOST_WORKERS);
  if (jobs === 1) return checkScripts(files, { reader: scriptReader(given), ...how });
  const chunks = Array.from({ length: Math.ceil(files.length / CHUNK) }, (_, n) =>
    files.slice(n * CHUNK, (n + 1) * CHUNK),
  );
  return judgeMany(chunks, how, { jobs, worker: path.join(__dirname, 'check-worker.cjs') });
}

/**
 * One script for `lk doctor --script`, judged as for a LensKit that starts worker processes.
 *
 * @throws FileError where it cannot be read
 */
export async function judged(file: string): Promise<ScriptReport | null> {
  const given = readGiven([file]);
  const name = file === '-' ? STANDARD_INPUT : file;
  const reports = await checkScripts([name], { reader: scriptReader(given), spawns: true });
  const unread = reports.find(({ verdict }) => verdict === 'skipped' || verdict === 'unreadable');
  if (unread?.file === name) throw new FileError(`--script ${file}: ${unread.why}`);
  if (unread !== undefined) throw new FileError(`--script ${file}: ${unread.file}: ${unread.why}`);
  return reports[0] ?? null;
}

/** A script that is a benchmark's command, before it is run: its verdict, and where it sets itself what is varied. */
export async function judgedCommand(
  file: string,
  spawns: boolean,
): Promise<{ verdict: ScriptReport['verdict'] | null; own: OwnSetting[] }> {
  const reader = scriptReader();
  const [report] = await checkScripts([file], { reader, spawns });
  return { verdict: report?.verdict ?? null, own: await ownSettingsIn(file, reader) };
}

/** Whether this LensKit starts worker processes that import the script: up to 2025.8, and with Ray. */
async function rulesOf(
  flags: ScriptFlags,
): Promise<{ generation: string; why: string; spawns: boolean; before2024: boolean }> {
  const { facts } = await observe(thisMachine(), { python: flags.python });
  const { rules, resolution, lenskit } = known(situate(facts, { ...NO_QUESTION, lenskit: flags.lenskit ?? null }));
  const ray = resolution !== null && usesRay(resolution.main);
  const { batch, api } = traitsOf(rules);
  const spawns = batch === 'processes' || ray;
  return { generation: rules.generation, why: lenskit.why, spawns, before2024: api === 'algorithms' };
}

function rendered(report: ScriptsReport, flags: ScriptFlags, fd: 1 | 2): Presented {
  if (flags.json || flags.format === 'json') return asJson(report);
  if (flags.format === 'sarif') return asJson(sarifOf(report));
  if (flags.format === 'github') return asCommands(renderScriptGithub(report));
  const options = { ...terminal(viewer(fd)), verbose: flags.verbose };
  return asText(report, (shown) => renderScriptText(shown, options), shownScripts);
}
