import { spawn, spawnSync } from 'node:child_process';
import fs, { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { removedAfterUs } from '../../src/files/guard.ts';
import { claim } from '../../src/files/lock.ts';
import { withTree } from '../file-tree.ts';
import { disk, failing, throws } from './disk.ts';

const onLinux = process.platform === 'linux' ? test : test.skip;

describe('a claim', () => {
  const claims = (root: string): string[] => readdirSync(root).filter((name) => name.startsWith('.lk-'));
  const held = (root: string): { [field: string]: unknown } => {
    const release = claim(`${root}/r`, 'x');
    const [name = ''] = claims(root);
    const holder = JSON.parse(readFileSync(`${root}/${name}`, 'utf8')) as { [field: string]: unknown };
    release();
    // What watched over it may remove that name a little later.
    return { ...holder, name: `${name.slice(0, -24)}${'0'.repeat(24)}` };
  };

  test('says who holds it', () =>
    withTree({}, (root) => {
      const { name, ...holder } = held(root);
      expect(name).toMatch(/^\.lk-claim-[0-9a-f]{12}-0{24}$/);
      expect(holder).toEqual({
        host: hostname(),
        machine: expect.stringContaining(`${hostname()} ${process.platform} `),
        pid: process.pid,
        began: process.platform === 'linux' ? expect.stringMatching(/^\d+$/) : expect.anything(),
        since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      });
      if (process.platform === 'linux') {
        const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
        const [pid, time] = ['pid', 'time'].map((name) => fs.readlinkSync(`/proc/self/ns/${name}`));
        expect(holder.machine).toBe(`${hostname()} linux ${boot} ${pid} ${time}`);
        const stat = readFileSync('/proc/self/stat', 'latin1');
        expect(holder.began).toBe(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
      }
      expect(claims(root)).toEqual([]);
    }));

  test('one at a time for a file, each its own for others; what it says of itself is told', () =>
    withTree({}, (root) => {
      const release = claim(`${root}/r`, 'x');
      const other = claim(`${root}/s`, 'x');
      const message = throws(() => claim(`${root}/r`, 'journal'));
      expect(message).toMatch(
        /^journal: written by another run, lk on .*, PID \d+, since .*; wait for it, or name another file$/,
      );
      expect(message).toContain(`lk on ${hostname()}, PID ${process.pid}, since 2`);
      expect(claims(root)).toHaveLength(2);
      release();
      release();
      claim(`${root}/r`, 'x')();
      other();
      expect(claims(root)).toEqual([]);
      expect(throws(() => claim(`${root}/d/r`, 'x'))).toBe('x: not there');
    }));

  onLinux('of a process that has ended, or whose number another has, does not count; any other does', () =>
    withTree({}, async (root) => {
      const { name, ...own } = held(root) as { name: string; machine: string };
      const file = path.join(root, name);
      const gone = spawnSync('true').pid;
      const zombie = spawn('sh', ['-c', 'true & exec sleep 60'], { stdio: 'ignore' });
      const child = (): number => {
        const listed = readFileSync(`/proc/${zombie.pid}/task/${zombie.pid}/children`, 'utf8').trim();
        return Number(listed.split(' ')[0] || 0);
      };
      for (let n = 0; n < 200 && child() === 0; n++) await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, 50));
      const counts = (more: object | string): boolean => {
        writeFileSync(file, typeof more === 'string' ? more : JSON.stringify({ ...own, ...more }));
        const message = throws(() => claim(`${root}/r`, 'x')());
        const isThere = existsSync(file);
        rmSync(file, { force: true });
        expect(isThere).toBe(message !== 'nothing was thrown');
        return isThere;
      };
      expect(counts({ pid: gone })).toBe(false);
      expect(counts({ pid: process.pid, began: '1' })).toBe(false);
      if (child() > 0) expect(counts({ pid: child(), began: '5' })).toBe(false);
      expect(counts({ pid: process.pid, began: null })).toBe(true);
      expect(counts({ pid: process.ppid, began: null })).toBe(true);
      expect(counts({ pid: gone, machine: 'another' })).toBe(true);
      for (const odd of ['', 'x', 'null', '5', '{}', '[]']) expect(counts(odd)).toBe(true);
      for (const field of ['host', 'machine', 'pid', 'since']) expect(counts({ pid: gone, [field]: [] })).toBe(true);
      for (const pid of [0, -1, 1.5, '7']) expect(counts({ pid })).toBe(true);
      zombie.kill('SIGKILL');
    }),
  );

  test('of somebody unknown, and of another machine, is named with its file', () =>
    withTree({}, (root) => {
      const { name, ...own } = held(root) as { name: string };
      const file = path.join(root, name);
      writeFileSync(file, 'x');
      expect(throws(() => claim(`${root}/r`, 'x'))).toBe(
        `x: ${file} claims it for somebody unknown; remove that where nobody writes it`,
      );
      writeFileSync(file, JSON.stringify({ ...own, machine: 'm', host: 'h', pid: 5, since: 's' }));
      expect(throws(() => claim(`${root}/r`, 'x'))).toBe(
        `x: written by another run, lk on h, PID 5, since s; where that has ended, remove ${file}`,
      );
    }));

  test('a disk that takes no claim refuses it, and holds nothing', () =>
    withTree({}, (root) => {
      const refusing = () => {
        throw failing('ENOSPC');
      };
      for (const others of [{ writeSync: refusing }, { renameSync: refusing }, { openSync: refusing }])
        expect(disk(others as Partial<typeof fs>, () => throws(() => claim(`${root}/r`, 'x')))).toBe(
          'x: no space left',
        );
      expect(claims(root)).toEqual([]);
    }));
});

onLinux('a guard removes when it is let go, and nothing else', () =>
  withTree({ '/-a b': '', '/c': '', '/d': '' }, async (root) => {
    const release = removedAfterUs(`${root}/-a b`, `${root}/c`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(readdirSync(root)).toHaveLength(3);
    release();
    release();
    for (let n = 0; n < 300 && readdirSync(root).length > 1; n++) await new Promise((r) => setTimeout(r, 10));
    expect(readdirSync(root)).toEqual(['d']);
  }),
);
