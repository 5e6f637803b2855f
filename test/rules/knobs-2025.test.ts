import { describe, expect, test } from '@jest/globals';
import { below, resolveLists, toConfig } from '../../src/rules/2025.3/resolve.ts';
import { ConfigError } from '../../src/rules/errors.ts';
import { rulesFor } from '../../src/rules/generation.ts';
import type { ConfigInput, Knob, Outcome, Parameters } from '../../src/rules/resolution.ts';
import { resolveConfig, resolveParallelism } from '../../src/rules/resolve.ts';
import { knobText } from './knob-text.ts';

type Env = { [name: string]: string };

function outcomeOf(lenskit: string, env: Env, params: Parameters = {}, cpus = 16n): Outcome {
  const rules = rulesFor(lenskit);
  if (typeof rules === 'string') throw new Error(rules);
  const input: ConfigInput = { rules, cpus, env, params, files: [], freeThreaded: false };
  return resolveConfig(input);
}

function knobsOf(lenskit: string, env: Env, params: Parameters = {}, cpus = 16n): { [name: string]: string[] } {
  const outcome = outcomeOf(lenskit, env, params, cpus);
  const knobs: Knob[] = outcome.ok ? outcome.resolution.knobs : outcome.knobs;
  return Object.fromEntries(knobs.map((knob) => [knob.name, knobText(knob).split('\n')]));
}

function refusalOf(lenskit: string, env: Env, params: Parameters = {}): ConfigError {
  const outcome = outcomeOf(lenskit, env, params);
  if (outcome.ok) throw new Error('not refused');
  return outcome.error;
}

