import { describe, expect, test } from '@jest/globals';
import { movesOf } from '../../src/compare/moves.ts';
import type { Move } from '../../src/documents/comparison.ts';
import { readSettings } from '../../src/python-values/settings-file.ts';
import { GENERATIONS, rulesFor } from '../../src/rules/generation.ts';
import { knownVariables } from '../../src/rules/variables.ts';
import type { Facts } from '../../src/situation/facts.ts';
import type { Question } from '../../src/situation/question.ts';
import { machine, report } from '../machine.ts';

function moves(from: string, to: string, facts: Facts = machine(), question: Partial<Question> = {}): Move[] {
  return movesOf(report(facts, { ...question, lenskit: from }), report(facts, { ...question, lenskit: to }));
}
const told = (all: readonly Move[]) =>
  all.map(({ name, kind, instead }) => `${name} ${kind}${instead ? ` ${instead}` : ''}`);
/** 0.14 has no variables of its own for these. */
const LIBRARIES = ['NUMBA_NUM_THREADS', 'OPENBLAS_NUM_THREADS'];
const fix = (all: readonly Move[], name: string) => all.find((move) => move.name === name)?.fix;

describe('what an upgrade moves', () => {
  test('2025.8.1 → 2026.4.0', () => {
    expect(told(moves('2025.8.1', '2026.4.0'))).toEqual([
      'LK_NUM_PROCS moved LK_NUM_BATCH_JOBS',
      'LK_NUM_CHILD_THREADS gone',
      'initialize(processes=) moved LK_NUM_BATCH_JOBS',
      'initialize(threads=) moved LK_NUM_THREADS',
      'initialize(backend_threads=) moved LK_NUM_BACKEND_THREADS',
      'initialize(child_threads=) gone',
      'LK_NUM_CPUS new',
      'LK_USE_RAY new',
      'LK_TUNE_JOBS new',
      'LK_PARALLEL new',
      'lenskit.toml new',
    ]);
  });

  test('0.14.4 → 2025.8.1', () => {
    expect(told(moves('0.14.4', '2025.8.1'))).toEqual([
      'LK_TEMP_DIR gone',
      'NUMBA_NUM_THREADS moved LK_NUM_THREADS',
      'LK_NUM_BACKEND_THREADS new',
    ]);
  });

  test('2025.2.0 → 2025.8.1: child threads are deprecated', () => {
    expect(told(moves('2025.2.0', '2025.8.1'))).toEqual(['LK_NUM_CHILD_THREADS deprecated LK_NUM_BACKEND_THREADS']);
    const set = moves(
      '2025.2.0',
      '2025.8.1',
      machine({ env: { LK_NUM_CHILD_THREADS: '2', LK_NUM_BACKEND_THREADS: '3' } }),
    );
    expect(fix(set, 'LK_NUM_CHILD_THREADS')).toEqual({
      env: { LK_NUM_BACKEND_THREADS: '3,2' },
      unset: ['LK_NUM_CHILD_THREADS'],
    });
  });

  test('within a generation: what came with a release', () => {
    expect(told(moves('2026.1.0', '2026.4.0'))).toEqual(['LK_TUNE_JOBS new']);
    expect(moves('2025.3.0', '2025.8.1')).toEqual([]);
  });

  test('what is set has the line to write instead', () => {
    const facts = machine({ env: { LK_NUM_PROCS: '3', LK_NUM_CHILD_THREADS: '1' } });
    const all = moves('2025.8.1', '2026.4.0', facts, { params: { threads: '2' } });
    expect(fix(all, 'LK_NUM_PROCS')).toEqual({ unset: ['LK_NUM_PROCS'], env: { LK_NUM_BATCH_JOBS: '3' } });
    expect(fix(all, 'LK_NUM_CHILD_THREADS')).toEqual({ unset: ['LK_NUM_CHILD_THREADS'] });
    expect(fix(all, 'initialize(threads=)')).toEqual({ env: { LK_NUM_THREADS: '2' } });
    expect(fix(all, 'initialize(processes=)')).toBeNull();
  });

  test('a list, where one number is taken, has the line that is', () => {
    const facts = machine({ env: { LK_NUM_THREADS: '3,1', LK_NUM_BACKEND_THREADS: '2' } });
    const all = moves('2025.8.1', '2026.4.0', facts);
    expect(told(all)).toContain('LK_NUM_THREADS moved LK_NUM_THREADS');
    expect(fix(all, 'LK_NUM_THREADS')).toEqual({ env: { LK_NUM_THREADS: '3' } });
    expect(fix(all, 'LK_NUM_BACKEND_THREADS')).toBeUndefined();
    expect(fix(moves('2025.8.1', '2025.3.0', facts), 'LK_NUM_THREADS')).toBeUndefined();
    // What is refused before as well is for the checks to say.
    expect(
      fix(moves('2025.8.1', '2026.4.0', machine({ env: { LK_NUM_THREADS: 'x' } })), 'LK_NUM_THREADS'),
    ).toBeUndefined();
  });

  test("Numba's threads that are set move to LensKit's", () => {
    const all = moves('0.14.4', '2026.4.0', machine({ env: { NUMBA_NUM_THREADS: '2', NUMBA_THREADING_LAYER: 'omp' } }));
    expect(fix(all, 'NUMBA_NUM_THREADS')).toEqual({ unset: ['NUMBA_NUM_THREADS'], env: { LK_NUM_THREADS: '2' } });
    expect(fix(all, 'NUMBA_THREADING_LAYER')).toEqual({ unset: ['NUMBA_THREADING_LAYER'] });
  });

  test('back to 2025: the settings file and nested variables', () => {
    const settings = [readSettings('[parallel]\nnum_threads = 3\n', 'lenskit.toml', '/job/lenskit.toml')];
    const all = moves('2026.4.0', '2025.8.1', machine({ settings, env: { LK_PARALLEL__NUM_BATCH_JOBS: '2' } }));
    expect(fix(all, '/job/lenskit.toml: parallel.num_threads')).toEqual({ env: { LK_NUM_THREADS: '3' } });
    expect(fix(all, 'LK_PARALLEL__NUM_BATCH_JOBS')).toEqual({
      unset: ['LK_PARALLEL__NUM_BATCH_JOBS'],
      env: { LK_NUM_PROCS: '2' },
    });
  });

  test('between any two generations every variable is kept, moved, gone or new, and told once', () => {
    for (const from of GENERATIONS)
      for (const to of GENERATIONS) {
        const all = moves(from, to);
        const names = all.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        const [before, after] = [from, to].map((one) => {
          const rules = rulesFor(one);
          return typeof rules === 'string' ? [] : knownVariables(rules);
        });
        for (const name of before ?? [])
          expect([from, to, name, after?.includes(name) || names.includes(name)]).toEqual([from, to, name, true]);
        for (const { instead } of all)
          if (instead !== null) expect([...(after ?? []), ...LIBRARIES]).toContain(instead);
      }
  });

  test('a LensKit of which nothing is known moves nothing', () => {
    expect(movesOf(report(machine({ lenskit: '0.9.0' })), report(machine()))).toEqual([]);
  });
});
