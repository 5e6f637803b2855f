import { spawnSync } from 'node:child_process';
import fs, {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import os, { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Host } from '../../src/host/host.ts';
import { lineAfter, numberAfter } from '../../src/host/lines.ts';
import { machineBelow, thisMachine, workingDirectory } from '../../src/host/open.ts';
import { withTree } from '../file-tree.ts';

const linux = process.platform === 'linux';
const onLinux = linux ? test : test.skip;

/** Another function in the place of one of a module's, while something runs. */
function instead<M, K extends keyof M, T>(module: M, name: K, other: M[K], run: () => T): T {
  const own = module[name];
  module[name] = other;
  try {
    return run();
  } finally {
    module[name] = own;
  }
}

const throwing = (error: unknown) => (): never => {
  throw error;
};

describe('whatever the disk refuses becomes a reason', () => {
  const refused = (error: unknown): unknown =>
    instead(fs, 'openSync', throwing(error), () => thisMachine().read(process.execPath));

  test.each([
    ['ENOENT', 'missing', 'not there'],
    ['ENOTDIR', 'missing', 'not there'],
    ['ENAMETOOLONG', 'missing', 'not there'],
    ['EACCES', 'denied', 'permission denied'],
    ['EPERM', 'denied', 'permission denied'],
    ['ELOOP', 'loop', 'too many symbolic links'],
    ['EISDIR', 'not a file', 'not a file'],
    ['ENXIO', 'not a file', 'not a file'],
    // no word of its own
    ['EMFILE', 'failed', 'EMFILE'],
    ['constructor', 'failed', 'constructor'],
  ])('%s is %s', (code, reason, words) => {
    const detail = `${process.execPath}: ${words}`;
    expect(refused(Object.assign(new Error('no'), { code }))).toEqual({ ok: false, reason, detail });
  });

  test.each([[null], [new Error('no')], ['no']])('%s is thrown', (error) => {
    expect(refused(error)).toEqual({ ok: false, reason: 'failed', detail: `${process.execPath}: unknown` });
  });

  test('a name with a zero in it is no path', () => {
    for (const host of [thisMachine(), machineBelow('/')]) {
      expect(host.read('/a\0b')).toEqual({ ok: false, reason: 'missing', detail: '"/a\\u0000b": not a path' });
      expect(host.kind('/a\0b')).toBeNull();
    }
  });
});

describe('below a root', () => {
  const inRoot = (run: (host: Host, root: string) => void): Promise<void> =>
    withTree({ '/b/c/file': 'deep', '/b/file': 'text', '/top': 'top' }, (root) => run(machineBelow(root), root));

  test.each([
    ['/b/c/../file', 'text'],
    ['/b/c/../../top', 'top'],
    ['/b//c//file', 'deep'],
    ['//top', 'top'],
    ['/b/./../top', 'top'],
    ['/b//../top', 'top'],
    ['/../../top', 'top'],
    ['/b/c/./file', 'deep'],
  ])('%s', (file, text) => inRoot((host) => expect(host.read(file)).toMatchObject({ ok: true, text })));

  test.each([
    ['/b/', 'directory'],
    ['/b/.', 'directory'],
    ['/b/c/..', 'directory'],
    ['/', 'directory'],
    ['/..', 'directory'],
  ])('%s is a %s', (file, kind) => inRoot((host) => expect(host.kind(file)).toBe(kind)));

  test('a relative link begins in its own folder, whatever it ends with', () =>
    inRoot((host, root) => {
      symlinkSync('c/', path.join(root, 'b/slash'));
      symlinkSync('file', path.join(root, 'b/here'));
      symlinkSync('/b/c', path.join(root, 'b/absolute'));
      expect(host.read('/b/slash/file')).toMatchObject({ text: 'deep' });
      expect(host.read('/b/here')).toMatchObject({ text: 'text' });
      expect(host.read('/b/absolute/file')).toMatchObject({ text: 'deep' });
      expect(host.realpath('/b/slash/../here')).toBe('/b/file');
    }));

  test('a path as long as the kernel takes none is not there', () =>
    inRoot((host) => {
      const long = (length: number): string => `${'/'.repeat(length - 'top'.length)}top`;
      expect(host.read(long(4095))).toMatchObject({ ok: true, text: 'top' });
      expect(host.read(long(4096))).toMatchObject({ ok: false, reason: 'missing' });
    }));

  test('an answer does not change with those before it', () =>
    inRoot((host) => {
      for (let round = 0; round < 2; round++) {
        expect(host.read('/b/c/file')).toMatchObject({ text: 'deep' });
        expect(host.read('/b/file')).toMatchObject({ text: 'text' });
        expect(host.read('/b/c/nothing')).toMatchObject({ reason: 'missing' });
      }
    }));
});

describe('reading', () => {
  test('no more bytes than are wanted, and one to know that there are more', () =>
    withTree({ '/long': 'x'.repeat(100_000) }, (root) => {
      const { readSync } = fs;
      const read = (limit: number): number => {
        let total = 0;
        const counting = ((...args: Parameters<typeof readSync>) => {
          const read = readSync(...args);
          total += read;
          return read;
        }) as typeof readSync;
        const answer = instead(fs, 'readSync', counting, () => machineBelow(root).read('/long', limit));
        expect(answer).toMatchObject({ ok: false, reason: 'too large' });
        return total;
      };
      expect(read(0)).toBe(1);
      expect(read(10)).toBe(11);
      expect(read(50_000)).toBe(50_001);
    }));

  test('says whether it was UTF-8, also where the text has the mark of what is none', () =>
    withTree({ '/mark': 'a\ufffdb', '/none': Buffer.from([0x61, 0xff]), '/plain': 'ü' }, (root) => {
      const host = machineBelow(root);
      expect(host.read('/mark')).toEqual({ ok: true, text: 'a\ufffdb', utf8: true });
      expect(host.read('/none')).toEqual({ ok: true, text: 'a\ufffd', utf8: false });
      expect(host.read('/plain')).toEqual({ ok: true, text: 'ü', utf8: true });
    }));

  onLinux('leaves nothing open', () =>
    withTree({ '/d/file': 'x' }, (root) => {
      const host = machineBelow(root);
      const open = (): number => fs.readdirSync('/proc/self/fd').length;
      host.read('/d/file');
      const before = open();
      for (let round = 0; round < 50; round++) {
        host.read('/d/file');
        host.read('/d/file', 0);
        host.list('/d');
        host.list('/d', 0);
      }
      expect(open()).toBeLessThan(before + 25);
    }),
  );

  onLinux('asks the kernel about this machine: what only it can follow is found', () =>
    withTree({ '/gone': 'still open' }, (root) => {
      const handle = fs.openSync(path.join(root, 'gone'), 'r');
      try {
        unlinkSync(path.join(root, 'gone'));
        expect(thisMachine().read(`/proc/self/fd/${handle}`)).toMatchObject({ ok: true, text: 'still open' });
        expect(thisMachine().read(`${'/'.repeat(4094)}proc`)).toMatchObject({ ok: false, reason: 'missing' });
      } finally {
        fs.closeSync(handle);
      }
    }),
  );

  test('executable is what may be executed', () =>
    withTree({ '/d/program': '#!/bin/sh\n', '/plain': '' }, (root) => {
      chmodSync(path.join(root, 'd/program'), 0o755);
      for (const [host, base] of [[machineBelow(root), ''] as const, [thisMachine(), root] as const]) {
        expect(host.isExecutable(`${base}/d/program`)).toBe(true);
        expect(host.isExecutable(`${base}/d`)).toBe(false);
        expect(host.isExecutable(`${base}/plain`)).toBe(false);
        expect(host.isExecutable(`${base}/d/nothing`)).toBe(false);
      }
    }));
});

describe('the space on a file system', () => {
  const onDisk = { bsize: 4096, blocks: 1000, bfree: 900, bavail: 800 };
  const answered = (host: Host, file: string): unknown =>
    instead(fs, 'statfsSync', (() => onDisk) as unknown as typeof fs.statfsSync, () => host.space(file));

  test('is all of its blocks, and those that not only root may still fill', () => {
    expect(answered(thisMachine(), '/tmp')).toEqual({ bytes: 4_096_000, free: 3_276_800 });
  });

  test('of copied files is not known: they lie on another', () =>
    withTree({ '/x': '' }, (root) => expect(answered(machineBelow(root), '/x')).toBeNull()));

  test('of what is not there is not known', () => {
    expect(thisMachine().space('/nowhere/at/all')).toBeNull();
    expect(thisMachine().space('a\0b')).toBeNull();
  });

  onLinux('is what df says', () => {
    const { stdout } = spawnSync('df', ['-B1', '--output=size', '/tmp'], { encoding: 'utf8' });
    const space = thisMachine().space('/tmp');
    expect(space?.bytes).toBe(Number(stdout.split('\n')[1]));
    expect(space?.free).toBeGreaterThanOrEqual(0);
    expect(space?.free).toBeLessThanOrEqual(space?.bytes ?? 0);
  });
});

describe('lines', () => {
  test('the last line may hold nothing but what it begins with', () => {
    expect(lineAfter('x\nn:', 'n:')).toBe('');
    expect(lineAfter('\nx', '')).toBe('');
    expect(lineAfter('x\nn: 5\nn: 6', 'n:')).toBe(' 5');
    expect(lineAfter('xn: 5', 'n:')).toBeNull();
  });

  test('a unit stands behind as many blanks as it likes, and need not be there', () => {
    expect(numberAfter('n: 5  kB', 'n:', 'kB')).toBe(5);
    expect(numberAfter('n: 5', 'n:')).toBe(5);
  });
});

describe('where there is no answer', () => {
  test.each(['/tmp/gone', '/tmp/a (deleted) b'])('a working directory that was removed is still named: %s', (name) => {
    if (!linux) return;
    const before = process.cwd();
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'lk-cwd-')));
    const inner = path.join(folder, path.basename(name));
    mkdirSync(inner);
    try {
      process.chdir(inner);
      rmdirSync(inner);
      expect(workingDirectory()).toBe(inner);
    } finally {
      process.chdir(before);
      rmdirSync(folder);
    }
  });

  test('nor of the kernel: the root', () => {
    const directory = instead(process, 'cwd', throwing(new Error('no')), () =>
      instead(fs, 'readlinkSync', throwing(new Error('no')) as unknown as typeof fs.readlinkSync, workingDirectory),
    );
    expect(directory).toBe(path.parse(process.execPath).root);
  });

  test('a user whom nobody knows has no home', () => {
    expect(instead(os, 'homedir', throwing(new Error('no')), () => thisMachine({}).home)).toBe('');
  });
});

test('a folder that is a link to itself has nothing in it', () =>
  withTree({ '/x': '' }, (root) => {
    symlinkSync('loop', path.join(root, 'loop'));
    writeFileSync(path.join(root, 'y'), '');
    const host = machineBelow(root);
    expect(host.list('/loop')).toBeNull();
    expect(host.kind('/loop/x')).toBeNull();
    expect(host.read('/loop')).toEqual({ ok: false, reason: 'loop', detail: '/loop: too many symbolic links' });
  }));
