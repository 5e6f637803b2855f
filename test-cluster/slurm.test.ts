import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseCpuList } from '../src/cpus/cpu-list.ts';
import type { NodesReport } from '../src/documents/nodes.ts';
import { BIN, expectValid, START } from '../test/cli.ts';
import { type SlurmCluster, startSlurm, whyNoSlurm } from './slurm-cluster.ts';

const why = whyNoSlurm();
if (why !== null) test.skip(`a real Slurm: ${why}`, () => {});
const slurm = why === null ? describe : describe.skip;

let cluster: SlurmCluster;
beforeAll(async () => {
  if (why === null) cluster = await startSlurm();
});
afterAll(async () => {
  await cluster?.end();
});

/** In a job that salloc makes. */
function inJob(job: string[], args: string[]): { status: number | null; report: NodesReport; stderr: string } {
  const words = ['-Q', ...job, START, BIN, 'nodes', '--slurm', '--json', ...args];
  const { status, stdout, stderr } = spawnSync('salloc', words, {
    env: cluster.env,
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect([stdout.slice(0, 1), stderr]).toEqual(['{', expect.anything()]);
  const report = JSON.parse(stdout) as NodesReport;
  expectValid(report, 'nodes');
  return { status, report, stderr };
}

/** What tasks see without lk: node, number, CPUs of the affinity. */
function seenBy(job: string[], words: string[]): string[] {
  const script = 'echo $SLURMD_NODENAME $SLURM_PROCID $(grep Cpus_allowed_list /proc/self/status | cut -f2)';
  const { stdout } = spawnSync('salloc', ['-Q', ...job, 'srun', ...words, '/bin/sh', '-c', script], {
    env: cluster.env,
    encoding: 'utf8',
    timeout: 120_000,
  });
  return stdout.trim().split('\n').sort();
}

const told = ({ nodes }: NodesReport): string[] =>
  nodes.flatMap(({ name, tasks }) => tasks.map(({ task, affinity }) => `${name} ${task} ${affinity}`)).sort();

slurm('a real Slurm of two nodes', () => {
  test.each<[string, string[], string[], { [node: string]: number }, number]>([
    ['the layout of the job', ['-N2', '-n4'], [], { n1: 2, n2: 2 }, 1],
    ['-n4', ['-N2', '-n4'], ['-n4'], { n1: 2, n2: 2 }, 1],
    ['-n2 -c2', ['-N2', '-n2', '-c2'], ['-n2', '-c2'], { n1: 1, n2: 1 }, 2],
    ['--ntasks-per-node', ['-N2', '--ntasks-per-node=2'], ['--ntasks-per-node=2'], { n1: 2, n2: 2 }, 1],
    ['one node of two', ['-N2', '-n4'], ['-N1', '-n2'], { n1: 2 }, 1],
    ['an uneven step', ['-N2', '-n3'], [], { n1: 2, n2: 1 }, 1],
    ['nothing said: one on each', ['-N2', '--exclusive'], [], { n1: 1, n2: 1 }, 2],
  ])('%s: every task, with the CPUs that it really has', (_, job, words, nodes, each) => {
    const { report } = inJob(job, words);
    expect(Object.fromEntries(report.nodes.map(({ name, tasks }) => [name, tasks.length]))).toEqual(nodes);
    expect(report.summary).toMatchObject({ lost: 0, tasksLost: 0 });
    for (const { tasks, tasksExpected, cpus, threads } of report.nodes) {
      expect(tasksExpected).toBe(tasks.length);
      for (const task of tasks) {
        expect([task.granted?.cpus, parseCpuList(task.affinity ?? '')?.size, task.cpus]).toEqual([each, each, each]);
      }
      const all = new Set(tasks.flatMap(({ affinity }) => [...(parseCpuList(affinity ?? '') ?? [])]));
      expect(cpus).toBe(all.size);
      expect(threads).toBe(tasks.reduce((sum, task) => sum + (task.threads ?? 0), 0));
    }
    if (words.length > 0) expect(told(report)).toEqual(seenBy(job, words));
  });

  test('a heterogeneous step: parts of one and of two CPUs a task', () => {
    const { status, stdout, stderr } = spawnSync(
      START,
      [BIN, 'nodes', '--slurm', '--json', '-n1', '-c2', '-w', 'n1', ':', '-n2', '-c1', '-w', 'n2'],
      { env: cluster.env, encoding: 'utf8', timeout: 120_000 },
    );
    expect([status === 0 || status === 1, stderr]).toEqual([true, expect.not.stringMatching(/^lk:/m)]);
    const report = JSON.parse(stdout) as NodesReport;
    expectValid(report, 'nodes');
    expect(
      report.nodes.map(({ name, tasks }) => [name, tasks.map(({ task, granted }) => [task, granted?.cpus])]),
    ).toEqual([
      ['n1', [[0, 2]]],
      [
        'n2',
        [
          [1, 1],
          [2, 1],
        ],
      ],
    ]);
  });

  test('outside of a job srun asks for one', () => {
    const { stdout } = spawnSync(START, [BIN, 'nodes', '--slurm', '-N2'], { env: cluster.env, encoding: 'utf8' });
    expect(stdout).toMatch(/^2 alike\n/);
    expect(stdout).toContain('2 nodes, 2 tasks');
    expect(cluster.squeue()).toBe('');
  });

  test('a step that is larger than its job is said in the words of srun', () => {
    const { status, stderr } = spawnSync('salloc', ['-Q', '-n1', START, BIN, 'nodes', '--slurm', '-n64'], {
      env: cluster.env,
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^lk: srun: .*(More processors requested|Requested node configuration|Unable to create step)/m,
    );
  });

  test('CPUs that another step has: srun waits, and it is said', () => {
    const script = `srun -n2 sleep 60 & sleep 1; exec '${START}' '${BIN}' nodes --slurm -n2 --timeout 3s`;
    const { status, stdout } = spawnSync('salloc', ['-Q', '-N1', '-n2', '/bin/sh', '-c', script], {
      env: cluster.env,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(status).toBe(2);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'no answer within 3 s: srun waits for CPUs that other steps have; --overlap shares them',
    );
  });

  test('a daemon is killed in mid-gathering: the other node answers, the loss is named', async () => {
    // The task of the second node does not begin before its daemon is killed.
    const prolog = path.join(cluster.folder, 'prolog');
    writeFileSync(prolog, '#!/bin/sh\n[ "$SLURMD_NODENAME" = n1 ] || sleep 600\n', { mode: 0o755 });
    const args = ['nodes', '--slurm', '--json', '--timeout', '20s', '-N2', '-n2', `--task-prolog=${prolog}`];
    const child = spawn(START, [BIN, ...args], { env: cluster.env, stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    const closed = once(child, 'close');
    for (let turn = 0; turn < 200 && cluster.squeue('-s') === ''; turn++) await new Promise((go) => setTimeout(go, 50));
    await new Promise((go) => setTimeout(go, 1500));
    cluster.kill('n2');
    const [status] = await closed;
    await cluster.start('n2');
    const report = JSON.parse(stdout) as NodesReport;
    expectValid(report, 'nodes');
    expect(status).toBe(2);
    expect(report.nodes.map(({ name, lost }) => [name, lost === null])).toEqual([
      ['n1', true],
      ['n2', false],
    ]);
    expect(report.nodes[1]?.lost).toMatch(
      /^(no answer within 20 s|the node failed|its task.* ended|its tasks were not launched)/,
    );
  });

  test('a node whose daemon is gone: the other one answers, the loss is named', async () => {
    cluster.kill('n2');
    const { status, stdout } = spawnSync(
      'salloc',
      ['-Q', '--no-kill', '-N2', '-n2', START, BIN, 'nodes', '--slurm', '--json', '--timeout', '20s'],
      { env: cluster.env, encoding: 'utf8', timeout: 120_000 },
    );
    await cluster.start('n2');
    const report = JSON.parse(stdout) as NodesReport;
    expect(status).toBe(2);
    expect(report.nodes.map(({ name, lost }) => [name, lost === null])).toEqual([
      ['n1', true],
      ['n2', false],
    ]);
  });

  test('killed at any moment, nothing of it is left: no step, no job, no process', async () => {
    const turns = process.env.LK_TEST_FULL === '1' ? 100 : 8;
    for (let turn = 0; turn < turns; turn++) {
      const signal = (['SIGINT', 'SIGTERM', 'SIGKILL'] as const)[turn % 3];
      const child = spawn(START, [BIN, 'nodes', '--slurm', '-N2', '-n4'], { env: cluster.env, stdio: 'ignore' });
      await new Promise((go) => setTimeout(go, Math.random() * 1500));
      child.kill(signal);
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    for (let turn = 0; turn < 300 && left() !== ''; turn++) await new Promise((go) => setTimeout(go, 100));
    expect(left()).toBe('');
  });

  function left(): string {
    const processes = spawnSync('pgrep', ['-af', 'nodes (--slurm|--answer)'], { encoding: 'utf8' }).stdout;
    const own = processes
      .split('\n')
      .filter((line) => line.includes(BIN) && /(srun|node|sh) /.test(line))
      .join('\n');
    return [cluster.squeue(), cluster.squeue('-s'), own].filter(Boolean).join('\n');
  }
});
