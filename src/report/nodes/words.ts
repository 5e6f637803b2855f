import { counted, size } from '../../checks/check.ts';
import { type NodeReport, type NodesReport, type TaskReport, tasksOf } from '../../documents/nodes.ts';
import { grouped } from '../../escape/grouped.ts';
import { many, outcomes } from '../compare/words.ts';

/** What the renderers of nodes put into the same words. */

const MOST_ROWS = 20;

/** Nodes of which the table says the same. */
interface Row {
  names: string[];
  cells: string[];
}

export function headOf({ by }: NodesReport): string[] {
  return by === 'slurm'
    ? ['Node', 'CPUs', 'Tasks', 'CPUs each', 'Memory', 'Busy together']
    : ['Node', 'CPUs', 'At once', 'CPUs each', 'Memory', 'Busy together'];
}

/** The nodes that answered, those alike in one row, as they come; and what is said of the rest. */
export function rowsOf({ nodes }: NodesReport): { rows: Row[]; rest: string | null } {
  const rows = new Map<string, Row>();
  for (const node of nodes.filter(({ lost, tasks }) => lost === null || tasks.length > 0)) {
    const cells = cellsOf(node);
    const key = cells.join('\n');
    const row = rows.get(key);
    if (row) row.names.push(node.name);
    else rows.set(key, { names: [node.name], cells });
  }
  const all = [...rows.values()];
  const others = all.slice(MOST_ROWS).reduce((sum, { names }) => sum + names.length, 0);
  const rest = others === 0 ? null : `${grouped(others)} more nodes with other figures: --json has them`;
  return { rows: all.slice(0, MOST_ROWS), rest };
}

function cellsOf(node: NodeReport): string[] {
  const { online, cpus, tasks, tasksExpected } = node;
  const own = cpus === null ? '?' : String(cpus);
  const count = tasksOf(tasks);
  return [
    online === null || cpus === online ? own : `${own} of ${online}`,
    tasksExpected === null || tasksExpected === count ? String(count) : `${count} of ${tasksExpected}`,
    distinct(tasks.map(cpusOfTask)),
    distinct(tasks.map(memoryOfTask)),
    busyTogether(node),
  ];
}

/** `2`, `64, granted 4`. */
function cpusOfTask({ cpus, granted }: TaskReport): string {
  const own = granted?.cpus ?? null;
  return own === null || cpus === own ? String(cpus) : `${cpus}, granted ${own}`;
}

function memoryOfTask({ memoryLimit, granted }: TaskReport): string {
  const own = granted?.memoryBytes ?? null;
  if (own === null || memoryLimit === own) return memoryLimit === null ? 'no limit' : size(memoryLimit);
  return `${memoryLimit === null ? 'no limit' : size(memoryLimit)}, granted ${size(own)}`;
}

function distinct(texts: readonly string[]): string {
  const all = [...new Set(texts)];
  return all.length > 3 ? `${all.slice(0, 3).join('; ')}; …` : all.join('; ') || '–';
}

function busyTogether({ threads, cpus, oversubscription }: NodeReport): string {
  if (threads === null || cpus === null) return 'not known';
  const ratio = (oversubscription ?? 0).toFixed(1);
  return `${many(threads, 'thread')} on ${counted(cpus, 'CPU')}: ${ratio}×`;
}

/** The nodes that did not answer, by why: the first of them, and how many there are. */
export function lostOf({ nodes }: NodesReport): { why: string; names: string[] }[] {
  const byWhy = new Map<string, string[]>();
  for (const { name, lost } of nodes) if (lost !== null) byWhy.set(lost, [...(byWhy.get(lost) ?? []), name]);
  return [...byWhy].map(([why, names]) => ({ why, names }));
}

/** `2 nodes, 4 tasks by Slurm: 1 with failures; 1 node did not answer`. */
export function nodesTotals({ by, summary }: NodesReport): string {
  const { nodes, answered, lost, tasks, tasksLost, failing, warned, fine, oversubscribed } = summary;
  const parts = [
    ...outcomes({ failing, warned, fine }, answered),
    ...(oversubscribed > 0 ? [`${grouped(oversubscribed)} with more busy threads than CPUs`] : []),
  ];
  const losses = [
    ...(lost > 0 ? [`${many(lost, 'node')} did not answer`] : []),
    ...(tasksLost > 0 ? [`${many(tasksLost, 'task')} of others did not either`] : []),
  ];
  const counts = by === 'slurm' ? `${many(nodes, 'node')}, ${many(tasks, 'task')}` : many(nodes, 'node');
  return `${counts}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${losses.length === 0 ? '' : `; ${losses.join(', ')}`}`;
}

/** The advice that most nodes have, and on how many of those with any. */
export function commonAdvice({ nodes, summary }: NodesReport): { fix: Advice; nodes: number; of: number } | null {
  if (summary.failing + summary.warned + summary.oversubscribed === 0) return null;
  const counts = new Map<string, { fix: Advice; nodes: number }>();
  for (const { recommended } of nodes) {
    if (recommended === null) continue;
    const key = JSON.stringify(recommended);
    const own = counts.get(key) ?? { fix: recommended, nodes: 0 };
    own.nodes++;
    counts.set(key, own);
  }
  const [most] = [...counts.values()].sort((a, b) => b.nodes - a.nodes);
  const of = [...counts.values()].reduce((sum, one) => sum + one.nodes, 0);
  return most === undefined ? null : { ...most, of };
}

type Advice = NonNullable<NodeReport['recommended']>;

/** What the workers of Ray were seen to have: of how many all is as foretold, and what is not. */
export function workersOf({ nodes }: NodesReport): { agreeing: number; of: number; said: string[] } {
  const looked = nodes.flatMap(({ name, worker }) => (worker === null ? [] : [{ name, worker }]));
  const said = looked.flatMap(({ name, worker }) => {
    if (worker.error !== null) return [`${name}: ${worker.error}`];
    const other = worker.comparisons.filter(({ agrees }) => !agrees);
    return other.map(({ what, foretold, observed }) => `${name}: ${what}: foretold ${foretold}, observed ${observed}`);
  });
  const agreeing = looked.filter(({ worker }) => worker.error === null && worker.comparisons.every((c) => c.agrees));
  return { agreeing: agreeing.length, of: looked.length, said };
}
