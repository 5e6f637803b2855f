import { observe } from '../../doctor/observe.ts';
import type { NodesReport } from '../../documents/nodes.ts';
import { thisMachine } from '../../host/open.ts';
import { answerOf, type FileAnswers, type FileQuestion, keyOf, QuestionedHost } from '../../host/questioned.ts';
import { SHARE_MARKERS, SHARE_VARIABLES } from '../../machine/scheduler/share.ts';
import { Gathered } from '../../nodes/gathered.ts';
import { type Hide, hiding } from '../../privacy/secrets.ts';
import type { Facts } from '../../situation/facts.ts';
import { FlagError } from '../flags.ts';
import { refuseUntrusted } from '../probe.ts';
import type { AskedOfNodes } from './asked.ts';
import { duration } from './duration.ts';
import { type ClusterNode, RayCluster, type Told } from './ray-cluster.ts';
import { type AskedNode, addNode, cpusOfTask } from './ray-node.ts';

/** Each answers what the one before has led to: mounts, then control groups; libraries, then what these are linked to. */
const MOST_ROUNDS = 12;

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
function named(nodes: readonly ClusterNode[]): AskedNode[] {
  const onHost = new Map<string, number>();
  for (const { host } of nodes) onHost.set(host, (onHost.get(host) ?? 0) + 1);
  return nodes.map((node) => ({
    node,
    name: (onHost.get(node.host) ?? 0) > 1 ? `${node.host} (${node.id.slice(0, 8)})` : node.host,
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
  nodes: readonly AskedNode[],
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
async function askWorkers(cluster: RayCluster, nodes: readonly AskedNode[], cpus: number): Promise<Map<string, Told>> {
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
