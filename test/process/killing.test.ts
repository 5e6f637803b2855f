import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { killBelow } from '../../src/process/below.ts';
import { killFound } from '../../src/process/killing.ts';
import { type Found, living, processes } from '../../src/process/living.ts';
import { remaining } from '../processes.ts';

const onLinux = process.platform === 'linux' ? describe : describe.skip;

let children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
});

function started(file: string, ...args: string[]): ChildProcess {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  children.push(child);
  return child;
}

const found = (child: ChildProcess): Found => {
  const pid = child.pid as number;
  const now = living(pid);
  if (now === null) throw new Error(`${pid} is gone`);
  return [pid, now];
};

const said = async (child: ChildProcess): Promise<string> =>
  String((await once(child.stdout as object as NodeJS.EventEmitter, 'data'))[0]);

onLinux('a process as proc(5) has it', () => {
  test('its parent, its state, and when it began, whatever it is called', async () => {
    const shell = started('/bin/sh', '-c', 'printf ") Z 1 2 3" > /proc/$$/comm; echo $$; read x');
    expect(Number(await said(shell))).toBe(shell.pid);
    // It has spoken, and does not read yet.
    while (living(shell.pid as number)?.state === 'R') await new Promise((resolve) => setTimeout(resolve, 5));
    const before = living(shell.pid as number);
    expect(before).toMatchObject({ state: 'S', parent: process.pid, began: expect.stringMatching(/^\d+$/) });
    shell.kill('SIGSTOP');
    while (living(shell.pid as number)?.state !== 'T') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(living(shell.pid as number)).toEqual({ ...before, state: 'T' });
    expect([...processes()]).toContainEqual(found(shell));
    expect([...processes()].filter(([pid]) => !(pid > 0))).toEqual([]);
  });

  test('one that began later has a later time; it is that of all its threads', async () => {
    const first = started('/bin/sleep', '60');
    await new Promise((resolve) => setTimeout(resolve, 30));
    const second = started('/bin/sleep', '60');
    expect(Number(found(second)[1].began)).toBeGreaterThan(Number(found(first)[1].began));
    expect(Number(found(first)[1].began)).toBeGreaterThanOrEqual(Number(living(process.pid)?.began));
  });

  test('one that has ended and waits for its parent is none, nor is a number that nobody has', async () => {
    // Of a shell that has become `sleep`, nobody asks for the child.
    const parent = started('/bin/sh', '-c', 'sleep 0 & echo $!; exec sleep 60');
    const zombie = Number(await said(parent));
    expect(await remaining([String(zombie)])).toEqual([]);
    expect(living(zombie)).toBeNull();
    expect([...processes()].map(([pid]) => pid)).not.toContain(zombie);
    expect(living(2 ** 30)).toBeNull();
  });
});

onLinux('killing what is found', () => {
  test('a number that has gone to another process since is left alone', async () => {
    const child = started('/bin/sleep', '60');
    const [pid, now] = found(child);
    killFound(() => [[pid, { ...now, began: String(Number(now.began) - 1) }]]);
    // What is killed takes a moment to end.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(living(pid)).not.toBeNull();
    killFound(() => [[pid, now]]);
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
  });

  test('goes on while something is found: what forks meanwhile', async () => {
    const all = [started('/bin/sleep', '60'), started('/bin/sleep', '60'), started('/bin/sleep', '60')];
    const rounds: Found[][] = all.map((child) => [found(child)]);
    const ends = all.map((child) => once(child, 'exit'));
    let times = 0;
    killFound(() => {
      times++;
      return rounds.shift() ?? [];
    });
    await Promise.all(ends);
    expect(times).toBe(4);
  });

  test('what may not be signalled holds nobody up, and does not go on for ever', async () => {
    const child = started('/bin/sleep', '60');
    const { kill } = process;
    let refused = 0;
    let signalled = 0;
    try {
      process.kill = () => {
        refused++;
        throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
      };
      killFound(() => [found(child), found(child)]);
      process.kill = () => {
        signalled++;
        return true;
      };
      killFound(() => [found(child)]);
    } finally {
      process.kill = kill;
    }
    expect(refused).toBe(2);
    expect(signalled).toBeGreaterThan(10);
    expect(signalled).toBeLessThan(1000);
  });

  test('where there is no /proc nothing is looked for', () => {
    const own = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
    Object.defineProperty(process, 'platform', { ...own, value: 'darwin' });
    try {
      killFound(() => {
        throw new Error('it was looked for');
      });
    } finally {
      Object.defineProperty(process, 'platform', own);
    }
  });
});

onLinux('killing all below a process', () => {
  test('itself, and what is beside it, goes on', async () => {
    const beside = started('/bin/sleep', '60');
    const top = started('/bin/sh', '-c', 'sh -c "sleep 60 & echo \\$!; sleep 60" & read x; echo $x; read y');
    const pids = [(await said(top)).trim()];
    const inner = [...processes()].filter(([, { parent }]) => parent === top.pid).map(([pid]) => String(pid));
    expect(inner).toHaveLength(1);
    killBelow(top.pid as number);
    expect(await remaining([...pids, ...inner])).toEqual([]);
    top.stdin?.write('still here\n');
    expect(await said(top)).toBe('still here\n');
    expect(living(beside.pid as number)).not.toBeNull();
  });
});
