import { observe } from '../../doctor/observe.ts';
import { type ScriptsReport, scriptsReport } from '../../documents/scripts-report.ts';
import { FileError } from '../../files/errors.ts';
import { openOutput } from '../../files/output.ts';
import { thisMachine } from '../../host/open.ts';
import { asCommands, asJson, asPatch, asText, type Presented } from '../../output/presented.ts';
import { printAside, say } from '../../output/standard-error.ts';
import { print } from '../../output/standard-output.ts';
import { terminal, viewer } from '../../output/terminal.ts';
import { environmentOf as surroundingsOf } from '../../python/environment.ts';
import { renderScriptConcise } from '../../report/script/concise.ts';
import { renderScriptGithub } from '../../report/script/github.ts';
import { type SarifContext, sarifOf } from '../../report/script/sarif.ts';
import { shownScripts } from '../../report/script/shown.ts';
import { renderScriptText } from '../../report/script/text.ts';
import { rulesFor } from '../../rules/generation.ts';
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
import { Choice } from './choice.ts';
import { filesOf } from './files.ts';
import { fix, withFixes, wrapper } from './fix.ts';
import { judgeAll, onceEach } from './judging.ts';
import { patchBytes } from './patch-bytes.ts';
import { locating } from './places.ts';
import { type Given, readGiven, STANDARD_INPUT, scriptReader } from './reader.ts';
import type { ScriptFlags } from './script-flags.ts';

/** `lk check script`: the files, the rules of the LensKit that will run them, a verdict for each. */
export async function runCheck(flags: ScriptFlags, names: readonly string[], version: string): Promise<void> {
  const isInput = names.includes('-');
  const input = flags['stdin-filename'] ?? STANDARD_INPUT;
  const isFixing = flags.fix || flags.diff;
  const write = isFixing && !flags['dry-run'] && !flags.diff;
  // The wrapped script has standard output to itself, as a formatter's; so has a patch.
  const aside = flags.diff || (write && isInput);
  refuse(flags, isInput, aside);
  const { files, refused, notes } = await filesOf(names, new Choice(flags, thisMachine()), input);
  for (const note of notes) say(`lk: ${note}`);
  const given = readGiven(names, input);
  const { generation, why, spawns, before2024, interpreter, sites, python } = await rulesOf(flags);
  const unread = refused.map(({ path: file, why: reason }) => unreadable(file, reason));
  const environment = environmentOf(flags.env ?? []);
  // Where fixes are worked out, that is done once.
  const isWorkedOut = isFixing || flags.format === 'sarif';
  const how = { spawns, environment, before2024, sites, python, advise: !isWorkedOut };
  const judge = async (held: Given): Promise<ScriptReport[]> =>
    onceEach([...(await judgeAll(files, how, held)), ...unread]);
  let reports = await judge(given);
  const isNamed = ({ file }: ScriptReport): boolean => names.includes(file) || given.has(file);
  const isUnread = ({ verdict }: ScriptReport): boolean => verdict === 'skipped' || verdict === 'unreadable';
  const [first, second] = reports;
  // A name that is nothing is wrong usage where it is all there is; beside others it is said with them.
  if (first && second === undefined && isUnread(first) && isNamed(first))
    throw new FileError(`${first.file}: ${first.why}`);
  let complete = reports.every(({ verdict }) => verdict !== 'unreadable');
  let differ = 0;
  let held: Given = given;
  const wrap = isWorkedOut ? await wrapper({ ...how, given, interpreter }) : null;
  if (isFixing && wrap) {
    const patches: Buffer[] = [];
    const isSilent = flags.diff || flags.json || flags.format !== 'text';
    const fixed = await fix(reports, {
      given,
      wrap,
      input: isInput ? input : null,
      write,
      show: isSilent ? () => {} : aside ? printAside : print,
      change: (file, before, after) => flags.diff && patches.push(patchBytes(file, before, after)),
    });
    complete &&= fixed.complete;
    differ = fixed.changed.size;
    if (flags.diff) printPatches(patches);
    // What is left out is a formatter's output all the same.
    if (write && isInput && !files.includes(input)) openOutput('-').write(given.get(input) ?? Buffer.alloc(0));
    const changed = [...fixed.changed].filter(([file]) => given.has(file));
    held = new Map([...given, ...changed]);
    if (differ > 0 && write) reports = await judge(held);
  }
  const fixes = wrap === null || flags.diff ? null : await withFixes(reports, wrap, held);
  const report = scriptsReport(fixes?.reports ?? reports, { version, generation, why });
  const context = {
    locate: locating(files, thisMachine()),
    fixes: flags.format === 'sarif' && fixes !== null ? fixes.edits : new Map(),
  };
  if (flags.diff) say(`${differ === 0 ? 'no file' : differ === 1 ? '1 file' : `${differ} files`} would change`);
  else if (aside) printAside(rendered(report, flags, 2, context));
  else print(rendered(report, flags, 1, context));
  const { summary } = report;
  const found = { failures: summary.error + (flags.diff ? differ : 0), warnings: summary.warning };
  process.exitCode = complete ? exitStatus(flags['fail-on'], found) : 2;
}