describe('the knobs of 2025.2', () => {
  test('by default', () => {
    expect(knobsOf('2025.2', {})).toEqual({
      processes: [
        'processes (LK_NUM_PROCS, processes; in use): 4, default',
        '- parameter processes',
        '- env LK_NUM_PROCS',
        '* default: 4: min(NCPUS, 4): min(16 CPUs, 4)',
        'in workers 1: 1 in workers: 1 in workers',
        'documented 4: min(NCPUS, 4)',
      ],
      threads: [
        'threads (LK_NUM_THREADS, threads; in use): 8, default',
        '- parameter threads',
        '- env LK_NUM_THREADS',
        '* default: 8: min(NCPUS, 8): min(16 CPUs, 8)',
        'in workers 1: 1 in workers: 1 in workers',
        'documented 8: min(NCPUS, 8)',
      ],
      backendThreads: [
        'backendThreads (LK_NUM_BACKEND_THREADS, backend_threads; in use): 2, default',
        '- parameter backend_threads',
        '- env LK_NUM_BACKEND_THREADS',
        '* default: 2: max(min(NCPUS // threads, 4), 1): max(min(16 ÷ 8, 4), 1)',
        'in workers 4: child threads: child threads 4',
        'documented 2: max(min(NCPUS // LK_NUM_THREADS, 4), 1)',
      ],
      childThreads: [
        'childThreads (LK_NUM_CHILD_THREADS, child_threads; in use): 4, default',
        '- parameter child_threads',
        '- env LK_NUM_CHILD_THREADS',
        '* default: 4: max(min(NCPUS // processes, 4), 1): max(min(16 ÷ 4, 4), 1)',
        'in workers 1: 1 in workers: 1 in workers',
        'documented 4: max(min(NCPUS // LK_NUM_PROCS, 4), 1)',
      ],
    });
  });

  test('a parameter beats a variable, and one that is empty is shown and unset', () => {
    const env = { LK_NUM_PROCS: '2', LK_NUM_THREADS: '6', LK_NUM_BACKEND_THREADS: '', LK_NUM_CHILD_THREADS: '3' };
    expect(knobsOf('2025.2', env, { processes: 3 })).toEqual({
      processes: [
        'processes (LK_NUM_PROCS, processes; in use): 3, parameter processes=3',
        '* parameter processes=3',
        '+ env LK_NUM_PROCS=2',
        '+ default: 4: min(NCPUS, 4): min(16 CPUs, 4)',
        'in workers 1: 1 in workers: 1 in workers',
        'documented 4: min(NCPUS, 4)',
      ],
      threads: [
        'threads (LK_NUM_THREADS, threads; in use): 6, env LK_NUM_THREADS=6',
        '- parameter threads',
        '* env LK_NUM_THREADS=6',
        '+ default: 8: min(NCPUS, 8): min(16 CPUs, 8)',
        'in workers 1: 1 in workers: 1 in workers',
        'documented 8: min(NCPUS, 8)',
      ],
      backendThreads: [
        'backendThreads (LK_NUM_BACKEND_THREADS, backend_threads; in use): 2, default',
        '- parameter backend_threads',
        '- env LK_NUM_BACKEND_THREADS=',
        '* default: 2: max(min(NCPUS // threads, 4), 1): max(min(16 ÷ 6, 4), 1)',
        'in workers 3: child threads: child threads 3',
        'documented 2: max(min(NCPUS // LK_NUM_THREADS, 4), 1)',
      ],
      childThreads: [
        'childThreads (LK_NUM_CHILD_THREADS, child_threads; in use): 3, env LK_NUM_CHILD_THREADS=3',
        '- parameter child_threads',
        '* env LK_NUM_CHILD_THREADS=3',
        '+ default: 4: max(min(NCPUS // processes, 4), 1): max(min(16 ÷ 3, 4), 1)',
        'in workers 1: 1 in workers: 1 in workers',
        'documented 4: max(min(NCPUS // LK_NUM_PROCS, 4), 1)',
      ],
    });
  });

  test('what a default would divide by 0 for has none, where LensKit does not compute it', () => {
    const env = { LK_NUM_PROCS: '0', LK_NUM_THREADS: '0', LK_NUM_BACKEND_THREADS: '2', LK_NUM_CHILD_THREADS: '3' };
    const knobs = knobsOf('2025.2', env, {}, 1n);
    expect(knobs.processes).toContain('+ default: 1: min(NCPUS, 4): min(1 CPU, 4)');
    expect(knobs.threads).toContain('+ default: 1: min(NCPUS, 8): min(1 CPU, 8)');
    expect(knobs.backendThreads).toEqual([
      'backendThreads (LK_NUM_BACKEND_THREADS, backend_threads; in use): 2, env LK_NUM_BACKEND_THREADS=2',
      '- parameter backend_threads',
      '* env LK_NUM_BACKEND_THREADS=2',
      '- default',
      'in workers 3: child threads: child threads 3',
    ]);
    expect(knobs.childThreads).toEqual([
      'childThreads (LK_NUM_CHILD_THREADS, child_threads; in use): 3, env LK_NUM_CHILD_THREADS=3',
      '- parameter child_threads',
      '* env LK_NUM_CHILD_THREADS=3',
      '- default',
      'in workers 1: 1 in workers: 1 in workers',
    ]);
  });

  test('children get the four, and their children one thread less each', () => {
    const { childEnv, workers, warnings } = resolveParallelism({
      lenskit: '2025.2.0',
      cpus: 16,
      env: { LK_NUM_CHILD_THREADS: '3' },
    });
    expect(childEnv).toEqual({
      LK_NUM_PROCS: '4',
      LK_NUM_THREADS: '8',
      LK_NUM_BACKEND_THREADS: '2',
      LK_NUM_CHILD_THREADS: '3',
    });
    const deeper = { processes: 1, threads: 1, backendThreads: 1, totalThreads: 1, childThreads: 1 };
    expect(workers).toEqual([{ ...deeper, backendThreads: 3, totalThreads: 3 }, deeper, deeper]);
    expect(warnings).toEqual([]);
  });
});

