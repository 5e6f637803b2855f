import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { phasesOf } from '../../src/live/phases.ts';
import { anyPoints, series } from './points.ts';

const importing = { imported: false };
const one = { mainWanting: 1 };
const busy = { mainWanting: 4 };
const workers = (count: number, loaded: number) => ({ workers: count, workersLoaded: loaded, mainWanting: 0 });

describe('phases', () => {
  test('of a job: import, training, workers that start, a batch run', () => {
    const points = series(
      importing,
      importing,
      one,
      busy,
      busy,
      workers(1, 0),
      workers(2, 1),
      workers(2, 2),
      workers(1, 1),
      one,
    );
    expect(phasesOf(points)).toEqual([
      'import',
      'import',
      'unknown',
      'training',
      'training',
      'workers starting',
      'workers starting',
      'batch',
      'batch',
      'unknown',
    ]);
  });

  test('two models: each is trained before its own batch run', () => {
    const points = series(busy, workers(2, 2), busy, workers(1, 1), workers(2, 2), busy);
    expect(phasesOf(points)).toEqual(['training', 'batch', 'training', 'workers starting', 'batch', 'unknown']);
  });

  test('busy threads without workers may be either', () => {
    expect(phasesOf(series(busy, busy))).toEqual(['unknown', 'unknown']);
  });

  test('what never loads LensKit imports nothing', () => {
    expect(phasesOf(series(importing, { ...importing, ...workers(2, 0) }))).toEqual(['unknown', 'unknown']);
  });

  test('workers that never load it have not begun', () => {
    expect(phasesOf(series(workers(2, 0), workers(2, 1)))).toEqual(['workers starting', 'workers starting']);
  });

  test('where the kernel does not tell who is at work, nothing is said of training', () => {
    expect(phasesOf(series({ mainWanting: null }, workers(1, 1)))).toEqual(['unknown', 'batch']);
  });

  test('each point has one, and a batch has all its workers with LensKit', () => {
    fc.assert(
      fc.property(anyPoints, (points) => {
        const phases = phasesOf(points);
        expect(phases).toHaveLength(points.length);
        for (const [at, phase] of phases.entries()) {
          const point = points[at];
          if (phase === 'batch' || phase === 'workers starting') expect(point?.workers).toBeGreaterThan(0);
          if (phase === 'training') expect(point?.workers).toBe(0);
          if (phase === 'batch' && phases[at - 1] !== 'batch')
            expect(point?.workersLoaded).toBeGreaterThanOrEqual(point?.workers ?? 0);
        }
      }),
    );
  });
});
