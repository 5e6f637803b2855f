import { describe, expect, test } from '@jest/globals';
import { lookAt } from '../../src/live/look.ts';
import { loadedOf, observeAll, observeLive, observeStanding, workersSince } from '../../src/live/observe.ts';
import { DENIED, memoryHost } from '../memory-host.ts';
import { processFiles } from './proc-files.ts';

const STANDING = { affinities: [{ cpus: '0-1', threads: 2 }], loaded: ['/x.so'], imported: true };
const WORKER = 'python\0-c\0x\0--multiprocessing-fork\0';
const process = (pid: number, parent: number, words: string, began = 100) => ({
  ...processFiles(pid, { parent, began }, { [pid]: { times: '5 0 1\n' } }),
  [`/proc/${pid}/cmdline`]: words,
  [`/proc/${pid}/status`]: 'VmRSS:\t10 kB\n',
});
const JOB = { ...process(7, 1, 'python\0job.py\0'), ...process(8, 7, WORKER, 5000), '/proc/uptime': '60.50 100.00\n' };

describe('two looks at a job', () => {
  test('have what each process is, its memory, what is true of it, and when its workers came', async () => {
    const facts = await observeLive(memoryHost(JOB), { pid: 7, groups: [] }, STANDING, 0.01);
    expect(facts).toMatchObject({
      pid: 7,
      processes: [
        { pid: 7, role: 'main', threads: 1, wanting: 0 },
        { pid: 8, role: 'worker' },
      ],
      memoryBytes: 20 * 1024,
      workersSince: 10.5,
      ...STANDING,
      warnings: [],
    });
    // Not so soon that nothing could have happened.
    expect(facts?.seconds).toBeGreaterThanOrEqual(0.009);
  });

  test('of several jobs are each its own, and null of one that is gone', async () => {
    const host = memoryHost({ ...JOB, ...process(30, 1, 'python\0other.py\0') });
    const jobs = [30, 99, 7].map((pid) => ({ pid, groups: [], standing: { ...STANDING, imported: pid === 7 } }));
    const [other, gone, own] = await observeAll(host, jobs, 0.01);
    expect(other).toMatchObject({ pid: 30, processes: [{ pid: 30 }], imported: false, workersSince: null });
    expect(gone).toBeNull();
    expect(own).toMatchObject({ pid: 7, imported: true });
  });

  test('where the kernel keeps no times of threads say so', async () => {
    const host = memoryHost({ ...JOB, '/proc/7/task/7/schedstat': DENIED, '/proc/8/task/8/schedstat': DENIED });
    const facts = await observeLive(host, { pid: 7, groups: [] }, STANDING, 0.01);
    expect(facts?.warnings).toEqual([expect.stringContaining('the kernel keeps no times of threads (schedstat)')]);
  });
});

test.each([
  ['the last one', { '/proc/uptime': '100.00 5\n' }, { 8: 'worker', 9: 'worker', 10: 'other' }, 100 - 70],
  ['none', { '/proc/uptime': '100.00 5\n' }, { 8: 'other' }, null],
  ['a clock that is behind', { '/proc/uptime': '10.00 5\n' }, { 9: 'worker' }, 0],
  ['no clock', {}, { 9: 'worker' }, null],
  ['no clock that goes', { '/proc/uptime': '0.00 0\n' }, { 9: 'worker' }, null],
] as const)('workers have been there since %s', (_, files, roles, since) => {
  const words = 'x\0';
  const host = memoryHost({
    ...files,
    ...process(7, 1, words),
    ...process(8, 7, words, 5000),
    ...process(9, 7, words, 7000),
    ...process(10, 7, words, 9000),
  });
  const known = new Map(Object.entries(roles).map(([pid, role]) => [Number(pid), role]));
  expect(workersSince(host, lookAt(host, 7), known)).toBe(since);
});

describe('what stays true of a process', () => {
  const HOST = memoryHost({
    '/proc/self/maps': '1-2 r 0 0 1 /env/lenskit/_accel.abi3.so\n3-4 r 0 0 1 /env/a.so\n',
    '/proc/self/task/7/status': 'Cpus_allowed:\tf\nCpus_allowed_list:\t0-3\nx\n',
    '/proc/self/task/8/status': 'Cpus_allowed_list:\t0\n',
    '/proc/self/task/9/status': 'Cpus_allowed_list:\t0-3\n',
    '/proc/self/task/10/status': 'Cpus_allowed_list:\t\n',
    '/proc/self/task/11/status': DENIED,
    '/env/a.so': '',
  });

  test('is where its threads may run, what it has mapped, whether LensKit is there', () => {
    expect(observeStanding(HOST)).toEqual({
      mapped: ['/env/lenskit/_accel.abi3.so', '/env/a.so'],
      affinities: [
        { cpus: '0-3', threads: 2 },
        { cpus: '0', threads: 1 },
      ],
      imported: true,
    });
    expect(observeStanding(memoryHost({}))).toEqual({ mapped: [], affinities: [], imported: false });
  });

  test('pools are loaded whose file is mapped, by whatever link it is named', () => {
    const linked = { ...HOST, realpath: (file: string) => (file === '/link.so' ? '/env/a.so' : null) };
    expect(loadedOf(['/link.so', '/gone.so', '/env/a.so'], ['/env/a.so'], linked)).toEqual(['/link.so', '/env/a.so']);
  });
});
