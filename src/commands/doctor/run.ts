import { diagnose } from '../../doctor/diagnose.ts';
import { observe } from '../../doctor/observe.ts';
import type { Report } from '../../documents/doctor-report.ts';
import { readUserFile, requireDirectory } from '../../files/read.ts';
import { machineBelow, thisMachine } from '../../host/open.ts';
import { asCommands, asJson, asMarkdown, asText, type Presented } from '../../output/presented.ts';
import { printAside } from '../../output/standard-error.ts';
import { print } from '../../output/standard-output.ts';
import { terminal, viewer } from '../../output/terminal.ts';
import { type Hide, hiding } from '../../privacy/secrets.ts';
import type { Facts } from '../../situation/facts.ts';
import { combined, NO_QUESTION, type Question } from '../../situation/question.ts';
import { exitStatus } from '../exit-status.ts';
import { FlagError, questionOf } from '../flags.ts';
import { probeOf } from '../probe.ts';
import type { DoctorFlags } from './flags.ts';
import { openOutputs, written } from './outputs.ts';

/** Looks, prints the report, and sets the exit status. `root` is the package's folder. @throws FlagError, FileError */
export async function doctor(flags: DoctorFlags, { version, root }: { version: string; root: string }): Promise<void> {
  const { allocation, job, bench } = flags;
  const asked = {
    ...questionOf(flags),
    ...(bench === undefined ? {} : { costs: (await import('../measured-costs.ts')).measuredCosts(bench) }),
    ...(allocation === undefined && job === undefined
      ? {}
      : { allocation: (await import('../allocation.ts')).askedAllocation({ allocation, job }) }),
  };
  const format = flags.json ? 'json' : flags.format;
  if (flags.quiet && format !== 'text')
    throw new FlagError(`--quiet and --format ${format}: it shortens the text alone`);
  const outputs = await openOutputs(flags, format);
  const program = { version, time: new Date() };
  // Copied once: every look at the real one asks the system, name by name.
  const env = { ...process.env };
  const hide = hiding({ ...env, ...asked.env }, process.argv.slice(2));
  // What was read here has been hidden where it was read.
  const { facts, question } =
    flags.from === undefined
      ? { facts: await read(flags, asked, env, root, hide), question: hide(asked) }
      : hide(await recorded(flags.from, asked));
  const report = hide(diagnose(facts, question, program, { only: flags.only ?? [], skip: flags.skip ?? [] }));
  const shown = await render(report, format, {
    ...terminal(viewer(outputs.aside ? 2 : 1)),
    verbose: flags.verbose === true,
    quiet: flags.quiet === true,
  });
  if (outputs.aside) printAside(shown);
  else print(shown);
  const { snapshot, summary } = outputs;
  const complete = [
    await written(summary, async () => (await import('../../report/markdown.ts')).renderMarkdown(report).text),
    await written(snapshot, async () => {
      const { writeSnapshot } = await import('../../doctor/snapshot.ts');
      return writeSnapshot(facts, question, program.version, program.time);
    }),
  ].every(Boolean);
  const { error, fail, warn } = report.summary;
  const status = exitStatus(flags['fail-on'], { failures: error + fail, warnings: warn });
  process.exitCode = complete ? status : 2;
}

async function read(
  flags: DoctorFlags,
  asked: Question,
  own: NodeJS.ProcessEnv,
  root: string,
  hide: Hide,
): Promise<Facts> {
  // What-if variables also decide where to look (VIRTUAL_ENV, PATH).
  const env = { ...own, ...asked.env, ...Object.fromEntries(asked.unset.map((name) => [name, undefined])) };
  if (flags.sysroot !== undefined) requireDirectory(flags.sysroot, '--sysroot');
  const host = flags.sysroot === undefined ? thisMachine(env) : machineBelow(flags.sysroot, env);
  // Reading Python is loaded only where a script is named.
  const { script: file } = flags;
  const script =
    file === undefined
      ? null
      : async (installed: string | null) => (await import('../check/run.ts')).judged(file, asked.lenskit ?? installed);
  const probe = flags.probe ? probeOf(root, env, asked.params) : null;
  return (await observe(host, { python: flags.python, probe, script, hide })).facts;
}

async function recorded(file: string, asked: Question): Promise<{ facts: Facts; question: Question }> {
  const { readSnapshot } = await import('../../doctor/snapshot.ts');
  const { facts, question } = readSnapshot(readUserFile(file, `--from ${file}`), file);
  // The folder of another LK_TEMP_DIR lies on the other machine, and was not looked at.
  const { lenskitTemp: _, ...machine } = facts.machine;
  const isAnother = asked.env.LK_TEMP_DIR !== undefined;
  return {
    facts: isAnother ? { ...facts, machine } : facts,
    question: combined({ ...NO_QUESTION, ...question }, asked),
  };
}

async function render(report: Report, format: DoctorFlags['format'], options: Layout): Promise<Presented> {
  if (format === 'json') return asJson(report);
  if (format === 'markdown') return asMarkdown((await import('../../report/markdown.ts')).renderMarkdown(report));
  if (format === 'github') return asCommands((await import('../../report/github.ts')).renderGithub(report));
  const { renderText } = await import('../../report/text.ts');
  return asText(report, (shown) => renderText(shown, options));
}

type Layout = Parameters<typeof import('../../report/text.ts')['renderText']>[1];