describe('the knobs of 2025.3', () => {
  test('by default', () => {
    expect(knobsOf('2025.3', {})).toEqual({
      processes: [
        'processes (LK_NUM_PROCS, processes; in use): [4], default',
        '- parameter processes',
        '- env LK_NUM_PROCS',
        '* default: [4]: min(NCPUS, 4): min(16 CPUs, 4)',
        'in workers 1: 1 in workers: 1 in workers',
        'documented 4: min(NCPUS, 4)',
      ],
      threads: [
        'threads (LK_NUM_THREADS, threads; in use): [8], default',
        '- parameter threads',
        '- env LK_NUM_THREADS',
        '* default: [8]: min(NCPUS, 8): min(16 CPUs, 8)',
        'in workers 4: min(NCPUS // worker processes, 4, threads): min(16 ÷ 1, 4, 8)',
        'documented 8: min(NCPUS, 8)',
        'documented in workers 4: min(NCPUS // LK_NUM_PROCS, 4)',
      ],
      backendThreads: [
        'backendThreads (LK_NUM_BACKEND_THREADS, backend_threads; in use): [2], default',
        '- parameter backend_threads',
        '- env LK_NUM_BACKEND_THREADS',
        '* default: [2]: max(min(NCPUS // threads, 4), 1): max(min(16 ÷ 8, 4), 1)',
        'in workers 2: min(NCPUS // worker processes, 4, backend threads): min(16 ÷ 1, 4, 2)',
        'documented 2: max(min(NCPUS // LK_NUM_THREADS, 4), 1)',
        'documented in workers 4: min(NCPUS // LK_NUM_PROCS, 4)',
      ],
      childThreads: [
        'childThreads (LK_NUM_CHILD_THREADS, child_threads; deprecated): null, from nowhere',
        '- parameter child_threads',
        '- env LK_NUM_CHILD_THREADS',
        '- default',
        'documented 4: max(min(NCPUS // LK_NUM_PROCS, 4), 1)',
      ],
    });
  });

  test('child threads are what a worker’s backends get, and say so', () => {
    const env = { LK_NUM_PROCS: '2', LK_NUM_THREADS: '6', LK_NUM_BACKEND_THREADS: '', LK_NUM_CHILD_THREADS: '3' };
    const knobs = knobsOf('2025.3', env, { processes: 3 });
    expect(knobs.processes).toEqual([
      'processes (LK_NUM_PROCS, processes; in use): [3], parameter processes=3',
      '* parameter processes=3',
      '+ env LK_NUM_PROCS=2',
      '+ default: [4]: min(NCPUS, 4): min(16 CPUs, 4)',
      'in workers 1: 1 in workers: 1 in workers',
      'documented 4: min(NCPUS, 4)',
    ]);
    expect(knobs.backendThreads).toEqual([
      'backendThreads (LK_NUM_BACKEND_THREADS, backend_threads; in use): [2, 3], default',
      '- parameter backend_threads',
      '- env LK_NUM_BACKEND_THREADS=',
      '* default: [2]: max(min(NCPUS // threads, 4), 1): max(min(16 ÷ 6, 4), 1)',
      'in workers 3: LK_NUM_CHILD_THREADS: LK_NUM_CHILD_THREADS',
      'documented 2: max(min(NCPUS // LK_NUM_THREADS, 4), 1)',
    ]);
    expect(knobs.childThreads).toEqual([
      'childThreads (LK_NUM_CHILD_THREADS, child_threads; deprecated): 3, env LK_NUM_CHILD_THREADS=3',
      '- parameter child_threads',
      '* env LK_NUM_CHILD_THREADS=3',
      '- default',
      'documented 4: max(min(NCPUS // LK_NUM_PROCS, 4), 1)',
    ]);
    expect(knobsOf('2025.3', {}, { childThreads: 3 }).backendThreads).toContain(
      'in workers 3: child_threads: child_threads',
    );
    // The list's own second element comes before them.
    expect(knobsOf('2025.3', { LK_NUM_BACKEND_THREADS: '4,2', LK_NUM_CHILD_THREADS: '3' }).backendThreads).toEqual([
      'backendThreads (LK_NUM_BACKEND_THREADS, backend_threads; in use): [4, 2, 3], env LK_NUM_BACKEND_THREADS=4,2',
      '- parameter backend_threads',
      '* env LK_NUM_BACKEND_THREADS=4,2',
      '+ default: [2]: max(min(NCPUS // threads, 4), 1): max(min(16 ÷ 8, 4), 1)',
      'in workers 2: second element: second element',
      'documented 2: max(min(NCPUS // LK_NUM_THREADS, 4), 1)',
    ]);
  });

  test('documented are shares by the number of processes; a list of threads is no child threads', () => {
    const knobs = knobsOf('2025.3.0', { LK_NUM_PROCS: '8', LK_NUM_THREADS: '4,2', LK_NUM_CHILD_THREADS: '3' });
    expect(knobs.childThreads).toContain('documented 2: max(min(NCPUS // LK_NUM_PROCS, 4), 1)');
    expect(knobs.threads).toContain('in workers 2: second element: second element');
    expect(knobsOf('2025.3.0', { LK_NUM_PROCS: '8' }).threads).toContain(
      'documented in workers 2: min(NCPUS // LK_NUM_PROCS, 4)',
    );
  });

  test('a list’s second element is a worker’s; the others are shared by a worker’s own processes', () => {
    const knobs = knobsOf('2025.3', { LK_NUM_PROCS: '2,3', LK_NUM_BACKEND_THREADS: '7' }, { backendThreads: [4, 2n] });
    expect(knobs).toEqual({
      processes: [
        'processes (LK_NUM_PROCS, processes; in use): [2, 3], env LK_NUM_PROCS=2,3',
        '- parameter processes',
        '* env LK_NUM_PROCS=2,3',
        '+ default: [4]: min(NCPUS, 4): min(16 CPUs, 4)',
        'in workers 3: second element: second element',
        'documented 4: min(NCPUS, 4)',
      ],
      threads: [
        'threads (LK_NUM_THREADS, threads; in use): [8], default',
        '- parameter threads',
        '- env LK_NUM_THREADS',
        '* default: [8]: min(NCPUS, 8): min(16 CPUs, 8)',
        'in workers 4: min(NCPUS // worker processes, 4, threads): min(16 ÷ 3, 4, 8)',
        'documented 8: min(NCPUS, 8)',
        'documented in workers 4: min(NCPUS // LK_NUM_PROCS, 4)',
      ],
      backendThreads: [
        'backendThreads (LK_NUM_BACKEND_THREADS, backend_threads; in use): [4, 2], parameter backend_threads=[4, 2]',
        '* parameter backend_threads=[4, 2]',
        '+ env LK_NUM_BACKEND_THREADS=7',
        '+ default: [2]: max(min(NCPUS // threads, 4), 1): max(min(16 ÷ 8, 4), 1)',
        'in workers 2: second element: second element',
        'documented 2: max(min(NCPUS // LK_NUM_THREADS, 4), 1)',
      ],
      childThreads: [
        'childThreads (LK_NUM_CHILD_THREADS, child_threads; deprecated): null, from nowhere',
        '- parameter child_threads',
        '- env LK_NUM_CHILD_THREADS',
        '- default',
        'documented 4: max(min(NCPUS // LK_NUM_PROCS, 4), 1)',
      ],
    });
  });

  test('what would be divided by 0 has no number', () => {
    const env = { LK_NUM_PROCS: '0', LK_NUM_THREADS: '0', LK_NUM_BACKEND_THREADS: '2' };
    const knobs = knobsOf('2025.3', env, {}, 1n);
    expect(knobs.processes).toContain('+ default: [1]: min(NCPUS, 4): min(1 CPU, 4)');
    expect(knobs.threads).toEqual([
      'threads (LK_NUM_THREADS, threads; in use): [0], env LK_NUM_THREADS=0',
      '- parameter threads',
      '* env LK_NUM_THREADS=0',
      '+ default: [1]: min(NCPUS, 8): min(1 CPU, 8)',
      'in workers 0: min(NCPUS // worker processes, 4, threads): min(1 ÷ 1, 4, 0)',
      'documented 1: min(NCPUS, 8)',
      'documented in workers null: min(NCPUS // LK_NUM_PROCS, 4)',
    ]);
    expect(knobs.backendThreads).toEqual([
      'backendThreads (LK_NUM_BACKEND_THREADS, backend_threads; in use): [2], env LK_NUM_BACKEND_THREADS=2',
      '- parameter backend_threads',
      '* env LK_NUM_BACKEND_THREADS=2',
      '- default',
      'in workers 1: min(NCPUS // worker processes, 4, backend threads): min(1 ÷ 1, 4, 2)',
    ]);
    expect(knobs.childThreads?.at(-1)).toBe('documented null: max(min(NCPUS // LK_NUM_PROCS, 4), 1)');
  });

  test('a worker on which LensKit fails has no numbers', () => {
    const knobs = knobsOf('2025.3', {}, { processes: [2n, 0], threads: [5] });
    expect(knobs.processes).toEqual([
      'processes (LK_NUM_PROCS, processes; in use): [2, 0], parameter processes=[2, 0]',
      '* parameter processes=[2, 0]',
      '- env LK_NUM_PROCS',
      '+ default: [4]: min(NCPUS, 4): min(16 CPUs, 4)',
      'documented 4: min(NCPUS, 4)',
    ]);
    expect(knobs.threads?.filter((line) => line.startsWith('in workers'))).toEqual([]);
  });

  test('lists for every depth are used up one by one, and no depth fails then', () => {
    const { workers } = resolveParallelism({
      lenskit: '2025.3',
      cpus: 16,
      params: { processes: '4,0,2', threads: '6,5,4', backendThreads: '7,2,1' },
    });
    expect(workers).toEqual([
      { processes: 0, threads: 5, backendThreads: 2, totalThreads: 10 },
      { processes: 2, threads: 4, backendThreads: 1, totalThreads: 4 },
      { processes: 1, threads: 4, backendThreads: 1, totalThreads: 4 },
    ]);
  });

  test('a worker’s threads are limited by the CPUs, by 4 and by those above it', () => {
    const threadsOf = (cpus: number, params: Parameters) =>
      resolveParallelism({ lenskit: '2025.3', cpus, params }).workers.map((worker) =>
        'error' in worker ? 'error' : [worker.threads, 'backendThreads' in worker ? worker.backendThreads : null],
      );
    expect(threadsOf(2, { threads: 9, backendThreads: 3 })).toEqual(Array(3).fill([2, 2]));
    expect(threadsOf(16, { threads: 3, backendThreads: 5 })).toEqual(Array(3).fill([3, 4]));
    expect(threadsOf(16, { processes: '1,8' })[0]).toEqual([2, 2]);
  });
});

