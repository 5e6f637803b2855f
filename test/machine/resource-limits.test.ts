import { expect, test } from '@jest/globals';
import { canRaise, observeResourceLimits } from '../../src/machine/resource-limits.ts';
import { memoryHost } from '../memory-host.ts';

const TEXT = `Limit                     Soft Limit           Hard Limit           Units
Max stack size            8388608              unlimited            bytes
Max open files            1024                 524288               files
Max address space         3221225472           unlimited            bytes
`;

test('soft and hard limits, and whether their user may go beyond', () => {
  const limits = {
    openFiles: { soft: 1024, hard: 524_288 },
    addressSpace: { soft: 3_221_225_472, hard: null },
    stack: { soft: 8_388_608, hard: null },
  };
  expect(observeResourceLimits(memoryHost({ '/proc/self/limits': TEXT }))).toEqual({ ...limits, mayRaise: false });
  for (const [effective, mayRaise] of [
    ['0000000001000000', true],
    ['0000000000200000', false],
    ['x', false],
  ] as const) {
    const files = { '/proc/self/limits': TEXT, '/proc/self/status': `CapEff:\t${effective}\n` };
    expect(observeResourceLimits(memoryHost(files))).toEqual({ ...limits, mayRaise });
  }
});

test('what is not there or no limit', () => {
  expect(observeResourceLimits(memoryHost({}))).toBeNull();
  expect(observeResourceLimits(memoryHost({ '/proc/self/limits': 'Max open files 1024x 7 files\n' }))).toEqual({
    openFiles: null,
    addressSpace: null,
    stack: null,
    mayRaise: false,
  });
  const address = (line: string) =>
    observeResourceLimits(memoryHost({ '/proc/self/limits': `${line}\n` }))?.addressSpace;
  expect(address('Max address space  unlimited  unlimited  bytes')).toEqual({ soft: null, hard: null });
  expect(address('Max address space  1  2  bytes')).toEqual({ soft: 1, hard: 2 });
  for (const values of ['1', 'x 2', '1 x', '1 2x', '1 2', '123456789012345678901 2 '])
    expect(address(`Max address space ${values}`)).toBeNull();
});

test.each<[string, number | null, number | null, boolean, boolean]>([
  ['up to the hard limit', 900, 900, false, true],
  ['not beyond it', 900, 901, false, false],
  ['not to no limit at all', 900, null, false, false],
  ['to anything where there is no hard limit', null, null, false, true],
  ['to anything with CAP_SYS_RESOURCE', 900, null, true, true],
])('a user may raise a limit %s', (_, hard, wanted, mayRaise, can) => {
  expect(canRaise({ soft: 256, hard }, wanted, mayRaise)).toBe(can);
});

const files = (soft: number, hard: number) =>
  `Max open files            ${soft}                 ${hard}               files\n`;

test.each([
  ['raised by Node, and the shell has less', files(900, 900), files(256, 900), 256],
  ['a parent with another hard limit', files(900, 900), files(256, 4096), 900],
  ['not raised', files(300, 900), files(256, 900), 300],
  ['a parent that may not be read', files(900, 900), null, 900],
])('open files: %s', (_, own, parent, soft) => {
  const tree = {
    '/proc/self/limits': own,
    '/proc/self/status': 'PPid:\t7\n',
    ...(parent === null ? {} : { '/proc/7/limits': parent }),
  };
  expect(observeResourceLimits(memoryHost(tree))?.openFiles?.soft).toBe(soft);
});
