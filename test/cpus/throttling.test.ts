import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { observeStopped, observeThrottling } from '../../src/cpus/throttling.ts';
import { DENIED, memoryHost } from '../memory-host.ts';

const groups = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    version: 2 as const,
    cgroup: `/g${index}`,
    directory: `/cg/g${index}`,
  }));
const stat = (text: string) => observeThrottling(memoryHost({ '/cg/g0/cpu.stat': text }), groups(1));

test('the group that was throttled most, of equal ones the nearest to the process', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(5), { nil: null }), { maxLength: 8 }), (levels) => {
      const files = Object.fromEntries(
        levels.flatMap((times, index) =>
          times === null
            ? []
            : [
                [
                  `/cg/g${index}/cpu.stat`,
                  `nr_periods ${10 + index}\nnr_throttled ${times}\nthrottled_usec ${index}\n`,
                ],
              ],
        ),
      );
      const most = Math.max(...levels.map((times) => times ?? -1));
      const at = levels.indexOf(most);
      expect(observeThrottling(memoryHost(files), groups(levels.length))).toEqual(
        at < 0
          ? null
          : {
              periods: 10 + at,
              throttled: most,
              seconds: at / 1e6,
              cgroup: `/g${at}`,
              file: `/cg/g${at}/cpu.stat`,
            },
      );
    }),
  );
});

test('the time is in microseconds on v2, in nanoseconds on v1', () => {
  const counts = 'nr_periods 4\nnr_throttled 2\n';
  expect(stat(`${counts}throttled_usec 2500000\n`)).toMatchObject({ seconds: 2.5 });
  expect(stat(`${counts}throttled_time 2500000000\n`)).toMatchObject({ seconds: 2.5 });
  expect(stat(counts)).toMatchObject({ periods: 4, throttled: 2, seconds: 0 });
});

test.each(['', 'nr_periods 4\n', 'nr_throttled 4\n', 'nr_periods x\nnr_throttled 4\n', DENIED])(
  'without counts there is none: %j',
  (text) => {
    expect(stat(text)).toBeNull();
  },
);

test.each([
  ['v2', 'throttled_usec 1500000\n', 1.5],
  ['v1', 'throttled_time 1500000000\n', 1.5],
  ['never', 'throttled_usec 0\n', 0],
  ['nonsense', 'throttled_usec x\n', null],
])('what stopped the own group, by its own quota or a parent’s: %s', (_, text, seconds) => {
  const files = { '/cg/g0/cpu.stat.local': text, '/cg/g1/cpu.stat.local': 'throttled_usec 9000000\n' };
  const expected = seconds === null ? null : { seconds, file: '/cg/g0/cpu.stat.local' };
  expect(observeStopped(memoryHost(files), groups(2))).toEqual(expected);
});

test('without the file, or without a group, it is not known', () => {
  expect(observeStopped(memoryHost({ '/cg/g0/cpu.stat.local': DENIED }), groups(1))).toBeNull();
  expect(observeStopped(memoryHost({}), groups(1))).toBeNull();
  expect(observeStopped(memoryHost({}), [])).toBeNull();
});
