import { diagnose } from '../../doctor/diagnose.ts';
import { reportedDetails } from '../../doctor/reported-details.ts';
import type { Report } from '../../documents/doctor-report.ts';
import { asCommands, asJson, asMarkdown, asText, type Presented } from '../../output/presented.ts';
import { printAside } from '../../output/standard-error.ts';
import { print } from '../../output/standard-output.ts';
import { terminal, viewer } from '../../output/terminal.ts';
import type { Section } from '../../report/details/sections.ts';
import { exitStatus } from '../exit-status.ts';
import { FlagError } from '../flags.ts';
import { projectPython, projectSettings } from '../project-settings.ts';
import { appliedSettings, whyAside } from './applied.ts';
import { asksForMore, type DoctorFlags, isElsewhere } from './flags.ts';
import { askedBy, look } from './look.ts';
import { openOutputs, written } from './outputs.ts';

/** Looks, prints the report, and sets the exit status. `root` is the package's folder. @throws FlagError, FileError */
export async function doctor(flags: DoctorFlags, { version, root }: { version: string; root: string }): Promise<void> {
  const asked = await askedBy(flags);
  const format = flags.json ? 'json' : flags.format;
  if (flags.quiet && format !== 'text')
    throw new FlagError(`--quiet and --format ${format}: it shortens the text alone`);
  const project = await projectSettings();
  const applied = appliedSettings(flags, project);
  const outputs = await openOutputs(flags, format);
  const program = { version, time: new Date() };
  const { facts, question, hide } = await look(
    flags,
    asked,
    root,
    whyAside(flags) === null ? projectPython(project) : null,
  );
  const selection = { only: flags.only ?? [], skip: flags.skip ?? [] };
  const diagnosed = diagnose(facts, question, program, selection, applied.left);
  const report = hide({
    ...diagnosed,
    // Another's job is none that could be asked from here.
    ...(isElsewhere(flags) ? { machine: { ...diagnosed.machine, nodes: [] } } : {}),
    ...(flags.verbose ? { settings: applied.settings } : {}),
    ...(asksForMore(flags) ? { details: reportedDetails(facts) } : {}),
  });
  const sections = asksForMore(flags) ? await sectionsOf(report, flags) : [];
  const shown = await render(report, format, sections, {
    ...terminal(viewer(outputs.aside ? 2 : 1)),
    verbose: flags.verbose === true,
    quiet: flags.quiet === true,
  });
  if (outputs.aside) printAside(shown);
  else print(shown);
  const { snapshot, host, summary, handed } = outputs;
  const complete = [
    await written(
      summary,
      async () => (await import('../../report/markdown.ts')).renderMarkdown(report, sections).text,
    ),
    await written(handed, async () => {
      const { handedOn } = await import('./handed-on.ts');
      return handedOn(report);
    }),
    await written(snapshot, async () => {
      const { writeSnapshot } = await import('../../doctor/snapshot.ts');
      return writeSnapshot(facts, question, program.version, program.time, host);
    }),
  ].every(Boolean);
  const { error, fail, warn } = report.summary;
  const status = exitStatus(applied.failOn, { failures: error + fail, warnings: warn });
  process.exitCode = complete ? status : 2;
}

async function sectionsOf(report: Report, { verbose, packages, paths }: DoctorFlags): Promise<Section[]> {
  const { detailSections } = await import('../details/run.ts');
  return detailSections(report, { all: verbose === true, packages: packages === true, paths: paths === true });
}

async function render(
  report: Report,
  format: DoctorFlags['format'],
  sections: Section[],
  options: Layout,
): Promise<Presented> {
  if (format === 'json') return asJson(report);
  if (format === 'markdown')
    return asMarkdown((await import('../../report/markdown.ts')).renderMarkdown(report, sections));
  if (format === 'github') return asCommands((await import('../../report/github.ts')).renderGithub(report));
  const { renderText } = await import('../text/run.ts');
  return asText({ report, sections }, (shown) => renderText(shown.report, { ...options, sections: shown.sections }));
}

type Layout = Omit<Parameters<typeof import('../../report/text.ts')['renderText']>[1], 'sections'>;
