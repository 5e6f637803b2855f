import { describe, expect, test } from '@jest/globals';
import { memoryOf, privateOf } from '../../src/live/memory.ts';
import { DENIED, memoryHost } from '../memory-host.ts';

const rollup = (pss: number, shmem: number) =>
  `55d0-7ffe ---p 00000000 00:00 0    [rollup]\nRss:      9000 kB\nPss:      ${pss} kB\nPss_Dirty:   1 kB\nPss_Shmem:   ${shmem} kB\nSwapPss:  7 kB\n`;
const status = (resident: number) => `Name:\tpython\nVmHWM:\t9999 kB\nVmRSS:\t${resident} kB\n`;

describe('the memory of processes', () => {
  test('is that of all of them together, what they share once', () => {
    const host = memoryHost({
      '/proc/7/smaps_rollup': rollup(300, 40),
      '/proc/7/status': status(9000),
      '/proc/8/smaps_rollup': rollup(20, 2),
      '/proc/9/smaps_rollup': rollup(5000, 500),
    });
    expect(memoryOf(host, [7, 8])).toEqual({ memoryBytes: 320 * 1024, sharedBytes: 42 * 1024 });
  });

  test('is resident memory where it may not be added up, and nothing is known of what is shared', () => {
    const host = memoryHost({
      '/proc/7/smaps_rollup': DENIED,
      '/proc/7/status': status(100),
      '/proc/8/status': status(20),
      '/proc/9/smaps_rollup': 'Pss: many kB\n',
      '/proc/9/status': 'Name:\tgone\n',
    });
    expect(memoryOf(host, [7, 8, 9])).toEqual({ memoryBytes: 120 * 1024, sharedBytes: null });
  });

  test('is not known of none that can be read', () => {
    expect(memoryOf(memoryHost({}), [7])).toEqual({ memoryBytes: null, sharedBytes: null });
    expect(memoryOf(memoryHost({}), [])).toEqual({ memoryBytes: null, sharedBytes: null });
  });

  test('that is private is what is resident without what is shared, in pages', () => {
    const host = memoryHost({
      '/proc/7/statm': '5000 300 100 2 0 400 0\n',
      '/proc/8/statm': '5000 50 50 2 0 400 0\n',
      '/proc/9/statm': '5000 40 50 2 0 400 0\n',
      '/proc/10/statm': '5000\n',
      '/proc/11/statm': 'x y z\n',
    });
    expect(privateOf(host, [7, 8, 9, 10, 11, 12])).toBe(200 * 4096);
    expect(privateOf(host, [8])).toBe(0);
    expect(privateOf(host, [9, 12])).toBeNull();
  });
});
