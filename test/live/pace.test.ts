import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pauseUntilNext, SHARE } from '../../src/live/pace.ts';

/** Seconds of CPU that so many looks have cost in so much time, each look as dear as the last. */
function watched(every: number, cost: number, until: number): { cpu: number; elapsed: number; looks: number } {
  let [cpu, elapsed, looks] = [0, 0, 0];
  while (elapsed < until && looks < 5000) {
    elapsed += Math.max(pauseUntilNext(every, { cpu, elapsed }), cost);
    cpu += cost;
    looks++;
  }
  return { cpu, elapsed, looks };
}

describe('the pause until the next look', () => {
  test('is what was asked for while looks are cheap', () => {
    expect(pauseUntilNext(1, { cpu: 0, elapsed: 0 })).toBe(1);
    expect(pauseUntilNext(1, { cpu: 1, elapsed: 100 })).toBe(1);
    expect(pauseUntilNext(5, { cpu: 0.1, elapsed: 0 })).toBe(5);
  });

  test('is longer until the time has paid for what was spent', () => {
    expect(pauseUntilNext(1, { cpu: 0.2, elapsed: 2 })).toBeCloseTo(0.1 / 0.009 - 2);
    expect(pauseUntilNext(1, { cpu: 1.1, elapsed: 50 })).toBeCloseTo(1 / 0.009 - 50);
    expect(pauseUntilNext(1, { cpu: 1e6, elapsed: 0 })).toBe(600);
  });

  test('keeps looks of any cost, of 3,000 threads too, at their part of a CPU, and makes all of them that it may', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 60, noNaN: true }),
        fc.double({ min: 0.0001, max: 2, noNaN: true }),
        (every, cost) => {
          const { cpu, elapsed, looks } = watched(every, cost, 3600);
          expect(cpu).toBeLessThanOrEqual(0.1 + SHARE * elapsed + cost + 1e-6);
          // Cheaper than its part: as often as asked.
          if (cost < SHARE * every) expect(looks).toBeGreaterThanOrEqual(Math.floor(Math.min(3600 / every, 5000)) - 1);
        },
      ),
    );
  });
});
