import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allProcesses, treeOf, WatchedTree } from '../../src/live/tree.ts';
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

describe('a tree that is looked at again and again', () => {
  /** A machine of processes by number with their parents, and which of them were read since it was asked last. */
  function machine(parents: { [pid: number]: number }) {
    const files = Object.entries(parents).map(([pid, parent]) => [`/proc/${pid}/stat`, stat({ parent })] as const);
    const host = memoryHost(Object.fromEntries(files));
    const read: number[] = [];
    return {
      host: {
        ...host,
        read: (path: string, limit?: number) => {
          read.push(Number(/\d+/.exec(path)?.[0]));
          return host.read(path, limit);
        },
      },
      read: () => read.splice(0),
    };
  }
  const pids = (tree: WatchedTree, { host }: ReturnType<typeof machine>) => tree.of(host).map(({ pid }) => pid);
  const OTHERS = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [100 + at, 1]));

  test('asks all once, then its own, what is new, and a tenth of the others in turn', () => {
    const tree = new WatchedTree(7);
    const first = machine({ 7: 1, 8: 7, ...OTHERS });
    expect(pids(tree, first)).toEqual([7, 8]);
    expect(first.read()).toHaveLength(102);
    const later = machine({ 7: 1, 8: 7, 9: 8, 300: 1, ...OTHERS });
    expect(pids(tree, later)).toEqual([7, 8, 9]);
    expect(later.read()).toHaveLength(4 + 10);
    // 300 is one of the others now.
    const turns = Array.from({ length: 10 }, () => {
      expect(pids(tree, later)).toEqual([7, 8, 9]);
      return later.read().filter((pid) => pid >= 100);
    });
    expect(turns.map(({ length }) => length).sort()).toEqual([...Array.from({ length: 9 }, () => 10), 11].sort());
    expect(new Set(turns.flat()).size).toBe(101);
  });

  test('a process that has left it is asked in turn, one that is gone is forgotten', () => {
    const tree = new WatchedTree(7);
    pids(tree, machine({ 7: 1, 8: 7, 20: 1 }));
    expect(pids(tree, machine({ 7: 1, 8: 1 }))).toEqual([7]);
    expect(pids(tree, machine({ 7: 1, 8: 1 }))).toEqual([7]);
    // Its number was free, so that it is a new one.
    expect(pids(tree, machine({ 7: 1, 8: 1, 20: 7 }))).toEqual([7, 20]);
    expect(pids(tree, machine({ 8: 1 }))).toEqual([]);
  });

  test('another process of the same number is seen within ten looks, whichever it is', () => {
    for (let pid = 20; pid < 40; pid++) {
      const tree = new WatchedTree(7);
      pids(tree, machine({ 7: 1, [pid]: 1 }));
      const looks = Array.from({ length: 10 }, () => pids(tree, machine({ 7: 1, [pid]: 7 })));
      expect(looks.at(-1)).toEqual([7, pid]);
    }
  });
});
