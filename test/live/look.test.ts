import { describe, expect, test } from '@jest/globals';
import { lookAt } from '../../src/live/look.ts';
import { DENIED, memoryHost } from '../memory-host.ts';
import { processFiles, stat } from './proc-files.ts';

/** A clock that goes on by one at each question. */
function clock(): () => bigint {
  let at = 0n;
  return () => at++;
}

describe('a look', () => {
  test('has the times of each thread of the tree, and when it was read', () => {
    const host = memoryHost({
      ...processFiles(
        7,
        { name: 'python', parent: 1, began: 50 },
        {
          7: { state: 'R', times: '1000 200 3\n' },
          9: { name: 'a) (b', state: 'S', began: 60, times: '30 4 1\n' },
        },
      ),
      ...processFiles(12, { name: 'worker', parent: 7, began: 70 }, { 12: { times: '5 6 7\n' } }),
      ...processFiles(30, { name: 'other', parent: 1 }, { 30: { times: '5 6 7\n' } }),
    });
    expect(lookAt(host, 7, clock())).toEqual({
      at: 0n,
      hidden: false,
      processes: [
        {
          pid: 7,
          parent: 1,
          name: 'python',
          began: '50',
          used: { own: 357, children: 21957 },
          threads: [
            { tid: 7, name: 'python', began: '50', at: 1n, state: 'R', ran: 1000, waited: 200 },
            { tid: 9, name: 'a) (b', began: '60', at: 2n, state: 'S', ran: 30, waited: 4 },
          ],
        },
        {
          pid: 12,
          parent: 7,
          name: 'worker',
          began: '70',
          used: { own: 357, children: 21957 },
          threads: [{ tid: 12, name: 'worker', began: '70', at: 3n, state: 'S', ran: 5, waited: 6 }],
        },
      ],
    });
  });

  test('after another reads half of a thread that has slept, and says the same as a first look', () => {
    const files = processFiles(
      7,
      { began: 50 },
      {
        7: { state: 'R', times: '1000 200 3\n' },
        8: { state: 'S', times: '30 4 1\n' },
        9: { state: 'S', times: '50 4 1\n' },
        10: { state: 'S', times: '0 0 0\n' },
      },
    );
    const earlier = lookAt(memoryHost(files), 7, clock());
    const later = {
      ...files,
      ...processFiles(
        7,
        { began: 50 },
        {
          7: { state: 'R', times: '1000 200 3\n' },
          9: { state: 'D', times: '51 4 2\n' },
          10: { state: 'R', times: '0 0 0\n' },
        },
      ),
    };
    expect(lookAt(memoryHost(later), 7, clock(), earlier)).toEqual(lookAt(memoryHost(later), 7, clock()));
    const { '/proc/7/task/8/stat': _, ...withoutSlept } = later;
    expect(lookAt(memoryHost(withoutSlept), 7, clock(), earlier).processes[0]?.threads.map(({ tid }) => tid)).toContain(
      8,
    );
    const another = { ...later, ...processFiles(7, { began: 51 }, { 8: { state: 'D', times: '30 4 1\n' } }) };
    expect(lookAt(memoryHost(another), 7, clock(), earlier)).toEqual(lookAt(memoryHost(another), 7, clock()));
  });

  test('leaves out threads that have ended, and keeps the process of which the first has', () => {
    const host = memoryHost(
      processFiles(
        7,
        { state: 'Z' },
        {
          7: { state: 'Z', times: '1000 200 3\n' },
          8: { state: 'X', times: '1000 200 3\n' },
          9: { state: 'R', times: '30 4 1\n' },
        },
      ),
    );
    const { processes, hidden } = lookAt(host, 7);
    expect(processes.map(({ threads }) => threads.map(({ tid }) => tid))).toEqual([[9]]);
    expect(hidden).toBe(false);
  });

  test('a process that has ended hides nothing', () => {
    const { processes, hidden } = lookAt(
      memoryHost(processFiles(7, { state: 'Z' }, { 7: { state: 'Z', times: '9 9 9\n' } })),
      7,
    );
    expect(processes).toMatchObject([{ pid: 7, threads: [] }]);
    expect(hidden).toBe(false);
  });

  test('one that is gone is no tree, and one that may not be read is hidden', () => {
    expect(lookAt(memoryHost({}), 7)).toMatchObject({ processes: [], hidden: false });
    expect(lookAt(memoryHost({ '/proc/7/stat': DENIED }), 7)).toMatchObject({ processes: [], hidden: true });
  });

  test.each([
    ['no such file', null],
    ['zeros', '0 0 0\n'],
    ['no answer', DENIED],
    ['something else', 'cpu 1 2 3\n'],
    ['nothing', ''],
    ['numbers that no kernel writes', `${'9'.repeat(400)} 1 1\n`],
  ])('says that there are no times where schedstat is %s', (_, times) => {
    const files = processFiles(7, {}, { 7: { times }, 8: { times } });
    expect(lookAt(memoryHost(files), 7).hidden).toBe(true);
    const some = processFiles(7, {}, { 7: { times: '5 0 1\n' }, 8: { times } });
    expect(lookAt(memoryHost(some), 7).hidden).toBe(false);
  });

  test('a process that has only begun has been on a CPU for no time yet, which hides nothing', () => {
    for (const times of ['0 0 1\n', '0 2598373 1\n', '4000 0 1\n']) {
      expect(lookAt(memoryHost(processFiles(7, {}, { 7: { times } })), 7)).toMatchObject({
        processes: [{ threads: [{ tid: 7 }] }],
        hidden: false,
      });
    }
  });

  test('a thread that waits for its first time on a CPU is there', () => {
    const files = processFiles(7, {}, { 7: { times: '5 0 1\n' }, 8: { state: 'R', times: '0 0 0\n' } });
    expect(lookAt(memoryHost(files), 7).processes[0]?.threads).toMatchObject([
      { tid: 7 },
      { tid: 8, ran: 0, waited: 0 },
    ]);
  });

  test('a thread that ends while it is looked at is left out, and hides nothing', () => {
    const host = memoryHost(processFiles(7, {}, { 7: { times: '5 0 1\n' } }));
    const ending = {
      ...host,
      list: (path: string, limit?: number) => (path === '/proc/7/task' ? ['7', '8'] : host.list(path, limit)),
      read: (path: string) =>
        path === '/proc/7/task/8/stat' ? ({ ok: true, text: stat({}), utf8: true } as const) : host.read(path),
    };
    expect(lookAt(ending, 7).processes[0]?.threads.map(({ tid }) => tid)).toEqual([7]);
    const all = {
      ...ending,
      list: (path: string, limit?: number) => (path === '/proc/7/task' ? ['8'] : host.list(path, limit)),
    };
    expect(lookAt(all, 7)).toMatchObject({ processes: [{ threads: [] }], hidden: false });
  });

  test.each([
    ['a line without its end', '5 1 12', [{ ran: 5, waited: 1 }]],
    ['more than three numbers', '5 1 12 7\n', []],
    ['what is no number', 'x\n', []],
  ])('reads three numbers and nothing else: %s', (_, times, threads) => {
    expect(lookAt(memoryHost(processFiles(7, {}, { 7: { times } })), 7).processes[0]?.threads).toMatchObject(threads);
    expect(lookAt(memoryHost(processFiles(7, {}, { 7: { times } })), 7).processes[0]?.threads).toHaveLength(
      threads.length,
    );
  });

  test('leaves out a thread whose line cannot be read', () => {
    const files = { ...processFiles(7, {}, { 7: { times: '5 0 1\n' } }), '/proc/7/task/9/stat': '' };
    expect(lookAt(memoryHost(files), 7).processes[0]?.threads.map(({ tid }) => tid)).toEqual([7]);
  });

  test('more threads than a folder has names by default', () => {
    const host = memoryHost(processFiles(7, {}, { 7: { times: '5 0 1\n' } }));
    const many = Array.from({ length: 5000 }, (_, n) => String(7 + n));
    const line = processFiles(7, {}, { 7: { times: '5 0 1\n' } });
    const busy = {
      ...host,
      list: (path: string, limit = 4096) => (path === '/proc/7/task' ? many.slice(0, limit) : host.list(path, limit)),
      read: (path: string) =>
        ({ ok: true, text: line[path.replace(/task\/\d+/, 'task/7')] ?? '', utf8: true }) as const,
    };
    expect(lookAt(busy, 7).processes[0]?.threads).toHaveLength(5000);
  });
});
