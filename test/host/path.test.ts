import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Host } from '../../src/host/host.ts';
import { lineAfter, numberAfter } from '../../src/host/lines.ts';
import { machineBelow, thisMachine, workingDirectory } from '../../src/host/open.ts';
import { findOnPath, programsOnPath } from '../../src/host/path.ts';
import { withTree } from '../file-tree.ts';
import { memoryHost } from '../memory-host.ts';

describe('lines', () => {
  const word = fc.stringMatching(/^[ab: 1]{0,4}$/);

  test('what follows on the first line that begins so', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), word, (lines, prefix) => {
        const first = lines.find((line) => line.startsWith(prefix));
        const none = lines.length === 0 && prefix === '' ? '' : null;
        expect(lineAfter(lines.join('\n'), prefix)).toBe(first === undefined ? none : first.slice(prefix.length));
      }),
    );
  });

  test.each([
    ['n: 5', 'n:', '', 5],
    ['n:5', 'n:', '', 5],
    ['x\nn:  5  \ny', 'n:', '', 5],
    ['n: 5 kB', 'n:', ' kB', 5],
    ['n: 5 kB', 'n:', '', null],
    ['n: 5', 'n:', ' kB', null],
    ['n: x5', 'n:', '', null],
    ['n: 5x', 'n:', '', null],
    ['n: 5 6', 'n:', '', null],
    ['n:', 'n:', '', null],
    ['an: 5', 'n:', '', null],
    ['n: 10000000000000000000', 'n:', '', 1e19],
    ['n: 123456789012345678901', 'n:', '', null],
  ])('a number of its own: %j', (text, prefix, unit, wanted) => {
    expect(numberAfter(text, prefix, unit)).toBe(wanted);
  });
});

describe('programs on the PATH', () => {
  /** A machine on which these files are programs. */
  const machine = (files: string[], PATH: string | undefined, more: Partial<Host> = {}): Host => ({
    ...memoryHost(Object.fromEntries(files.map((file) => [file, ''])), PATH === undefined ? {} : { PATH }),
    isExecutable: (file) => !file.includes('plain'),
    isWritableFolder: () => null,
    ownership: () => null,
    ...more,
  });

  test('name by name, in the order of the folders', () => {
    const files = ['/a/py', '/b/py', '/b/py3', '/c/py3'];
    const host = machine(files, '/b:/nowhere:/a/:/c//');
    expect([...programsOnPath(host, ['py3', 'py'])]).toEqual(['/b/py3', '/c/py3', '/b/py', '/a/py']);
    expect(findOnPath(host, ['none', 'py'])).toBe('/b/py');
    expect(findOnPath(host, ['none'])).toBeNull();
  });

  test('relative folders, folders of that name and files that may not be executed are passed over', () => {
    const host = machine(['/plain/py', '/d/py/x', 'rel/py', './py', '/py'], 'rel:.::/plain:/d');
    expect([...programsOnPath(host, ['py'])]).toEqual([]);
  });

  test('the root is a folder as well', () => expect(findOnPath(machine(['/py'], '/'), ['py'])).toBe('/py'));
  test('no PATH, no programs', () => expect(findOnPath(machine(['/py', '/a/py'], undefined), ['py'])).toBeNull());

  test('on Windows folders are separated by semicolons, and programs end with .exe', () => {
    const host = machine(['C:\\py/py.exe', 'D:\\x/py'], 'D:\\x;C:\\py', { platform: 'win32' });
    expect([...programsOnPath(host, ['py'])]).toEqual(['C:\\py/py.exe']);
  });
});

describe('the machine that is opened', () => {
  test('this one, with its own environment unless another is given', () => {
    expect(thisMachine()).toMatchObject({
      platform: process.platform,
      env: process.env,
      cwd: process.cwd(),
      live: true,
    });
    expect(thisMachine({ HOME: '/home/x', A: '1' })).toMatchObject({
      env: { HOME: '/home/x', A: '1' },
      home: '/home/x',
    });
    expect(thisMachine({}).home).toBe(homedir());
    expect(thisMachine({ HOME: '' }).home).toBe(homedir());
  });

  test('another one below a folder, which counts as Linux', () =>
    withTree({ '/etc/x': 'inside' }, (root) => {
      expect(machineBelow(root)).toMatchObject({
        platform: 'linux',
        env: process.env,
        cwd: process.cwd(),
        live: false,
      });
      expect(machineBelow(root, { HOME: '/home/x' }).home).toBe('/home/x');
      expect(machineBelow(root, {}).home).toBe('');
      expect(machineBelow(path.relative(process.cwd(), root)).read('/etc/x')).toMatchObject({ text: 'inside' });
    }));

  test('the working directory', () => expect(workingDirectory()).toBe(process.cwd()));
});

