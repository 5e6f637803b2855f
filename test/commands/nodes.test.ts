import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeSnapshot } from '../../src/doctor/snapshot.ts';
import type { NodesReport } from '../../src/documents/nodes.ts';
import { NO_QUESTION } from '../../src/situation/question.ts';
import { BIN, expectValid, lk, type RunOptions, START } from '../cli.ts';
import { machine, quota } from '../machine.ts';
import { fakeSlurm, type Plan, pidsOf } from '../nodes/fake-slurm.ts';
import { remaining } from '../processes.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'lk-nodes-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
const slurm = (plan: Plan) => fakeSlurm(path.join(root, String(count++)), plan);

function json(args: string[], options: RunOptions): { status: number | null; report: NodesReport } {
  const { status, stdout } = lk(['nodes', '--slurm', '--json', ...args], options);
  const report = JSON.parse(stdout) as NodesReport;
  expectValid(report, 'nodes');
  return { status, report };
}

const TWO = { n1: 2, n2: 2 };

describe('lk nodes --slurm', () => {
  test('gathers what the tasks of a step say, whose lines are mixed', () => {
    const { env, log } = slurm({ nodes: TWO });
    const { status, report } = json(['-n4', '-c', '2'], { env });
    expect([0, 1]).toContain(status);
    expect(report.nodes.map(({ name, lost, tasks }) => [name, lost, tasks.map(({ task }) => task)])).toEqual([
      ['n1', null, [0, 1]],
      ['n2', null, [2, 3]],
    ]);
    expect(report.nodes[0]?.tasks[0]?.granted).toMatchObject({
      cpus: 1,
      cpusOnNode: 2,
      variable: 'SLURM_CPUS_ON_NODE',
    });
    expect(report.groups.map(({ members }) => members)).toEqual([['n1', 'n2']]);
    expect(report.asked).toEqual(['-n4', '-c', '2']);
    const words = JSON.parse(log()[0] as string) as string[];
    const program = words.slice(words.indexOf(START));
    expect(words[8]).toMatch(/^--job-name=lk-nodes-[0-9a-f]{12}$/);
    expect(words.filter((word) => !word.startsWith('--job-name')).slice(0, 9)).toEqual([
      ...['--label', '--no-kill', '--kill-on-bad-exit=0', '--wait=0', '--input=none'],
      ...['-n4', '-c', '2', START],
    ]);
    expect(program.slice(2)).toEqual(['nodes', '--answer']);
  });

  test('one task a node where neither the words nor the job say how many', () => {
    const { env, log } = slurm({ nodes: { n1: 1 } });
    json([], { env });
    json([], { env: { ...env, SLURM_NTASKS: '4', SLURM_JOB_ID: '7' } });
    const [first, second] = log()
      .filter((line) => line.startsWith('['))
      .map((line) => JSON.parse(line) as string[]);
    expect(first).toContain('--ntasks-per-node=1');
    expect(second).not.toContain('--ntasks-per-node=1');
  });

  test('parts of a heterogeneous step have the program each', () => {
    const { env, log } = slurm({ nodes: { n1: 1 } });
    json(['-n1', ':', '-n2', '-c2'], { env });
    const words = JSON.parse(log()[0] as string) as string[];
    const colon = words.indexOf(':');
    expect(words.slice(colon, colon + 3)).toEqual([':', '-n2', '-c2']);
    expect(words.filter((word) => word === '--answer')).toHaveLength(2);
  });

  test('what is asked is asked of every task', () => {
    const { env } = slurm({ nodes: { n1: 1 } });
    const { report } = json(['--lenskit', '2025.8.1', '--threads=7', '--processes', '1'], { env });
    expect(report.nodes[0]?.tasks[0]?.threads).toBe(7);
    expect(report.groups[0]?.like).toMatchObject({ rules: '2025.3' });
  });

  test('a node that fails, one without the program, and one that hangs are named, and the rest is told', () => {
    const nodes = { n1: 1, n2: 1, n3: 1, n4: 2 };
    const { env, log } = slurm({ nodes, faults: { n2: 'gone', n3: 'missing', n4: 'hangs' } });
    const { status, report } = json(['--timeout', '4s'], { env });
    expect(status).toBe(2);
    expect(report.nodes.map(({ name, lost }) => [name, lost])).toEqual([
      ['n1', null],
      ['n2', 'the node failed'],
      ['n3', `${START} is not there; lk and its Node have to lie in a folder that every node sees`],
      ['n4', 'no answer within 4 s'],
    ]);
    expect(report.summary).toMatchObject({ nodes: 4, answered: 1, lost: 3 });
    expect(log()).toContain('ended by SIGTERM');
  });

  test('a step that does not begin is said in the words of srun', () => {
    const said = 'srun: error: Unable to create step for job 7: More processors requested than permitted';
    const { env } = slurm({ faults: { step: 'fails' }, said });
    const { status, stdout, stderr } = lk(['nodes', '--slurm', '-n99'], { env });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe('lk: srun: Unable to create step for job 7: More processors requested than permitted\n');
  });

  test('nothing within the time, in an allocation: its nodes are named', () => {
    const said = 'srun: Job 7 step creation temporarily disabled, retrying (Requested nodes are busy)';
    const { env } = slurm({ faults: { step: 'hangs' }, said });
    const inside = { ...env, SLURM_JOB_ID: '7', SLURM_JOB_NODELIST: 'n[1-2]' };
    const { status, report } = json(['--timeout=1s'], { env: inside });
    expect(status).toBe(2);
    expect(report.nodes.map(({ name }) => name)).toEqual(['n1', 'n2']);
    expect(report.nodes[0]?.lost).toMatch(/^no answer within 1 s: .*--overlap/);
    const outside = lk(['nodes', '--slurm', '--timeout=1s'], { env });
    expect([outside.status, outside.stdout]).toEqual([2, '']);
    expect(outside.stderr).toMatch(/^lk: srun: no step began within 1 s: .*retrying/);
  });

  test.each([
    [['nodes'], 'whose? write lk nodes --slurm in a job, or lk nodes --ray where a cluster runs'],
    [['nodes', '--partition', 'x'], 'nonexistent flag: --partition; what is meant for srun goes with --slurm'],
    [['nodes', '--slurm', '--ray'], '--slurm and --ray exclude each other'],
    [['nodes', '--slurm', 'hostname'], 'hostname: no option of srun; what is started on the nodes is lk'],
    [['nodes', '--slurm', '--pty'], "--pty: srun's --pty would keep the answers from lk; leave it out"],
    [['nodes', '--slurm', '--timeout', 'x'], '--timeout x: no time'],
    [['nodes', '--slurm', '--cpus', 'x'], '--cpus x: no number of CPUs'],
  ])('%j is wrong usage', (args, why) => {
    const { env } = slurm({ nodes: { n1: 1 } });
    const { status, stderr, stdout } = lk(args, { env });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(why);
  });

  test('without srun it says where to go', () => {
    const { status, stderr } = lk(['nodes', '--slurm'], { env: { PATH: '/nowhere' } });
    expect([status, stderr]).toEqual([
      2,
      'lk: --slurm: no srun on the PATH; go to a machine of the Slurm cluster, or into a job there\n',
    ]);
  });

  test('what nodes say of themselves is not obeyed by a terminal', () => {
    const { env } = slurm({ nodes: { 'n\u001b[31m1': 1 } });
    const { stdout } = lk(['nodes', '--slurm'], { env });
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('1 node, 1 task');
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGKILL', null],
  ] as const)('%s ends the step and all that it started', async (signal, status) => {
    const { env, log } = slurm({ nodes: { n1: 1, n2: 1 }, faults: { n2: 'hangs' } });
    const child = spawn(START, [BIN, 'nodes', '--slurm'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    while (pidsOf(log()).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    const [code] = await once(child, 'close');
    expect(code).toBe(status);
    for (let turn = 0; turn < 100 && !log().includes('ended by SIGTERM'); turn++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(log()).toContain('ended by SIGTERM');
    expect(await remaining(pidsOf(log()))).toEqual([]);
  });

  test('--answer is what a task says, and nothing of it is lost by other lines', () => {
    const { status, stdout } = lk(['nodes', '--answer'], { env: { SLURMD_NODENAME: 'n9' } });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\n(~lk1 [0-9a-f]{16} \d+\/\d+ [A-Za-z0-9+/=]+\n)+$/);
  });
});

describe('as many nodes as there are', () => {
  test('no fault is lost: those that are gone, whose answer broke off, that are otherwise', () => {
    const kinds = [machine(), machine({ quotas: [quota(100_000)] })];
    const snapshots = kinds.map((facts, index) => {
      const file = path.join(root, `kind${index}.json`);
      writeFileSync(file, writeSnapshot(facts, NO_QUESTION, '0.0.0', new Date(0)));
      return file;
    });
    const nodes = process.env.LK_TEST_FULL ? 10_000 : 2000;
    const { env } = slurm({ simulated: { count: nodes, snapshots, lost: 20, torn: 10 } });
    const { status, report } = json([], { env });
    expect(status).toBe(2);
    const gone = report.nodes.filter(({ lost }) => lost === 'the node failed').map(({ name }) => name);
    const torn = report.nodes.filter(({ lost }) => lost === 'its answer did not come whole').map(({ name }) => name);
    const every = (share: number, shift: number) =>
      Array.from({ length: nodes }, (_, index) => index)
        .filter((index) => (index + shift) % Math.floor(nodes / share) === 3)
        .map((index) => `n${index + 1}`);
    expect(gone).toEqual(every(20, 0));
    expect(torn).toEqual(every(10, 7));
    const other = Array.from({ length: nodes / 1000 }, (_, index) => `n${index * 1000 + 501}`);
    expect(report.groups.find(({ apart }) => apart.length > 0)?.members.sort()).toEqual(other.sort());
    expect(report.summary).toMatchObject({ nodes, lost: 30, failing: other.length });
    // One page, however many there are.
    const { stdout } = lk(['nodes', '--slurm'], { env });
    expect(stdout.split('\n').length).toBeLessThan(60);
  });
});
