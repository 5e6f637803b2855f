import { diagnose } from '../../doctor/diagnose.ts';
import type { TaskReport, WorkerReport } from '../../documents/nodes.ts';
import { unpacked } from '../../nodes/frames.ts';
import type { Gathered } from '../../nodes/gathered.ts';
import { readWorker, type SeenWorker } from '../../probe/ray-worker.ts';
import type { Facts } from '../../situation/facts.ts';
import { combined, NO_QUESTION, type Question } from '../../situation/question.ts';
import { situate } from '../../situation/situate.ts';
import { seenBy } from './answer.ts';
import type { ClusterNode, RayCluster, Told } from './ray-cluster.ts';
import { machineOf } from './read.ts';

/** What is known of a node: what it has answered so far. */
export interface AskedNode {
  node: ClusterNode;
  name: string;
  answers: Map<string, unknown>;
  facts: Facts | null;
  /** Why nothing more is asked; null: it answers. */
  lost: string | null;
}

/** A batch that is to use Ray, and joins a cluster that runs. */
function ofCluster(question: Question, env: { [name: string]: string }): Question {
  return combined(question, { ...NO_QUESTION, env: { LK_USE_RAY: 'true', RAY_ADDRESS: 'set', ...env } });
}

/** The CPUs that a task of LensKit's batch asks for; null: this LensKit uses no Ray, or Ray would refuse it. */
export function cpusOfTask(facts: Facts, question: Question): number | null {
  const situation = situate(facts, ofCluster(question, {}));
  return situation.rules === null ? null : (situation.ray?.cpusOfTask ?? null);
}

export interface JudgingNode {
  question: Question;
  program: { version: string; time: Date };
  cpus: number | null;
  cluster: RayCluster;
}

/** What a worker came to; null: nothing in time. */
type Seen = Told | null;

export function addNode(
  gathered: Gathered,
  { node, name, facts: found, lost }: AskedNode,
  seen: Seen,
  { question, program, cpus, cluster }: JudgingNode,
): void {
  const slots = cpus === null ? null : Math.floor(node.cpus / Math.max(cpus, 1));
  gathered.expect(name, slots);
  if (lost !== null || found === null) return;
  const read = seen !== null && 'packed' in seen ? readWorker(unpacked(seen.packed) ?? '') : null;
  const facts = read === null || cpus === null ? found : { ...found, probe: probed(found, read, { cpus, cluster }) };
  const asked = cpus === null ? question : ofCluster(question, { LK_NUM_BACKEND_THREADS: String(cpus) });
  const report = diagnose(facts, asked, program);
  const add = (task: TaskReport | null): void =>
    gathered.add({
      node: name,
      step: { nodes: null, tasksPerNode: null },
      local: 0,
      seen: task,
      error: null,
      machine: machineOf(name, report),
      why: null,
    });
  add(slots === null || slots === 0 ? null : taskOf(found, question, { cpus: cpus ?? 1, slots, node }));
  if (cpus !== null) gathered.work(name, workerOf(report.probe?.comparisons ?? [], { read, seen, cpus, slots }));
}

/** As a batch of one job of that many threads would find itself there: Ray's workers are not set up by LensKit. */
function taskOf(
  facts: Facts,
  question: Question,
  { cpus, slots, node }: { cpus: number; slots: number; node: ClusterNode },
): TaskReport {
  const own = seenBy(facts, question, null);
  const situation = situate(
    facts,
    combined(question, {
      ...NO_QUESTION,
      env: {
        LK_USE_RAY: 'false',
        LK_NUM_BATCH_JOBS: '1',
        LK_NUM_THREADS: String(allCpus(facts)),
        LK_NUM_BACKEND_THREADS: String(cpus),
      },
    }),
  );
  const busy = situation.rules === null ? null : (situation.plan?.batchThreads ?? null);
  return {
    ...own,
    alike: slots,
    granted: { cpus, cpusOnNode: Math.floor(node.cpus), memoryBytes: null, variable: 'num_cpus' },
    threads: busy === null ? null : Number(busy),
  };
}

/** What Rayon counts in a worker that LensKit has not set up. */
function allCpus(facts: Facts): number {
  return situate(facts, NO_QUESTION).cpus.affinity ?? facts.cpus.online ?? 1;
}

/** What was seen, as the probe of one machine sees it. */
function probed(
  facts: Facts,
  seen: SeenWorker,
  { cpus, cluster }: { cpus: number; cluster: RayCluster },
): Facts['probe'] {
  return {
    ok: true,
    interpreter: facts.python.interpreter ?? '',
    gpus: [],
    observed: {
      python: seen.python,
      lenskit: seen.lenskit,
      cpus: null,
      main: null,
      worker: seen.worker,
      ray: {
        cluster: 'existing',
        foundBy: cluster.foundBy === 'the command line' ? 'RAY_ADDRESS' : cluster.foundBy,
        nodes: cluster.nodes.filter(({ isAlive }) => isAlive).map((node) => node.cpus),
        asked: cpus,
        assigned: seen.assigned,
        variables: seen.variables,
        cause: null,
        error: null,
      },
      cudaDevices: [],
      error: null,
    },
  };
}

function workerOf(
  comparisons: WorkerReport['comparisons'],
  { read, seen, cpus: asked, slots }: { read: SeenWorker | null; seen: Seen; cpus: number; slots: number | null },
): WorkerReport {
  const error = read === null ? whyNone(seen, slots) : null;
  return { asked, assigned: read?.assigned ?? null, comparisons: read === null ? [] : comparisons, error };
}

/** Why no worker of a node was seen. */
function whyNone(seen: Seen, slots: number | null): string {
  if (seen !== null) return 'error' in seen ? seen.error : 'what it said is no answer';
  return slots === 0 ? 'it has fewer CPUs than a task asks for' : 'no worker began in time: its CPUs are taken';
}