describe('the promises of a machine', () => {
  const files = { '/root/b/file': 'text', '/root/b/a': '', '/root/b/c/d': '', '/root/top': 'x' };
  const both = (run: (host: Host, base: string) => void): Promise<void> =>
    withTree(files, (folder) => {
      const root = path.join(folder, 'root');
      symlinkSync('b/file', path.join(root, 'link'));
      symlinkSync('nowhere', path.join(root, 'dangling'));
      symlinkSync('b', path.join(root, 'folder'));
      mkdirSync(path.join(root, 'empty'));
      run(machineBelow(root), '');
      run(thisMachine(), root);
    });

  test('kinds, links followed', () =>
    both((host, base) => {
      expect(host.kind(`${base}/b/file`)).toBe('file');
      expect(host.kind(`${base}/link`)).toBe('file');
      expect(host.kind(`${base}/folder`)).toBe('directory');
      expect(host.kind(`${base}/b`)).toBe('directory');
      expect(host.kind(`${base}/dangling`)).toBeNull();
      expect(host.kind(`${base}/b/file/x`)).toBeNull();
      if (base !== '') expect(host.kind('/dev/null')).toBe('other');
    }));

  test('names, sorted, as many as are asked for', () =>
    both((host, base) => {
      expect(host.list(`${base}/b`)).toEqual(['a', 'c', 'file']);
      expect(host.list(`${base}/folder`)).toEqual(['a', 'c', 'file']);
      expect(host.list(`${base}/b`, 2)).toHaveLength(2);
      expect(host.list(`${base}/b`, 0)).toEqual([]);
      expect(host.list(`${base}/empty`)).toEqual([]);
      expect(host.list(`${base}/b/file`)).toBeNull();
      expect(host.list(`${base}/nowhere`)).toBeNull();
    }));

  test('the path without links', () =>
    both((host, base) => {
      expect(host.realpath(`${base}/link`)).toBe(`${base}/b/file`);
      expect(host.realpath(`${base}/folder/../folder/c/d`)).toBe(`${base}/b/c/d`);
      expect(host.realpath(`${base}/dangling`)).toBeNull();
      expect(host.realpath(`${base}/nowhere`)).toBeNull();
    }));

  test('why a file is not read, in words that name it', () =>
    both((host, base) => {
      expect(host.read(`${base}/link`)).toEqual({ ok: true, text: 'text', utf8: true });
      expect(host.read(`${base}/nowhere`)).toEqual({
        ok: false,
        reason: 'missing',
        detail: `${base}/nowhere: not there`,
      });
      expect(host.read(`${base}/b`)).toEqual({ ok: false, reason: 'not a file', detail: `${base}/b: not a file` });
      expect(host.read(`${base}/b/file`, 3)).toEqual({
        ok: false,
        reason: 'too large',
        detail: `${base}/b/file: larger than 3 bytes`,
      });
      expect(host.read(`${base}/b/file`, 4)).toMatchObject({ ok: true, text: 'text' });
      expect(host.read(`${base}/b/a`, 0)).toMatchObject({ ok: true, text: '' });
    }));

  test('executable are files alone', () =>
    both((host, base) => {
      expect(host.isExecutable(`${base}/b`)).toBe(false);
      expect(host.isExecutable(`${base}/nowhere`)).toBe(false);
      expect(host.isExecutable(`${base}/b/file`)).toBe(false);
    }));

  test('a megabyte is read, a byte more is not', () =>
    withTree({ '/most': 'x'.repeat(1024 * 1024), '/more': 'x'.repeat(1024 * 1024 + 1) }, (root) => {
      const host = machineBelow(root);
      expect(host.read('/most')).toMatchObject({ ok: true, text: 'x'.repeat(1024 * 1024) });
      expect(host.read('/more')).toMatchObject({ ok: false, reason: 'too large' });
      chmodSync(path.join(root, 'most'), 0o755);
      expect(host.isExecutable('/most')).toBe(true);
    }));

  test('forty links are followed, as the kernel does', () =>
    withTree({ '/l0': 'end' }, (root) => {
      for (let index = 1; index <= 41; index++) symlinkSync(`l${index - 1}`, path.join(root, `l${index}`));
      expect(machineBelow(root).read('/l40')).toMatchObject({ ok: true, text: 'end' });
      expect(machineBelow(root).read('/l41')).toMatchObject({ ok: false, reason: 'loop' });
      if (process.platform === 'linux') {
        expect(thisMachine().read(path.join(root, 'l40'))).toMatchObject({ ok: true });
        expect(thisMachine().read(path.join(root, 'l41'))).toMatchObject({ ok: false, reason: 'loop' });
      }
    }));
});
