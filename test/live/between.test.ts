import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { between } from '../../src/live/between.ts';
import type { ProcessTimes } from '../../src/live/look.ts';
import type { Counters, Sample } from '../../src/live/sample.ts';

const SECOND = 1_000_000_000;
const NO_COUNTERS: Counters = {
  quotas: null,
  machine: null,
  pressure: { machine: null, cgroup: null },
  switches: new Map(),
};

interface Given {
  pid?: number;
  parent?: number;
  began?: string;
  /** Seconds. */
  ran?: number;
  waited?: number;
  /** Ticks. */
  own?: number;
  children?: number;
  state?: string;
}

const process = ({
  pid = 7,
  parent = 1,
  began = '5',
  ran = 0,
  waited = 0,
  own = 0,
  children = 0,
  state = 'S',
}: Given) =>
  ({
    pid,
    parent,
    name: 'python',
    began,
    used: { own, children },
    threads: [{ tid: pid, name: 'python', began, at: 0n, state, ran: ran * SECOND, waited: waited * SECOND }],
  }) satisfies ProcessTimes;

/** A sample of processes at a second; each thread is read at that moment. */
const sample = (at: number, processes: Given[], counters: Partial<Counters> = {}, hidden = false): Sample => ({
  look: {
    at: BigInt(at * SECOND),
    hidden,
    processes: processes.map((given) => {
      const made = process(given);
      return { ...made, threads: made.threads.map((thread) => ({ ...thread, at: BigInt(at * SECOND) })) };
    }),
  },
  counters: { ...NO_COUNTERS, ...counters },
});

const NO_ROLES = new Map();

