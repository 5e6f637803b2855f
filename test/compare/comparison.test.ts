import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Comparison, summaryOf } from '../../src/compare/comparison.ts';
import type { ComparisonReport } from '../../src/documents/comparison.ts';
import { machine, PROGRAM, quota } from '../machine.ts';
import { named } from './named.ts';

const KINDS = {
  plain: machine(),
  quota: machine({ quotas: [quota(100_000)] }),
  none: machine({ lenskit: null }),
  other: machine({ lenskit: '2026.4.0' }),
  set: machine({ env: { LK_NUM_PROCS: '1' } }),
};
const SUMMARIES = Object.fromEntries(
  Object.entries(KINDS).map(([kind, facts]) => [kind, summaryOf(named(kind, facts))]),
);

function compared(kinds: readonly string[]): ComparisonReport {
  const comparison = new Comparison();
  for (const [index, kind] of kinds.entries()) {
    const summary = SUMMARIES[kind] ?? summaryOf(named(kind, machine()));
    comparison.add({ ...summary, machine: { ...summary.machine, name: `${kind}${index}` } });
  }
  return comparison.report(PROGRAM, null);
}

describe('many machines', () => {
  test('are grouped by what decides', () => {
    const { groups, summary } = compared([...Array.from({ length: 8 }, () => 'plain'), 'quota', 'none']);
    expect(groups?.map(({ machines, apart, members }) => [machines, apart, members])).toEqual([
      [8, [], Array.from({ length: 8 }, (_, index) => `plain${index}`)],
      [1, ['with a quota of 1 CPU'], ['quota8']],
      [1, ['without LensKit'], ['none9']],
    ]);
    expect(summary).toMatchObject({ machines: 10, failing: 1, unreadable: 0 });
  });

  test('how often each check says so, the worst first, with the machine where it is worst', () => {
    const { findings } = compared(['plain', 'quota', 'quota']);
    const [first] = findings;
    expect(first).toMatchObject({ id: 'cpu/quota-ignored', fail: 2, warn: 0, error: 0 });
    expect(first?.example).toEqual({
      machine: 'quota1',
      title: 'LensKit will start 4 busy threads where 1 CPU is allowed',
    });
    const levels = findings.map(({ fail }) => fail > 0);
    expect(levels).toEqual([...levels].sort((a, b) => Number(b) - Number(a)));
  });

  test('of a check the worst is its example, whenever it comes; what could not be read is counted apart', () => {
    const comparison = new Comparison();
    const { machine: one, digest } = SUMMARIES.plain as NonNullable<(typeof SUMMARIES)[string]>;
    const add = (name: string, ...findings: [string, 'error' | 'fail' | 'warn'][]) =>
      comparison.add({
        digest,
        machine: { ...one, name },
        findings: findings.map(([id, status]) => ({ id, status, title: `${status} of ${name}` })),
      });
    add('a', ['x/often', 'warn'], ['x/once', 'warn']);
    add('b', ['x/often', 'warn'], ['x/twice', 'warn']);
    add('c', ['x/often', 'fail'], ['x/error', 'error']);
    add('d', ['x/often', 'fail'], ['x/twice', 'warn']);
    add('e');
    add('g', ['x/error', 'error']);
    comparison.refuse('f', 'not there');
    const { findings, summary, unreadable, pair } = comparison.report(PROGRAM, null);
    expect(findings).toEqual([
      { id: 'x/error', error: 2, fail: 0, warn: 0, example: { machine: 'c', title: 'error of c' } },
      { id: 'x/often', error: 0, fail: 2, warn: 2, example: { machine: 'c', title: 'fail of c' } },
      { id: 'x/twice', error: 0, fail: 0, warn: 2, example: { machine: 'b', title: 'warn of b' } },
      { id: 'x/once', error: 0, fail: 0, warn: 1, example: { machine: 'a', title: 'warn of a' } },
    ]);
    expect(summary).toEqual({ machines: 6, failing: 3, warned: 2, fine: 1, unreadable: 1 });
    expect([unreadable, pair]).toEqual([[{ name: 'f', why: 'not there' }], null]);
  });

  test('the groups are the same in any order, and hold every machine once', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.keys(KINDS)), { minLength: 1, maxLength: 40 }), (kinds) => {
        const { groups, summary, findings } = compared(kinds);
        const members = (groups ?? []).map((group) => group.members.map((name) => name.replace(/\d+$/, '')));
        for (const group of members) expect(new Set(group).size).toBe(1);
        expect(members.flat().sort()).toEqual([...kinds].sort());
        expect(members.length).toBe(new Set(kinds).size);
        expect((groups ?? []).map(({ machines }) => machines)).toEqual(members.map(({ length }) => length));
        expect(summary.failing + summary.warned + summary.fine).toBe(kinds.length);
        for (const { fail, warn, error } of findings) expect(fail + warn + error).toBeLessThanOrEqual(kinds.length);
        // Each but the largest says what sets it apart.
        expect((groups ?? []).slice(1).every(({ apart }) => apart.length > 0)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('one that differs in much is told by the two weightiest; a quota that limits nothing sets nobody apart', () => {
    const comparison = new Comparison();
    const add = (name: string, facts = machine()) => comparison.add(summaryOf(named(name, facts)));
    add('a');
    add('b', machine({ quotas: [quota(800_000)] }));
    add('c', machine({ cpus: 2, env: { LK_NUM_PROCS: '1' }, python: '3.13.1' }));
    const groups = comparison.report(PROGRAM, null).groups ?? [];
    expect(groups.map(({ members, apart }) => [members, apart])).toEqual([
      [['a', 'b'], []],
      [['c'], ['with 2 CPUs', 'with LK_NUM_PROCS=1']],
    ]);
  });

  test('memory that is used a little differently, and a patch of Python, set nobody apart', () => {
    const comparison = new Comparison();
    for (let index = 0; index < 5; index++) {
      const facts = machine({ python: `3.11.${index}` });
      facts.machine.memory.available = 12e9 + index;
      comparison.add(summaryOf(named(`n${index}`, facts)));
    }
    expect(comparison.report(PROGRAM, null).groups).toHaveLength(1);
  });
});
