import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { machineBelow, thisMachine } from '../../src/host/open.ts';
import { withTree } from '../file-tree.ts';

const SECRET = 'outside the root';

/** A root with a secret beside it. */
function withRoot(run: (root: string, outside: string) => void): Promise<void> {
  return withTree({ '/outside/secret': SECRET, '/root/file': 'inside' }, (base) =>
    run(path.join(base, 'root'), path.join(base, 'outside')),
  );
}

describe('below a root', () => {
  test('links resolve as after chroot: absolute targets begin there, .. does not leave it', () =>
    withRoot((root, outside) => {
      symlinkSync('/file', path.join(root, 'absolute'));
      symlinkSync('../../../../file', path.join(root, 'dots'));
      symlinkSync(path.join(outside, 'secret'), path.join(root, 'escape'));
      symlinkSync('../outside', path.join(root, 'folder'));
      const host = machineBelow(root);
      expect(host.read('/absolute')).toMatchObject({ ok: true, text: 'inside' });
      expect(host.read('/dots')).toMatchObject({ ok: true, text: 'inside' });
      expect(host.read('/escape')).toMatchObject({ ok: false, reason: 'missing' });
      expect(host.read('/folder/secret')).toMatchObject({ ok: false, reason: 'missing' });
      expect(host.read('/../outside/secret')).toMatchObject({ ok: false, reason: 'missing' });
      expect(host.list('/folder')).toBeNull();
      expect(host.kind('/escape')).toBeNull();
      expect(host.realpath('/escape')).toBeNull();
    }));

  test('no chain of links and dots reads a file outside', () =>
    withRoot((root, outside) => {
      const target = fc.array(fc.constantFrom('..', '.', 'a', 'b', 'outside', 'secret', 'file', outside, '/'), {
        minLength: 1,
        maxLength: 6,
      });
      let count = 0;
      fc.assert(
        fc.property(fc.array(target, { minLength: 1, maxLength: 4 }), target, (links, wanted) => {
          const folder = path.join(root, `case${count++}`);
          mkdirSync(folder);
          for (const [index, parts] of links.entries())
            symlinkSync(parts.join('/'), path.join(folder, String.fromCharCode(97 + index)));
          const read = machineBelow(root).read(`/case${count - 1}/${wanted.join('/')}`);
          expect(read.ok && read.text).not.toBe(SECRET);
        }),
      );
    }));

  test('a loop of links is said to be one', () =>
    withRoot((root) => {
      symlinkSync('b', path.join(root, 'a'));
      symlinkSync('a', path.join(root, 'b'));
      expect(machineBelow(root).read('/a')).toMatchObject({ ok: false, reason: 'loop' });
    }));
});

describe('what is no plain file', () => {
  test('parts of a file: what lies there, and nothing behind its end or of what is no file', () =>
    withRoot((root) => {
      writeFileSync(path.join(root, 'letters'), 'abcdefgh');
      const host = machineBelow(root);
      const part = (file: string, from: number, length: number) =>
        host.parts(file, (read) => Buffer.from(read(from, length)).toString());
      expect(part('/letters', 2, 3)).toBe('cde');
      expect(part('/letters', 6, 2 ** 40)).toBe('gh');
      expect(part('/letters', 2 ** 40, 3)).toBe('');
      expect(host.parts('/letters', (read) => [read(0, 1), read(7, 1)].join())).toBe('a,h');
      expect(part('/', 0, 1)).toBeNull();
      expect(part('/nothing', 0, 1)).toBeNull();
    }));

  test('a directory, a FIFO without a writer and a device are refused at once', () =>
    withRoot((root) => {
      mkdirSync(path.join(root, 'folder'));
      execFileSync('mkfifo', [path.join(root, 'fifo')]);
      const host = machineBelow(root);
      expect(host.read('/folder')).toMatchObject({ ok: false, reason: 'not a file' });
      expect(host.read('/fifo')).toMatchObject({ ok: false, reason: 'not a file' });
      expect(thisMachine().read('/dev/zero')).toMatchObject({ ok: false, reason: 'not a file' });
    }));

  test('a file is read up to its limit and no further', () =>
    withRoot((root) => {
      writeFileSync(path.join(root, 'long'), 'x'.repeat(1001));
      const host = machineBelow(root);
      expect(host.read('/long', 1000)).toMatchObject({ ok: false, reason: 'too large' });
      expect(host.read('/long', 1001)).toMatchObject({ ok: true });
    }));

  test('bytes that are not UTF-8 are read, and said not to be', () =>
    withRoot((root) => {
      writeFileSync(path.join(root, 'bytes'), Buffer.from([0x61, 0xff, 0xfe]));
      writeFileSync(path.join(root, 'replacement'), 'a\ufffd');
      const host = machineBelow(root);
      expect(host.read('/bytes')).toMatchObject({ ok: true, utf8: false });
      expect(host.read('/replacement')).toMatchObject({ ok: true, utf8: true });
    }));

  test('a name with a NUL is nothing', () => {
    expect(thisMachine().read('/etc\0/passwd')).toMatchObject({ ok: false, reason: 'missing' });
  });
});

test('only what may be executed is executable', () =>
  withRoot((root) => {
    const file = path.join(root, 'file');
    chmodSync(file, 0o644);
    expect(machineBelow(root).isExecutable('/file')).toBe(false);
    chmodSync(file, 0o755);
    expect(machineBelow(root).isExecutable('/file')).toBe(true);
  }));
