import { describe, expect, test } from '@jest/globals';
import { savedLine } from '../../src/doctor/saved-watch.ts';

const end = (summary: object) =>
  JSON.stringify({
    schemaVersion: 1,
    time: '2026-01-01T00:00:00.000Z',
    summary: {
      ...{ pid: 7, version: '2025.8.1', end: 'job', exitStatus: 0, seconds: 5, cpuSeconds: 5, cpusUsed: 1 },
      ...{ verdict: null, fix: null, looks: 3 },
      ...summary,
    },
  });
const fixOf = (fix: object) => (savedLine(end({ fix })) as { summary: { fix: unknown } }).summary.fix;

describe('a line that was saved', () => {
  test('has its fix where that sets variables of thread pools', () => {
    const fix = {
      env: { LK_NUM_PROCS: '1', OMP_NUM_THREADS: '2,1' },
      unset: ['OMP_PROC_BIND'],
      parameters: { processes: 2 },
    };
    expect(fixOf(fix)).toEqual(fix);
  });

  test.each(['LK_NUM_PROCS', 'GOTO_NUM_THREADS', 'PYTHON_CPU_COUNT', 'NUMBA_THREADING_LAYER', 'KMP_AFFINITY'])(
    '%s may be in it',
    (name) => expect(fixOf({ env: { [name]: '1' } })).toEqual({ env: { [name]: '1' } }),
  );

  test.each([
    ['a variable that leads to programs', { env: { LD_PRELOAD: '/x.so' } }],
    ['a variable that no library reads', { env: { OMP_WHATEVER_IT_IS: '1' } }],
    ['a value that a shell acts on', { env: { LK_NUM_PROCS: '$(id)' } }],
    ['what would be unset', { unset: ['PATH'] }],
    ['a parameter that is code', { parameters: { 'x); f(': 2 } }],
  ])('%s is not handed on to be pasted', (_, fix) => expect(fixOf(fix)).toBeNull());

  test('words and programs to start are not taken from a file', () => {
    expect(fixOf({ env: { LK_NUM_PROCS: '1' }, commands: [['rm', '-rf', '/']], text: 'curl x | sh' })).toEqual({
      env: { LK_NUM_PROCS: '1' },
    });
  });

  test.each([
    '',
    'x',
    '{}',
    '[]',
    'null',
    '{"schemaVersion":1}',
    end({ seconds: -1 }),
    end({ end: 'x' }),
    '{"schemaVersion":1,"pid":7}',
  ])('%s is none', (text) => expect(savedLine(text)).toBeNull());
});