describe.each([
  ['2025.2', 'in use'],
  ['2025.3', 'deprecated'],
])('what %s refuses', (lenskit, childThreads) => {
  test('what is set is shown without values', () => {
    expect(knobsOf(lenskit, { LK_NUM_THREADS: 'x', LK_NUM_PROCS: '2' }, { childThreads: 3 })).toEqual({
      processes: [
        'processes (LK_NUM_PROCS, processes; in use): null, env LK_NUM_PROCS=2',
        '- parameter processes',
        '+ env LK_NUM_PROCS=2',
        '- default',
      ],
      threads: [
        'threads (LK_NUM_THREADS, threads; in use): null, env LK_NUM_THREADS=x',
        '- parameter threads',
        '+ env LK_NUM_THREADS=x',
        '- default',
      ],
      backendThreads: [
        'backendThreads (LK_NUM_BACKEND_THREADS, backend_threads; in use): null, from nowhere',
        '- parameter backend_threads',
        '- env LK_NUM_BACKEND_THREADS',
        '- default',
      ],
      childThreads: [
        `childThreads (LK_NUM_CHILD_THREADS, child_threads; ${childThreads}): null, parameter child_threads=3`,
        '+ parameter child_threads=3',
        '- env LK_NUM_CHILD_THREADS',
        '- default',
      ],
    });
  });

  test.each<[Env, Parameters, Partial<ConfigError>]>([
    [
      { LK_NUM_THREADS: 'x' },
      {},
      {
        type: 'ValueError',
        knob: 'threads',
        source: { kind: 'env', name: 'LK_NUM_THREADS', raw: 'x' },
        value: 'x',
        message: 'LK_NUM_THREADS="x": "x" is no integer; write a whole number such as 4',
      },
    ],
    [
      {},
      { processes: 'y' },
      {
        type: 'ValueError',
        knob: 'processes',
        source: { kind: 'parameter', name: 'processes', raw: 'y' },
        value: 'y',
        message: 'processes="y": "y" is no integer; write a whole number such as 4',
      },
    ],
    [
      {},
      { backendThreads: 1.5 },
      {
        type: 'ValueError',
        knob: 'backendThreads',
        source: { kind: 'parameter', name: 'backend_threads', raw: '1.5' },
        value: 1.5,
        message: 'backend_threads: "1.5" is no integer; write a whole number',
      },
    ],
    [
      { LK_NUM_THREADS: '0' },
      {},
      {
        type: 'ZeroDivisionError',
        knob: 'threads',
        source: { kind: 'env', name: 'LK_NUM_THREADS', raw: '0' },
        value: '0',
        message: 'LK_NUM_THREADS=0: 0 threads, and LensKit divides by them; write 1 or more',
      },
    ],
    [
      {},
      { threads: 0 },
      {
        type: 'ZeroDivisionError',
        knob: 'threads',
        source: { kind: 'parameter', name: 'threads', raw: '0' },
        value: '0',
        message: 'threads=0: 0 threads, and LensKit divides by them; write 1 or more',
      },
    ],
    [{ LK_NUM_CHILD_THREADS: '1,2' }, {}, { type: 'ValueError', knob: 'childThreads' }],
  ])('%j %j', (env, params, expected) => {
    const error = refusalOf(lenskit, env, params);
    expect({ ...error, message: error.message }).toMatchObject(expected);
  });
});

