import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Group } from '../../src/cpus/hierarchy.ts';
import { observeQuotas, tightest } from '../../src/cpus/quota.ts';
import { DENIED, memoryHost } from '../memory-host.ts';

/** A process's groups, its own first: as many as there are quotas. */
function groupsOf(version: 1 | 2, depth: number): Group[] {
  return Array.from({ length: depth }, (_, index) => ({
    version,
    cgroup: `/g${index}`,
    directory: `/cg/g${index}`,
  }));
}

function observed(version: 1 | 2, files: { [file: string]: string }) {
  return observeQuotas(memoryHost(files), groupsOf(version, 1));
}

const v2 = (text: string) => observed(2, { '/cg/g0/cpu.max': text });
const v1 = (quota: string, period?: string) =>
  observed(1, {
    '/cg/g0/cpu.cfs_quota_us': quota,
    ...(period === undefined ? {} : { '/cg/g0/cpu.cfs_period_us': period }),
  });

const level = fc.option(fc.record({ quota: fc.integer({ min: 1, max: 5 }), period: fc.integer({ min: 1, max: 4 }) }), {
  nil: null,
});

describe.each([1, 2] as const)('version %d', (version) => {
  test('the tightest quota of all levels counts, of equal ones the nearest to the process', () => {
    fc.assert(
      fc.property(fc.array(level, { maxLength: 8 }), (levels) => {
        const files: { [file: string]: string } = {};
        for (const [index, one] of levels.entries()) {
          if (version === 2) files[`/cg/g${index}/cpu.max`] = one ? `${one.quota} ${one.period}\n` : 'max 100000\n';
          else {
            files[`/cg/g${index}/cpu.cfs_quota_us`] = `${one ? one.quota : -1}\n`;
            files[`/cg/g${index}/cpu.cfs_period_us`] = `${one ? one.period : 100_000}\n`;
          }
        }
        const { quotas, warnings } = observeQuotas(memoryHost(files), groupsOf(version, levels.length));
        expect(warnings).toEqual([]);
        expect(quotas.map(({ cgroup }) => cgroup)).toEqual(levels.flatMap((one, index) => (one ? [`/g${index}`] : [])));
        // A common denominator makes whole numbers of all fractions.
        const whole = levels.map((one) => (one ? (one.quota * 12) / one.period : Number.POSITIVE_INFINITY));
        const least = Math.min(Number.POSITIVE_INFINITY, ...whole);
        expect(tightest(quotas)?.cgroup).toBe(
          least === Number.POSITIVE_INFINITY ? undefined : `/g${whole.indexOf(least)}`,
        );
      }),
    );
  });
});

test('rounding is exact beyond what a double holds', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 19n }), fc.bigInt({ min: 1n, max: 10n ** 6n }), (quota, period) => {
      const [found] = v2(`${quota} ${period}`).quotas;
      expect(found).toMatchObject({ quotaMicroseconds: `${quota}`, periodMicroseconds: `${period}` });
      expect(found?.floor).toBe(Number(quota / period));
      expect(found?.ceil).toBe(Number(quota / period + (quota % period === 0n ? 0n : 1n)));
      expect(found?.cpus).toBe(Number(quota) / Number(period));
    }),
  );
});

test('of equal quotas the nearest to the process', () => {
  const [near] = v2('100000 200000').quotas;
  const [far] = v2('50000 100000').quotas;
  if (!near || !far) throw new Error('no quota');
  expect(tightest([near, far])).toBe(near);
  expect(tightest([far, near])).toBe(far);
});

test('two quotas that are one double are still told apart', () => {
  const one = v2('9007199254740993 1').quotas[0];
  const two = v2('9007199254740992 1').quotas[0];
  if (!one || !two) throw new Error('no quota');
  expect(tightest([one, two])).toBe(two);
  expect(tightest([two, one])).toBe(two);
});

test('where a file lies and whose it is', () => {
  expect(v2('150000 100000\n').quotas).toEqual([
    {
      cpus: 1.5,
      ceil: 2,
      floor: 1,
      quotaMicroseconds: '150000',
      periodMicroseconds: '100000',
      version: 2,
      cgroup: '/g0',
      file: '/cg/g0/cpu.max',
    },
  ]);
  expect(v1('50000\n', '100000\n').quotas).toMatchObject([
    { cpus: 0.5, ceil: 1, floor: 0, version: 1, file: '/cg/g0/cpu.cfs_quota_us' },
  ]);
});

test.each([
  ['max alone', v2('max\n')],
  ['max with a period', v2('max 100000\n')],
  ['no file', observed(2, {})],
  ['no file, v1', observed(1, {})],
  ['minus one', v1('-1\n', '100000\n')],
  ['minus one, without a period', v1('-1\n')],
])('no limit and no warning: %s', (_, found) => {
  expect(found).toEqual({ quotas: [], warnings: [] });
});

test('a period that is left out is the default of 100 ms', () => {
  expect(v2('50000').quotas).toMatchObject([{ cpus: 0.5, periodMicroseconds: '100000' }]);
});

test('any blanks separate', () => {
  expect(v2('  50000 \t 200000 \n').quotas).toMatchObject([{ cpus: 0.25 }]);
});

test.each([
  ['nothing', v2('\n'), '/cg/g0/cpu.max: no quota in "\\n"'],
  ['three numbers', v2('1 2 3'), '/cg/g0/cpu.max: no quota in "1 2 3"'],
  ['a word', v2('x 100000'), '/cg/g0/cpu.max: no quota in "x 100000"'],
  ['a word behind', v2('100x 100000'), '/cg/g0/cpu.max: no quota in "100x 100000"'],
  ['a word before', v2('x100 100000'), '/cg/g0/cpu.max: no quota in "x100 100000"'],
  ['no CPU time', v2('0 100000'), '/cg/g0/cpu.max: no quota in "0 100000"'],
  ['a period of nothing', v2('100000 0'), '/cg/g0/cpu.max: no quota in "100000 0"'],
  ['a period that is a word', v2('100000 ms'), '/cg/g0/cpu.max: no quota in "100000 ms"'],
  ['too many digits', v2('123456789012345678901'), '/cg/g0/cpu.max: no quota in "123456789012345678901"'],
  ['40 characters', v2('y'.repeat(40)), `/cg/g0/cpu.max: no quota in "${'y'.repeat(40)}"`],
  ['41 characters', v2('y'.repeat(41)), `/cg/g0/cpu.max: no quota in "${'y'.repeat(40)}…"`],
  ['not to be read', v2(DENIED), '/cg/g0/cpu.max: permission denied'],
  ['not to be read, v1', v1(DENIED), '/cg/g0/cpu.cfs_quota_us: permission denied'],
  ['a period that is not there', v1('50000'), '/cg/g0/cpu.cfs_period_us: not there'],
  ['a bad quota, v1', v1('-1x', '100000'), '/cg/g0/cpu.cfs_quota_us: no quota in "-1x"'],
  ['a word before a minus, v1', v1('x-1', '100000'), '/cg/g0/cpu.cfs_quota_us: no quota in "x-1"'],
  ['a bad period, v1', v1('50000', 'soon'), '/cg/g0/cpu.cfs_quota_us: no quota in "soon"'],
])('a limit that makes no sense is warned of, and is none: %s', (_, found, warning) => {
  expect(found).toEqual({ quotas: [], warnings: [warning] });
});
