import { diagnose } from '../../doctor/diagnose.ts';
import { observe } from '../../doctor/observe.ts';
import type { NodesReport, TaskReport, WorkerReport } from '../../documents/nodes.ts';
import { thisMachine } from '../../host/open.ts';
import { answerOf, type FileAnswers, type FileQuestion, keyOf, QuestionedHost } from '../../host/questioned.ts';
import { SHARE_MARKERS, SHARE_VARIABLES } from '../../machine/scheduler/share.ts';
import { unpacked } from '../../nodes/frames.ts';
import { Gathered } from '../../nodes/gathered.ts';
import { type Hide, hiding } from '../../privacy/secrets.ts';
import { readWorker, type SeenWorker } from '../../probe/ray-worker.ts';
import type { Facts } from '../../situation/facts.ts';
import { combined, NO_QUESTION, type Question } from '../../situation/question.ts';
import { situate } from '../../situation/situate.ts';
import { FlagError } from '../flags.ts';
import { refuseUntrusted } from '../probe.ts';
import { seenBy } from './answer.ts';
import type { AskedOfNodes } from './asked.ts';
import { duration } from './duration.ts';
import { type ClusterNode, RayCluster, type Told } from './ray-cluster.ts';
import { machineOf } from './read.ts';

/** Each answers what the one before has led to: mounts, then control groups; libraries, then what these are linked to. */
const MOST_ROUNDS = 12;

/** What is known of a node: what it has answered so far. */
interface Asked {
  node: ClusterNode;
  name: string;
  answers: Map<string, unknown>;
  facts: Facts | null;
  /** Why nothing more is asked; null: it answers. */
  lost: string | null;
}

/**
 * Looks at every node of a cluster that runs. The files of each are read here as those of any machine: what is asked of
 * this one is asked of all, and what comes of the answers again, until nothing is left to be asked.
 *
 * @throws FlagError, RayError, Interrupted
 */
export async function rayNodes(
  address: string,
  { flags, question, program, timeoutSeconds }: AskedOfNodes,
): Promise<NodesReport> {
  const env = { ...process.env, ...question.env };
  const host = thisMachine(env);
  const hide = hiding(env, process.argv.slice(2));
  const driver = await observe(host, { python: flags.python, hide });
  if (driver.interpreter === null) throw new FlagError('--ray: no Python was found; name one with --python PATH');
  const { path: interpreter, foundBy } = driver.interpreter;
  refuseUntrusted('--ray', interpreter, foundBy);
  const looking = { env: withoutShares(env), home: host.home, hide, settings: driver.facts.settings };

  const cluster = await RayCluster.join(interpreter, address, { root: program.root, env, timeoutSeconds });
  return cluster.during(async () => {
    const nodes = named(cluster.nodes);
    await askFiles(cluster, nodes, await firstQuestions(interpreter, looking), looking);
    const cpus = cpusOfTask(driver.facts, question);
    const workers = cpus === null ? new Map<string, Told>() : await askWorkers(cluster, nodes, cpus);
    const gathered = new Gathered();
    const time = new Date();
    const judging = { question, program: { version: program.version, time }, cpus, cluster };
    for (const asked of nodes) addNode(gathered, asked, workers.get(asked.node.id) ?? null, judging);
    const why = new Map(nodes.map(({ name, lost }) => [name, lost] as const));
    return gathered.report(
      {
        program: { name: 'lk', version: program.version },
        time: time.toISOString(),
        by: 'ray',
        asked: [`Ray ${cluster.version}, found by ${cluster.foundBy}`],
      },
      (name) => why.get(name) ?? `no answer within ${duration(timeoutSeconds)}`,
    );
  });
}

/** By their hosts; of several on one host by a part of Ray's own name, too. */
function named(nodes: readonly ClusterNode[]): Asked[] {
  const hosts = nodes.map(({ host }) => host);
  return nodes.map((node) => ({
    node,
    name: hosts.filter((one) => one === node.host).length > 1 ? `${node.host} (${node.id.slice(0, 8)})` : node.host,
    answers: new Map(),
    facts: null,
    lost: node.isAlive ? null : 'Ray says that it is dead',
  }));
}

interface Looking {
  env: NodeJS.ProcessEnv;
  home: string;
  hide: Hide;
  /** LensKit's settings are read where a batch is started. */
  settings: Facts['settings'];
}

