import { describe, expect, test } from '@jest/globals';
import { pairOf } from '../../src/compare/pair.ts';
import type { Difference, Pair } from '../../src/documents/comparison.ts';
import type { Facts } from '../../src/situation/facts.ts';
import type { Question } from '../../src/situation/question.ts';
import { machine, quota } from '../machine.ts';
import { named } from './named.ts';

const pair = (a: Facts, b: Facts, asked: [Partial<Question>, Partial<Question>] = [{}, {}]): Pair =>
  pairOf(named('laptop', a, asked[0]), named('node', b, asked[1]));
const causes = (a: Facts, b: Facts) => pair(a, b).causes.map(({ a: own, b: other }) => `${own} → ${other}`);
const values = (differences: readonly Difference[], about: Difference['about']) =>
  Object.fromEntries(
    differences
      .filter((difference) => difference.about === about)
      .map(({ name, a, b }) => [name, [a?.value ?? null, b?.value ?? null]]),
  );

const BLAS = {
  pools: [
    { family: 'MKL' as const, api: 'blas' as const, owner: 'numpy', file: '/venv/lib/libmkl_rt.so', version: '2024.2' },
  ],
};

describe('what decides between two machines comes first', () => {
  test.each<[string, Facts, Facts, string[]]>([
    ['nothing', machine(), machine(), []],
    ['a quota', machine(), machine({ quotas: [quota(100_000)] }), ['4 CPUs → a quota of 1 CPU']],
    ['part of a CPU', machine(), machine({ quotas: [quota(150_000)] }), ['4 CPUs → a quota of 1.5 CPUs']],
    ['more CPUs', machine(), machine({ cpus: 64 }), ['4 CPUs → 64 CPUs']],
    ['an affinity', machine(), machine({ affinity: '0-1', online: 4 }), ['4 CPUs → an affinity of 2 CPUs']],
    ['no LensKit', machine(), machine({ lenskit: null }), ['LensKit 2025.8.1 → no LensKit']],
    [
      'no LensKit where everything else differs, too',
      machine(),
      machine({ lenskit: null, python: '3.13.1', env: { LK_NUM_PROCS: '1' }, environment: BLAS }),
      ['LensKit 2025.8.1 → no LensKit'],
    ],
    ['another release', machine(), machine({ lenskit: '2025.7.0' }), ['LensKit 2025.8.1 → LensKit 2025.7.0']],
    [
      'other rules before the CPUs',
      machine(),
      machine({ lenskit: '2026.4.0', cpus: 8 }),
      ['LensKit 2025.8.1 → LensKit 2026.4.0', '4 CPUs → 8 CPUs'],
    ],
    [
      'what is set',
      machine({ env: { LK_NUM_PROCS: '2' } }),
      machine({ env: { LK_NUM_PROCS: '1', LK_NUM_THREADS: '1' } }),
      ['LK_NUM_PROCS=2 → LK_NUM_PROCS=1, LK_NUM_THREADS=1'],
    ],
    ['what is not set', machine({ env: { LK_NUM_PROCS: '2' } }), machine(), ['LK_NUM_PROCS=2 → no LK_NUM_PROCS']],
    ['another Python', machine(), machine({ python: '3.13.1' }), ['Python 3.11 → Python 3.13']],
    ['a patch of Python', machine(), machine({ python: '3.11.9' }), []],
    ['other libraries', machine(), machine({ environment: BLAS }), ['no MKL (numpy) → MKL (numpy)']],
    [
      'the two weightiest of three',
      machine(),
      machine({ cpus: 2, env: { LK_NUM_PROCS: '1' }, python: '3.13.1' }),
      ['4 CPUs → 2 CPUs', 'no LK_NUM_PROCS → LK_NUM_PROCS=1'],
    ],
  ])('%s', (_, a, b, expected) => {
    expect(causes(a, b)).toEqual(expected);
  });

  test('findings alone, where nothing else tells them apart', () => {
    const crowded = machine({
      threadLimits: [{ most: 20, now: 15, name: 'pids.max', file: '/sys/fs/cgroup/pids.max' }],
    });
    const [cause] = pair(machine(), crowded).causes;
    expect(cause).toMatchObject({
      about: 'outcome',
      a: 'no plan/too-many-threads, limits/processes',
      b: 'plan/too-many-threads, limits/processes',
    });
  });
});

