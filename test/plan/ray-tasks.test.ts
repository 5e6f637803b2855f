import { expect, test } from '@jest/globals';
import { cpusOfTask, isElsewhere, rayTasks, tasksOf } from '../../src/plan/ray-tasks.ts';
import { type Config2026, isConfig2026 } from '../../src/rules/resolution.ts';
import { resolveParallelism } from '../../src/rules/resolve.ts';

function config(jobs: number, backend: number): Config2026 {
  const env = { LK_USE_RAY: '1', LK_NUM_BATCH_JOBS: String(jobs), LK_NUM_BACKEND_THREADS: String(backend) };
  const { main } = resolveParallelism({ lenskit: '2026.4.0', cpus: 8, env });
  if (!isConfig2026(main)) throw new Error('2026.4.0 resolves to another configuration');
  return main;
}

test.each([
  [1, 1n],
  [2000, 1n],
  [2001, 2n],
  [40_000, 20n],
  [40_001, 21n],
  [41_000, 20n],
  [1_000_000, 20n],
])('%d lists are %d tasks: a twentieth of them, and at least 2,000', (lists, tasks) => {
  expect(tasksOf(BigInt(lists))).toBe(tasks);
});

test.each([
  [1, 1n],
  [4, 4n],
  // `num_backend_threads or 1`
  [0, 1n],
  [-1, null],
])('a task with %d backend threads asks for %s CPUs', (backend, cpus) => {
  expect(cpusOfTask(config(1, backend))).toBe(cpus);
});

test('0 backend threads, which LensKit itself resolves before, would be a CPU too', () => {
  expect(cpusOfTask({ ...config(1, 1), numBackendThreads: 0 })).toBe(1n);
});

test.each([
  ['as many as there are jobs', 2, 1, [8n], null, 2n],
  ['as fit on the node', 8, 3, [8n], null, 2n],
  ['as fit on each node', 8, 3, [8n, 4n, 2n], null, 3n],
  ['none: no node is large enough', 8, 9, [8n, 4n], null, 0n],
  ['as there are batches of lists', 8, 1, [8n], 5000n, 3n],
  ['no more for more lists', 4, 1, [8n], 100_000n, 4n],
  ['not known: of a cluster elsewhere', 4, 1, null, null, null],
  ['not known: Ray refuses a negative number', 4, -1, [8n], null, null],
])('tasks at once: %s', (_, jobs, backend, nodes, lists, tasks) => {
  expect(rayTasks(config(jobs, backend), { nodes, lists })).toBe(tasks);
});

test('a cluster that runs already, or that cannot be seen, is no load of this machine', () => {
  expect(isElsewhere({ nodes: [8n], lists: null })).toBe(false);
  expect(isElsewhere({ nodes: [8n], lists: null, existing: false })).toBe(false);
  expect(isElsewhere({ nodes: [8n], lists: null, existing: true })).toBe(true);
  expect(isElsewhere({ nodes: null, lists: null })).toBe(true);
});
