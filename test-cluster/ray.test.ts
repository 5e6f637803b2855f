import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NodesReport } from '../src/documents/nodes.ts';
import { BIN, doctorJson, expectValid, START } from '../test/cli.ts';
import { CACHE } from '../test-lenskit/cache.ts';

const PYTHON = path.join(CACHE, 'lenskit-2026.4.0-ray');
const why = existsSync(path.join(PYTHON, 'complete')) ? null : `${PYTHON} could not be made`;
if (why !== null) test.skip(`a real Ray: ${why}`, () => {});
const ray = why === null ? describe : describe.skip;

const PORT = 6397;
const ADDRESS = `127.0.0.1:${PORT}`;

// The path of Ray's sockets may have 107 characters.
let folder = '';
const raylets: ChildProcess[] = [];
const env = () => ({ PATH: process.env.PATH ?? '', HOME: folder, RAY_TMPDIR: path.join(folder, 'r') });

function start(words: string[], more: { [name: string]: string } = {}): ChildProcess {
  const child = spawn(path.join(PYTHON, 'bin/ray'), ['start', '--block', '--disable-usage-stats', ...words], {
    env: { ...env(), ...more },
    stdio: 'ignore',
  });
  raylets.push(child);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function lkNodes(args: string[], more: { [name: string]: string } = {}) {
  return spawnSync(START, [BIN, 'nodes', '--json', '--python', PYTHON, ...args], {
    env: { ...env(), ...more },
    encoding: 'utf8',
    timeout: 300_000,
  });
}

function report(args: string[], more: { [name: string]: string } = {}): NodesReport {
  const { stdout, stderr } = lkNodes(args, more);
  expect([stdout.slice(0, 1), stderr]).toEqual(['{', expect.anything()]);
  const document = JSON.parse(stdout) as NodesReport;
  expectValid(document, 'nodes');
  return document;
}

const worker = ({ nodes }: NodesReport, node: number) => nodes[node]?.worker;
const differing = (found: NodesReport) =>
  found.nodes.flatMap(({ worker: own }) => own?.comparisons.filter(({ agrees }) => !agrees) ?? []);

ray('a real Ray of two raylets', () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'lk-ray-'));
    start(['--head', '--port', String(PORT), '--num-cpus', '2', '--include-dashboard=false']);
    for (let turn = 0; turn < 600 && !existsSync(path.join(folder, 'r/ray/ray_current_cluster')); turn++)
      await new Promise((go) => setTimeout(go, 100));
    // What is set on a node reaches its workers.
    start(['--address', ADDRESS, '--num-cpus', '3'], { OMP_NUM_THREADS: '2' });
    await new Promise((go) => setTimeout(go, 5000));
  });
  afterAll(async () => {
    for (const child of [...raylets].reverse()) await end(child);
    rmSync(folder, { recursive: true, force: true });
  });

  test('every node, found by Ray itself, with a real worker as foretold', () => {
    const found = report(['--ray']);
    expect(found.nodes).toHaveLength(2);
    expect(new Set(found.nodes.map(({ name }) => name)).size).toBe(2);
    expect(found.nodes.map(({ lost, worker: own }) => [lost, own?.error])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(differing(found)).toEqual([]);
    expect(worker(found, 0)?.comparisons.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['Ray worker: Rayon (LensKit)', 'Ray worker: Torch intra-op', 'Ray: CPUs of a task']),
    );
    expect(found.nodes.map(({ tasksExpected }) => tasksExpected).sort()).toEqual([2, 3]);
    expect(found.summary).toMatchObject({ nodes: 2, answered: 2, lost: 0 });
  });

  test.each([
    [{ LK_NUM_BACKEND_THREADS: '2' }, 2, [1, 1]],
    [{ LK_NUM_BACKEND_THREADS: '1', LK_NUM_THREADS: '1' }, 1, [2, 3]],
  ])('%j: a task asks for so many CPUs, and workers have the threads that are foretold', (more, asked, slots) => {
    const found = report(['--ray', ADDRESS], more as unknown as { [name: string]: string });
    expect(found.nodes.map(({ worker: own }) => [own?.asked, own?.assigned, own?.error])).toEqual([
      [asked, asked, null],
      [asked, asked, null],
    ]);
    expect(differing(found)).toEqual([]);
    expect(found.nodes.map(({ tasksExpected }) => tasksExpected).sort()).toEqual(slots);
  });

  test('more CPUs than a node has: nothing is asked of it, and that is said', () => {
    const found = report(['--ray'], { LK_NUM_BACKEND_THREADS: '3' });
    const small = found.nodes.find(({ tasksExpected }) => tasksExpected === 0);
    expect(small?.worker?.error).toMatch(/fewer CPUs than a task asks for/);
    expect(found.nodes.find(({ tasksExpected }) => tasksExpected === 1)?.worker?.error).toBeNull();
  });

  test('lk doctor mentions it', () => {
    const { report: doctor } = doctorJson(['--python', PYTHON], { env: env() });
    expect(doctor.machine.nodes).toEqual(['lk nodes --ray']);
  });

  test('an interruption ends the driver and its tasks; nothing is left but the cluster', async () => {
    const child = spawn(START, [BIN, 'nodes', '--ray', '--python', PYTHON], { env: env(), stdio: 'ignore' });
    await new Promise((go) => setTimeout(go, 6000));
    child.kill('SIGINT');
    const [status] = await once(child, 'exit');
    expect(status).toBe(130);
    const left = () =>
      spawnSync('pgrep', ['-f', 'probe/ray_nodes.py|ray::(files|worker)'], { encoding: 'utf8' }).stdout;
    for (let turn = 0; turn < 100 && left() !== ''; turn++) await new Promise((go) => setTimeout(go, 100));
    expect(left()).toBe('');
  });

  test('a raylet that is killed: the other node answers, the loss is named', async () => {
    await end(raylets[1] as ChildProcess);
    const found = report(['--ray', '--timeout', '20s']);
    expect(found.nodes.filter(({ lost }) => lost === null)).toHaveLength(1);
    expect(found.nodes.find(({ lost }) => lost !== null)?.lost).toBe('Ray says that it is dead');
  });

  test('a cluster that is gone is said at once', async () => {
    await end(raylets[0] as ChildProcess);
    const { status, stdout } = lkNodes(['--ray', ADDRESS]);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { type: 'RayError', message: expect.stringMatching(/nothing answers at/) },
    });
  });
});
