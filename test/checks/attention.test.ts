import { describe, expect, test } from '@jest/globals';
import { needsAttention, verdictOf, worstOf } from '../../src/checks/attention.ts';
import { STATUSES, type Status } from '../../src/checks/check.ts';

const found = (...statuses: Status[]) =>
  statuses.map((status, at) => ({ status, id: `group/${at}`, title: `title ${at}`, more: at }));

describe('what needs attention', () => {
  test('is an error, a failure or a warning', () => {
    expect(STATUSES.filter((status) => needsAttention({ status }))).toEqual(['error', 'fail', 'warn']);
  });

  test('the worst of it, of equals the first', () => {
    expect(worstOf(found('pass', 'warn', 'fail', 'fail'))).toMatchObject({ status: 'fail', more: 2 });
    expect(worstOf(found('warn', 'fail', 'error'))).toMatchObject({ status: 'error', more: 2 });
    expect(worstOf(found('pass', 'info', 'skip'))).toBeNull();
  });

  test('in a line', () => {
    expect(verdictOf(found('info', 'warn'))).toEqual({ status: 'warn', id: 'group/1', title: 'title 1' });
    expect(verdictOf([])).toBeNull();
  });
});
