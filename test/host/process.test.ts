import { expect, test } from '@jest/globals';
import { beganOf, isStillThere, runningProcess } from '../../src/host/process.ts';
import { seenFrom } from '../../src/host/seen-from.ts';
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

test('a process is known by when it began, until it has ended', () => {
  const host = (line: Parameters<typeof stat>[0]) => memoryHost({ '/proc/7/stat': stat(line) });
  expect(beganOf(7, host({ began: 12 }))).toBe('12');
  expect(beganOf(7, host({ began: 12, state: 'Z' }))).toBeNull();
  expect(beganOf(8, host({}))).toBeNull();
  expect(isStillThere({ pid: 7, began: '12' }, host({ began: 12 }))).toBe(true);
  expect(isStillThere({ pid: 7, began: '12' }, host({ began: 13 }))).toBe(false);
  expect(isStillThere({ pid: 7, began: '12' }, host({ began: 12, state: 'X' }))).toBe(false);
});

test('a machine is the same with other variables and from another folder, and stays as it was', () => {
  const host = memoryHost({ '/a': 'text' }, { A: '1' });
  const other = seenFrom(host, { env: { B: '2' }, cwd: '/srv' });
  expect([other.env, other.cwd, other.read('/a')]).toEqual([{ B: '2' }, '/srv', host.read('/a')]);
  expect([host.env, host.cwd]).toEqual([{ A: '1' }, '/']);
  expect(seenFrom(host, {})).toMatchObject({ env: { A: '1' }, cwd: '/' });
});
