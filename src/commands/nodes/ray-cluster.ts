import path from 'node:path';
import { thisMachine } from '../../host/open.ts';
import type { FileQuestion } from '../../host/questioned.ts';
import { MOST_HOSTS } from '../../machine/scheduler/hostlist.ts';
import { unpacked } from '../../nodes/frames.ts';
import { lastLines } from '../../process/last-lines.ts';
import { Launcher } from '../../process/launcher.ts';
import { launcherPython } from '../../process/launcher-python.ts';
import { untilInterrupted } from '../../process/signals.ts';
import { duration } from './duration.ts';
import { FOUND_BY_RAY } from './words.ts';

/** A cluster that cannot be joined, in Ray's words. */
export class RayError extends Error {
  override readonly name = 'RayError';
}

export interface ClusterNode {
  /** Ray's own name. */
  id: string;
  host: string;
  isAlive: boolean;
  /** Those that Ray gives to tasks there. */
  cpus: number;
}

/** What a node answered to questions on its files. */
export interface NodeFiles {
  /** The Python of its workers. */
  executable: string;
  answers: unknown[];
}

/** What a node said to one question. */
export type Told = { packed: string } | { error: string };

interface Joining {
  root: string;
  env: NodeJS.ProcessEnv;
  /** For how long answers are waited for. */
  timeoutSeconds: number;
}

/** Joining takes seconds, of a cluster that does not answer longer. */
const JOIN_SECONDS = 60;
/** Ray is told to cancel what has not ended. */
const GRACE_SECONDS = 4;
/** Beyond what a request waits for by itself. */
const SPARE_SECONDS = 30;
const LOOK_SECONDS = 5;
/** Importing Torch, and a worker's start. */
const WORKER_SECONDS = 60;
/** The tasks of so many nodes are started by one line. */
const NODES_OF_LINE = 200;

/** A cluster that the user's Python has joined (`probe/ray_nodes.py`). That ends with this program, and its tasks with it. */
export class RayCluster {
  private constructor(
    private readonly launcher: Launcher,
    readonly nodes: readonly ClusterNode[],
    /** Ray's release. */
    readonly version: string,
    readonly foundBy: string,
    private readonly timeoutSeconds: number,
  ) {}

  /** @throws RayError, LaunchError, Interrupted */
  static async join(interpreter: string, address: string, joining: Joining): Promise<RayCluster> {
    const { root, env, timeoutSeconds } = joining;
    const python = launcherPython(thisMachine(), interpreter) ?? interpreter;
    const launcher = await Launcher.start(python, path.join(root, 'bench', 'launcher.py'));
    const join = async (): Promise<RayCluster> => {
      const script = path.join(root, 'probe', 'ray_nodes.py');
      const argv = [path.resolve(interpreter), script, ...(address === FOUND_BY_RAY ? [] : [address])];
      await launcher.hold({ argv, env, grace: GRACE_SECONDS });
      const first = await said(launcher, null, JOIN_SECONDS);
      const nodes = (Array.isArray(first.nodes) ? first.nodes : []).slice(0, MOST_HOSTS).flatMap(nodeOf);
      return new RayCluster(launcher, nodes, textOf(first.ray), textOf(first.foundBy), timeoutSeconds);
    };
    const closing = async (error: unknown): Promise<never> => {
      await launcher.close();
      throw error;
    };
    return untilInterrupted(
      () => join().catch(closing),
      () => void launcher.close(),
    );
  }

  /** Does something with it, and leaves it: nothing of this goes on behind. @throws Interrupted */
  async during<T>(run: () => Promise<T>): Promise<T> {
    const { launcher } = this;
    return untilInterrupted(
      () => run().finally(() => launcher.close()),
      () => void launcher.close(),
    );
  }

  /** Why a node is lost that has not answered. */
  get late(): string {
    return `no answer within ${duration(this.timeoutSeconds)}`;
  }

