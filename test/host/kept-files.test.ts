import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { KeptFiles } from '../../src/host/kept-files.ts';
import { thisMachine } from '../../src/host/open.ts';
import { memoryHost } from '../memory-host.ts';

const onLinux = process.platform === 'linux' ? describe : describe.skip;

let child: ChildProcess | null = null;
afterEach(() => void child?.kill('SIGKILL'));

/** A process that sleeps, and the files of it that this program has open. */
async function sleeper(): Promise<{ pid: number; end(): Promise<void>; open(): string[] }> {
  const own = spawn('sleep', ['60']);
  child = own;
  await once(own, 'spawn');
  const pid = own.pid as number;
  // Until it sleeps for good.
  const turns = () => readFileSync(`/proc/${pid}/schedstat`, 'utf8') + readFileSync(`/proc/${pid}/stat`, 'utf8');
  for (let before = ''; before !== turns(); ) {
    before = turns();
    await new Promise((next) => setTimeout(next, 200));
  }
  return {
    pid,
    async end() {
      const ended = once(own, 'exit');
      own.kill('SIGKILL');
      await ended;
    },
    open: () =>
      readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          const file = readlinkSync(`/proc/self/fd/${fd}`);
          return file.startsWith(`/proc/${pid}/`) ? [file] : [];
        } catch {
          return [];
        }
      }),
  };
}

onLinux('files that are kept open', () => {
  test('say what the machine says, each time anew', async () => {
    const machine = thisMachine();
    const kept = new KeptFiles(machine);
    const { pid, open } = await sleeper();
    const files = [`/proc/${pid}/stat`, `/proc/${pid}/task/${pid}/stat`, `/proc/${pid}/task/${pid}/schedstat`];
    for (let round = 0; round < 3; round++)
      for (const file of files) expect(kept.read(file)).toEqual(machine.read(file));
    expect(open().sort()).toEqual([...files].sort());
    const busy = '/proc/self/schedstat';
    expect(kept.read(busy).ok).toBe(true);
    const own = `/proc/${process.pid}/schedstat`;
    const first = kept.read(own);
    for (let turn = 0; turn < 1e6; turn++) Math.sqrt(turn);
    expect(kept.read(own)).not.toEqual(first);
    kept.sweep();
    expect(kept.read(files[0] as string).ok).toBe(true);
    kept.sweep();
    expect(open()).toEqual([files[0]]);
    kept.sweep();
    expect(open()).toEqual([]);
  });

  test('are let go of when their process has ended, which is what the machine says as well', async () => {
    const machine = thisMachine();
    const kept = new KeptFiles(machine);
    const { pid, end, open } = await sleeper();
    const file = `/proc/${pid}/stat`;
    expect(kept.read(file).ok).toBe(true);
    await end();
    expect(kept.read(file)).toEqual(machine.read(file));
    expect(open()).toEqual([]);
  });

  test('are no other files, and none that does not fit', async () => {
    const machine = thisMachine();
    const kept = new KeptFiles(machine);
    const { pid, open } = await sleeper();
    for (const name of ['status', 'maps', 'cmdline', 'fd/0/stat', '../1/stat']) kept.read(`/proc/${pid}/${name}`);
    expect(open()).toEqual([]);
    const file = `/proc/${pid}/stat`;
    expect(kept.read(file, 10)).toEqual(machine.read(file, 10));
  });

  test('below another root nothing is kept', () => {
    const kept = new KeptFiles(memoryHost({ '/proc/1/stat': 'of another machine' }));
    expect(kept.read('/proc/1/stat')).toEqual({ ok: true, text: 'of another machine', utf8: true });
    expect(kept.list('/proc')).toEqual(['1']);
  });
});