describe('between two looks', () => {
  test('a job used what its threads ran, and waited as a part of what they could run', () => {
    const seen = between(
      sample(1, [
        { ran: 3, waited: 1 },
        { pid: 8, ran: 1 },
      ]),
      sample(3, [
        { ran: 4, waited: 2 },
        { pid: 8, ran: 3 },
      ]),
      new Map([
        [7, 'main'],
        [8, 'worker'],
      ]),
    );
    expect(seen).toMatchObject({
      seconds: 2,
      processes: [
        { pid: 7, role: 'main', threads: 1, wanting: 1, cpusUsed: 0.5, waitedShare: 0.5 },
        { pid: 8, role: 'worker', wanting: 1, cpusUsed: 1, waitedShare: 0 },
      ],
      cpusUsed: 1.5,
      waitedShare: 0.25,
      ended: 0,
    });
  });

  test('threads that ended have left their time with the process', () => {
    const seen = between(sample(0.5, [{ own: 100 }]), sample(1.5, [{ own: 190, ran: 0.1 }]), NO_ROLES);
    expect(seen?.processes[0]?.cpusUsed).toBeCloseTo(0.9);
    const rough = between(sample(0.5, [{ own: 100 }]), sample(1.5, [{ own: 101, ran: 0.001 }]), NO_ROLES);
    expect(rough?.processes[0]?.cpusUsed).toBeCloseTo(0.001);
  });

  test('processes that ended are on the account of who has waited for them, from the first look on', () => {
    const seen = between(
      sample(1, [{ children: 40 }, { pid: 8, parent: 7, own: 300 }]),
      sample(2, [{ children: 40 + 380 }]),
      NO_ROLES,
    );
    expect(seen).toMatchObject({ ended: 1, cpusUsed: 0.8 });
    // The number is another's.
    expect(
      between(sample(1, [{}, { pid: 8, parent: 7 }]), sample(2, [{}, { pid: 8, parent: 7, began: '9' }]), NO_ROLES),
    ).toMatchObject({ ended: 1 });
  });

  test('one that began meanwhile counts with all that it has had, its own children too, unless it cannot be so new', () => {
    const seen = (given: Given) => between(sample(1, [{}]), sample(2, [{}, { pid: 8, parent: 7, ...given }]), NO_ROLES);
    expect(seen({ own: 90 })?.cpusUsed).toBeCloseTo(0.9);
    expect(seen({ own: 90, children: 50 })?.cpusUsed).toBeCloseTo(1.4);
    // More than a process can have had of any machine: the earlier look has missed it.
    expect(seen({ own: 1e6 })?.cpusUsed).toBe(0);
  });

  test('one that has ended and waits for its parent is none of the processes, and its time counts', () => {
    const after = sample(2, [{ children: 0 }, { pid: 8, parent: 7, own: 350 }]);
    const [main, child] = after.look.processes;
    const waiting = { ...after, look: { ...after.look, processes: [main, { ...child, threads: [] }] } } as Sample;
    const seen = between(sample(1, [{}, { pid: 8, parent: 7, own: 300 }]), waiting, NO_ROLES);
    expect(seen).toMatchObject({ ended: 1, cpusUsed: 0.5, processes: [{ pid: 7 }] });
    expect(seen?.processes).toHaveLength(1);
    expect(between(waiting, { ...waiting, look: { ...waiting.look, at: 3_000_000_000n } }, NO_ROLES)?.ended).toBe(0);
  });

  test('nothing where the main process has ended and waits for its parent, whoever is left below it', () => {
    const both = (at: number) => sample(at, [{}, { pid: 8, parent: 7 }]);
    const ended = (look: Sample) => {
      const [main, ...others] = look.look.processes as [ProcessTimes];
      return { ...look, look: { ...look.look, processes: [{ ...main, threads: [] }, ...others] } };
    };
    expect(between(both(1), both(2), NO_ROLES)?.processes).toHaveLength(2);
    expect(between(both(1), ended(both(2)), NO_ROLES)).toBeNull();
    // Where threads are not shown it cannot be told.
    const hidden = ended(sample(2, [{}], {}, true));
    expect(between(sample(1, [{}], {}, true), hidden, NO_ROLES)?.processes).toMatchObject([{ pid: 7, threads: 1 }]);
  });

  test('nothing where the main process is gone, or its number of another', () => {
    expect(between(sample(1, [{}]), sample(2, []), NO_ROLES)).toBeNull();
    expect(between(sample(1, [{}]), sample(2, [{ began: '6' }]), NO_ROLES)).toBeNull();
    expect(between(sample(1, [{}]), sample(1, [{}]), NO_ROLES)).toBeNull();
  });

  test('where the kernel keeps no times of threads, CPU time is there all the same', () => {
    const seen = between(sample(1, [{ own: 5 }], {}, true), sample(2, [{ own: 105 }], {}, true), NO_ROLES);
    expect(seen).toMatchObject({
      processes: [{ wanting: null, cpusUsed: 1, waitedShare: null }],
      cpusUsed: 1,
      waitedShare: null,
    });
    // Nor where they were not shown at first.
    const first = sample(1, [{ own: 5 }], {}, true);
    expect(between(first, sample(2, [{ own: 105, ran: 9 }]), NO_ROLES)).toMatchObject({
      processes: [{ wanting: null, cpusUsed: 1 }],
      waitedShare: null,
    });
  });

  test('of several quotas the one counts that stopped it most', () => {
    const quotas = (...pairs: [number, number][]) => ({
      quotas: pairs.map(([periods, throttled]) => ({ periods, throttled })),
    });
    const share = (before: Partial<Counters>, after: Partial<Counters>) =>
      between(sample(1, [{}], before), sample(2, [{}], after), NO_ROLES)?.throttledShare;
    expect(share(quotas([10, 1], [100, 50]), quotas([20, 2], [110, 59]))).toBe(0.9);
    expect(share(quotas([10, 1]), quotas([10, 1]))).toBe(0);
    // Read a moment apart, or counted anew.
    expect(share(quotas([10, 1]), quotas([11, 9]))).toBe(1);
    expect(share(quotas([10, 9]), quotas([20, 1]))).toBe(0);
    expect(share(quotas([10, 1], [10, 1]), quotas([20, 2]))).toBeNull();
    expect(share({}, {})).toBeNull();
  });

  test('what else the machine did, and that PSI is a part of the time', () => {
    const machine = (busy: number, idle: number) => ({ busy, idle, cpus: 4 });
    const seen = between(
      sample(1, [{}], {
        machine: machine(100, 100),
        pressure: { machine: 0, cgroup: null },
        switches: new Map([[7, 5]]),
      }),
      sample(2, [{ ran: 1 }], {
        machine: machine(400, 200),
        pressure: { machine: 250_000, cgroup: null },
        switches: new Map([[7, 25]]),
      }),
      NO_ROLES,
    );
    expect(seen).toMatchObject({
      others: { used: 2, idle: 1 },
      pressure: { machine: 0.25, cgroup: null },
      involuntarySwitches: 20,
    });
  });

  test('a machine whose counters go backward, or do not move, is not known', () => {
    const machine = (busy: number, idle: number) => ({ machine: { busy, idle, cpus: 4 } });
    const others = (before: [number, number], after: [number, number]) =>
      between(sample(1, [{}], machine(...before)), sample(2, [{}], machine(...after)), NO_ROLES)?.others;
    expect(others([100, 100], [99, 300])).toBeNull();
    expect(others([100, 100], [300, 99])).toBeNull();
    expect(others([0, 0], [0, 0])).toBeNull();
    expect(others([100, 100], [100, 200])).toEqual({ used: 0, idle: 4 });
  });

  test('threads that began meanwhile were switched out as well; what ended takes nothing of the others away', () => {
    const switched = (before: [number, number][], after: [number, number][]) =>
      between(
        sample(1, [{}], { switches: new Map(before) }),
        sample(3, [{}, { pid: 8, began: '9' }], { switches: new Map(after) }),
        NO_ROLES,
      )?.involuntarySwitches;
    expect(
      switched(
        [
          [7, 5],
          [70, 900],
        ],
        [
          [7, 9],
          [8, 20],
        ],
      ),
    ).toBe(12);
  });

  test('no number of ours is out of bounds, whatever the kernel counts', () => {
    const given = fc.record({
      ran: fc.nat({ max: 1e6 }),
      waited: fc.nat({ max: 1e6 }),
      own: fc.nat(),
      children: fc.nat(),
      state: fc.constantFrom('R', 'S', 'D', 'T'),
    });
    fc.assert(
      fc.property(fc.array(given, { minLength: 1 }), fc.array(given, { minLength: 1 }), (first, second) => {
        const numbered = (list: Given[]) => list.map((one, at) => ({ ...one, pid: 7 + at, parent: at === 0 ? 1 : 7 }));
        const seen = between(sample(1, numbered(first)), sample(2, numbered(second)), NO_ROLES);
        expect(seen?.cpusUsed).toBeGreaterThanOrEqual(0);
        for (const share of [seen?.waitedShare, ...(seen?.processes ?? []).map(({ waitedShare }) => waitedShare)]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
