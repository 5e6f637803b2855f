import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rayTasks } from '../../src/plan/ray-tasks.ts';
import type { Config2026 } from '../../src/rules/resolution.ts';
import { keptVariables } from '../../src/situation/kept-variables.ts';
import { check, machine, report } from '../machine.ts';
import { type Case, readCases, sharedFile } from '../shared.ts';

const V2026 = '2026.4.0';

const main = (numBatchJobs: number, numBackendThreads: number): Config2026 => ({
  numCpus: 2,
  useRay: true,
  numBatchJobs,
  numProcs: 0,
  numThreads: 2,
  numBackendThreads,
  totalThreads: 2,
  tuneJobs: null,
});

describe('tasks at once', () => {
  test.each([
    ['the jobs', 2, 1, [8n], null, 2n],
    ['the CPUs', 8, 1, [2n], null, 2n],
    ['whole tasks on each node', 5, 2, [3n, 3n], null, 2n],
    ['no backend threads: one CPU', 5, 0, [2n], null, 2n],
    ['no node is large enough', 5, 4, [3n, 3n], null, 0n],
    ['exactly as large', 5, 3, [3n], null, 1n],
    ['2,000 lists', 8, 1, [8n], 2000n, 1n],
    ['2,001 lists', 8, 1, [8n], 2001n, 2n],
    ['a twentieth each', 40, 1, [64n], 100_000n, 20n],
    ['one more', 40, 1, [64n], 100_001n, 21n],
    ['an unknown cluster', 8, 1, null, 10n, null],
    ['a negative number', 8, -1, [8n], null, null],
  ] as const)('%s', (_, jobs, backend, nodes, lists, tasks) => {
    expect(rayTasks(main(jobs, backend), { nodes, lists })).toBe(tasks);
  });

  test('never more than jobs, CPUs or lists; never more with more backend threads', () => {
    const few = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(
        few,
        few,
        fc.array(fc.bigInt({ min: 1n, max: 128n }), { minLength: 1, maxLength: 5 }),
        fc.bigInt({ min: 1n, max: 1_000_000n }),
        (jobs, backend, nodes, lists) => {
          const tasks = rayTasks(main(jobs, backend), { nodes, lists }) as bigint;
          expect(tasks).toBeLessThanOrEqual(BigInt(jobs));
          expect(tasks * BigInt(backend)).toBeLessThanOrEqual(nodes.reduce((sum, cpus) => sum + cpus));
          expect(tasks).toBeLessThanOrEqual(lists);
          expect(rayTasks(main(jobs, backend + 1), { nodes, lists }) as bigint).toBeLessThanOrEqual(tasks);
        },
      ),
    );
  });
});

interface RayCase extends Case {
  case: string;
  affinity: number;
  how: string;
  env: { [name: string]: string };
  observed: { rayCpus: number | null; maxConcurrent: number | null; error?: string };
}

const file = sharedFile('real-jobs', 'ray.jsonl');
const cases = file ? readCases<RayCase>(file) : [];

describe('clusters of real Ray', () => {
  (file ? test.each(cases.map((one) => [one.case, one] as const)) : test.skip.each([['', {} as RayCase]]))(
    '%s',
    (_, one) => {
      const { affinity, how, env, observed } = one;
      // What the program does before cannot be seen from outside.
      if (/user/.test(how) && !/users/.test(how)) return;
      const existing = /cluster|nodes/.test(how);
      const users = Number(/(\d+) users/.exec(how)?.[1] ?? 0) || null;
      const facts = machine({
        cpus: affinity,
        lenskit: V2026,
        python: '3.13.0',
        env,
        environment: { packages: { ray: '2.60.0' } },
        machine: { rayCluster: existing ? '/tmp/ray/ray_current_cluster' : null },
      });
      const { plan, checks } = report(facts, { users });
      const status = (id: string) => checks.find((found) => found.id === id)?.status;
      expect(plan?.ray?.cluster).toBe(existing ? 'existing' : 'own');
      expect(status('ray/existing-cluster')).toBe(existing ? 'warn' : 'pass');
      if (!existing) expect(status('ray/backend-threads')).toBe(observed.error ? 'fail' : 'pass');
      if (existing || observed.error) return;
      expect(plan?.ray?.cpus).toBe(observed.rayCpus);
      expect(plan?.ray?.tasks).toBeGreaterThanOrEqual(observed.maxConcurrent ?? 0);
      if (users !== null) expect(plan?.ray?.tasks).toBe(observed.maxConcurrent);
    },
  );
});

test.each([
  [{}, 610, 1, 1],
  [{ LK_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '2' }, null, 2, 2],
  [{ LK_NUM_CPUS: '8' }, null, 2, 2],
])('%j for %p users: %d threads at once, %d with implicit-mf', (env, users, threads, implicit) => {
  const { plan } = report(machine({ cpus: 2, lenskit: V2026, env: { LK_USE_RAY: '1', ...env } }), { users });
  expect(plan?.batchThreads).toBe(threads);
  expect(plan?.batchThreadsByModel).toMatchObject({ 'implicit-mf': implicit, 'item-knn': plan?.ray?.tasks });
});

test('a cluster elsewhere is no load of this machine, and what hurts training is still said', () => {
  const env = { LK_USE_RAY: '1', RAY_ADDRESS: '…', LK_NUM_THREADS: '8' };
  const { plan, checks } = report(machine({ cpus: 2, lenskit: V2026, env }));
  expect(plan).toMatchObject({ batchThreads: null, trainingThreads: 8, peakThreads: 8 });
  expect(checks.find(({ id }) => id === 'plan/oversubscribed')?.status).toBe('warn');
});

test('--users beyond a task', () => {
  const facts = machine({ lenskit: V2026, env: { LK_USE_RAY: '1' } });
  expect(check('ray/one-task', facts, { users: 2000 })).toMatchObject({
    status: 'info',
    title: expect.stringMatching(/2,000 lists are one task/),
  });
  expect(check('ray/one-task', facts, { users: 2001 }).status).toBe('pass');
});

test('RAY_ADDRESS=local starts a Ray whatever runs already; another address is kept as set, and no more', () => {
  const file = { rayCluster: '/tmp/ray/ray_current_cluster' };
  const facts = machine({ lenskit: V2026, env: { LK_USE_RAY: '1', RAY_ADDRESS: 'local' }, machine: file });
  expect(report(facts).plan?.ray).toMatchObject({ cluster: 'own', foundBy: null, largestNode: 4 });
  expect(keptVariables({ RAY_ADDRESS: 'local' })).toEqual({ RAY_ADDRESS: 'local' });
  expect(keptVariables({ RAY_ADDRESS: '10.0.0.1:6379' }).RAY_ADDRESS).not.toContain('10');
});
