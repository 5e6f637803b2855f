import { describe, expect, test } from '@jest/globals';
import { machineOf } from '../../src/commands/nodes/read.ts';
import type { NodesReport, TaskReport } from '../../src/documents/nodes.ts';
import { Gathered, type ReadAnswer } from '../../src/nodes/gathered.ts';
import { renderNodesMarkdown } from '../../src/report/nodes/markdown.ts';
import { renderNodesText } from '../../src/report/nodes/text.ts';
import type { Facts } from '../../src/situation/facts.ts';
import { expectValid } from '../cli.ts';
import { machine, quota, report } from '../machine.ts';

const HEAD = {
  program: { name: 'lk' as const, version: '0.0.0' },
  time: new Date(0).toISOString(),
  by: 'slurm' as const,
  asked: [],
};
const STEP = { nodes: 'n[1-2]', tasksPerNode: '2(x2)' };

const seen = (task: number, more: Partial<TaskReport> = {}): TaskReport => ({
  task,
  alike: 1,
  cpus: 1,
  affinity: String(task % 2),
  limitedBy: 'affinity',
  quota: null,
  memoryLimit: 1e9,
  granted: { cpus: 1, cpusOnNode: 2, memoryBytes: 2e9, variable: 'SLURM_CPUS_ON_NODE' },
  bound: true,
  threads: 1,
  ...more,
});

const answer = (node: string, task: number, facts: Facts | null, more: Partial<ReadAnswer> = {}): ReadAnswer => ({
  node,
  step: STEP,
  local: task % 2,
  seen: seen(task),
  error: null,
  machine: facts && machineOf(node, report(facts)),
  why: null,
  ...more,
});

function gathered(answers: readonly ReadAnswer[], why = 'no answer within 60 s'): NodesReport {
  const all = new Gathered();
  for (const one of answers) all.add(one);
  const found = all.report(HEAD, () => why);
  expectValid(JSON.parse(JSON.stringify(found)), 'nodes');
  return found;
}

describe('the nodes of a step', () => {
  const all = [answer('n2', 3, null), answer('n1', 0, machine()), answer('n1', 1, null), answer('n2', 2, machine())];

  test('with their tasks, in the order of the allocation', () => {
    const { nodes, groups, summary } = gathered(all);
    expect(
      nodes.map(({ name, lost, cpus, tasks, threads }) => [name, lost, cpus, tasks.map(({ task }) => task), threads]),
    ).toEqual([
      ['n1', null, 2, [0, 1], 2],
      ['n2', null, 2, [2, 3], 2],
    ]);
    expect(groups.map(({ members }) => members)).toEqual([['n1', 'n2']]);
    expect(summary).toMatchObject({ nodes: 2, answered: 2, lost: 0, tasks: 4, tasksLost: 0, oversubscribed: 0 });
  });

  test('one that did not answer is named by the list of another', () => {
    const { nodes, summary } = gathered(all.filter(({ node }) => node === 'n1'));
    expect(nodes[1]).toMatchObject({ name: 'n2', lost: 'no answer within 60 s', tasks: [], tasksExpected: 2 });
    expect(summary).toMatchObject({ nodes: 2, answered: 1, lost: 1, tasksLost: 0 });
  });

  test('a task that did not answer on a node that did is counted', () => {
    expect(
      gathered(
        all
          .slice(0, 3)
          .concat(all.slice(3))
          .filter((one) => one !== all[2]),
      ).summary.tasksLost,
    ).toBe(1);
  });

  test('a node of which the first task is lost has told nothing of itself', () => {
    expect(gathered(all.slice(0, 3)).nodes[1]).toMatchObject({ name: 'n2', lost: 'no answer within 60 s' });
  });

  test('an answer that is an error, and a snapshot that cannot be read, are why', () => {
    const broken = answer('n2', 2, null, { seen: null, error: '--python x: not there; name one' });
    expect(gathered([...all.slice(1, 3), broken]).nodes[1]?.lost).toBe('--python x: not there; name one');
    const unread = answer('n2', 2, null, { why: 'a snapshot of version 9' });
    expect(gathered([...all.slice(1, 3), unread]).nodes[1]?.lost).toBe('a snapshot of version 9');
  });

  test('parts of a step that meet on a node are counted together', () => {
    const other = { nodes: 'n1', tasksPerNode: '3' };
    const { nodes } = gathered([...all, answer('n1', 4, machine(), { step: other })]);
    expect(nodes[0]?.tasksExpected).toBe(5);
  });

  test('the text says which are alike, what tasks have, what all of them keep busy, and who is missing', () => {
    const odd = answer('n2', 2, machine({ quotas: [quota(100_000)] }), {
      seen: seen(2, { cpus: 64, affinity: '0-63', bound: false, threads: 64 }),
    });
    const text = renderNodesText(gathered([all[1], all[2], odd] as ReadAnswer[]), { color: false, width: 100 });
    expect(text).toMatch(/^1 alike, 1 with a quota of 1 CPU: n2\n/);
    expect(text).toMatch(/n1 +2 of 4 +2 +1 +.*2 threads on 2 CPUs: 1\.0×/);
    expect(text).toMatch(/n2 .*1 of 2 +64, granted 1 .*64 threads on 2 CPUs: 32\.0×/);
    expect(text).toContain('✗ cpu/quota-ignored  1 failed');
    expect(text.replace(/\s+/g, ' ')).toMatch(
      /2 nodes, 3 tasks: 1 with failures, .*1 with more busy threads than CPUs; 1 task of others did not either $/,
    );
    const lost = renderNodesText(gathered([all[1], all[2]] as ReadAnswer[]), { color: false, width: 80 });
    expect(lost).toContain('Not answered\n  n2: no answer within 60 s\n');
    expect(lost).toMatch(/; 1 node did not answer\n$/);
  });

  test('no line is longer than the terminal, but for what is to be pasted', () => {
    for (const width of [40, 80, 120]) {
      const text = renderNodesText(gathered(all), { color: false, width });
      const long = text.split('\n').filter((line) => line.length > width && !/^ {2}(fix|size) |^ {8}/.test(line));
      expect(long).toEqual([]);
    }
  });

  test('names and errors of others are not obeyed in Markdown', () => {
    const evil = answer('<b>@x', 0, machine(), { step: { nodes: null, tasksPerNode: null } });
    const { text } = renderNodesMarkdown(
      gathered([evil, answer('n2', 2, null, { seen: null, error: '[a](http://b)' })]),
    );
    expect(text).not.toMatch(/<b>|\[a\]\(http/);
    expect(text).toContain('**Not answered**');
  });
});