/** All that is asked of this machine, since most of it is asked of each. */
async function firstQuestions(interpreter: string, looking: Looking): Promise<FileQuestion[]> {
  const machine = thisMachine();
  const questions = new Map<string, FileQuestion>();
  await looked(interpreter, looking, (question) => {
    questions.set(keyOf(question), question);
    return answerOf(machine, question) ?? null;
  });
  return [...questions.values()];
}

/** The facts of a machine by what it answered, and what is to be asked yet. */
async function looked(
  python: string,
  { env, home, hide, settings }: Looking,
  answers: FileAnswers,
): Promise<{ facts: Facts | null; unanswered: FileQuestion[] }> {
  const host = new QuestionedHost({ env, home }, answers);
  try {
    const { facts } = await observe(host, { python, hide });
    return { facts: { ...facts, settings }, unanswered: [...host.unanswered.values()] };
  } catch (error) {
    // Of a Python that was not asked for yet it is not known whether it is there.
    if (host.unanswered.size === 0) throw error;
    return { facts: null, unanswered: [...host.unanswered.values()] };
  }
}

async function askFiles(
  cluster: RayCluster,
  nodes: readonly Asked[],
  first: readonly FileQuestion[],
  looking: Looking,
): Promise<void> {
  let waiting = new Map(nodes.filter(({ lost }) => lost === null).map((asked) => [asked, first] as const));
  for (let round = 0; round < MOST_ROUNDS && waiting.size > 0; round++) {
    const given = await cluster.files(new Map([...waiting].map(([{ node }, questions]) => [node.id, questions])));
    const next: typeof waiting = new Map();
    for (const [asked, questions] of waiting) {
      const answer = given.get(asked.node.id);
      if (answer === undefined || 'error' in answer) {
        asked.lost = answer === undefined ? cluster.late : answer.error;
        continue;
      }
      for (const [index, question] of questions.entries())
        asked.answers.set(keyOf(question), answer.answers[index] ?? null);
      try {
        const { facts, unanswered } = await looked(answer.executable, looking, (one) => asked.answers.get(keyOf(one)));
        asked.facts = facts;
        if (unanswered.length > 0) next.set(asked, unanswered);
      } catch (error) {
        asked.lost = (error as Error).message;
      }
    }
    waiting = next;
  }
}

/**
 * What workers have there. Of a node that is too small nothing is asked: a cluster that grows would start another for it.
 * Those on one host are looked at one after the other: they would count each other's threads among those that want its CPUs.
 */
async function askWorkers(cluster: RayCluster, nodes: readonly Asked[], cpus: number): Promise<Map<string, Told>> {
  const byHost = new Map<string, string[]>();
  for (const { lost, node } of nodes) {
    if (lost === null && node.cpus >= cpus) byHost.set(node.host, [...(byHost.get(node.host) ?? []), node.id]);
  }
  const told = new Map<string, Told>();
  for (let turn = 0; [...byHost.values()].some((ids) => ids.length > turn); turn++) {
    const ids = [...byHost.values()].flatMap((all) => all[turn] ?? []);
    for (const [id, one] of await cluster.workers(ids, cpus)) told.set(id, one);
  }
  return told;
}

/** The job's variables say nothing of the nodes that Ray has. */
function withoutShares(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !SHARE_VARIABLES.includes(name) && !SHARE_MARKERS.includes(name)),
  );
}

/** A batch that is to use Ray, and joins a cluster that runs. */
function ofCluster(question: Question, env: { [name: string]: string }): Question {
  return combined(question, { ...NO_QUESTION, env: { LK_USE_RAY: 'true', RAY_ADDRESS: 'set', ...env } });
}

/** The CPUs that a task of LensKit's batch asks for; null: this LensKit uses no Ray, or Ray would refuse it. */
function cpusOfTask(facts: Facts, question: Question): number | null {
  const situation = situate(facts, ofCluster(question, {}));
  return situation.rules === null ? null : (situation.ray?.cpusOfTask ?? null);
}

interface JudgingNode {
  question: Question;
  program: { version: string; time: Date };
  cpus: number | null;
  cluster: RayCluster;
}

/** What a worker came to; null: nothing in time. */
type Seen = Told | null;

function addNode(
  gathered: Gathered,
  { node, name, facts: found, lost }: Asked,
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
  const error =
    read !== null
      ? null
      : seen === null
        ? slots === 0
          ? 'it has fewer CPUs than a task asks for'
          : 'no worker began in time: its CPUs are taken'
        : 'error' in seen
          ? seen.error
          : 'what it said is no answer';
  return { asked, assigned: read?.assigned ?? null, comparisons: read === null ? [] : comparisons, error };
}
