import { diagnose } from '../../doctor/diagnose.ts';
import type { Report } from '../../documents/doctor-report.ts';
import { asCommands, asJson, asMarkdown, asText, type Presented } from '../../output/presented.ts';
import { printAside } from '../../output/standard-error.ts';
import { print } from '../../output/standard-output.ts';
import { terminal, viewer } from '../../output/terminal.ts';
import { exitStatus } from '../exit-status.ts';
import { FlagError } from '../flags.ts';
import type { DoctorFlags } from './flags.ts';
import { askedBy, look } from './look.ts';
import { openOutputs, written } from './outputs.ts';

/** Looks, prints the report, and sets the exit status. `root` is the package's folder. @throws FlagError, FileError */
export async function doctor(flags: DoctorFlags, { version, root }: { version: string; root: string }): Promise<void> {
  const asked = await askedBy(flags);
  const format = flags.json ? 'json' : flags.format;
  if (flags.quiet && format !== 'text')
    throw new FlagError(`--quiet and --format ${format}: it shortens the text alone`);
  const outputs = await openOutputs(flags, format);
  const program = { version, time: new Date() };
  const { facts, question, hide } = await look(flags, asked, root);
  const report = hide(diagnose(facts, question, program, { only: flags.only ?? [], skip: flags.skip ?? [] }));
  const shown = await render(report, format, {
    ...terminal(viewer(outputs.aside ? 2 : 1)),
    verbose: flags.verbose === true,
    quiet: flags.quiet === true,
  });
  if (outputs.aside) printAside(shown);
  else print(shown);
  const { snapshot, host, summary } = outputs;
  const complete = [
    await written(summary, async () => (await import('../../report/markdown.ts')).renderMarkdown(report).text),
    await written(snapshot, async () => {
      const { writeSnapshot } = await import('../../doctor/snapshot.ts');
      return writeSnapshot(facts, question, program.version, program.time, host);
    }),
  ].every(Boolean);
  const { error, fail, warn } = report.summary;
  const status = exitStatus(flags['fail-on'], { failures: error + fail, warnings: warn });
  process.exitCode = complete ? status : 2;
}

async function render(report: Report, format: DoctorFlags['format'], options: Layout): Promise<Presented> {
  if (format === 'json') return asJson(report);
  if (format === 'markdown') return asMarkdown((await import('../../report/markdown.ts')).renderMarkdown(report));
  if (format === 'github') return asCommands((await import('../../report/github.ts')).renderGithub(report));
  const { renderText } = await import('../../report/text.ts');
  return asText(report, (shown) => renderText(shown, options));
}

type Layout = Parameters<typeof import('../../report/text.ts')['renderText']>[1];