test('0 is 0 however it is written, and the first of a list', () => {
  const message = (raw: string) => `LK_NUM_THREADS=${raw}: 0 threads, and LensKit divides by them; write 1 or more`;
  expect(refusalOf('2025.2', { LK_NUM_THREADS: '00' })).toMatchObject({ value: '00', message: message('00') });
  expect(refusalOf('2025.3', { LK_NUM_THREADS: '-0, 2' })).toMatchObject({
    type: 'ZeroDivisionError',
    value: '-0, 2',
    message: message('-0, 2'),
  });
});

/** As LensKit's own functions keep them, which scripts ask for (`library/parallel-config.ts`). */
describe('the lists of 2025.3', () => {
  const listsOf = (env: Env, params: Parameters = {}) => {
    const rules = rulesFor('2025.3');
    if (typeof rules === 'string') throw new Error(rules);
    return resolveLists({ rules, cpus: 16n, env, params, files: [], freeThreaded: false });
  };

  test('an element a depth, child threads behind those of the backends', () => {
    expect(listsOf({})).toEqual({ processes: [4n], threads: [8n], backendThreads: [2n] });
    expect(listsOf({ LK_NUM_PROCS: '2,3' }, { threads: [6, 5n], childThreads: 4 })).toEqual({
      processes: [2n, 3n],
      threads: [6n, 5n],
      backendThreads: [2n, 4n],
    });
    expect(() => listsOf({ LK_NUM_PROCS: 'x' })).toThrow(ConfigError);
  });

  test('a worker has what is left of them', () => {
    const lists = listsOf({ LK_NUM_PROCS: '2,3', LK_NUM_THREADS: '6,5,4' });
    expect(below(lists, 16n)).toEqual({ processes: [3n], threads: [5n, 4n], backendThreads: [2n] });
    expect(below({ ...lists, processes: [2n] }, 16n)).toMatchObject({ processes: [1n] });
    expect(below({ ...lists, processes: [2n, 0n] }, 16n)).toBeNull();
  });

  test('the first of each list counts', () => {
    expect(toConfig({ processes: [2n, 9n], threads: [3n, 9n], backendThreads: [4n, 9n] })).toEqual({
      processes: 2,
      threads: 3,
      backendThreads: 4,
      totalThreads: 12,
    });
  });
});

