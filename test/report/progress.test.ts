import { describe, expect, test } from '@jest/globals';
import type { Progress } from '../../src/documents/bench-progress.ts';
import { progressLine, timeLeft } from '../../src/report/bench/progress.ts';

const searching: Progress = {
  phase: 'searching',
  doing: '',
  trying: {
    label: 'LK_NUM_PROCS=1 LK_NUM_THREADS=2 LK_NUM_BACKEND_THREADS=4',
    settings: { processes: 1, threads: 2, backendThreads: 4, workerThreads: null, ray: null },
    isCurrent: false,
    users: null,
  },
  runs: 9,
  leader: { label: '', median: 0.869, speedup: 4.38 },
  elapsedSeconds: 60,
  remainingSeconds: 540,
  leftSeconds: 150,
};

describe('the line of progress', () => {
  test('in full where there is room', () => {
    expect(progressLine(searching, 3, 160)).toBe(
      'searching LK_NUM_PROCS=1 LK_NUM_THREADS=2 LK_NUM_BACKEND_THREADS=4 (3.00 s) · run 10 · about 2 min 30 s left · best 0.869 s, 4.38×',
    );
  });

  test('at 80 and 40 columns: the setting, the phase, the time left', () => {
    expect(progressLine(searching, 3, 77)).toBe('searching 1 × 2 × 4 (3.00 s) · run 10 · about 2 min 30 s left');
    expect(progressLine(searching, 0, 37)).toBe('searching 1×2×4 · ~2 min 30 s left');
  });

  test.each(['preparing', 'warming up', 'baseline', 'searching', 'comparing', 'extrapolating'] as const)(
    '%s is named, and never wider than the terminal',
    (phase) => {
      const users = phase === 'extrapolating' ? 12_208 : null;
      const trying = phase === 'preparing' ? null : { ...(searching.trying as NonNullable<Progress['trying']>), users };
      for (let columns = 1; columns <= 200; columns++) {
        const line = progressLine({ ...searching, phase, trying, doing: 'importing LensKit' }, 61, columns);
        expect(line.length).toBeLessThanOrEqual(columns);
        if (columns >= 37) expect(line).toContain(phase);
        if (columns >= 37 && trying !== null)
          expect(line.replaceAll(' ', '')).toMatch(/1×2×4|PROCS=1LK_NUM_THREADS=2LK_NUM_BACKEND_THREADS=4/);
        if (columns >= 37 && trying !== null && users === null) expect(line).toContain('left');
      }
    },
  );

  test('the current environment is called as in the table; nothing is said of a time that is not known', () => {
    const trying = {
      ...(searching.trying as NonNullable<Progress['trying']>),
      isCurrent: true,
      label: 'the current environment',
    };
    expect(progressLine({ ...searching, phase: 'baseline', trying, leftSeconds: null, leader: null }, 0, 37)).toBe(
      'baseline now · run 10',
    );
  });
});

test('a time is told with no more digits than are known', () => {
  expect([0, 7.4, 12, 44, 58, 100, 290, 3000, 7200].map(timeLeft)).toEqual([
    '1 s',
    '7 s',
    '10 s',
    '45 s',
    '1 min',
    '1 min 30 s',
    '5 min',
    '50 min',
    '2 h',
  ]);
});
