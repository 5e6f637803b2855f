import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Suspension } from '../../src/process/suspension.ts';

const { now } = performance;
const { cpuUsage } = process;
const { setInterval: every, clearInterval: stop } = globalThis;

/** Seconds; those of the CPU in user and system mode. */
let clock = 0;
let user = 0;
let system = 0;
let looks: (() => void)[] = [];

/** The clock and the CPU's are set by hand, and looks are made by hand. */
beforeEach(() => {
  [clock, user, system, looks] = [1000, 5, 5, []];
  performance.now = () => clock * 1000;
  process.cpuUsage = ((since = { user: 0, system: 0 }) => ({
    user: user * 1e6 - since.user,
    system: system * 1e6 - since.system,
  })) as typeof cpuUsage;
  globalThis.setInterval = ((look: () => void) => {
    looks.push(look);
    const timer = { unref: () => timer };
    return timer;
  }) as unknown as typeof setInterval;
  globalThis.clearInterval = (() => looks.pop()) as unknown as typeof clearInterval;
});
afterEach(() => {
  performance.now = now;
  process.cpuUsage = cpuUsage;
  globalThis.setInterval = every;
  globalThis.clearInterval = stop;
});

const passes = (seconds: number, inUser = 0, inSystem = 0): void => {
  clock += seconds;
  user += inUser;
  system += inSystem;
};

describe('for how long this program has stood still', () => {
  test.each([
    ['less than two seconds are a busy machine', 1.99, 0, 0, 0],
    ['two are looked into', 2, 0, 0, 2],
    ['a long stop, with the work of being woken', 3600, 0.5, 0.5, 3600],
    ['who has computed for a tenth was busy', 10, 0.5, 0.5, 0],
    ['less than a tenth', 10, 0.5, 0.49, 10],
    ['in the kernel', 10, 0, 9, 0],
    ['in user mode', 10, 9, 0, 0],
  ])('%s', (_, seconds, inUser, inSystem, wanted) => {
    const suspension = new Suspension();
    passes(seconds, inUser, inSystem);
    expect(suspension.seconds).toBe(wanted);
    expect(suspension.seconds).toBe(wanted);
  });

  test('is the sum of the gaps between two looks, each with what was computed in it', () => {
    const suspension = new Suspension();
    passes(5);
    looks[0]?.();
    passes(5, 4);
    looks[0]?.();
    passes(1);
    looks[0]?.();
    passes(1.5);
    looks[0]?.();
    passes(3);
    expect(suspension.seconds).toBe(8);
  });

  test('nobody looks any more when it has ended', () => {
    const suspension = new Suspension();
    expect(looks).toHaveLength(1);
    suspension.end();
    expect(looks).toEqual([]);
  });
});
