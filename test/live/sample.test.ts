import { describe, expect, test } from '@jest/globals';
import { sampleOf } from '../../src/live/sample.ts';
import { WatchedTree } from '../../src/live/tree.ts';
import { memoryHost } from '../memory-host.ts';
import { processFiles } from './proc-files.ts';

const JOB = {
  ...processFiles(7, {}, { 7: { times: '5 0 1\n' }, 8: { times: '6 0 1\n' } }),
  '/proc/7/task/7/status': 'voluntary_ctxt_switches:\t90\nnonvoluntary_ctxt_switches:\t12\n',
  '/proc/7/task/8/status': 'Name:\tx\n',
};
type Groups = Parameters<typeof sampleOf>[2];
const groups = (...directories: string[]) => directories.map((directory) => ({ directory })) as unknown as Groups;
const counters = (files: { [path: string]: string }, own: Groups = []) =>
  sampleOf(memoryHost({ ...JOB, ...files }), 7, own).counters;

describe('counters beside the threads', () => {
  test('of quotas: of each group that counts, from its own up', () => {
    const files = {
      '/cpu/a/b/cpu.stat': 'nr_periods 100\nnr_throttled 7\nthrottled_time 9\n',
      '/cpu/a/cpu.stat': 'usage_usec 5\n',
      '/cpu/cpu.stat': 'nr_periods 3\nnr_throttled 0\n',
      '/cpu/half/cpu.stat': 'nr_periods 3\n',
      '/cpu/other/cpu.stat': 'nr_throttled 3\n',
    };
    expect(counters(files, groups('/cpu/a/b', '/cpu/a', '/cpu')).quotas).toEqual([
      { periods: 100, throttled: 7 },
      { periods: 3, throttled: 0 },
    ]);
    expect(counters(files, groups('/cpu/a', '/cpu/half', '/cpu/other', '/cpu/none')).quotas).toBeNull();
    expect(counters(files).quotas).toBeNull();
  });

  test.each([
    // Guests are in user and nice already.
    [
      'cpu  10 1 2 100 20 3 4 5 900 900\ncpu0 1 2 3 4\ncpu10 1 2 3 4\nintr 5 cpu1 0\n',
      { busy: 25, idle: 120, cpus: 2 },
    ],
    ['cpu  10 1 2 100 20\ncpu0 1\n', { busy: 13, idle: 120, cpus: 1 }],
    ['cpu  10 1 2 100\ncpu0 1\n', null],
    ['cpu  10 1 2 100 x 3 4 5\n', null],
    ['cpu0 10 1 2 100 20 3 4 5\n', null],
    ['', null],
  ])('of the machine: %j', (text, expected) => {
    expect(counters({ '/proc/stat': text }).machine).toEqual(expected);
  });

  test('of the machine, where there is none, and a file of many CPUs', () => {
    expect(counters({}).machine).toBeNull();
    const line = 'cpu  1 1 1 1 1 1 1 1 0 0\n';
    const many = Array.from({ length: 4096 }, (_, at) => `cpu${at} 1 1 1 1 1 1 1 1 0 0\n`).join('');
    expect(counters({ '/proc/stat': line + many }).machine).toEqual({ busy: 6, idle: 2, cpus: 4096 });
  });

  test('of pressure: in which some waited, on the machine and in the own group', () => {
    const psi = (some: string) => `some avg10=0.00 avg60=1.00 total=${some}\nfull avg10=0.00 total=99\n`;
    const files = {
      '/proc/pressure/cpu': psi('1234'),
      '/cpu/a/cpu.pressure': psi('56'),
      '/cpu/cpu.pressure': psi('78'),
      '/cpu/none/cpu.pressure': 'full avg10=0.00 some total=99\n',
      '/cpu/odd/cpu.pressure': psi('5 x'),
    };
    const own = (...directories: string[]) => counters(files, groups(...directories)).pressure;
    expect(own('/cpu/a', '/cpu')).toEqual({ machine: 1234, cgroup: 56 });
    for (const directory of ['/cpu/none', '/cpu/odd', '/cpu/gone'])
      expect(own(directory)).toEqual({ machine: 1234, cgroup: null });
    expect(own()).toEqual({ machine: 1234, cgroup: null });
    expect(counters({}).pressure.machine).toBeNull();
  });

  test('of switches: each thread its own, and not where it is looked at again and again', () => {
    const host = memoryHost(JOB);
    expect([...sampleOf(host, 7, []).counters.switches]).toEqual([
      [7, 12],
      [8, 0],
    ]);
    const again = sampleOf(host, 7, [], { earlier: null, tree: new WatchedTree(7) });
    expect(again.counters.switches.size).toBe(0);
    expect(again.look.processes).toMatchObject([{ pid: 7, threads: [{ tid: 7 }, { tid: 8 }] }]);
    expect(sampleOf(memoryHost({}), 7, []).counters.switches.size).toBe(0);
  });
});
