import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Look, ProcessTimes, ThreadTimes } from '../../src/live/look.ts';
import { demandBetween, WANTING } from '../../src/live/wanting.ts';

const SECOND = 1_000_000_000;

const thread = (tid: number, times: Partial<ThreadTimes> = {}): ThreadTimes => ({
  tid,
  name: `thread-${tid}`,
  began: '100',
  at: 0n,
  state: 'S',
  ran: 0,
  waited: 0,
  ...times,
});
const process = (pid: number, threads: ThreadTimes[], parent = 1, began = '100'): ProcessTimes => ({
  pid,
  parent,
  name: `process-${pid}`,
  began,
  used: { own: 0, children: 0 },
  threads,
});
const look = (at: number, ...processes: ProcessTimes[]): Look => ({
  at: BigInt(at),
  hidden: false,
  // All of it is read at one moment, where a test does not say otherwise.
  processes: processes.map((each) => ({
    ...each,
    threads: each.threads.map((one) => ({ ...one, at: one.at || BigInt(at) })),
  })),
});
/** What one process wanted within a second. */
const within = (before: ThreadTimes[], after: ThreadTimes[]) =>
  demandBetween(look(5 * SECOND, process(7, before)), look(6 * SECOND, process(7, after)))[0];

describe('what a process wanted between two looks', () => {
  test('is what its threads ran and waited since the first', () => {
    const before = [thread(7, { ran: 9 * SECOND, waited: 4 * SECOND }), thread(8, { ran: SECOND })];
    const after = [thread(7, { ran: 9.5 * SECOND, waited: 4.25 * SECOND }), thread(8, { ran: SECOND })];
    expect(within(before, after)).toEqual({
      pid: 7,
      parent: 1,
      name: 'process-7',
      wanting: [{ tid: 7, name: 'thread-7', ran: 0.5, waited: 0.25 }],
      threads: 2,
      ran: 0.5,
      waited: 0.25,
    });
  });

  test('a thread with exactly a twentieth of the time wants a CPU, one with a nanosecond less does not', () => {
    const split = fc
      .integer({ min: 1, max: SECOND })
      .chain((part) => fc.tuple(fc.constant(part), fc.nat({ max: part })));
    fc.assert(
      fc.property(split, fc.nat({ max: 2 ** 50 }), ([part, ran], start) => {
        const before = look(SECOND, process(7, [thread(7, { ran: start, waited: start })]));
        const wanting = (more: number, longer: number) => {
          const times = { ran: start + more, waited: start + longer };
          return demandBetween(before, look(SECOND + part / WANTING, process(7, [thread(7, times)])))[0]?.wanting
            .length;
        };
        expect(wanting(ran, part - ran)).toBe(1);
        expect(ran > 0 ? wanting(ran - 1, part - ran) : wanting(0, part - 1)).toBe(0);
      }),
    );
  });

  test('the busiest come first', () => {
    const after = [
      thread(7, { ran: 0.2 * SECOND }),
      thread(8, { ran: 0.1 * SECOND, waited: 0.5 * SECOND }),
      thread(9, { waited: 0.3 * SECOND }),
    ];
    expect(within([], after)?.wanting.map(({ tid }) => tid)).toEqual([8, 9, 7]);
  });

  test('a thread of the same number that began later is another', () => {
    const before = [thread(7), thread(8, { ran: 50 * SECOND, waited: SECOND })];
    const after = [thread(7), thread(8, { began: '130', ran: 0.5 * SECOND, waited: 0.25 * SECOND })];
    expect(within(before, after)).toMatchObject({ wanting: [{ tid: 8, ran: 0.5, waited: 0.25 }] });
  });

  test('so is a process, with all its threads, and where it is the root there is nothing to compare', () => {
    const root = process(7, [thread(7)]);
    const old = process(9, [thread(9, { ran: 50 * SECOND })], 7);
    const young = process(9, [thread(9, { ran: 0.5 * SECOND })], 7, '130');
    expect(demandBetween(look(1, root, old), look(SECOND + 1, root, young))).toMatchObject([{ ran: 0 }, { ran: 0.5 }]);
    expect(demandBetween(look(1, old), look(SECOND + 1, young))).toEqual([]);
    expect(demandBetween(look(1, old), look(SECOND + 1, root))).toEqual([]);
    expect(demandBetween(look(1), look(SECOND + 1, root))).toEqual([]);
    expect(demandBetween(look(1, root), look(SECOND + 1))).toEqual([]);
  });

  test('one that the earlier look has missed does not bring the time of its whole life', () => {
    const old = [thread(7), thread(8, { ran: 3600 * SECOND, waited: SECOND })];
    expect(within([thread(7)], old)).toMatchObject({ wanting: [], threads: 2, ran: 0, waited: 0 });
    const waiting = [thread(7), thread(8, { ran: 0.6 * SECOND, waited: 0.6 * SECOND })];
    expect(within([thread(7)], waiting)).toMatchObject({ wanting: [], ran: 0, waited: 0 });
    const all = [thread(7), thread(8, { ran: 0.5 * SECOND, waited: 0.5 * SECOND })];
    expect(within([thread(7)], all)).toMatchObject({ wanting: [{ tid: 8, ran: 0.5, waited: 0.5 }] });
  });

  test('a thread that is runnable at both looks and has got nothing has waited all the time', () => {
    const same = { ran: 3 * SECOND, waited: SECOND };
    const share = (before: string, after: string, more: Partial<ThreadTimes> = {}) =>
      within([thread(7, { ...same, state: before })], [thread(7, { ...same, state: after, ...more })]);
    expect(share('R', 'R')).toMatchObject({ wanting: [{ ran: 0, waited: 1 }], waited: 1 });
    expect(share('R', 'S')).toMatchObject({ wanting: [], waited: 0 });
    expect(share('S', 'R')).toMatchObject({ wanting: [], waited: 0 });
    expect(share('R', 'R', { ran: 3 * SECOND + 1 })).toMatchObject({ wanting: [], waited: 0 });
    expect(share('R', 'R', { waited: SECOND + 1 })).toMatchObject({ wanting: [] });
  });

  test('each thread has its own time between: reading a thousand takes a while', () => {
    const before = look(
      SECOND,
      process(7, [thread(7, { at: BigInt(SECOND) }), thread(8, { at: BigInt(1.5 * SECOND) })]),
    );
    const times = { ran: 0.5 * SECOND };
    const after = look(
      2 * SECOND,
      process(7, [thread(7, { ...times, at: BigInt(3 * SECOND) }), thread(8, { ...times, at: BigInt(2 * SECOND) })]),
    );
    expect(demandBetween(before, after)[0]?.wanting).toMatchObject([
      { tid: 8, ran: 1 },
      { tid: 7, ran: 0.25 },
    ]);
  });

  test('nothing where no time has passed, or it went backwards', () => {
    const one = process(7, [thread(7, { ran: 1, state: 'R' })]);
    for (const [before, after] of [
      [5, 5],
      [6, 5],
    ]) {
      expect(demandBetween(look(before as number, one), look(after as number, one))).toEqual([]);
    }
    // The looks have begun at two moments, and the clock has not gone on since the second look began.
    const still = process(7, [thread(7, { ran: 9, at: 8n })]);
    expect(demandBetween(look(5, one), look(6, still))).toHaveLength(1);
    expect(demandBetween(look(5, still), look(6, process(7, [thread(7, { ran: 90, at: 8n })])))).toMatchObject([
      { ran: 0 },
    ]);
  });

  const amount = fc.oneof(fc.nat({ max: 2 * SECOND }), fc.maxSafeNat());
  const threads = fc.uniqueArray(
    fc.record({
      tid: fc.integer({ min: 1, max: 12 }),
      name: fc.string(),
      began: fc.constantFrom('100', '101'),
      at: fc.bigInt({ min: 1n, max: 10n ** 10n }),
      state: fc.constantFrom('R', 'S'),
      ran: amount,
      waited: amount,
    }),
    { selector: ({ tid }) => tid },
  );
  const looks = fc
    .tuple(fc.nat({ max: 10 * SECOND }), fc.array(threads, { minLength: 1, maxLength: 4 }), fc.constantFrom('50', '51'))
    .map(([at, all, began]) => look(at, ...all.map((each, n) => process(n + 1, each, n, n === 0 ? '1' : began))));

  test('no share is negative or no number, sums agree, and whoever wants is among the threads', () => {
    fc.assert(
      fc.property(looks, looks, (before, after) => {
        const demand = demandBetween(before, after);
        expect(demand).toHaveLength(after.at > before.at ? after.processes.length : 0);
        for (const [n, { wanting, threads, ran, waited }] of demand.entries()) {
          expect(threads).toBe(after.processes[n]?.threads.length);
          for (const share of [{ ran, waited }, ...wanting]) {
            expect(share.ran).toBeGreaterThanOrEqual(0);
            expect(share.waited).toBeGreaterThanOrEqual(0);
            expect(Number.isFinite(share.ran + share.waited)).toBe(true);
          }
          for (const share of wanting) expect(share.ran + share.waited).toBeGreaterThanOrEqual(WANTING);
          const tids = wanting.map(({ tid }) => tid);
          expect(new Set(tids).size).toBe(tids.length);
          const total = wanting.reduce((sum, share) => sum + share.ran + share.waited, 0);
          const rest = ran + waited - total;
          const rounding = 1e-9 * (ran + waited + 1);
          expect(rest).toBeGreaterThanOrEqual(-rounding);
          expect(rest).toBeLessThanOrEqual((threads - wanting.length) * WANTING + rounding);
        }
      }),
    );
  });

  test('two windows make what one makes that is as long as both', () => {
    const growth = fc.array(fc.tuple(fc.nat({ max: SECOND }), fc.nat({ max: SECOND })), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(growth, fc.nat({ max: 2 ** 40 }), (steps, start) => {
        let [ran, waited] = [start, start];
        const all = steps.map(([more, longer], n) => {
          ran += more;
          waited += longer;
          return look((n + 1) * SECOND, process(7, [thread(7, { ran, waited })]));
        }) as [Look, Look, Look];
        const of = (a: Look, b: Look) => demandBetween(a, b)[0]?.ran ?? Number.NaN;
        expect((of(all[0], all[1]) + of(all[1], all[2])) / 2).toBeCloseTo(of(all[0], all[2]), 9);
      }),
    );
  });
});
