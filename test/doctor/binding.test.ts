import { describe, expect, test } from '@jest/globals';
import { readSnapshot, writeSnapshot } from '../../src/doctor/snapshot.ts';
import { counting } from '../../src/report/words.ts';
import { keptVariables } from '../../src/situation/kept-variables.ts';
import { NO_QUESTION } from '../../src/situation/question.ts';
import { machine, report } from '../machine.ts';

/** LensKit's count, plan and recommendation follow what Torch does to the affinity. */
describe.each(['2025.8.1', '2026.4.0'])('LensKit %s', (lenskit) => {
  test('bound to one CPU, it counts one, plans for one, and is told to unbind', () => {
    const { cpus, plan, recommendation } = report(machine({ cpus: 8, lenskit, env: { OMP_PROC_BIND: 'true' } }));
    expect(cpus).toMatchObject({ lenskit: 1, effective: 8, affinity: 8 });
    expect(cpus.lenskitWhy).toBe('OMP_PROC_BIND=true binds it to CPU 0 when Torch is imported');
    expect(cpus.binding).toEqual({ kind: 'bound', by: ['OMP_PROC_BIND'], runtime: 'libgomp', affinity: '0' });
    expect(plan?.main).toMatchObject(
      lenskit.startsWith('2025')
        ? { processes: 1, threads: 1, backendThreads: 1 }
        : { numCpus: 1, numThreads: 1, numBackendThreads: 1 },
    );
    expect(recommendation).toMatchObject({ unset: ['OMP_PROC_BIND'], env: { LK_NUM_THREADS: '8' } });
  });
});

test.each([{ OMP_PROC_BIND: 'false', OMP_PLACES: 'cores' }, { KMP_AFFINITY: 'compact' }, { OMP_PLACES: 'bogus' }])(
  '%j binds nothing: no count changes, nothing is warned of, and nothing is to be unset',
  (env) => {
    const [bare, set] = [report(machine()), report(machine({ env }))];
    expect(set.cpus).toEqual(bare.cpus);
    expect(set.recommendation).toEqual(bare.recommendation);
    expect(set.checks.map(({ id, status }) => [id, status])).toEqual(bare.checks.map(({ id, status }) => [id, status]));
  },
);

test('where the import never ends, LensKit counts nothing', () => {
  const { cpus, recommendation } = report(machine({ env: { GOMP_CPU_AFFINITY: 'x', OMP_PROC_BIND: 'false' } }));
  expect(cpus.lenskit).toBeNull();
  expect(cpus.lenskitWhy).toContain('never ends');
  expect(recommendation?.unset).toEqual(['GOMP_CPU_AFFINITY']);
});

test('PYTHON_CPU_COUNT is asked before the affinity, from Python 3.13 on', () => {
  const env = { OMP_PROC_BIND: 'true', PYTHON_CPU_COUNT: '3' };
  expect(report(machine({ python: '3.13.0', env })).cpus.lenskit).toBe(3);
  expect(report(machine({ python: '3.12.0', env })).cpus.lenskit).toBe(1);
});

test('a core is all its hardware threads', () => {
  const facts = machine({
    cpus: 8,
    machine: { siblings: { core: '0,4', socket: '0-7' } },
    env: { OMP_PLACES: 'cores' },
  });
  expect(report(facts).cpus.lenskit).toBe(2);
  expect(report({ ...facts, env: { OMP_PLACES: 'sockets' } }).cpus.lenskit).toBe(8);
  expect(report(machine({ machine: { siblings: null }, env: { OMP_PLACES: 'cores' } })).cpus.lenskit).toBe(4);
});

test("Intel's runtime binds by its own rules, which is said instead of guessed", () => {
  const pools = [{ family: 'libiomp5', api: 'openmp', owner: 'torch', file: '/t/libiomp5.so', version: null } as const];
  const bound = report(machine({ environment: { pools }, env: { KMP_AFFINITY: 'granularity=fine,compact' } }));
  expect(bound.cpus.lenskit).toBeNull();
  for (const env of [{ KMP_AFFINITY: 'none' }, { OMP_PROC_BIND: 'false' }, { KMP_AFFINITY: 'verbose,disabled' }, {}]) {
    expect(report(machine({ environment: { pools }, env })).cpus.lenskit).toBe(4);
  }
});

test('a snapshot keeps what the binding needs', () => {
  const env = keptVariables({ OMP_PROC_BIND: 'true', OMP_PLACES: 'cores', GOMP_CPU_AFFINITY: '', OMP_DYNAMIC: 'true' });
  expect(Object.keys(env)).toHaveLength(4);
  const facts = machine({ cpus: 8, machine: { siblings: { core: '0,4', socket: '0-7' } }, env });
  const { facts: read } = readSnapshot(writeSnapshot(facts, NO_QUESTION, '0.0.0', new Date(0)), 'x.json');
  expect(report(read).cpus.lenskit).toBe(2);
});

test('a snapshot from before siblings were looked at is read: every CPU is a core', () => {
  const facts = machine({
    cpus: 8,
    machine: { siblings: { core: '0,4', socket: '0-7' } },
    env: { OMP_PLACES: 'cores' },
  });
  const document = JSON.parse(writeSnapshot(facts, NO_QUESTION, '0.0.0', new Date(0)));
  delete document.facts.machine.siblings;
  const { facts: read } = readSnapshot(JSON.stringify(document), 'x.json');
  expect(report(read).cpus.lenskit).toBe(1);
});

test('a variable that is longer than any of a process binds nothing, and ends at once', () => {
  const of = (members: number) => report(machine({ env: { OMP_PLACES: `{${'0,'.repeat(members)}0}` } })).cpus.binding;
  expect(of(1000)).toMatchObject({ kind: 'bound', affinity: '0' });
  const started = performance.now();
  expect(of(4 * 1024 * 1024)).toBeNull();
  expect(performance.now() - started).toBeLessThan(5000);
});

test("what a scheduler granted stands beside the process's affinity, not beside what Torch is bound to", () => {
  const slurm = { SLURM_JOB_ID: '…', SLURM_NODEID: '0', SLURM_PROCID: '0', SLURM_CPUS_PER_TASK: '8' };
  const env = { ...slurm, OMP_PROC_BIND: 'true' };
  const check = report(machine({ cpus: 4, online: 8, env })).checks.find(({ id }) => id === 'cpu/scheduler-mismatch');
  expect(check?.evidence).toContainEqual({ where: 'affinity', said: '4 CPUs' });
});

test('the text says where the count comes from, or why there is none', () => {
  const said = (env: { [name: string]: string }) => counting(report(machine({ env })));
  expect(said({ OMP_PLACES: '{1,2}' })).toBe(
    'LensKit counts 2 (effective_cpu_count()): OMP_PLACES={1,2} binds it to CPU 1-2 when Torch is imported',
  );
  expect(said({ GOMP_CPU_AFFINITY: 'x' })).toBe(
    'LensKit never comes to count: GOMP_CPU_AFFINITY: importing Torch never ends',
  );
});
