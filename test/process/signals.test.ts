import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Interrupted } from '../../src/process/signals.ts';
import { findPython } from './python.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
const STATUSES = {
  ...{ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 },
  SIGUSR1: 128 + constants.signals.SIGUSR1,
  SIGUSR2: 128 + constants.signals.SIGUSR2,
};

const { exit } = process;
const left = process.env._;
const parent = Object.getOwnPropertyDescriptor(process, 'ppid') as PropertyDescriptor;
let statuses: unknown[] = [];

/** As the program is when it has just been started: nothing listens, and whoever started it ignores nothing. */
beforeEach(() => {
  jest.resetModules();
  Object.defineProperty(process, 'ppid', { ...parent, value: 2 ** 30 });
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  statuses = [];
  process.exit = (code) => {
    statuses.push(code);
    throw new Error('the program is gone');
  };
});
afterEach(() => {
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  process.exit = exit;
  Object.defineProperty(process, 'ppid', parent);
  if (left === undefined) delete process.env._;
  else process.env._ = left;
});

const signals = () => import('../../src/process/signals.ts');
const listeners = (): number[] => SIGNALS.map((signal) => process.listenerCount(signal));

describe('a signal', () => {
  test('is heard from the first thing on that must not be cut off, by one listener each, until the end', async () => {
    const { interruptible } = await signals();
    expect(listeners()).toEqual([0, 0, 0, 0, 0]);
    for (let times = 0; times < 3; times++) {
      await interruptible(
        async () => expect(listeners()).toEqual([1, 1, 1, 1, 1]),
        () => {},
      );
    }
    expect(listeners()).toEqual([1, 1, 1, 1, 1]);
  });

  test.each(SIGNALS)('%s when nothing is under way is an error with its status', async (signal) => {
    const { interruptible, Interrupted } = await signals();
    const interrupted = (): never => {
      throw new Error('it was interrupted');
    };
    await interruptible(async () => {}, interrupted);
    await interruptible(() => Promise.reject(new Error('x')), interrupted).catch(() => {});
    let thrown: unknown;
    try {
      process.emit(signal);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Interrupted);
    expect((thrown as Interrupted).exitStatus).toBe(STATUSES[signal]);
  });

  test('within another thing is the inner one’s, after it the outer one’s again', async () => {
    const { interruptible } = await signals();
    const told: string[] = [];
    const outer = await interruptible(
      async () => {
        const inner = await interruptible(
          async () => process.emit('SIGINT'),
          () => told.push('inner'),
        );
        expect(inner).toEqual({ done: true, status: 130 });
        expect(told).toEqual(['inner']);
        process.emit('SIGTERM');
      },
      () => told.push('outer'),
    );
    expect([outer.status, told, statuses]).toEqual([143, ['inner', 'outer'], []]);
  });

  test('SIGUSR1 is heard from the start, so that Node opens no debugger; then by what is under way alone', async () => {
    const { interruptible, refuseDebugger, Interrupted } = await signals();
    refuseDebugger();
    expect(listeners()).toEqual([0, 0, 0, 1, 0]);
    expect(() => process.emit('SIGUSR1')).toThrow(Interrupted);
    let times = 0;
    const { status } = await interruptible(
      async () => process.emit('SIGUSR1'),
      () => times++,
    );
    expect([status, times]).toEqual([STATUSES.SIGUSR1, 1]);
  });

  // signal(7); a terminal that goes away is told of twice.
  test.each([
    [['SIGINT', 'SIGINT'], [130]],
    [['SIGTERM', 'SIGTERM'], [143]],
    [['SIGHUP', 'SIGHUP'], []],
    [['SIGHUP', 'SIGHUP', 'SIGTERM'], [143]],
    [['SIGINT', 'SIGHUP'], [129]],
    [['SIGTERM', 'SIGINT'], [130]],
  ] as const)('%j: the second ends the program at once, but for SIGHUP after SIGHUP', async (sent, wanted) => {
    const { interruptible } = await signals();
    let times = 0;
    await interruptible(
      async () => {
        for (const signal of sent) process.emit(signal);
      },
      () => times++,
    ).catch(() => {});
    expect([statuses, times]).toEqual([wanted, 1]);
  });
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a signal that was ignored when the program was started', () => {
  test('is ignored from then on: it ends nothing, and interrupts nothing', async () => {
    process.env._ = '/usr/bin/nohup';
    const { interruptible, keepIgnored } = await signals();
    expect([...keepIgnored()]).toEqual(['SIGHUP']);
    // Node would end the program by a signal that nobody listens to.
    expect(listeners()).toEqual([0, 0, 1, 0, 0]);
    expect(keepIgnored()).toBe(keepIgnored());
    expect(listeners()).toEqual([0, 0, 1, 0, 0]);
    const sent = async (signal: NodeJS.Signals) => {
      let times = 0;
      const { status } = await interruptible(
        async () => process.emit(signal),
        () => times++,
      );
      return [times, status];
    };
    expect(await sent('SIGHUP')).toEqual([0, null]);
    expect(await sent('SIGTERM')).toEqual([1, 143]);
    expect(listeners()).toEqual([1, 1, 1, 1, 1]);
    expect(() => process.emit('SIGHUP')).not.toThrow();
  });

  test('is told to the launcher, by the name that Python has for it without SIG', async () => {
    const python = findPython();
    if (python === null) return;
    process.env._ = 'nohup';
    const folder = mkdtempSync(path.join(tmpdir(), 'lk-signals-'));
    const echo = path.join(folder, 'echo.py');
    writeFileSync(
      echo,
      'import json, sys\nprint("{}", flush=True)\nsys.stdin.readline()\nprint(json.dumps({"output": " ".join(sys.argv[1:]), "kept": []}), flush=True)',
    );
    try {
      const { Launcher } = await import('../../src/process/launcher.ts');
      const launcher = await Launcher.start(python, echo);
      expect((await launcher.run({ argv: ['x'], env: {}, timeout: null })).output).toBe('HUP');
      await launcher.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