test('2025.2 divides by the processes too, and takes no list', () => {
  expect(refusalOf('2025.2', { LK_NUM_PROCS: '0' })).toMatchObject({
    type: 'ZeroDivisionError',
    knob: 'processes',
    message: 'LK_NUM_PROCS=0: 0 processes, and LensKit divides by them; write 1 or more',
  });
  expect(refusalOf('2025.2', {}, { threads: [4, 2] })).toMatchObject({
    type: 'ValueError',
    knob: 'threads',
    source: { kind: 'parameter', name: 'threads', raw: '[4, 2]' },
    value: '[4, 2]',
    message: 'threads=[4, 2]: LensKit before 2025.3 takes one integer, no list',
  });
  expect(refusalOf('2025.2', {}, { threads: [] })).toMatchObject({ type: 'ValueError', knob: 'threads' });
});

test('2025.3 takes no empty list, and no integer among blanks alone', () => {
  expect(refusalOf('2025.3', {}, { threads: [] })).toMatchObject({
    type: 'IndexError',
    knob: 'threads',
    source: { kind: 'parameter', name: 'threads', raw: '[]' },
    value: '[]',
    message: 'threads: the list is empty; write at least one number',
  });
  // Its backend threads come first, and LensKit does not look for a first number of threads.
  for (const name of ['processes', 'threads', 'backendThreads'] as const)
    expect(refusalOf('2025.3', { LK_NUM_BACKEND_THREADS: '2' }, { [name]: [] })).toMatchObject({
      type: 'IndexError',
      knob: name,
    });
  expect(refusalOf('2025.3', { LK_NUM_PROCS: '2, ,3' })).toMatchObject({
    value: '2, ,3',
    message: 'LK_NUM_PROCS="2, ,3": "" is no integer; write a whole number such as 4',
  });
});

test('the warnings of child threads are LensKit’s own', () => {
  const warningsOf = (env: Env, params: Parameters = {}) =>
    resolveParallelism({ lenskit: '2025.3', cpus: 4, env, params }).warnings;
  const category = 'DeprecationWarning';
  const ofVariable = 'LK_NUM_CHILD_THREADS is deprecated, use list in LK_NUM_BACKEND_THREADS instead';
  const ofParameter = 'child_theads is deprecated, use list in backend_threads instead';
  expect(warningsOf({})).toEqual([]);
  expect(warningsOf({ LK_NUM_CHILD_THREADS: '2' })).toEqual([{ category, message: ofVariable }]);
  expect(warningsOf({ LK_NUM_CHILD_THREADS: '2' }, { childThreads: null })).toEqual([
    { category, message: ofVariable },
  ]);
  expect(warningsOf({ LK_NUM_CHILD_THREADS: '2' }, { childThreads: 2 })).toEqual([{ category, message: ofParameter }]);
});
