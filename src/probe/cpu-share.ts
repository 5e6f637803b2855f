import { type Ended, type Owner, runContained } from '../process/contained.ts';
import { Interrupted } from '../process/signals.ts';

const MARK = 'lk-cpus:';
const SECONDS = 1;
const TIMEOUT_SECONDS = 30;
const MOST_OUTPUT = 64 * 1024;
/** No more loops than this, however many CPUs there are. */
const MOST_LOOPS = 64;
/** So much of the loops' CPUs has to be accounted for in /proc/stat, or it is not the kernel's (gVisor's holds zeros). */
const ACCOUNTED = [0.75, 1.25] as const;

/** What busy loops got, one on each of so many CPUs. Numbers of CPUs, on average over the measurement. */
export interface CpuShare {
  loops: number;
  got: number;
  /** How long it took, wall time. */
  seconds: number;
  /** Of the loops' CPUs, idle meanwhile; null: /proc/stat does not tell. */
  idle: number | null;
  /** Of them, taken by the hypervisor for other machines; null as above. */
  stolen: number | null;
  /** Seconds for which a quota, its own or a parent's, stopped the process's cgroup meanwhile; null: not counted. */
  stopped: number | null;
}

/** The end of a measurement: the share, or why there is none. Plain data: a snapshot keeps it. */
export type CpuShareFacts = ({ ok: true } & CpuShare) | { ok: false; why: string };

interface Measurement {
  /** What starts and ends the loops, and whose Python runs them; null: there is none. */
  owner: Owner | null;
  /** `probe/cpu_share.py` of this package. */
  script: string;
  env: NodeJS.ProcessEnv;
  /** The CPUs that threads are spread over; null: not known, those of the script's own affinity. */
  cpus: readonly number[] | null;
  /** False where something else than the kernel's lies in the place of /proc/stat. */
  isKernelsStat: boolean;
  /** Seconds for which a quota has stopped the own cgroup so far; null: the kernel does not count them. */
  stopped: () => number | null;
}

/**
 * Runs busy loops for a second, one on each CPU (64 at most), and says how many CPUs they got. No process of it
 * outlives the answer, nor `lk`.
 *
 * @throws Interrupted
 */
export async function measureCpuShare(measurement: Measurement): Promise<CpuShareFacts> {
  const { owner, script, env, cpus, isKernelsStat, stopped } = measurement;
  if (owner === null) return { ok: false, why: 'there is no Python to run busy loops with' };
  const chosen = (cpus ?? []).slice(0, MOST_LOOPS).map(String);
  // -I and -S: nothing of the environment, no packages.
  const argv = [owner.python, '-I', '-S', script, String(SECONDS), ...chosen];
  const before = stopped();
  try {
    const ended = await runContained({ argv, env, timeoutSeconds: TIMEOUT_SECONDS, mostOutput: MOST_OUTPUT }, owner);
    const after = stopped();
    const share = readCpuShare(ended.output, isKernelsStat);
    if (share === null) return { ok: false, why: whyNot(ended) };
    return { ok: true, ...share, stopped: before === null || after === null ? null : Math.max(0, after - before) };
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return { ok: false, why: `busy loops cannot be started: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}` };
  }
}

function whyNot({ ended, errors }: Ended): string {
  if (ended === 'timeout') return `busy loops took longer than ${TIMEOUT_SECONDS} s and were ended`;
  const last = errors.trim().split('\n').at(-1) ?? '';
  return `busy loops came to nothing${last === '' ? '' : `: ${last.slice(0, 200)}`}`;
}

/** The script's line; null: not what it writes. */
export function readCpuShare(output: string, isKernelsStat = true): Omit<CpuShare, 'stopped'> | null {
  const line = output.split('\n').findLast((text) => text.startsWith(MARK));
  if (line === undefined) return null;
  let document: { loops?: unknown; machine?: { [name: string]: unknown } | null };
  try {
    document = JSON.parse(line.slice(MARK.length));
  } catch {
    return null;
  }
  if (!Array.isArray(document?.loops)) return null;
  const loops = (document.loops as unknown[]).map((loop) => (Array.isArray(loop) ? loop : []));
  if (loops.length === 0 || !loops.every(([used, took]) => isAmount(used) && isAmount(took) && took > 0)) return null;
  const count = loops.length;
  const { idle, stolen, total } = document.machine ?? {};
  const accounted = isAmount(total) && total >= ACCOUNTED[0] * count && total <= ACCOUNTED[1] * count;
  const told = isKernelsStat && accounted && isAmount(idle) && isAmount(stolen);
  return {
    loops: count,
    got: rounded(loops.reduce((sum, [used, took]) => sum + used / took, 0)),
    seconds: rounded(Math.max(...loops.map(([, took]) => took))),
    idle: told ? rounded(idle) : null,
    stolen: told ? rounded(stolen) : null,
  };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
