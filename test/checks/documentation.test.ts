import { describe, expect, test } from '@jest/globals';
import type { Question } from '../../src/situation/question.ts';
import { check, machine } from '../machine.ts';

/** All that is said of the documentation: the title, the details and the evidence. */
function said(options: Parameters<typeof machine>[0], question: Partial<Question> = {}) {
  const { title, detail, evidence } = check('config/documentation-differs', machine(options), question);
  return {
    says: [title, ...(detail ?? '').split('; ')],
    evidence: evidence.map(({ where, said }) => `${where}: ${said}`),
  };
}

describe('what the documentation of 2025.3 foretells of workers', () => {
  test('a share by the number of processes, which the code does not know', () => {
    expect(said({ cpus: 16, env: { LK_NUM_PROCS: '8', LK_NUM_BACKEND_THREADS: '4' } })).toEqual({
      says: [
        'a worker has 4 threads, not at most 2: the number of processes does not cap it',
        'a worker has 4 backend threads, not at most 2: the number of processes does not cap it',
        'a worker has 4 backend threads, not 2: LK_NUM_CHILD_THREADS has no default any more',
        'the code wins',
      ],
      evidence: [
        'documentation of LK_NUM_THREADS: min(NCPUS // LK_NUM_PROCS, 4) = 2',
        'documentation of LK_NUM_BACKEND_THREADS: min(NCPUS // LK_NUM_PROCS, 4) = 2',
        'documentation of LK_NUM_CHILD_THREADS: max(min(NCPUS // LK_NUM_PROCS, 4), 1) = 2',
      ],
    });
  });

  test('a default of the child threads, unless they are set', () => {
    const env = { LK_NUM_PROCS: '2', LK_NUM_BACKEND_THREADS: '1' };
    expect(said({ cpus: 8, env })).toEqual({
      says: [
        'a worker has 1 backend thread, not 4: LK_NUM_CHILD_THREADS has no default any more',
        'a worker has 4 threads, not 1 as it has backend threads',
        'the code wins',
      ],
      evidence: [
        'documentation of LK_NUM_CHILD_THREADS: max(min(NCPUS // LK_NUM_PROCS, 4), 1) = 4',
        'documentation of LK_NUM_THREADS: in a worker the same as LK_NUM_BACKEND_THREADS',
      ],
    });
    expect(said({ cpus: 8, env: { ...env, LK_NUM_CHILD_THREADS: '3' } }).says).toEqual([
      'a worker has 4 threads, not 3 as it has backend threads',
      'the code wins',
    ]);
  });

  test('nothing where it would divide by 0', () => {
    expect(said({ cpus: 8, env: { LK_NUM_PROCS: '0' } }).says.join()).not.toMatch(/null/);
    expect(said({ cpus: 16, env: { LK_NUM_PROCS: '8,0' } }).evidence).toEqual([]);
  });

  test('of a list that no child threads end nothing is said about them', () => {
    const env = { LK_NUM_BACKEND_THREADS: '1,2,3' };
    expect(said({ cpus: 8, env }).says.join()).not.toMatch(/of LK_NUM_CHILD_THREADS/);
    expect(said({ cpus: 8, env: { ...env, LK_NUM_CHILD_THREADS: '4' } }).says).toContain(
      'a worker has 2 backend threads, not the 4 of LK_NUM_CHILD_THREADS: the list of backend threads goes before it',
    );
  });
});

test.each(['2025.8.1', '2026.4.0'])('%s: with OpenBLAS’s variable set BLAS is left alone', (lenskit) => {
  expect(said({ cpus: 16, lenskit, env: { OPENBLAS_NUM_THREADS: '1' } }).says).toContain(
    'OpenBLAS has 1 thread, not 2: with OPENBLAS_NUM_THREADS set LensKit leaves BLAS alone',
  );
});

test('2026: parameters that are not given count for nothing, and are not said to', () => {
  const initialize = 'LensKit has no initialize() that takes numbers: the parameters count for nothing';
  expect(said({ lenskit: '2026.4.0' }, { params: { threads: 4 } }).says).toContain(initialize);
  expect(said({ lenskit: '2026.4.0' }, { params: { threads: null } }).says).not.toContain(initialize);
});
