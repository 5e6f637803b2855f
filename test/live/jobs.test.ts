import { describe, expect, test } from '@jest/globals';
import { findJobs } from '../../src/live/jobs.ts';
import { DENIED, LINK, memoryHost } from '../memory-host.ts';
import { stat } from './proc-files.ts';

const MAPS = (file: string) => `7f0-7f1 r-xp 0 00:00 0 /env/lib/python3.11/site-packages/${file}\n`;
const EXTENSION = MAPS('lenskit/_accel.abi3.so');
const NUMBA = MAPS('numba/_dispatcher.cpython-311.so');

const python = (pid: number, maps: string, parent = 1, words = 'python\0job.py\0') => ({
  [`/proc/${pid}/stat`]: stat({ parent }),
  [`/proc/${pid}/exe`]: `${LINK}/env/bin/python3.11`,
  [`/proc/${pid}/maps`]: maps,
  [`/proc/${pid}/cmdline`]: words,
});
const found = (files: { [path: string]: string }) => findJobs(memoryHost(files));

describe('the jobs of a machine', () => {
  test('are the main processes of those that have LensKit loaded, or might, by number', () => {
    const worker = 'python\0-c\0x\0--multiprocessing-fork\0';
    expect(
      found({
        ...python(30, EXTENSION),
        ...python(9, EXTENSION),
        ...python(10, EXTENSION, 9, worker),
        ...python(40, NUMBA),
        ...python(12, NUMBA),
        ...python(50, MAPS('torch/lib/libtorch.so')),
      }),
    ).toEqual({ certain: [9, 30], perhaps: [12, 40], unseen: 0, hidden: false });
  });

  test('one that has both is certain, also where a worker has Numba alone', () => {
    const worker = 'python\0-c\0x\0--multiprocessing-fork\0';
    expect(found({ ...python(9, EXTENSION), ...python(10, NUMBA, 9, worker) })).toMatchObject({
      certain: [9],
      perhaps: [],
    });
  });

  test('what may not be looked into is counted; what has no program is none of that', () => {
    const closed = (pid: number, maps: string) => ({ [`/proc/${pid}/stat`]: stat({}), [`/proc/${pid}/maps`]: maps });
    expect(found({ ...closed(7, DENIED), ...closed(8, DENIED), ...closed(9, '') }).unseen).toBe(2);
  });

  test.each([
    ['hidepid=1', 'rw,hidepid=1', DENIED, true],
    ['invisible', 'rw,nosuid,hidepid=invisible', null, true],
    ['one who is shown all', 'rw,hidepid=2', stat({}), false],
    ['no hidepid', 'rw', DENIED, false],
    ['hidepid=0', 'rw,hidepid=0', DENIED, false],
  ])('whether others are hidden: %s', (_, options, first, hidden) => {
    const files = {
      '/proc/self/mounts': `sysfs /sys sysfs rw 0 0\nproc /proc proc ${options} 0 0\n`,
      ...(first === null ? {} : { '/proc/1/stat': first }),
    };
    expect(found({ ...files, ...python(7, EXTENSION) })).toMatchObject({ certain: [7], hidden });
  });
});
