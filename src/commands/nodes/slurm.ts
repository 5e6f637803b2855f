import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { thisMachine } from '../../host/open.ts';
import { findOnPath } from '../../host/path.ts';
import { hostsOf } from '../../machine/scheduler/hostlist.ts';
import { JOB_TASK_VARIABLES, SRUN_OUTPUT_VARIABLES, srunWords } from '../../machine/scheduler/srun.ts';
import { FrameReader } from '../../nodes/frames.ts';
import { Gathered } from '../../nodes/gathered.ts';
import { SrunSaid } from '../../nodes/srun-said.ts';
import { runContained } from '../../process/contained.ts';
import { launcherPython } from '../../process/launcher-python.ts';
import { progressOf } from '../compare/progress.ts';
import { FlagError } from '../flags.ts';
import { duration } from './duration.ts';
import type { NodesFlags } from './flags.ts';
import { ownProgram } from './own-program.ts';

/** A step that did not begin, in srun's words. */
export class StepError extends Error {
  override readonly name = 'StepError';
}

/** What came of a step: the answers as they came, and what is known of nodes without one. */
export interface SlurmStep {
  answers: string[];
  /** With the nodes that should have answered, as far as no answer says it. */
  gathered: Gathered;
  whyLost: (node: string) => string;
}

/** Tasks go on where one fails or a node is lost, and have nothing to read; their lines are told apart. */
const OPTIONS = ['--label', '--no-kill', '--kill-on-bad-exit=0', '--wait=0', '--input=none'];
/** Ends the job of a name, or the step of another job. */
const CANCEL = `PATH="$0:$PATH"
scancel --quiet --name="$1"
squeue --noheader --steps --user="$(id -u)" --format="%i %j" | while read -r step name; do
  if [ "$name" = "$1" ]; then scancel --quiet "$step"; fi
done`;
/** srun tells every node to end its tasks. */
const GRACE_SECONDS = 4;
const LOOK_MS = 200;
/** Of all answers together, packed. */
const MOST_BYTES = 512 * 1024 * 1024;
/** Said by srun while it waits for CPUs that other steps have. */
const WAITS = /step creation (?:still |temporarily )*(?:disabled|unable)|Requested nodes are busy|pending job step/i;

/**
 * Runs this program as every task of a step that srun makes of these words. Whatever ends it, the step is ended.
 *
 * @throws FlagError, SrunError for wrong usage, StepError where srun begins none, Interrupted
 */
export async function slurmStep(
  words: readonly string[],
  flags: NodesFlags,
  { root, timeoutSeconds }: { root: string; timeoutSeconds: number },
): Promise<SlurmStep> {
  const { parts, sayTasks, ownJob } = srunWords(words);
  const host = thisMachine();
  const srun = findOnPath(host, ['srun']);
  if (srun === null)
    throw new FlagError('--slurm: no srun on the PATH; go to a machine of the Slurm cluster, or into a job there');
  const { env: own } = process;
  const env = Object.fromEntries(Object.entries(own).filter(([name]) => !SRUN_OUTPUT_VARIABLES.includes(name)));
  // One on each node, unless the job or who asks has said how many.
  const isSaid = sayTasks || JOB_TASK_VARIABLES.some((name) => own[name] !== undefined);
  // By this name it is found again where srun does not come to end it, as where a node of it does not answer.
  const name = `lk-nodes-${randomBytes(6).toString('hex')}`;
  const program = [...ownProgram(), 'nodes', '--answer', ...forwarded(flags)];
  const argv = [
    srun,
    ...OPTIONS,
    ...(isSaid ? [] : ['--ntasks-per-node=1']),
    ...parts.flatMap((part, index) => [...(index === 0 ? [] : [':']), ...part, `--job-name=${name}`, ...program]),
  ];

  const answers: string[] = [];
  let bytes = 0;
  const said = new SrunSaid();
  const inside = own.SLURM_JOB_ID !== undefined && !ownJob;
  const progress = await progressOf(inside ? Number(own.SLURM_JOB_NUM_NODES ?? 0) : 0, process.stderr);
  const reader = new FrameReader((packed) => {
    bytes += packed.length;
    if (bytes <= MOST_BYTES) answers.push(packed);
    progress.at(answers.length);
  });
  const clock = new Clock(timeoutSeconds, () => said.isQueued);
  const python = launcherPython(host, null);
  const owner = python === null ? null : { python, script: path.join(root, 'bench', 'launcher.py') };
  const ended = await runContained(
    {
      argv,
      env,
      timeoutSeconds: null,
      mostOutput: 0,
      graceSeconds: GRACE_SECONDS,
      after: ['/bin/sh', '-c', CANCEL, path.dirname(srun), name],
      until: clock.signal,
      onOutput: (stream, text) => (stream === 'output' ? reader : said).push(text),
    },
    owner,
  ).finally(() => {
    clock.end();
    progress.end();
  });
  said.end();

  const gathered = new Gathered();
  const isLate = clock.signal.aborted;
  if (answers.length === 0) {
    const job = inside && isLate ? (hostsOf(own.SLURM_JOB_NODELIST ?? '') ?? []) : [];
    for (const node of [...job, ...said.named()]) gathered.expect(node);
    if (gathered.isEmpty) throw new StepError(whyNone(said, isLate, timeoutSeconds, ended.exitCode));
  }
  const late = `no answer within ${duration(timeoutSeconds)}`;
  return {
    answers,
    gathered,
    whyLost: (node) => {
      const known = said.why(node);
      if (known !== null) return known;
      if (isLate) return said.general.some((line) => WAITS.test(line)) ? `${late}: ${BUSY}` : late;
      return 'its answer did not come whole';
    },
  };
}

const BUSY = 'srun waits for CPUs that other steps have; --overlap shares them';

function whyNone(said: SrunSaid, isLate: boolean, timeoutSeconds: number, status: number | null): string {
  const words = said.general
    .map((line) => line.replace(/^srun: (?:error: )?/, ''))
    .slice(-3)
    .join('; ');
  if (isLate)
    return `srun: no step began within ${duration(timeoutSeconds)}${words === '' ? '' : `: ${words}`}; --timeout waits longer`;
  return words === '' ? `srun ended with status ${status ?? 'of a signal'} and began no step` : `srun: ${words}`;
}

/** What is asked of every task, in the words in which it was asked here. */
function forwarded({ lenskit, cpus, users, model, env, unset, processes, threads, jobs, python, ...rest }: NodesFlags) {
  const single = {
    lenskit,
    cpus,
    users,
    model,
    processes,
    threads,
    'backend-threads': rest['backend-threads'],
    'child-threads': rest['child-threads'],
    jobs,
    python,
  };
  const several = { env, unset };
  return [
    ...Object.entries(single).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...Object.entries(several).flatMap(([name, values = []]) => values.map((value) => `--${name}=${value}`)),
  ];
}

/** Counts the seconds in which a step could have answered: not those in which its job waits for resources. */
class Clock {
  private readonly control = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private at = performance.now();
  private passed = 0;

  constructor(seconds: number, isWaiting: () => boolean) {
    this.timer = setInterval(() => {
      const now = performance.now();
      if (!isWaiting()) this.passed += now - this.at;
      this.at = now;
      if (this.passed >= seconds * 1000) this.control.abort();
    }, LOOK_MS);
  }

  get signal(): AbortSignal {
    return this.control.signal;
  }

  end(): void {
    clearInterval(this.timer);
  }
}