/** @throws FlagError where flags contradict each other */
function refuse(flags: ScriptFlags, isInput: boolean, aside: boolean): void {
  if (flags['stdin-filename'] !== undefined && !isInput)
    throw new FlagError(`--stdin-filename ${flags['stdin-filename']}: it names the script on standard input; add -`);
  if (!aside || (!flags.json && flags.format === 'text')) return;
  const what = flags.diff ? '--diff: standard output is for the patch' : '--fix -: standard output is for the script';
  throw new FlagError(`${what}; leave out ${flags.json ? '--json' : '--format'}`);
}

/** A patch as it is, for a program; made visible where a person looks at it. */
function printPatches(patches: readonly Buffer[]): void {
  const whole = Buffer.concat(patches);
  if (viewer(1).isTTY) print(asPatch(whole.toString('utf8')));
  else openOutput('-').write(whole);
}

/** The variables that scripts are run with, as far as they say whether workers are started and what is imported. */
function environmentOf(pairs: readonly string[]): Environment {
  const { LK_NUM_PROCS, PYTHONPATH } = { ...process.env, ...Object.fromEntries(pairs.map(pair)) };
  return {
    ...(LK_NUM_PROCS === undefined ? {} : { LK_NUM_PROCS }),
    ...(PYTHONPATH === undefined ? {} : { PYTHONPATH }),
  };
}

/**
 * One script for `lk doctor --script`, judged as for a LensKit that starts worker processes.
 *
 * @param lenskit the version or generation that runs it; null: not known
 * @throws FileError where it cannot be read
 */
export async function judged(file: string, lenskit: string | null): Promise<ScriptReport | null> {
  const given = readGiven([file]);
  const name = file === '-' ? STANDARD_INPUT : file;
  const before2024 = lenskit !== null && isOfAlgorithms(lenskit);
  const reports = await checkScripts([name], { reader: scriptReader(given), spawns: true, before2024 });
  const unread = reports.find(({ verdict }) => verdict === 'skipped' || verdict === 'unreadable');
  if (unread?.file === name) throw new FileError(`--script ${file}: ${unread.why}`);
  if (unread !== undefined) throw new FileError(`--script ${file}: ${unread.file}: ${unread.why}`);
  return reports[0] ?? null;
}

function isOfAlgorithms(lenskit: string): boolean {
  const rules = rulesFor(lenskit);
  return typeof rules === 'object' && traitsOf(rules).api === 'algorithms';
}

/** A script that is a benchmark's command, before it is run: its verdict, and where it sets itself what is varied. */
export async function judgedCommand(
  file: string,
  spawns: boolean,
): Promise<{ verdict: ScriptReport['verdict'] | null; own: OwnSetting[] }> {
  const reader = scriptReader();
  const [report] = await checkScripts([file], { reader, spawns });
  // What a comment keeps back is not said here, either.
  const isKeptBack = report?.ignored.length !== 0 && report?.findings.every(({ id }) => id === 'script/unused-ignore');
  return { verdict: isKeptBack ? null : (report?.verdict ?? null), own: await ownSettingsIn(file, reader) };
}

/** Whether this LensKit starts worker processes that import the script: up to 2025.8, and with Ray. */
async function rulesOf(flags: ScriptFlags): Promise<{
  generation: string;
  why: string;
  spawns: boolean;
  before2024: boolean;
  interpreter: string | null;
  sites: readonly string[];
  python: string | null;
}> {
  const { facts, interpreter: found } = await observe(thisMachine(), { python: flags.python });
  const { rules, resolution, lenskit } = known(situate(facts, { ...NO_QUESTION, lenskit: flags.lenskit ?? null }));
  const ray = resolution !== null && usesRay(resolution.main);
  const { batch, api } = traitsOf(rules);
  const spawns = batch === 'processes' || ray;
  // Only a Python that the user named is run.
  const interpreter = flags.python === undefined ? null : (found?.path ?? null);
  const around = found === null ? null : surroundingsOf(thisMachine(), found.path);
  const sites = around?.path.sites.map(({ path }) => path) ?? [];
  const before2024 = api === 'algorithms';
  const python = around?.version ?? null;
  return { generation: rules.generation, why: lenskit.why, spawns, before2024, interpreter, sites, python };
}

function rendered(report: ScriptsReport, flags: ScriptFlags, fd: 1 | 2, context: SarifContext): Presented {
  if (flags.json || flags.format === 'json') return asJson(report);
  if (flags.format === 'sarif') return asJson(sarifOf(report, context));
  if (flags.format === 'github') return asCommands(renderScriptGithub(report, context.locate));
  if (flags.format === 'concise') return asText(report, renderScriptConcise, shownScripts);
  const options = { ...terminal(viewer(fd)), verbose: flags.verbose };
  return asText(report, (shown) => renderScriptText(shown, options), shownScripts);
}