  /** The answers to questions, by node; of one that is not there nothing came in time. */
  async files(
    questions: ReadonlyMap<string, readonly FileQuestion[]>,
  ): Promise<Map<string, NodeFiles | { error: string }>> {
    const lines: object[] = [];
    const all = [...questions];
    for (let at = 0; at < all.length; at += NODES_OF_LINE)
      lines.push({ files: Object.fromEntries(all.slice(at, at + NODES_OF_LINE)) });
    const told = await this.answers(lines, this.timeoutSeconds);
    return new Map([...told].map(([node, one]) => [node, 'error' in one ? one : filesOf(one.packed)] as const));
  }

  /** What workers there have, which ask for so many CPUs, packed. */
  async workers(nodes: readonly string[], cpus: number): Promise<Map<string, Told>> {
    if (nodes.length === 0) return new Map();
    return this.answers([{ workers: { nodes, cpus } }], this.timeoutSeconds + WORKER_SECONDS);
  }

  private async answers(requests: readonly object[], seconds: number): Promise<Map<string, Told>> {
    for (const request of requests) await said(this.launcher, request, SPARE_SECONDS + WORKER_SECONDS);
    const told = new Map<string, Told>();
    const until = performance.now() + seconds * 1000;
    for (let left = 1; left > 0; ) {
      const wait = Math.min(LOOK_SECONDS, (until - performance.now()) / 1000);
      if (wait <= 0) break;
      const given = await said(this.launcher, { next: wait }, wait + SPARE_SECONDS);
      for (const one of Array.isArray(given.answers) ? given.answers : []) {
        const { node, packed, error } = one as { [key: string]: unknown };
        if (typeof node !== 'string') continue;
        told.set(node, typeof packed === 'string' ? { packed } : { error: textOf(error) });
      }
      left = typeof given.left === 'number' ? given.left : 0;
    }
    await said(this.launcher, { cancel: true }, SPARE_SECONDS);
    return told;
  }
}

type Json = { [key: string]: unknown };

/** Puts a line to the script and takes its answer. @throws RayError */
async function said(launcher: Launcher, request: object | null, within: number): Promise<Json> {
  const line = request === null ? null : JSON.stringify(request);
  const { output, errors, ended, alive } = await launcher.question({ line, within, timeout: null });
  let given: Json | null = null;
  try {
    const document: unknown = JSON.parse(output);
    if (typeof document === 'object' && document !== null) given = document as Json;
  } catch {
    // It said nothing, or not to the end.
  }
  const error = given?.error as Json | undefined;
  if (error !== undefined) throw new RayError(`--ray: ${wordsOf(error)}`);
  if (given !== null) return given;
  const last = lastLines(errors).at(-1);
  const why = ended === null ? (alive ? 'it said nothing' : 'it ended') : `no answer within ${duration(within)}`;
  throw new RayError(`--ray: the Python that was to ask the cluster: ${why}${last === undefined ? '' : `: ${last}`}`);
}

function wordsOf({ type, message }: Json): string {
  const [line = ''] = textOf(message).trim().split('\n');
  const isPlain = type === 'LookupError' || type === 'ConnectionError';
  return isPlain ? line : `${textOf(type)}: ${line.slice(0, 300)}`;
}

function nodeOf(given: unknown): ClusterNode[] {
  const { id, name, alive, cpus } = (given ?? {}) as Json;
  if (typeof id !== 'string' || typeof name !== 'string') return [];
  const count = typeof cpus === 'number' && Number.isFinite(cpus) ? Math.max(0, cpus) : 0;
  return [{ id: id.slice(0, 100), host: name.slice(0, 255), isAlive: alive === true, cpus: count }];
}

function filesOf(packed: string): NodeFiles | { error: string } {
  try {
    const { executable, answers } = JSON.parse(unpacked(packed) ?? 'null') as Json;
    if (typeof executable === 'string' && Array.isArray(answers)) return { executable, answers };
  } catch {
    // no answer
  }
  return { error: 'what it said is no answer' };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 2000) : '';
}
