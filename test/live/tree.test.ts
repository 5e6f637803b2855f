import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allProcesses, treeOf } from '../../src/live/tree.ts';
import { DENIED, memoryHost } from '../memory-host.ts';
import { stat } from './proc-files.ts';

const NONE = { own: 0, children: 0 };
/** Of the lines that `stat` makes: user and system time added. */
const USED = { own: 357, children: 21957 };

describe('all processes', () => {
  test('are the folders of /proc whose names are numbers, but for those that are gone or may not be read', () => {
    const host = memoryHost({
      '/proc/1/stat': stat({ name: 'init', state: 'S', parent: 0, began: 12 }),
      '/proc/20/stat': stat({ name: 'a) Z (b', state: 'R', parent: 1, began: 90 }),
      '/proc/21/stat': stat({ name: 'sh', state: 'Z', parent: 20, began: 91 }),
      '/proc/22/stat': '',
      '/proc/23/stat': DENIED,
      '/proc/24/comm': 'gone meanwhile\n',
      '/proc/self/stat': stat({ parent: 1 }),
      '/proc/007/stat': stat({ parent: 1 }),
      '/proc/25x/stat': stat({ parent: 1 }),
      '/proc/sys/kernel/pid_max': '32768\n',
    });
    expect(allProcesses(host)).toEqual([
      { pid: 1, name: 'init', state: 'S', parent: 0, began: '12', used: USED },
      { pid: 20, name: 'a) Z (b', state: 'R', parent: 1, began: '90', used: USED },
      { pid: 21, name: 'sh', state: 'Z', parent: 20, began: '91', used: USED },
    ]);
  });

  test('are seen where there are many thousand', () => {
    const pids = Array.from({ length: 10_000 }, (_, n) => n + 1);
    const line = stat({ parent: 0 });
    const none = memoryHost({});
    const host = {
      ...none,
      list: (_: string, limit = 4096) => pids.map(String).slice(0, limit),
      read: () => ({ ok: true, text: line, utf8: true }) as const,
    };
    expect(allProcesses(host)).toHaveLength(10_000);
  });

  test('are none where there is no /proc', () => {
    expect(allProcesses(memoryHost({}))).toEqual([]);
  });
});

describe('the tree of a process', () => {
  const parents = fc.array(fc.nat({ max: 30 }), { minLength: 31, maxLength: 31 });

  test('is itself first, and then whoever has its parent in it, each once', () => {
    fc.assert(
      fc.property(parents, fc.nat({ max: 30 }), (given, root) => {
        const all = given.map((parent, pid) => ({ pid, parent, name: 'x', state: 'S', began: '1', used: NONE }));
        const [first, ...others] = treeOf(root, all);
        expect(first?.pid).toBe(root);
        const inside = new Set([root, ...others.map(({ pid }) => pid)]);
        expect(inside.size).toBe(1 + others.length);
        for (const { pid, parent } of all) {
          if (pid !== root) expect(inside.has(pid) && !inside.has(parent)).toBe(false);
          if (inside.has(parent)) expect(inside.has(pid)).toBe(true);
        }
      }),
    );
  });

  test('is empty where it is gone, though there are some that say it is their parent', () => {
    expect(treeOf(7, [{ pid: 8, parent: 7, name: 'x', state: 'S', began: '1', used: NONE }])).toEqual([]);
    expect(treeOf(0, [{ pid: 1, parent: 0, name: 'init', state: 'S', began: '1', used: NONE }])).toEqual([]);
  });
});
