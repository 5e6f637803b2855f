import { afterEach, describe, expect, test } from '@jest/globals';
import { canRedraw, terminal, wantsColor } from '../../src/output/terminal.ts';

describe('colour', () => {
  test.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ TERM: 'xterm' }, true, true],
    [{ CI: 'true' }, true, false],
    [{ CI: '1' }, true, false],
    [{ CI: 'false' }, true, true],
    [{ CI: '0' }, true, true],
    [{ CI: '' }, true, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1', CI: 'true' }, false, true],
    [{ FORCE_COLOR: '' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: 'false' }, true, false],
  ])('%j on a terminal (%s): %s', (env, isTerminal, wanted) => expect(wantsColor(env, isTerminal)).toBe(wanted));
});

describe('a stream', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });
  const stream = (isTTY: boolean | undefined, columns?: number): NodeJS.WriteStream =>
    ({ isTTY, columns }) as unknown as NodeJS.WriteStream;

  test.each([
    [true, 100, '60', { color: true, width: 100 }],
    [true, 0, '60', { color: true, width: 80 }],
    [true, undefined, '60', { color: true, width: 80 }],
    [false, 100, '60', { color: false, width: 60 }],
    [undefined, 100, '', { color: false, width: 80 }],
    [undefined, 100, 'wide', { color: false, width: 80 }],
  ])('a terminal (%s) of %s columns, COLUMNS=%j: %j', (isTTY, columns, COLUMNS, wanted) => {
    process.env = { COLUMNS };
    expect(terminal(stream(isTTY, columns))).toEqual(wanted);
  });

  test.each<[boolean | undefined, number | undefined, NodeJS.ProcessEnv, boolean]>([
    [true, 80, {}, true],
    [true, 1, { TERM: 'xterm', CI: 'false' }, true],
    [true, 0, {}, false],
    [true, undefined, {}, false],
    [undefined, 80, {}, false],
    [true, 80, { TERM: 'dumb' }, false],
    [true, 80, { CI: 'true' }, false],
  ])('a line is drawn anew on a terminal (%s) of %s columns with %j: %s', (isTTY, columns, env, wanted) =>
    expect(canRedraw(stream(isTTY, columns), env)).toBe(wanted),
  );

  test('standard output where none is named', () => {
    process.env = { COLUMNS: '61', NO_COLOR: '1' };
    expect(terminal()).toEqual(terminal(process.stdout));
  });
});
