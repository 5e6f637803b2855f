import { spawn, spawnSync } from 'node:child_process';
import fs, { readdirSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { openAppending, openOutput } from '../../src/files/output.ts';
import { readUserBytes, readUserFile, requireDirectory } from '../../src/files/read.ts';
import { openRecord } from '../../src/files/record.ts';
import { replaceFile } from '../../src/files/replace.ts';
import { withTree } from '../file-tree.ts';
import { disk, failing, fillsUp, throws } from './disk.ts';

const onLinux = process.platform === 'linux' ? test : test.skip;
const asRoot = process.getuid?.() === 0 ? test : test.skip;

describe('what cannot be an output', () => {
  onLinux.each([
    ['/proc/self/comm', 'made up by the kernel; name a file on a disk'],
    ['/proc/sys/kernel/hostname', 'made up by the kernel; name a file on a disk'],
    ['x\ufffd.env', 'its name is not UTF-8; rename it'],
  ])('%s is refused', (name, why) => {
    expect(() => openOutput(name)).toThrow(`${name}: ${why}`);
  });
});

asRoot('in a folder of which nothing may be removed nothing stays but an empty name, which is said', () =>
  withTree({ '/d/a.env': 'A=1' }, (root) => {
    const folder = `${root}/d`;
    if (spawnSync('chattr', ['+a', folder]).status !== 0) return; // this disk has no such folders
    try {
      const [placed, stays, ...others] = openOutput(`${folder}/a.env`).write('A=2');
      expect(placed).toMatch(/written in its place, since nothing can be put there instead \(EPERM\)$/);
      expect([stays?.split(': ').at(-1), others]).toEqual(['the folder lets nothing be removed', []]);
      const held = readdirSync(folder)
        .sort()
        .map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
      expect(held).toEqual(['', 'A=2']);
    } finally {
      spawnSync('chattr', ['-a', folder]);
    }
  }),
);

describe('reading', () => {
  test('bytes or text, under a name of its own in what is said', () =>
    withTree({ '/a': 'ü' }, (root) => {
      expect(readUserBytes(`${root}/a`)).toEqual(Buffer.from('ü'));
      expect(readUserFile(`${root}/a`)).toBe('ü');
      expect(throws(() => readUserBytes(`${root}/b`, '--from b'))).toBe('--from b: not there');
      expect(throws(() => readUserFile(`${root}/b`))).toBe(`${root}/b: not there`);
      expect(throws(() => readUserFile(`${root}`, 'it'))).toBe('it: a directory');
    }));

  test('64 MiB are read, a byte more is not', () =>
    withTree({ '/most': '', '/more': '' }, (root) => {
      fs.truncateSync(`${root}/most`, 64 * 1024 * 1024);
      fs.truncateSync(`${root}/more`, 64 * 1024 * 1024 + 1);
      expect(readUserBytes(`${root}/most`)).toHaveLength(64 * 1024 * 1024);
      expect(throws(() => readUserBytes(`${root}/more`, 'x'))).toBe('x: larger than 67108864 bytes');
    }));

  onLinux('descriptors of this process: a file from where it stands, no folder', () =>
    withTree({ '/a': 'text' }, (root) => {
      const file = fs.openSync(`${root}/a`, 'r');
      const folder = fs.openSync(root, 'r');
      try {
        expect(readUserBytes(`/dev/fd/${file}`).toString()).toBe('text');
        expect(throws(() => readUserBytes(`/dev/fd/${folder}`, 'x'))).toBe('x: a directory');
        expect(throws(() => openOutput(`/dev/fd/${folder}`, { label: 'x' }))).toBe('x: a directory');
        expect(throws(() => readUserBytes('/dev/fd/987654', 'x'))).not.toBe('nothing was thrown');
      } finally {
        fs.closeSync(file);
        fs.closeSync(folder);
      }
    }),
  );

  onLinux('a pipe: all that a slow writer writes; nothing, where there is no writer', () =>
    withTree({}, async (root) => {
      const pipe = `${root}/pipe`;
      spawnSync('mkfifo', [pipe]);
      expect(throws(() => readUserBytes(pipe, 'x'))).toBe('x: a pipe that nobody writes to');
      const writer = spawn('sh', ['-c', `exec > ${pipe}; printf 12; sleep 0.3; printf 345`], { stdio: 'ignore' });
      expect(readUserBytes(pipe).toString()).toBe('12345');
      const idle = spawn('sh', ['-c', `exec > ${pipe}; sleep 0.1`], { stdio: 'ignore' });
      expect(throws(() => readUserBytes(pipe, 'x'))).toBe('x: a pipe that nobody writes to');
      await Promise.all([writer, idle].map((child) => child.exitCode ?? new Promise((done) => child.on('exit', done))));
    }),
  );

  const hasTerminals = fs.existsSync('/dev/ptmx') ? onLinux : test.skip;

  hasTerminals('a terminal that nobody types into, or that nobody reads: not waited for', () => {
    expect(throws(() => readUserBytes('/dev/ptmx', 'x'))).toBe('x: nothing to read');
    const output = openOutput('/dev/ptmx', { label: 'x' });
    expect(throws(() => output.write('line\n'.repeat(200_000)))).toBe('x: nothing reads it');
  });

  onLinux('more than is read of a device', () =>
    expect(throws(() => readUserBytes('/dev/zero', 'x'))).toBe('x: larger than 67108864 bytes'),
  );

  test('a folder that has to be one', () =>
    withTree({ '/a': '' }, (root) => {
      expect(() => requireDirectory(root, '--sysroot')).not.toThrow();
      expect(throws(() => requireDirectory(`${root}/b`, '--sysroot'))).toBe(`--sysroot ${root}/b: not there`);
      expect(throws(() => requireDirectory(`${root}/a`, '--sysroot'))).toBe(`--sysroot ${root}/a: not a directory`);
      expect(throws(() => requireDirectory(`${root}/a/b`, '--sysroot'))).toMatch(/: not there$/);
      const long = 'x'.repeat(300);
      expect(throws(() => requireDirectory(long, '--sysroot'))).toBe(`--sysroot ${long}: the name is too long`);
    }));

  onLinux('leaves nothing open', () =>
    withTree({ '/a': 'x' }, (root) => {
      const open = (): number => readdirSync('/proc/self/fd').length;
      const all = (): void => {
        readUserBytes(`${root}/a`);
        openOutput(`${root}/b`).write('y');
        openAppending(`${root}/c`, 'x').write('y');
        replaceFile(`${root}/a`, Buffer.from('x'), 0o666);
        const record = openRecord(`${root}/r`, 'x');
        record.begin('1');
        record.begin('2');
        record.add('3');
        record.close();
      };
      all();
      const before = open();
      for (let n = 0; n < 12; n++) all();
      // The pipes of the guards close when the loop comes to it.
      expect(open()).toBeLessThan(before + 12 * 6);
    }),
  );
});

describe('an output', () => {
  test('a file that is replaced', () =>
    withTree({ '/a': 'old' }, (root) => {
      const output = openOutput(`${root}/a`, { env: {} });
      expect(output).toMatchObject({ name: `${root}/a`, takesStandardOutput: false, adds: false });
      expect(output.held().toString()).toBe('old');
      expect(output.write('new')).toEqual([]);
      expect(output.write(Buffer.from([0xff, 0]))).toEqual([]);
      expect(readFileSync(`${root}/a`)).toEqual(Buffer.from([0xff, 0]));
      const made = openOutput(`${root}/b`, { env: {} });
      expect(made.held()).toHaveLength(0);
      made.write('x');
      expect(made.held().toString()).toBe('x');
    }));

  test('whose folder goes meanwhile is named', () =>
    withTree({ '/d/a': 'old' }, (root) => {
      const output = openOutput(`${root}/d/a`, { label: '--save' });
      rmSync(`${root}/d`, { recursive: true });
      expect(throws(() => output.write('x'))).toBe(`--save: the folder ${root}/d is not there`);
    }));

  test('that comes back meanwhile, by way of a link, is written where it leads', () =>
    withTree({ '/d/a': 'old', '/other/a': 'x' }, (root) => {
      const output = openOutput(`${root}/d/a`);
      rmSync(`${root}/d`, { recursive: true });
      fs.symlinkSync('other', `${root}/d`);
      expect(output.replaces).toMatch(/\/d\/a$/);
      expect([output.write('new'), readFileSync(`${root}/other/a`, 'utf8')]).toEqual([[], 'new']);
      expect(openOutput(`${root}/new`).replaces).toMatch(/\/new$/);
      expect(openAppending(`${root}/new`, 'x').replaces).toBeNull();
      expect(openOutput('/dev/null').replaces).toBeNull();
    }));

  test('what the user should know bears the name', () =>
    withTree({ '/a': 'old' }, (root) => {
      fs.linkSync(`${root}/a`, `${root}/b`);
      const [warning = '', ...others] = openOutput(`${root}/a`).write('new');
      expect([warning.startsWith(`${root}/a: `), warning.length > root.length + 10, others]).toEqual([true, true, []]);
    }));

  test('a file that grows: on a line of its own', () =>
    withTree({ '/a': 'old', '/l/b': 'x\n' }, (root) => {
      const output = openAppending(`${root}/a`, 'summary');
      expect(output).toMatchObject({ name: `${root}/a`, takesStandardOutput: false, adds: true });
      expect(output.held()).toHaveLength(0);
      expect([output.write('1\n'), output.write('2'), output.write('3\n')]).toEqual([[], [], []]);
      expect(readFileSync(`${root}/a`, 'utf8')).toBe('old\n1\n2\n3\n');
      openAppending(`${root}/l/b`, 'x').write('y\n');
      openAppending(`${root}/new`, 'x').write('y\n');
      expect([readFileSync(`${root}/l/b`, 'utf8'), readFileSync(`${root}/new`, 'utf8')]).toEqual(['x\ny\n', 'y\n']);
      expect(throws(() => openAppending(`${root}/l`, 'summary'))).toBe('summary: a directory');
    }));

  test('that grows on a disk that fills up is as it was', () =>
    withTree({ '/a': 'old\n' }, (root) => {
      const output = openAppending(`${root}/a`, 'summary');
      expect(disk(fillsUp(), () => throws(() => output.write('long')))).toBe('summary: no space left');
      expect(readFileSync(`${root}/a`, 'utf8')).toBe('old\n');
    }));

  test.each(['GITHUB_STEP_SUMMARY', 'GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE'])(
    '%s is added to, by whatever name, also where it is not there yet',
    (variable) =>
      withTree({ '/d/a': '', '/d/b': '' }, (root) => {
        fs.linkSync(`${root}/d/a`, `${root}/other-name`);
        const adds = (name: string, file: string): boolean =>
          openOutput(`${root}/${name}`, { env: { [variable]: file } }).adds;
        expect(adds('d/a', `${root}/d/a`)).toBe(true);
        expect(adds('other-name', `${root}/d/a`)).toBe(true);
        expect(adds('d/new', `${root}/d/new`)).toBe(true);
        expect(adds('d/new', `${root}/d/a`)).toBe(false);
        expect(adds('d/a', `${root}/d/b`)).toBe(false);
        expect(adds('d/a', `${root}/d/new`)).toBe(false);
        expect(adds('d/other', `${root}/d/new`)).toBe(false);
        expect(adds('d/a', `${root}/nowhere/a`)).toBe(false);
        expect(adds('d/a', '')).toBe(false);
        expect(adds('d/a', '/dev/null')).toBe(false);
      }),
  );

  onLinux('devices and standard output', () => {
    expect(openOutput('/dev/null')).toMatchObject({ name: '/dev/null', takesStandardOutput: false, adds: true });
    expect(openOutput('/dev/null').held()).toHaveLength(0);
    expect(openOutput('/dev/null').write('x')).toEqual([]);
    expect(throws(() => openOutput('/dev/full', { label: 'x' }).write('x'))).toBe('x: no space left');
    expect(openAppending('/dev/null', 'x')).toMatchObject({ name: '/dev/null', adds: true });
    expect(openOutput('-')).toMatchObject({ name: '-', takesStandardOutput: true, adds: true });
    expect(openOutput('/dev/fd/2')).toMatchObject({ takesStandardOutput: false, adds: true });
    expect(throws(() => openOutput('/dev/fd/987654', { label: 'x' }))).toBe('x: not open');
  });

  test('a reader of standard output that went away is no error, of another pipe it is', () => {
    const gone = (() => {
      throw failing('EPIPE');
    }) as unknown as typeof fs.writeSync;
    expect(disk({ writeSync: gone }, () => openOutput('-').write('x'))).toEqual([]);
    expect(disk({ writeSync: gone }, () => throws(() => openOutput('/dev/null', { label: 'x' }).write('x')))).toBe(
      'x: the reader went away',
    );
    const broken = (() => {
      throw failing('EIO');
    }) as unknown as typeof fs.writeSync;
    expect(disk({ writeSync: broken }, () => throws(() => openOutput('-').write('x')))).toBe('-: the disk failed');
  });

  test('what may not be written is known before', () =>
    withTree({ '/a': '' }, (root) => {
      const denied = (() => {
        throw failing('EACCES');
      }) as typeof fs.accessSync;
      const why = (name: string) =>
        disk({ accessSync: denied }, () => throws(() => openOutput(`${root}/${name}`, { label: 'x' })));
      expect(why('a')).toBe('x: permission denied');
      expect(why('b')).toBe(`x: the folder ${root}: permission denied`);
      const asked: unknown[] = [];
      const asking = ((...args: unknown[]) => void asked.push(args)) as typeof fs.accessSync;
      disk({ accessSync: asking }, () => [openOutput(`${root}/a`), openOutput(`${root}/b`)]);
      const { W_OK, X_OK } = fs.constants;
      expect(asked).toEqual([
        [`${root}/a`, W_OK],
        [root, W_OK | X_OK],
      ]);
    }));
});
