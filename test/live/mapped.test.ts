import { expect, test } from '@jest/globals';
import { hasLensKit, isExtension, isNumba, mappedFiles } from '../../src/live/mapped.ts';
import { DENIED, memoryHost } from '../memory-host.ts';

const SITE = '/env/lib/python3.11/site-packages';

test('files are those of the lines that have one, each once, with blanks in their names', () => {
  const maps = [
    `7f00-7f01 r--p 00000000 08:01 12   ${SITE}/a b.so`,
    `7f01-7f02 r-xp 00001000 08:01 12   ${SITE}/a b.so`,
    '7f02-7f03 rw-p 00000000 00:00 0 ',
    '7f03-7f04 rw-p 00000000 00:00 0    [heap]',
    `7f04-7f05 r-xp 00000000 08:01 13   ${SITE}/c.so (deleted)`,
    '/no/line/of/the/kernel',
    '',
  ].join('\n');
  const host = memoryHost({ '/proc/7/maps': maps, '/proc/self/maps': `1-2 r 0 0 1 /own\n`, '/proc/8/maps': DENIED });
  expect(mappedFiles(host, 7)).toEqual([`${SITE}/a b.so`, `${SITE}/c.so (deleted)`]);
  expect(mappedFiles(host)).toEqual(['/own']);
  expect([mappedFiles(host, 8), mappedFiles(host, 9)]).toEqual([[], []]);
});

test.each([
  [`${SITE}/lenskit/_accel.abi3.so`, true, false],
  [`${SITE}/lenskit/_accel.cp313-win_amd64.pyd`, true, false],
  [`${SITE}/lenskit/_accel.abi3.so.bak`, false, false],
  [`${SITE}/lenskit/_accel.dir/x.so`, false, false],
  [`${SITE}/other/_accel.abi3.so`, false, false],
  [`${SITE}/numba/_dispatcher.cpython-311-x86_64-linux-gnu.so`, false, true],
  [`${SITE}/numba/_dispatcher.cpython-311.so (deleted)`, false, false],
  [`${SITE}/numba/core/x.so`, false, false],
])('%s', (file, extension, numba) => {
  expect([isExtension(file), isNumba(file), hasLensKit(['/a.so', file])]).toEqual([
    extension,
    numba,
    extension || numba,
  ]);
});
