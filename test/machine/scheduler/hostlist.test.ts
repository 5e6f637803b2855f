import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hostsOf } from '../../../src/machine/scheduler/hostlist.ts';

describe("Slurm's lists of nodes", () => {
  test.each([
    ['n1', ['n1']],
    ['n[1-3]', ['n1', 'n2', 'n3']],
    ['n[1-2,07],gpu2', ['n1', 'n2', 'n07', 'gpu2']],
    ['n[08-11]', ['n08', 'n09', 'n10', 'n11']],
    ['rack[0-1]node[08-09]', ['rack0node08', 'rack0node09', 'rack1node08', 'rack1node09']],
    ['a-b[1]-ib', ['a-b1-ib']],
  ])('%s', (list, hosts) => {
    expect(hostsOf(list, 100)).toEqual(hosts);
  });

  test.each(['', 'n[', 'n[]', 'n[1', 'n1]', 'n[3-1]', 'n[a]', ',n1', 'n[1-101]', 'a[1-20]b[1-20]', 'n[1-1000000000]'])(
    '%j: none, or of too many',
    (list) => {
      expect(hostsOf(list, 100)).toBeNull();
    },
  );

  test('brackets behind brackets, as many as any list has', () => {
    expect(hostsOf(`n${'[1]'.repeat(16)}`, 100)).toEqual([`n${'1'.repeat(16)}`]);
    expect(hostsOf(`n${'[1]'.repeat(17)}`, 100)).toBeNull();
    expect(hostsOf(`n${'[1]'.repeat(300_000)}`, 100)).toBeNull();
  });

  test('as many as were asked for, and no more', () => {
    expect(hostsOf('n[1-100]', 100)).toHaveLength(100);
    expect(hostsOf('n[1-99],m', 100)).toHaveLength(100);
    expect(hostsOf('n[1-99],m,o', 100)).toBeNull();
  });

  test('whatever it is, it is answered', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('n', '[', ']', ',', '-', '1', '9', '0') }), (list) => {
        const hosts = hostsOf(list, 50);
        expect(hosts === null || (hosts.length > 0 && hosts.length <= 50)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
