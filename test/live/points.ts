import fc from 'fast-check';
import type { Point } from '../../src/live/series.ts';

/** A look of a second at a job that has loaded LensKit and does nothing. */
export const QUIET: Point = {
  at: 1,
  seconds: 1,
  looks: 1,
  imported: true,
  workers: 0,
  workersLoaded: 0,
  processes: 1,
  threads: 4,
  mainWanting: 1,
  wanting: 1,
  effective: 2,
  cpusUsed: 1,
  waiting: 0,
  throttledShare: null,
  memoryBytes: 1000,
  others: 0,
  idle: 1,
};

/** Looks one after the other, each of a second unless it says something else. */
export function series(...looks: Partial<Point>[]): Point[] {
  let at = 0;
  return looks.map((look) => {
    at += look.seconds ?? 1;
    return { ...QUIET, at, ...look };
  });
}

/** In thousandths: of less a share is not a number's business. */
const amount = fc.option(fc.nat(1_000_000).map((thousandths) => thousandths / 1000));
const count = fc.nat(5000);

export const anyPoints = fc
  .array(
    fc.record({
      seconds: fc.double({ min: 0.1, max: 600, noNaN: true }),
      imported: fc.boolean(),
      workers: fc.nat(3),
      workersLoaded: fc.nat(3),
      processes: count,
      threads: count,
      mainWanting: fc.option(fc.nat(4)),
      wanting: fc.option(count),
      effective: fc.option(fc.integer({ min: 1, max: 512 })),
      cpusUsed: amount,
      waiting: amount,
      throttledShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      memoryBytes: amount,
      others: amount,
      idle: amount,
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((looks) => series(...looks));
