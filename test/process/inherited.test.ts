import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ignoredSignals } from '../../src/process/inherited.ts';
import { findPython } from './python.ts';

const python = findPython();
const onLinux = process.platform === 'linux' ? describe : describe.skip;

let folder: string;
let children: ChildProcess[] = [];
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lk-inherited-'));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a script as far as its line on descriptor 3, and stays; its number. */
async function standing(file: string, ...args: string[]): Promise<number> {
  const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'ignore', 'pipe'], cwd: folder });
  children.push(child);
  await once(child.stdio[3] as NodeJS.ReadableStream, 'data');
  return child.pid as number;
}
const shell = (script: string): Promise<number> => standing('/bin/sh', '-c', `${script}; (echo >&3); read x <&3`);
/** The same, whose descriptors stay as the script has made them. */
const described = (script: string): Promise<number> =>
  standing('/bin/sh', '-c', `${script}; (echo >&3); exec sleep 60`);

onLinux('the signals that were ignored when this program was started', () => {
  /** Nothing of the process that runs the tests counts. */
  const plain = (): Promise<number> => described('exec < /dev/zero');

  test.each([
    ['a shell that ignores nothing', 'true', []],
    ['that ignores SIGHUP', "trap '' HUP", ['SIGHUP']],
    ['that ignores SIGINT', "trap '' INT", ['SIGINT', 'SIGQUIT']],
    ['that ignores both', "trap '' HUP INT", ['SIGHUP', 'SIGINT', 'SIGQUIT']],
    ['that ignores SIGUSR1', "trap '' USR1", ['SIGUSR1']],
    ['that ignores SIGUSR2', "trap '' USR2", ['SIGUSR2']],
    // SIGQUIT is 3, SIGTERM 15: neither is asked for.
    ['that ignores others', "trap '' QUIT TERM SEGV PIPE", []],
    [
      'that ignores all',
      "trap '' HUP INT QUIT TERM USR1 USR2 PIPE",
      ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'],
    ],
  ])('by the parent: %s', async (_, script, wanted) => {
    expect(ignoredSignals({}, await shell(script), await plain())).toEqual(wanted);
  });

  test.each(['sh', 'ash', 'bash', 'dash', 'ksh', 'mksh', 'yash', 'zsh', '-bash'])(
    'SIGINT by what is called %s, which is a shell',
    async (name) => {
      const parent = await shell(`trap '' INT; printf %s ${name} > /proc/$$/comm`);
      expect(ignoredSignals({}, parent, await plain())).toEqual(['SIGINT', 'SIGQUIT']);
    },
  );

  test.each(['python3', 'make', 'bas', 'bash-x', 'b-ash'])(
    'SIGINT by %s says nothing: it ignores it while a command runs',
    async (name) => {
      const parent = await shell(`trap '' INT HUP; printf %s ${name} > /proc/$$/comm`);
      expect(ignoredSignals({}, parent, await plain())).toEqual(['SIGHUP']);
    },
  );

  (python === null ? test.skip : test)('a parent that handles or blocks a signal does not ignore it', async () => {
    const code = `import os, signal
for one in (signal.SIGHUP, signal.SIGINT): signal.signal(one, lambda *_: None)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
open("/proc/self/comm", "w").write("sh")
os.write(3, b"1"); os.read(3, 1)`;
    expect(ignoredSignals({}, await standing(python as string, '-c', code), await plain())).toEqual([]);
  });

  test.each([
    ['/usr/bin/nohup', ['SIGHUP']],
    ['nohup', ['SIGHUP']],
    ['/usr/bin/node', []],
    ['/opt/nohup/node', []],
    [undefined, []],
  ])('by the variable that the shell leaves: _=%s', async (left, wanted) => {
    const parent = await shell('true');
    expect(ignoredSignals(left === undefined ? {} : { _: left }, parent, await plain())).toEqual(wanted);
  });

  test.each([
    // nohup(1): a terminal as standard input becomes an unreadable file, as standard output nohup.out.
    ['standard input for writing alone', 'exec < /dev/zero 0> /dev/null', ['SIGHUP']],
    ['standard output to nohup.out', 'exec > nohup.out < /dev/zero', ['SIGHUP']],
    ['standard error to nohup.out', 'exec 2> ./nohup.out < /dev/zero', ['SIGHUP']],
    ['standard input from /dev/null, as with `< /dev/null`', 'exec < /dev/null', []],
    ['from and to /dev/null', 'exec 0<> /dev/null', []],
    ['another file, for writing', 'exec 0> other', []],
    ['output to files of other names', 'exec > nohup.out2 2> my-nohup.out < /dev/zero', []],
    ['standard input is nohup.out itself', 'touch nohup.out; exec < nohup.out', []],
    ['closed', 'exec <&- >&- 2>&-', []],
    ['a device that is no /dev/null, for writing', 'exec 0> /dev/zero', []],
  ])('by what nohup makes of a terminal: %s', async (_, script, wanted) => {
    const parent = await shell('true');
    expect(ignoredSignals({}, parent, await described(script))).toEqual(wanted);
  });

  test('nobody is there to ask: none', () => {
    expect(ignoredSignals({}, 2 ** 30, 2 ** 30)).toEqual([]);
  });
});
