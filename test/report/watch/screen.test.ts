import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WatchLine } from '../../../src/documents/watch.ts';
import { visible } from '../../../src/escape/visible.ts';
import { columnsOf } from '../../../src/report/layout.ts';
import { bars, screenLines } from '../../../src/report/watch/screen.ts';
import { lookLine, span } from '../../../src/report/watch/words.ts';
import { anyPoints, series } from '../../live/points.ts';

const process = { pid: 4711, role: 'main', threads: 17, wanting: 4, cpusUsed: 1.93, waitedShare: 0.48 } as const;
const line = (more: Partial<WatchLine> = {}): WatchLine => ({
  schemaVersion: 1,
  time: '2026-01-01T00:00:00.000Z',
  at: 133,
  effective: 2,
  pid: 4711,
  seconds: 1,
  processes: [process],
  cpusUsed: 1.93,
  waitedShare: 0.48,
  throttledShare: 0.12,
  memoryBytes: 1.2e9,
  sharedBytes: 0,
  states: { running: 1, sleeping: 0, blocked: 0, stopped: 0 },
  involuntarySwitches: null,
  others: { used: 0.1, idle: 0 },
  pressure: { machine: null, cgroup: null },
  affinities: [],
  loaded: [],
  imported: true,
  workersSince: null,
  ended: 0,
  warnings: [],
  workersLoaded: 0,
  ...more,
});
const SEVERAL = 'PID 4710 runs no Python itself, and has started several: this is 4711; there are 4712, 4713';
const worker = (pid: number) => ({ ...process, pid, role: 'worker' as const });

describe('the screen', () => {
  test('at 80 columns', () => {
    const points = series({ cpusUsed: 2, waiting: 2 }, { cpusUsed: 1, waiting: 0 });
    const shown = { line: line({ processes: [process, worker(4712)] }), points, version: '2025.8.1', hint: 'Ctrl-C' };
    expect(screenLines(shown, { width: 80, height: 24 })).toEqual([
      'PID 4711 · LensKit 2025.8.1 · 2 min 13 s · 1 worker, 0 ready',
      'CPUs used  1.9 of 2     █▄',
      'waited     48 %         ▄·',
      'stopped    12 %',
      'threads    8 want a CPU, 34 in 2 processes',
      'memory     1.2 GB',
      'others     0.1 CPUs, 0.0 idle',
      '',
      'Process   PID  Threads  Want a CPU  CPUs  Waited',
      'main     4711       17           4  1.93    48 %',
      'worker   4712       17           4  1.93    48 %',
      'Ctrl-C',
    ]);
  });

  test('of any job fits any terminal, each line shorter than it is wide, and none is blank at the top', () => {
    const sizes = fc.record({ width: fc.integer({ min: 40, max: 200 }), height: fc.integer({ min: 1, max: 60 }) });
    const jobs = fc.record({
      at: fc.double({ min: 0, max: 1e7, noNaN: true }),
      cpusUsed: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true })),
      waitedShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      throttledShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      memoryBytes: fc.option(fc.double({ min: 0, max: 1e13, noNaN: true })),
      effective: fc.option(fc.integer({ min: 1, max: 4096 })),
      imported: fc.boolean(),
      // 40 processes of 75 threads.
      warnings: fc.constantFrom<string[]>([], [SEVERAL]),
      processes: fc.array(fc.integer({ min: 1, max: 4194304 }).map(worker), { minLength: 1, maxLength: 60 }),
    });
    fc.assert(
      fc.property(sizes, jobs, anyPoints, (size, job, points) => {
        const shown = { line: line(job), points, version: null, hint: 'Ctrl-C ends the watching; the job goes on' };
        const lines = screenLines(shown, size);
        expect(lines.length).toBeLessThanOrEqual(size.height);
        expect(lines[0]).toMatch(/^PID 4711/);
        for (const text of lines) {
          expect(columnsOf(text)).toBeLessThan(size.width);
          expect(visible(text)).toBe(text);
        }
      }),
    );
  });

  test('of which job it is stands before its processes, whole', () => {
    const shown = { line: line({ warnings: [SEVERAL] }), points: [], version: null, hint: '' };
    const lines = screenLines(shown, { width: 80, height: 24 });
    expect(lines.slice(6, 10)).toEqual([
      'others     0.1 CPUs, 0.0 idle',
      'PID 4710 runs no Python itself, and has started several: this is 4711; there',
      'are 4712, 4713',
      '',
    ]);
  });

  test('what is not known is a question mark', () => {
    const unknown = line({
      cpusUsed: null,
      waitedShare: null,
      memoryBytes: null,
      throttledShare: null,
      effective: null,
    });
    const lines = screenLines({ line: unknown, points: [], version: null, hint: '' }, { width: 50, height: 24 });
    expect(lines.slice(1, 5)).toEqual([
      'CPUs used  ?',
      'waited     ?',
      'threads    4 want a CPU, 17 in 1 process',
      'memory     ?',
    ]);
  });
});

describe('bars', () => {
  const used = (point: { cpusUsed: number | null }) => point.cpusUsed;
  const points = (...values: (number | null)[]) => series(...values.map((cpusUsed) => ({ cpusUsed })));

  test('go from nothing to the top, with a gap where nothing is known', () => {
    expect(bars(points(0, 0.1, 1, null, 2, 9), used, 2, 20)).toBe('··▄ ██');
  });

  test('have the whole time, as wide as there is room', () => {
    expect(bars(points(2, 2, 0, 0, 1), used, 2, 3)).toBe('█·▄');
    expect(bars(points(1, 2), used, 2, 0)).toBe('');
  });
});

describe('a line without a terminal', () => {
  test('says it all', () => {
    expect(lookLine(line())).toBe(
      '2 min 13 s: 1.9 of 2 CPUs, 4 threads want one, waited 48 %, stopped 12 %, 1 process, 1.2 GB',
    );
    expect(lookLine(line({ at: 7, throttledShare: null, processes: [process, worker(8)], workersLoaded: 1 }))).toBe(
      '   7 s: 1.9 of 2 CPUs, 8 threads want one, waited 48 %, 2 processes, 1.2 GB, 1 worker',
    );
    expect(lookLine(line({ imported: false, waitedShare: null }))).toMatch(/, 1\.2 GB, LensKit not loaded$/);
  });

  test.each([
    [0, '0 s'],
    [99.4, '99 s'],
    [100, '1 min 40 s'],
    [3599.6, '1 h 00 min'],
    [90061, '25 h 01 min'],
  ])('%d s', (seconds, words) => expect(span(seconds)).toBe(words));
});