describe('what differs', () => {
  test('nothing that is the same, and nothing at all of one machine', () => {
    const { differences, moves, findings, recommendation } = pair(machine(), machine());
    expect({ differences, moves, findings, recommendation }).toEqual({
      differences: [],
      moves: [],
      findings: [],
      recommendation: null,
    });
  });

  test('a quota: CPUs with their derivation, load, findings that come, and what is recommended', () => {
    const { differences, findings, recommendation } = pair(machine(), machine({ quotas: [quota(100_000)] }));
    expect(values(differences, 'cpus')).toEqual({ 'effective CPUs': ['4', '1'] });
    expect(differences[0]?.b?.why).toBe('4 online → 4 by affinity → 1.0 by cgroup quota (/job, cpu.max)');
    expect(Object.keys(values(differences, 'plan'))).toContain('training');
    expect(values(differences, 'knobs')).toEqual({});
    expect(findings.find(({ id }) => id === 'cpu/quota-ignored')).toMatchObject({ a: null, b: { status: 'fail' } });
    expect(recommendation?.b.env).toMatchObject({ LK_NUM_THREADS: '1' });
  });

  test('what is around: containers, a share of the node, a limit of memory', () => {
    const other = machine();
    other.machine.surroundings = ['Docker'];
    other.machine.memory.limit = { bytes: 2e9, used: 0, file: '/sys/fs/cgroup/memory.max' };
    const { differences } = pair(machine(), other);
    expect(differences.filter(({ about }) => about === 'machine')).toEqual([
      { about: 'machine', name: 'runs in', a: null, b: { value: 'Docker', why: null } },
      {
        about: 'machine',
        name: 'memory limit',
        a: null,
        b: { value: '2 GB', why: '/sys/fs/cgroup/memory.max' },
      },
    ]);
  });

  test('advice that is the same is not told; what one has none of is not either', () => {
    expect(pair(machine(), machine({ cpus: 64 })).recommendation).not.toBeNull();
    expect(pair(machine(), machine({ python: '3.13.1' })).recommendation).toBeNull();
    expect(pair(machine(), machine({ lenskit: '0.9.0' })).recommendation).toBeNull();
  });

  test('a knob with both sources, and its pool', () => {
    const environment = { torch: { version: '2.15.0', cuda: null } };
    const { differences } = pair(machine({ environment }), machine({ environment, env: { LK_NUM_THREADS: '2' } }));
    const knob = differences.find(({ name }) => name === 'LK_NUM_THREADS');
    expect(knob?.a).toEqual({ value: '4, in a worker 4', why: 'default min(4 CPUs, 8)' });
    expect(knob?.b).toEqual({ value: '2, in a worker 2', why: 'LK_NUM_THREADS=2' });
    expect(values(differences, 'pools')['Torch inter-op']).toEqual(['4, in a worker 4', '2, in a worker 2']);
  });

  test('that one of them has no workers is told once', () => {
    const { differences } = pair(machine(), machine({ env: { LK_NUM_PROCS: '1' } }));
    expect(Object.keys(values(differences, 'knobs'))).toEqual(['LK_NUM_PROCS']);
  });

  test('the same value set in another place is told, another default that comes to the same is not', () => {
    const set = pair(machine(), machine({ env: { LK_NUM_THREADS: '4' } })).differences;
    expect(values(set, 'knobs')).toEqual({ LK_NUM_THREADS: ['4, in a worker 4', '4, in a worker 4'] });
    expect(values(pair(machine({ cpus: 16 }), machine({ cpus: 17 })).differences, 'knobs')).toEqual({});
  });

  test('a LensKit that refuses: that alone, and what is set', () => {
    const { differences, findings } = pair(machine(), machine({ env: { LK_NUM_THREADS: 'x' } }));
    expect(values(differences, 'plan')).toEqual({ plan: ['LensKit takes it', 'none'] });
    expect(values(differences, 'pools')).toEqual({});
    expect(Object.keys(values(differences, 'knobs'))).toEqual(['LK_NUM_THREADS']);
    expect(findings.map(({ id }) => id)).toContain('config/invalid-value');
  });

  test('two that refuse alike differ in nothing', () => {
    const refused = machine({ env: { LK_NUM_THREADS: 'x' } });
    expect(pair(refused, refused).differences).toEqual([]);
  });

  test('an unknown LensKit has no knobs, no plan', () => {
    const { differences, moves } = pair(machine(), machine({ lenskit: '0.9.0' }));
    expect(values(differences, 'plan')).toEqual({ plan: ['LensKit takes it', 'none'] });
    expect(moves).toEqual([]);
  });

  test.each<[string, string, string, string, string]>([
    ['2025.8.1', '2026.4.0', 'needed', 'not needed', '4 worker processes import the script'],
    ['0.14.4', '2025.8.1', 'needed', 'needed', '2 worker processes import the script'],
    ['2026.4.0', '2025.8.1', 'not needed', 'needed', 'batch jobs are threads of the process'],
  ])('whether scripts need a guard: %s and %s', (from, to, before, after, why) => {
    const { differences } = pair(machine(), machine(), [{ lenskit: from }, { lenskit: to }]);
    const guard = differences.find(({ name }) => name.startsWith('guard'));
    expect([guard?.a?.value, guard?.b?.value, guard?.a?.why]).toEqual([before, after, why]);
  });

  test('one process that makes the lists needs none', () => {
    const { differences } = pair(machine(), machine({ env: { LK_NUM_PROCS: '1' } }));
    const guard = differences.find(({ name }) => name.startsWith('guard'));
    expect([guard?.a?.value, guard?.b?.value]).toEqual(['needed', 'not needed']);
  });
});
