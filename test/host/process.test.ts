import { expect, test } from '@jest/globals';
import { runningProcess } from '../../src/host/process.ts';
import { stat } from '../live/proc-files.ts';
import { memoryHost } from '../memory-host.ts';

const refused = (pid: number, files: { [path: string]: string }) => () =>
  runningProcess(pid, `--pid ${pid}`, memoryHost(files));

test('a thread of the kernel is said to be one, whether Linux shows its environment as empty or not at all', () => {
  const words = /^--pid 10: a thread of the kernel, which runs no program$/;
  const thread = { '/proc/10/stat': stat({ name: 'kworker/0:1', parent: 2 }) };
  expect(refused(10, thread)).toThrow(words);
  expect(refused(10, { ...thread, '/proc/10/environ': '', '/proc/10/cmdline': '' })).toThrow(words);
  expect(refused(2, { '/proc/2/stat': stat({ name: 'kthreadd', parent: 0 }) })).toThrow(/a thread of the kernel/);
  // A process that is just going has nothing, either.
  expect(refused(10, { '/proc/10/stat': stat({ parent: 7 }) })).toThrow(/^--pid 10: no such process$/);
});
