import { describe, expect, test } from '@jest/globals';
import type { TaskReport } from '../../src/documents/nodes.ts';
import { cpusTogether, ratio, threadsTogether } from '../../src/nodes/together.ts';

const task = (more: Partial<TaskReport> = {}): TaskReport => ({
  task: 0,
  alike: 1,
  cpus: 4,
  affinity: '0-3',
  limitedBy: 'none',
  quota: null,
  memoryLimit: null,
  granted: null,
  bound: false,
  threads: 4,
  ...more,
});
const granted = (cpus: number, cpusOnNode: number) => ({ cpus, cpusOnNode, memoryBytes: null, variable: null });

describe('the tasks of a node together', () => {
  test.each<[string, TaskReport[], number | null]>([
    ['none', [], null],
    ['one, that is alone', [task()], 4],
    ['bound, each to its own', [task({ cpus: 2, affinity: '0-1' }), task({ cpus: 2, affinity: '2-3' })], 4],
    ['bound to the same', [task({ cpus: 2, affinity: '0-1' }), task({ cpus: 2, affinity: '0-1' })], 2],
    [
      'not bound, on a node of 64 of which the step has 8',
      [
        task({ cpus: 64, affinity: '0-63', granted: granted(2, 8) }),
        task({ cpus: 64, affinity: '0-63', granted: granted(2, 8) }),
      ],
      8,
    ],
    [
      'in one quota',
      [task({ cpus: 2, quota: { cpus: 1.5, file: 'a' } }), task({ cpus: 2, quota: { cpus: 1.5, file: 'a' } })],
      2,
    ],
    [
      'each in a quota of its own',
      [task({ cpus: 1, quota: { cpus: 1, file: 'a' } }), task({ cpus: 1, quota: { cpus: 1, file: 'b' } })],
      2,
    ],
    ['one in a quota, one in none', [task({ cpus: 1, quota: { cpus: 1, file: 'a' } }), task({ cpus: 4 })], 4],
    ['affinities that are not known', [task({ affinity: null, cpus: 3 }), task({ affinity: null, cpus: 2 })], 5],
    ['many alike', [task({ cpus: 8, affinity: '0-7', alike: 4, granted: granted(1, 4) })], 4],
  ])('%s', (_, tasks, cpus) => {
    expect(cpusTogether(tasks)).toBe(cpus);
  });

  test('threads are those of all; of one that is not known, none', () => {
    expect(threadsTogether([task(), task({ threads: 3 })])).toBe(7);
    expect(threadsTogether([task({ alike: 3 })])).toBe(12);
    expect(threadsTogether([task(), task({ threads: null })])).toBeNull();
    expect(threadsTogether([])).toBeNull();
    expect(ratio(7, 2)).toBe(3.5);
    expect(ratio(null, 2)).toBeNull();
  });
});
