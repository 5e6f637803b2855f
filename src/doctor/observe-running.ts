import { formatCpuList, parseCpuList } from '../cpus/cpu-list.ts';
import { observeHierarchies } from '../cpus/hierarchy.ts';
import type { Host } from '../host/host.ts';
import { isStillThere, ProcessUnreadable, type RunningProcess, runningProcess } from '../host/process.ts';
import { seenFrom } from '../host/seen-from.ts';
import type { LiveFacts } from '../live/facts.ts';
import { mainProcess, whyAnother } from '../live/job.ts';
import { type Job, loadedOf, observeLive, observeStanding, type Standing } from '../live/observe.ts';
import { allProcesses } from '../live/tree.ts';
import { type Hide, hiding } from '../privacy/secrets.ts';
import { nativeLibrary } from '../python/native-libraries.ts';
import { pythonOfProcess } from '../python/of-process.ts';
import type { NativePool } from '../python/pools.ts';
import type { ScriptReport } from '../script/judge.ts';
import type { Facts } from '../situation/facts.ts';
import { observe } from './observe.ts';
import { shortened } from './privacy.ts';

/** What is asked of a running process besides. */
export interface AskedOfProcess {
  /** For how long it is looked at. */
  seconds: number;
  /** The Python that the user named. */
  python?: string | undefined;
  /** What-if variables. */
  env?: { readonly [name: string]: string | undefined };
  script?: ((lenskit: string | null) => Promise<ScriptReport | null>) | null;
  /** Hides what this program's own environment and arguments say is secret. */
  hide?: Hide;
}

/** A job as it can be looked at again and again: the facts of its machine, and what stays true of it. */
export interface SeenJob {
  running: RunningProcess;
  /** As without `--pid`, and as if nothing of it ran yet. */
  facts: Facts;
  job: Job;
  standing: Standing;
  /** Why it is this one where another process was named; null: nothing is to be said. */
  another: string | null;
  /** Hides its secrets as well as this program's. */
  hide: Hide;
}

/**
 * The facts of a running job: as `observe` would find them from inside its main process, and what two looks at it tell.
 * Nothing is executed, attached to or stopped.
 *
 * @param pid of any process of the job
 * @throws ProcessUnreadable where it is gone or another user's, PythonNotFound
 */
export async function observeRunning(
  proc: Host,
  pid: number,
  asked: AskedOfProcess,
): Promise<{ facts: Facts; hide: Hide }> {
  const label = `--pid ${pid}`;
  const seen = await observeJob(proc, pid, label, asked);
  const live = await observeLive(proc, seen.job, seen.standing, asked.seconds);
  if (live === null || !isStillThere(seen.running, proc)) throw ended(label);
  return { facts: seen.hide(factsOf(seen, { ...live, warnings: warningsOfJob(seen, live) })), hide: seen.hide };
}

export function ended(label: string): ProcessUnreadable {
  return new ProcessUnreadable(`${label}: it ended while it was looked at`);
}

/** What is to be said of a look at a job, and of which job it is. */
export function warningsOfJob(
  { another }: Pick<SeenJob, 'another'>,
  { warnings }: Pick<LiveFacts, 'warnings'>,
): string[] {
  return [...(another === null ? [] : [another]), ...warnings];
}

/** All that is read once of a job. @throws ProcessUnreadable, PythonNotFound */
export async function observeJob(
  proc: Host,
  pid: number,
  label: string,
  { python, env, script = null, hide: ours = (value) => value }: Omit<AskedOfProcess, 'seconds'>,
): Promise<SeenJob> {
  const all = allProcesses(proc);
  const main = mainProcess(pid, proc, all) ?? pid;
  const running = runningProcess(main, label, proc);
  const host = env === undefined ? running.host : seenFrom(running.host, { env: { ...running.host.env, ...env } });
  const hideTheirs = hiding(host.env, running.argv);
  const hide: Hide = (value) => hideTheirs(ours(value));
  const { mapped, ...standing } = observeStanding(host);
  const found = pythonOfProcess(host, { argv: running.argv, program: running.program, mapped });
  const { facts } = await observe(host, { python, found, script, hide });
  const pools = withMapped(facts.python.pools, mapped, host);
  const files = pools.map(({ file }) => unshortened(file, host.home));
  return {
    running,
    facts: {
      ...facts,
      cpus: { ...facts.cpus, affinity: wholeAffinity(facts.cpus.affinity, standing.affinities) },
      python: { ...facts.python, pools: hide(shortened(pools, host.home)) },
    },
    job: { pid: running.pid, groups: observeHierarchies(host).groups('cpu') },
    standing: shortened({ ...standing, loaded: loadedOf(files, mapped, host) }, host.home),
    another: whyAnother(pid, main, proc, all),
    hide,
  };
}

/** A job's facts with what was seen of it; of limits, what it has of them itself is free for it. */
export function factsOf({ facts }: Pick<SeenJob, 'facts'>, live: LiveFacts): Facts {
  const { cpus, machine } = facts;
  const { memory } = machine;
  const [main, ...others] = live.processes;
  const threads = others.reduce((sum, process) => sum + process.threads, 0);
  const own = main === undefined ? 0 : (live.memoryBytes ?? 0);
  const { available, limit, shm } = memory;
  const freeShm = shm?.free == null ? {} : { free: shm.free + (live.sharedBytes ?? 0) };
  return {
    ...facts,
    cpus: {
      ...cpus,
      threadLimits: cpus.threadLimits.map((one) => ({
        ...one,
        now: one.now === null ? null : Math.max(0, one.now - threads),
      })),
    },
    machine: {
      ...machine,
      memory: {
        ...memory,
        available: available === null ? null : available + own,
        limit: limit && { ...limit, used: limit.used === null ? null : Math.max(0, limit.used - own) },
        shm: shm && { ...shm, ...freeShm },
      },
    },
    live,
  };
}

/**
 * A runtime of OpenMP binds threads to CPUs, the main one among them: what the process may use is what all its threads
 * may together.
 */
function wholeAffinity(affinity: string | null, affinities: LiveFacts['affinities']): string | null {
  const all = new Set(affinity === null ? [] : parseCpuList(affinity));
  for (const { cpus } of affinities) for (const cpu of parseCpuList(cpus) ?? []) all.add(cpu);
  return all.size === 0 ? affinity : formatCpuList(all);
}

/** The environment's pools, and what is loaded from elsewhere. */
function withMapped(pools: readonly NativePool[], mapped: readonly string[], host: Host): NativePool[] {
  const known = new Set(
    pools.map(({ file }) => host.realpath(unshortened(file, host.home)) ?? unshortened(file, host.home)),
  );
  const families = new Set(pools.map(({ family, owner }) => `${family} ${owner}`));
  const more = mapped.flatMap((file): NativePool[] => {
    const library = known.has(file) ? null : nativeLibrary(file.slice(file.lastIndexOf('/') + 1));
    if (library === null || families.has(`${library.family} process`)) return [];
    families.add(`${library.family} process`);
    return [{ family: library.family, api: library.api, owner: 'process', file, version: null }];
  });
  return [...pools, ...more];
}

/** What was kept has `~` for the home directory. */
function unshortened(file: string, home: string): string {
  return file.startsWith('~/') && home !== ''
    ? `${home.endsWith('/') ? home.slice(0, -1) : home}${file.slice(1)}`
    : file;
}
