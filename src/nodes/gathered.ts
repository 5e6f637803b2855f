import { Comparison, type Summary } from '../compare/comparison.ts';
import type { NodeReport, NodesReport, TaskReport, WorkerReport } from '../documents/nodes.ts';
import { NODES_VERSION, tasksOf } from '../documents/nodes.ts';
import { hostsOf, MOST_HOSTS } from '../machine/scheduler/hostlist.ts';
import { listItem } from '../machine/scheduler/values.ts';
import type { Answer } from './answer.ts';
import { cpusTogether, ratio, threadsTogether } from './together.ts';

/** More tasks than any step has. */
const MOST_TASKS = 4_000_000;

/** What a node's snapshot came to. */
export interface ReadMachine {
  summary: Summary;
  online: number | null;
  recommended: NodeReport['recommended'];
}

/** An answer, with its snapshot judged; `why` it could not be. */
export interface ReadAnswer extends Omit<Answer, 'snapshot'> {
  machine: ReadMachine | null;
  why: string | null;
}

interface Kept {
  tasks: TaskReport[];
  machine: ReadMachine | null;
  /** By part of the step. */
  expected: Map<string, number>;
  /** What its tasks said instead of an answer, the first of them. */
  error: string | null;
  worker: WorkerReport | null;
}

/** The nodes of an allocation or of a cluster with what they answered, in any order, any number of times. */
export class Gathered {
  private readonly nodes = new Map<string, Kept>();
  private readonly parts = new Set<string>();
  private tasks = 0;

  /** A node that should answer, with the number of its tasks; null: not known. */
  expect(name: string, tasks: number | null = null, part = ''): void {
    const node = this.node(name);
    if (tasks !== null) node?.expected.set(part, tasks);
  }

  /** True where no node is known at all. */
  get isEmpty(): boolean {
    return this.nodes.size === 0;
  }

  add({ node: name, step, seen, error, machine, why }: ReadAnswer): void {
    this.expectStep(step);
    const node = this.node(name);
    if (node === undefined) return;
    node.error ??= error ?? why;
    if (seen !== null && this.tasks < MOST_TASKS) {
      this.tasks++;
      node.tasks.push(seen);
    }
    // Parts of a step that meet on a node each have a first task there.
    node.machine ??= machine;
  }

  /** What a worker of Ray was seen to have on a node. */
  work(name: string, worker: WorkerReport): void {
    const node = this.node(name);
    if (node !== undefined) node.worker = worker;
  }

  /** @param whyLost what is known of a node that did not answer */
  report(head: Pick<NodesReport, 'program' | 'time' | 'by' | 'asked'>, whyLost: (node: string) => string): NodesReport {
    const comparison = new Comparison();
    const nodes = [...this.nodes].map(([name, node]) => {
      if (node.machine !== null) {
        const { machine, ...rest } = node.machine.summary;
        comparison.add({ ...rest, machine: { ...machine, name } });
      }
      return reportOf(name, node, whyLost);
    });
    const { groups, findings, summary } = comparison.report({ version: head.program.version, time: new Date(0) }, null);
    const { failing, warned, fine } = summary;
    const lost = nodes.filter((node) => node.lost !== null).length;
    return {
      schemaVersion: NODES_VERSION,
      ...head,
      nodes,
      groups: groups ?? [],
      findings,
      summary: {
        nodes: nodes.length,
        answered: nodes.length - lost,
        lost,
        tasks: this.tasks,
        tasksLost: nodes.reduce((sum, node) => sum + tasksLost(node), 0),
        oversubscribed: nodes.filter(({ oversubscription }) => (oversubscription ?? 0) > 1).length,
        failing,
        warned,
        fine,
      },
    };
  }

  private expectStep({ nodes, tasksPerNode }: Answer['step']): void {
    const part = `${nodes} ${tasksPerNode}`;
    if (nodes === null || this.parts.has(part)) return;
    this.parts.add(part);
    for (const [index, name] of (hostsOf(nodes) ?? []).entries())
      this.expect(name, listItem(tasksPerNode ?? undefined, index), part);
  }

  private node(name: string): Kept | undefined {
    const own = this.nodes.get(name);
    if (own !== undefined || this.nodes.size >= MOST_HOSTS) return own;
    const made: Kept = { tasks: [], machine: null, expected: new Map(), error: null, worker: null };
    this.nodes.set(name, made);
    return made;
  }
}

/** Of a node that is lost all are. */
function tasksLost({ lost, tasks, tasksExpected }: NodeReport): number {
  return lost !== null || tasksExpected === null ? 0 : Math.max(0, tasksExpected - tasksOf(tasks));
}

function reportOf(
  name: string,
  { tasks: unsorted, machine, expected, error, worker }: Kept,
  whyLost: (node: string) => string,
): NodeReport {
  const tasks = [...unsorted].sort((a, b) => (a.task ?? 0) - (b.task ?? 0));
  const cpus = cpusTogether(tasks);
  const threads = threadsTogether(tasks);
  const lost = machine === null ? (error ?? whyLost(name)) : null;
  return {
    name,
    lost,
    online: machine?.online ?? null,
    cpus,
    tasks,
    tasksExpected: expected.size === 0 ? null : [...expected.values()].reduce((sum, count) => sum + count, 0),
    threads,
    oversubscription: ratio(threads, cpus),
    worker,
    recommended: machine?.recommended ?? null,
  };
}
