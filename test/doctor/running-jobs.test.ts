import { expect, test } from '@jest/globals';
import { observeJobs } from '../../src/doctor/running-jobs.ts';
import { stat } from '../live/proc-files.ts';
import { PROGRAM } from '../machine.ts';
import { DENIED, LINK, memoryHost } from '../memory-host.ts';

const job = (state: string, environ: string) =>
  memoryHost({
    '/proc/7/stat': stat({ state }),
    '/proc/7/exe': `${LINK}/env/bin/python3.11`,
    '/proc/7/maps': '1-2 r 0 0 1 /env/lib/python3.11/site-packages/lenskit/_accel.abi3.so\n',
    '/proc/7/cmdline': 'python\0job.py\0',
    '/proc/7/environ': environ,
  });
const failed = async (state: string, environ: string) =>
  (await observeJobs(job(state, environ), 0.01, PROGRAM, (value) => value)).failed;

test('a job that cannot be looked at is listed with why, and one that has ended meanwhile is not', async () => {
  expect(await failed('S', DENIED)).toEqual([
    { pid: 7, why: expect.stringMatching(/^PID 7: its environment may not/) },
  ]);
  expect(await failed('Z', '')).toEqual([]);
});
