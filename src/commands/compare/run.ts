import { Comparison } from '../../compare/comparison.ts';
import type { ComparisonReport } from '../../documents/comparison.ts';
import { FileError } from '../../files/errors.ts';
import { asJson, asMarkdown, asText, type Presented } from '../../output/presented.ts';
import { print } from '../../output/standard-output.ts';
import { terminal } from '../../output/terminal.ts';
import { hiding } from '../../privacy/secrets.ts';
import { renderComparisonMarkdown } from '../../report/compare/markdown.ts';
import { renderComparisonText } from '../../report/compare/text.ts';
import { NO_QUESTION } from '../../situation/question.ts';
import { exitStatus } from '../exit-status.ts';
import { FlagError, questionOf } from '../flags.ts';
import type { CompareFlags } from './flags.ts';
import type { Asked } from './read.ts';
import { readAll } from './reading.ts';
import { type Source, sourcesOf, THIS_MACHINE } from './sources.ts';

/** Compares machines, prints what differs, and sets the exit status. @throws FlagError, FileError */
export async function compare(
  flags: CompareFlags,
  names: readonly string[],
  { version, root }: { version: string; root: string },
): Promise<void> {
  const asked = askedBy(flags);
  const isItself = asked.length === 2;
  const wanted = names.length === 0 && isItself ? [THIS_MACHINE] : names;
  const found = await sourcesOf(wanted);
  refuse(flags, wanted, found.sources, { isItself, isMany: found.isMany });
  const program = { version, root, time: new Date() };
  const isAnotherQuestion = asked.some(({ question }) => JSON.stringify(question) !== JSON.stringify(NO_QUESTION));
  const comparison = new Comparison();
  for (const { name, why } of found.refused) comparison.refuse(name, why);
  const reading = { flags, asked, isAnotherQuestion, program };
  const pair = await readAll(found.sources, comparison, reading);
  const report = hiding(process.env, process.argv.slice(2))(comparison.report(program, pair));
  refuseTooFew(report, found.isMany);
  print(rendered(report, flags.json ? 'json' : flags.format));
  const { failing, warned } = report.summary;
  process.exitCode =
    report.unreadable.length > 0 ? 2 : exitStatus(flags['fail-on'], { failures: failing, warnings: warned });
}

/** @throws FlagError */
function askedBy({ lenskit: versions = [], ...flags }: CompareFlags): Asked[] {
  const [first, second, third] = versions;
  if (third !== undefined) throw new FlagError('--lenskit: more than twice; two are compared with one another');
  if (first !== undefined && first === second) throw new FlagError(`--lenskit ${first}: twice the same; write another`);
  if (second === undefined) return [{ question: questionOf({ ...flags, lenskit: first }), name: null }];
  return versions.map((lenskit) => ({ question: questionOf({ ...flags, lenskit }), name: `LensKit ${lenskit}` }));
}

/** @throws FlagError where what was named is not to be compared so */
function refuse(
  { python, script }: CompareFlags,
  names: readonly string[],
  sources: readonly Source[],
  { isItself, isMany }: { isItself: boolean; isMany: boolean },
): void {
  if (names.length === 0) throw new FlagError('no machine is named; write two, such as: lk compare laptop.json .');
  for (const [flag, value] of Object.entries({ python, script })) {
    if (value !== undefined && !names.includes(THIS_MACHINE))
      throw new FlagError(`--${flag} ${value}: it is asked of this machine alone; name . as well, or leave it out`);
  }
  if (isItself && (sources.length > 1 || isMany))
    throw new FlagError('--lenskit twice: one machine is compared with itself; name one alone');
  if (!isItself && !isMany && sources.length === 1)
    throw new FlagError(
      names[0] === THIS_MACHINE
        ? 'this machine alone; name another, or two versions with --lenskit'
        : `${names[0]} alone; name another machine, such as . for this one`,
    );
}

/** @throws FileError where nothing is left that could be compared */
function refuseTooFew({ unreadable, summary }: ComparisonReport, isMany: boolean): void {
  const [first, ...more] = unreadable;
  if (first === undefined || summary.machines >= (isMany ? 1 : 2)) return;
  const others = more.length === 0 ? '' : `; ${more.length} more could not be read`;
  throw new FileError(`${first.name}: ${first.why}${others}`);
}

function rendered(report: ComparisonReport, format: CompareFlags['format']): Presented {
  if (format === 'json') return asJson(report);
  if (format === 'markdown') return asMarkdown(renderComparisonMarkdown(report));
  const options = terminal();
  return asText(report, (shown) => renderComparisonText(shown, options));
}
