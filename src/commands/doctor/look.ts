import type { Details } from '../../details/details.ts';
import { observe } from '../../doctor/observe.ts';
import { readUserFile, requireDirectory } from '../../files/read.ts';
import type { Host } from '../../host/host.ts';
import { machineBelow, thisMachine } from '../../host/open.ts';
import { type Hide, hiding } from '../../privacy/secrets.ts';
import type { PythonFacts } from '../../python/facts.ts';
import type { ProjectPython } from '../../python/search.ts';
import type { Facts } from '../../situation/facts.ts';
import { combined, NO_QUESTION, type Question } from '../../situation/question.ts';
import { FlagError, questionOf } from '../flags.ts';
import { probeOf } from '../probe.ts';
import { asksForMore, type LookFlags } from './flags.ts';

/** What was found, and what is asked of it; secrets are hidden in both, and `hide` hides them in what is made of them. */
export interface Looked {
  facts: Facts;
  question: Question;
  hide: Hide;
}

/**
 * Looks at the machine, below a folder, or into a snapshot. `root` is the package's folder, `project` the Python that the
 * project's settings name.
 *
 * @throws FlagError, FileError
 */
export async function look(
  flags: LookFlags,
  asked: Question,
  root: string,
  project: ProjectPython | null = null,
): Promise<Looked> {
  // Copied once: every look at the real one asks the system, name by name.
  const env = { ...process.env };
  const hide = hiding({ ...env, ...asked.env }, process.argv.slice(2));
  if (flags.for !== undefined && flags.pid === undefined)
    throw new FlagError(`--for ${flags.for}s: it is for how long to look at a running job; name one with --pid`);
  if (flags.pid !== undefined) return running(flags, flags.pid, asked, hide);
  // What was read here has been hidden where it was read.
  const found =
    flags.from === undefined
      ? { facts: await read(flags, asked, { env, root, hide, project }), question: hide(asked) }
      : hide(await recorded(flags.from, asked));
  return { ...found, hide };
}

/** The question that the what-if flags ask. @throws FlagError, FileError */
export async function askedBy(flags: LookFlags): Promise<Question> {
  const { allocation, job, bench } = flags;
  return {
    ...questionOf(flags),
    ...(bench === undefined ? {} : { costs: (await import('../measured-costs.ts')).measuredCosts(bench) }),
    ...(allocation === undefined && job === undefined
      ? {}
      : { allocation: (await import('../allocation.ts')).askedAllocation({ allocation, job }) }),
  };
}

interface Around {
  env: NodeJS.ProcessEnv;
  root: string;
  hide: Hide;
  project: ProjectPython | null;
}

async function read(flags: LookFlags, asked: Question, { env: own, root, hide, project }: Around): Promise<Facts> {
  // What-if variables also decide where to look (VIRTUAL_ENV, PATH).
  const env = { ...own, ...asked.env, ...Object.fromEntries(asked.unset.map((name) => [name, undefined])) };
  if (flags.sysroot !== undefined) requireDirectory(flags.sysroot, '--sysroot');
  const host = flags.sysroot === undefined ? thisMachine(env) : machineBelow(flags.sysroot, env);
  const script = judging(flags, asked);
  const details = await readingDetails(flags, host);
  const probe = flags.probe
    ? probeOf(root, env, asked.params, { project: project?.folder ?? null, details: details !== null })
    : null;
  return (await observe(host, { python: flags.python, project, probe, script, details, hide })).facts;
}

/** What a bug report wants to know is read where it is asked for alone. */
async function readingDetails(
  flags: LookFlags,
  host: Host,
): Promise<((python: PythonFacts, model: string | null) => Details) | null> {
  if (!asksForMore(flags)) return null;
  const { packages = false, paths = false } = flags;
  const { observeDetails } = await import('../details/run.ts');
  return (python, model) => observeDetails(host, python, model, { packages, paths });
}

/** Reading Python is loaded only where a script is named. */
function judging({ script: file }: LookFlags, asked: Question) {
  return file === undefined
    ? null
    : async (installed: string | null) => (await import('../check/run.ts')).judged(file, asked.lenskit ?? installed);
}

/** What looks at processes is a bundle of its own. */
async function running(flags: LookFlags, pid: number, asked: Question, hide: Hide): Promise<Looked> {
  const { observedProcess } = await import('../live/run.ts');
  const changed = { ...asked.env, ...Object.fromEntries(asked.unset.map((name) => [name, undefined])) };
  const found = await observedProcess(pid, flags.for, {
    python: flags.python,
    env: changed,
    script: judging(flags, asked),
    hide,
  });
  return { facts: found.facts, question: found.hide(asked), hide: found.hide };
}

async function recorded(file: string, asked: Question): Promise<{ facts: Facts; question: Question }> {
  const { readSnapshot } = await import('../../doctor/snapshot.ts');
  return askedAgain(readSnapshot(readUserFile(file, `--from ${file}`), file), asked);
}

/** What a snapshot holds, with what is asked besides. */
export function askedAgain(
  { facts, question }: { facts: Facts; question: Question },
  asked: Question,
): { facts: Facts; question: Question } {
  // The folder of another LK_TEMP_DIR lies on the other machine, and was not looked at.
  const { lenskitTemp: _, ...machine } = facts.machine;
  const isAnother = asked.env.LK_TEMP_DIR !== undefined;
  return {
    facts: isAnother ? { ...facts, machine } : facts,
    question: combined({ ...NO_QUESTION, ...question }, asked),
  };
}
