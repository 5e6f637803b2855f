import type { NodesReport } from '../../documents/nodes.ts';
import { asJson, asMarkdown, asText, type Presented } from '../../output/presented.ts';
import { print } from '../../output/standard-output.ts';
import { terminal } from '../../output/terminal.ts';
import { hiding } from '../../privacy/secrets.ts';
import { renderNodesMarkdown } from '../../report/nodes/markdown.ts';
import { renderNodesText } from '../../report/nodes/text.ts';
import { exitStatus } from '../exit-status.ts';
import { FlagError, questionOf } from '../flags.ts';
import { answer } from './answer.ts';
import type { AskedOfNodes } from './asked.ts';
import type { NodesFlags } from './flags.ts';
import { rayNodes } from './ray.ts';
import { judgeAll } from './reading.ts';
import { slurmStep } from './slurm.ts';

const TIMEOUT_SECONDS = 60;

/**
 * Looks at the nodes, prints what was found, and sets the exit status. `rest` are the words that are none of lk's.
 *
 * @throws FlagError, SrunError, StepError, RayError, Interrupted
 */
export async function nodes(
  flags: NodesFlags,
  rest: readonly string[],
  program: AskedOfNodes['program'],
): Promise<void> {
  const { slurm, ray } = flags;
  if (!slurm) refuseOthers(rest);
  const question = questionOf(flags);
  if (flags.answer) return answer(flags, question, program);
  if (!slurm && ray === undefined)
    throw new FlagError('lk nodes: whose? write lk nodes --slurm in a job, or lk nodes --ray where a cluster runs');
  const timeoutSeconds = flags.timeout ?? TIMEOUT_SECONDS;
  const asked = { flags, question, program, timeoutSeconds };
  const found = ray === undefined ? await slurmNodes(rest, asked) : await rayNodes(ray, asked);
  const report = hiding(process.env, process.argv.slice(2))(found);
  print(rendered(report, flags.json ? 'json' : flags.format));
  const { failing, warned, oversubscribed, lost, tasksLost } = report.summary;
  process.exitCode =
    lost + tasksLost > 0 ? 2 : exitStatus(flags['fail-on'], { failures: failing, warnings: warned + oversubscribed });
}

async function slurmNodes(words: readonly string[], asked: AskedOfNodes): Promise<NodesReport> {
  const { flags, question, program, timeoutSeconds } = asked;
  const time = new Date();
  const { answers, gathered, whyLost } = await slurmStep(words, flags, { root: program.root, timeoutSeconds });
  await judgeAll(answers, { question, program: { version: program.version, time } }, (read) => gathered.add(read));
  const head = { program: { name: 'lk' as const, version: program.version }, time: time.toISOString() };
  return gathered.report({ ...head, by: 'slurm', asked: [...words] }, whyLost);
}

/** @throws FlagError */
function refuseOthers([first]: readonly string[]): void {
  if (first === undefined) return;
  throw new FlagError(
    first.startsWith('-')
      ? `nonexistent flag: ${first}; what is meant for srun goes with --slurm`
      : `lk nodes ${first}: it takes nothing but flags; what is meant for srun goes with --slurm`,
  );
}

function rendered(report: NodesReport, format: NodesFlags['format']): Presented {
  if (format === 'json') return asJson(report);
  if (format === 'markdown') return asMarkdown(renderNodesMarkdown(report));
  const options = terminal();
  return asText(report, (shown) => renderNodesText(shown, options));
}
