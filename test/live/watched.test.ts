import { describe, expect, test } from '@jest/globals';
import type { Host } from '../../src/host/host.ts';
import { WatchedJob } from '../../src/live/watched.ts';
import { memoryHost } from '../memory-host.ts';
import { type ProcessLine, processFiles } from './proc-files.ts';

const EXTENSION = '7f0-7f1 r-xp 0 00:00 0 /env/lib/python3.11/site-packages/lenskit/_accel.abi3.so\n';
const PYTHON = 'python\0train.py\0';
const WORKER = 'python\0-c\0x\0--multiprocessing-fork\0';

/** A machine whose files may be others at the next look. */
function machine(files: { [path: string]: string }): { host: Host; become(files: { [path: string]: string }): void } {
  let now = memoryHost(files);
  const asked: { [name: string]: unknown } = {};
  const host = new Proxy(asked, { get: (_, name) => now[name as keyof Host] }) as unknown as Host;
  return { host, become: (later) => (now = memoryHost(later)) };
}

const one = (pid: number, ran: number, { line = {}, words = PYTHON, maps = '' }: Given = {}) => ({
  ...processFiles(pid, line, { [pid]: { times: `${ran} 0 1\n` } }),
  [`/proc/${pid}/cmdline`]: words,
  [`/proc/${pid}/maps`]: maps,
  [`/proc/${pid}/status`]: 'VmRSS:\t10 kB\n',
});
interface Given {
  line?: ProcessLine;
  words?: string;
  maps?: string;
}

const watched = (host: Host, imported = true) =>
  new WatchedJob(host, { pid: 7, groups: [] }, { affinities: [], loaded: [], imported });

describe('a job that is watched', () => {
  test('is the same process from look to look, by the time of its start', () => {
    const { host, become } = machine(one(7, 1000));
    const job = watched(host);
    become(one(7, 2000));
    expect(job.look()).toMatchObject({ pid: 7, processes: [{ pid: 7, role: 'main' }], memoryBytes: 10240 });
    become(one(7, 10, { line: { began: 999 } }));
    expect(job.look()).toBeNull();
  });

  test('has ended when there is none of its number, or it waits for its parent', () => {
    const { host, become } = machine(one(7, 1000));
    const [gone, zombie] = [watched(host), watched(host)];
    become(processFiles(7, { state: 'Z' }, { 7: { state: 'Z', times: '1000 0 1\n' } }));
    expect(zombie.look()).toBeNull();
    become(one(8, 5));
    expect(gone.look()).toBeNull();
  });

  test('tells workers that have LensKit from those that are starting', () => {
    const main = one(7, 1000);
    const worker = (pid: number, maps: string) => one(pid, 5, { line: { parent: 7 }, words: WORKER, maps });
    const { host, become } = machine({ ...main, ...worker(8, EXTENSION), ...worker(9, '') });
    const job = watched(host);
    const roles = () => job.look()?.processes.map(({ role }) => role);
    expect(job.look()).toMatchObject({ workersLoaded: 1 });
    become({ ...main, ...worker(8, ''), ...worker(9, EXTENSION) });
    // What was loaded stays so, and is not read again.
    expect(job.look()).toMatchObject({ workersLoaded: 2 });
    become({ ...main, ...worker(9, EXTENSION) });
    expect(job.look()).toMatchObject({ workersLoaded: 1 });
    expect(roles()).toEqual(['main', 'worker']);
    // Its number is another's since.
    become({ ...main, ...one(9, 5, { line: { parent: 7, began: 5000 }, words: 'sh\0' }) });
    expect(roles()).toEqual(['main', 'other']);
  });

  test('a program that is started in the place of another has a role of its own', () => {
    const child = (name: string, words: string) => one(8, 5, { line: { parent: 7, name }, words });
    const { host, become } = machine({ ...one(7, 1000), ...child('sh', 'sh\0') });
    const job = watched(host);
    expect(job.look()?.processes[1]?.role).toBe('other');
    become({ ...one(7, 1000), ...child('ray::task', 'ray::task\0') });
    expect(job.look()?.processes[1]?.role).toBe('ray');
  });

  test('LensKit is looked for until it is there', () => {
    const { host, become } = machine(one(7, 1000));
    const job = watched(host, false);
    expect(job.hasImported()).toBe(false);
    become(one(7, 1000, { maps: EXTENSION }));
    expect(job.hasImported()).toBe(true);
    expect(job.look()).toMatchObject({ imported: false, workersLoaded: 0 });
  });

  test('LensKit is looked for only where something was mapped since', () => {
    const size = (pages: number) => ({ '/proc/7/statm': `${pages} 50 20 1 0 9 0\n` });
    const { host, become } = machine({ ...one(7, 1000), ...size(100) });
    const job = watched(host, false);
    expect(job.hasImported()).toBe(false);
    become({ ...one(7, 1000, { maps: EXTENSION }), ...size(100) });
    expect(job.hasImported()).toBe(false);
    become({ ...one(7, 1000, { maps: EXTENSION }), ...size(101) });
    expect(job.hasImported()).toBe(true);
    // What is known to be there is not asked for.
    expect(watched(machine(one(7, 1)).host).hasImported()).toBe(true);
  });

  test('four workers are asked at each look whether they have LensKit; others are no workers', () => {
    const files = [8, 9, 10, 11, 12, 13].map((pid) =>
      one(pid, 5, { line: { parent: 7 }, words: WORKER, maps: EXTENSION }),
    );
    const other = one(14, 5, { line: { parent: 7 }, words: 'sh\0', maps: EXTENSION });
    const job = watched(machine(Object.assign({}, one(7, 1000), other, ...files)).host);
    expect([job.look(), job.look(), job.look()].map((look) => look?.workersLoaded)).toEqual([4, 6, 6]);
  });
});
