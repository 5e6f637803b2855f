import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openOutput } from '../../src/files/output.ts';
import { withTree } from '../file-tree.ts';
import { bundled } from './writer.ts';

const isRoot = process.getuid?.() === 0;
const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const asRoot = isRoot ? test : test.skip;
const onLinux = process.platform === 'linux' ? test : test.skip;

let built: ReturnType<typeof bundled>;
beforeAll(() => {
  built = bundled('output.ts');
});
afterAll(() => built.remove());

/** Writes a text, or an expression for it, to `name` in a process of its own, begun by `prefix`. */
function write(name: string, text: string | { js: string }, prefix: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const program = `
    const { openOutput } = require(${JSON.stringify(built.file)});
    try { for (const w of openOutput(${JSON.stringify(name)}).write(${typeof text === 'string' ? JSON.stringify(text) : text.js})) console.error(w); }
    catch (error) { console.error(error.name + ': ' + error.message); process.exitCode = 2; }`;
  const [command = '', ...words] = [...prefix, process.execPath, '-e', program];
  return spawnSync(command, words, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
    input: '',
    timeout: 20_000,
  });
}

const names = (root: string): string[] => readdirSync(root).sort();

describe('a file that is replaced', () => {
  test('is made by the umask, or with the mode that was asked for', () =>
    withTree({}, (root) => {
      const before = process.umask(0o027);
      try {
        expect(openOutput(`${root}/a`).write('x')).toEqual([]);
        expect(openOutput(`${root}/.env`, { mode: 0o600 }).write('x')).toEqual([]);
      } finally {
        process.umask(before);
      }
      expect([statSync(`${root}/a`).mode & 0o777, statSync(`${root}/.env`).mode & 0o777]).toEqual([0o640, 0o600]);
    }));

  test.each([0o600, 0o640, 0o755, 0o2664])('keeps its mode %o', (mode) =>
    withTree({ '/a': 'old' }, (root) => {
      chmodSync(`${root}/a`, mode);
      openOutput(`${root}/a`, { mode: 0o666 }).write('new');
      expect([readFileSync(`${root}/a`, 'utf8'), statSync(`${root}/a`).mode & 0o7777]).toEqual(['new', mode]);
      expect(names(root)).toEqual(['a']);
    }),
  );

  asRoot('keeps its owner and group', () =>
    withTree({ '/a': 'old' }, (root) => {
      chownSync(`${root}/a`, 1234, 4321);
      openOutput(`${root}/a`).write('new');
      const { uid, gid } = statSync(`${root}/a`);
      expect([uid, gid]).toEqual([1234, 4321]);
    }),
  );

  (isRoot && has('setpriv') ? test : test.skip)('of somebody else is written in its place', () =>
    withTree({ '/a': 'old' }, (root) => {
      chmodSync(root, 0o777);
      chmodSync(`${root}/a`, 0o666);
      chmodSync(path.dirname(built.file), 0o755);
      const { ino } = statSync(`${root}/a`);
      const { status, stderr } = write(`${root}/a`, 'new', unprivileged);
      expect([status, stderr]).toEqual([0, expect.stringContaining('written in its place, since its owner')]);
      const stat = statSync(`${root}/a`);
      expect([readFileSync(`${root}/a`, 'utf8'), stat.ino, stat.uid]).toEqual(['new', ino, 0]);
      expect(names(root)).toEqual(['a']);
    }),
  );

  (isRoot && has('setfacl') ? test : test.skip)('keeps its access list', () =>
    withTree({ '/a': 'old' }, (root) => {
      if (spawnSync('setfacl', ['-m', 'u:1234:r', `${root}/a`]).status !== 0) return;
      openOutput(`${root}/a`).write('new');
      expect(spawnSync('getfacl', ['-n', `${root}/a`], { encoding: 'utf8' }).stdout).toContain('user:1234:r--');
    }),
  );

  onLinux('keeps its extended attributes', () =>
    withTree({ '/a': 'old' }, (root) => {
      const python = (code: string) => spawnSync('python3', ['-c', code, `${root}/a`], { encoding: 'utf8' });
      const set = python('import os, sys; os.setxattr(sys.argv[1], "user.note", b"kept")');
      if (set.status !== 0 || !/GNU/.test(spawnSync('cp', ['--version'], { encoding: 'utf8' }).stdout)) return;
      openOutput(`${root}/a`).write('new');
      expect(python('import os, sys; print(os.getxattr(sys.argv[1], "user.note"))').stdout).toContain('kept');
    }),
  );

  test('is what a link leads to, near or far; the link stays; one that leads nowhere makes its file', () =>
    withTree({ '/to/a': 'old' }, (root) => {
      mkdirSync(`${root}/links`);
      symlinkSync('../to/a', `${root}/links/one`);
      symlinkSync('one', `${root}/links/two`);
      symlinkSync('../to/new', `${root}/links/three`);
      openOutput(`${root}/links/two`).write('new');
      openOutput(`${root}/links/three`).write('made');
      expect([readFileSync(`${root}/to/a`, 'utf8'), readFileSync(`${root}/to/new`, 'utf8')]).toEqual(['new', 'made']);
      expect([readlinkSync(`${root}/links/two`), readlinkSync(`${root}/links/three`)]).toEqual(['one', '../to/new']);
      expect([names(`${root}/links`), names(`${root}/to`)]).toEqual([
        ['one', 'three', 'two'],
        ['a', 'new'],
      ]);
    }));

  test('`..` behind a link is the folder that the link leads into', () =>
    withTree({ '/deep/in/x': '' }, (root) => {
      symlinkSync('deep/in', `${root}/link`);
      openOutput(`${root}/link/../a`).write('new');
      expect(readFileSync(`${root}/deep/a`, 'utf8')).toBe('new');
    }));

  test('with several names is replaced under this one, which is said', () =>
    withTree({ '/a': 'old' }, (root) => {
      linkSync(`${root}/a`, `${root}/b`);
      expect(openOutput(`${root}/a`).write('new')).toEqual([expect.stringContaining('it has 2 names')]);
      expect([readFileSync(`${root}/a`, 'utf8'), readFileSync(`${root}/b`, 'utf8')]).toEqual(['new', 'old']);
    }));

  (isRoot && has('unshare') ? test : test.skip)('that is a mount of its own is written in its place', () =>
    withTree({ '/a': 'old and longer', '/b': '' }, (root) => {
      const mount = `mount --bind ${root}/a ${root}/b && exec "$@"`;
      const { stderr, status } = write(`${root}/b`, 'new', ['unshare', '-m', 'sh', '-c', mount, 'sh']);
      if (/unshare|mount/.test(stderr) && status !== 0) return; // not allowed here
      expect([status, stderr]).toEqual([0, expect.stringContaining('written in its place')]);
      expect(readFileSync(`${root}/a`, 'utf8')).toBe('new');
      expect(names(root)).toEqual(['a', 'b']);
    }),
  );

  (isRoot && has('setpriv') ? test : test.skip)('in a folder that may not be written is written in its place', () =>
    withTree({ '/in/a': 'old' }, (root) => {
      chmodSync(root, 0o755);
      chmodSync(path.dirname(built.file), 0o755);
      chownSync(`${root}/in/a`, 65534, 65534);
      const { status, stderr } = write(`${root}/in/a`, 'new', unprivileged);
      expect([status, stderr]).toEqual([0, expect.stringContaining('written in its place')]);
      expect([readFileSync(`${root}/in/a`, 'utf8'), names(`${root}/in`)]).toEqual(['new', ['a']]);
    }),
  );

  (isRoot && has('setpriv') ? test : test.skip)('is refused where it is read-only, whoever owns its folder', () =>
    withTree({ '/a': 'old' }, (root) => {
      chmodSync(path.dirname(built.file), 0o755);
      chownSync(root, 65534, 65534);
      chownSync(`${root}/a`, 65534, 65534);
      chmodSync(`${root}/a`, 0o444);
      const { status, stderr } = write(`${root}/a`, 'new', unprivileged);
      expect([status, stderr]).toEqual([2, `FileError: ${root}/a: permission denied\n`]);
      expect([readFileSync(`${root}/a`, 'utf8'), names(root)]).toEqual(['old', ['a']]);
    }),
  );
});

const unprivileged = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];

describe('the old file or the new one', () => {
  test(
    'whenever the writer is killed, and nothing beside it',
    async () =>
      withTree({ '/a': 'x'.repeat(300_000) }, async (root) => {
        const [x, y] = ['x'.repeat(300_000), 'y'.repeat(500_000)];
        const program = `
        const { openOutput } = require(${JSON.stringify(built.file)});
        const texts = ['x'.repeat(300000), 'y'.repeat(500000)];
        process.stdout.write('go');
        for (let n = 0; ; n++) openOutput(${JSON.stringify(`${root}/a`)}).write(texts[n % 2]);`;
        for (let n = 0; n < 25; n++) {
          const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
          await new Promise((resolve) => child.stdout.once('data', resolve));
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
          child.kill('SIGKILL');
          await new Promise((resolve) => child.once('close', resolve));
          expect([x, y].includes(readFileSync(`${root}/a`, 'utf8'))).toBe(true);
        }
        await until(() => names(root).length === 1);
        expect(names(root)).toEqual(['a']);
      }),
    60_000,
  );

  (isRoot && process.platform === 'linux' ? test : test.skip)('on a full disk', () =>
    withTree({}, (root) => {
      mkdirSync(`${root}/small`);
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', `${root}/small`]);
      if (mounted.status !== 0) return;
      try {
        writeFileSync(`${root}/small/a`, 'old');
        const { status, stderr } = write(`${root}/small/a`, { js: "'n'.repeat(200000)" });
        expect([status, stderr]).toEqual([2, `FileError: ${root}/small/a: no space left\n`]);
        expect([readFileSync(`${root}/small/a`, 'utf8'), names(`${root}/small`)]).toEqual(['old', ['a']]);
      } finally {
        spawnSync('umount', ['-l', `${root}/small`]);
      }
    }),
  );

  (process.platform === 'win32' ? test.skip : test)('where files may not become so large', () =>
    withTree({ '/a': 'old' }, (root) => {
      const limited = ['sh', '-c', 'ulimit -f 16; exec "$@"', 'sh'];
      const { status, stderr } = write(`${root}/a`, { js: "'n'.repeat(200000)" }, limited);
      expect([status, stderr]).toEqual([2, `FileError: ${root}/a: larger than a file may become here\n`]);
      expect([readFileSync(`${root}/a`, 'utf8'), names(root)]).toEqual(['old', ['a']]);
    }),
  );

  test('where its folder has gone meanwhile, which is named', () =>
    withTree({ '/in/x': '' }, (root) => {
      const output = openOutput(`${root}/in/a`);
      spawnSync('rm', ['-r', `${root}/in`]);
      expect(() => output.write('x')).toThrow(`${root}/in/a: the folder ${root}/in is not there`);
    }));
});

describe('what is no regular file', () => {
  test('a folder, a missing folder, a loop, a name too long, NUL: one line', () =>
    withTree({ '/a': '' }, (root) => {
      symlinkSync('loop', `${root}/loop`);
      for (const [name, words] of [
        [root, 'a directory'],
        [`${root}/b/`, 'the name of a folder'],
        [`${root}/b/c`, `the folder ${root}/b is not there`],
        [`${root}/a/c`, `${root}/a is no folder`],
        [`${root}/loop`, 'too many symbolic links'],
        [`${root}/${'x'.repeat(300)}`, 'the name is too long'],
        ['a\0b', 'no name of a file'],
        ['', 'an empty name'],
      ] as const) {
        expect(() => openOutput(name)).toThrow(
          expect.objectContaining({ name: 'FileError', message: `${name}: ${words}` }),
        );
      }
      expect(names(root)).toEqual(['a', 'loop']);
    }));

  onLinux('devices are written through, and stay what they are', () => {
    expect(openOutput('/dev/null').write('x')).toEqual([]);
    expect(() => openOutput('/dev/full').write('x')).toThrow('/dev/full: no space left');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  onLinux('a pipe that nobody reads is refused; one that somebody reads gets all, however much', async () =>
    withTree({}, async (root) => {
      spawnSync('mkfifo', [`${root}/pipe`]);
      expect(() => openOutput(`${root}/pipe`)).toThrow('nobody has it open at the other end');
      const reader = spawn('sh', ['-c', `exec wc -c < ${root}/pipe`]);
      let seen = '';
      reader.stdout.on('data', (data: Buffer) => {
        seen += data.toString();
      });
      const ended = new Promise((resolve) => reader.once('close', resolve));
      const wrote = await until(() => write(`${root}/pipe`, { js: "'x'.repeat(300000)" }).status === 0);
      if (!wrote) reader.kill();
      await ended;
      expect(seen.trim()).toBe('300000');
      expect(lstatSync(`${root}/pipe`).isFIFO()).toBe(true);
    }),
  );

  onLinux.each(['-', '/dev/stdout', '/proc/self/fd/1'])('%s is standard output', (name) => {
    const { stdout, status } = write(name, 'text\n');
    expect([stdout, status]).toEqual(['text\n', 0]);
    expect(openOutput(name).takesStandardOutput).toBe(true);
    expect(openOutput('/dev/null').takesStandardOutput).toBe(false);
  });

  onLinux('/dev/stdout that leads to a file goes on where that is, and does not replace it', () =>
    withTree({}, (root) => {
      const redirected = ['sh', '-c', `echo before > ${root}/a; "$@" >> ${root}/a; echo after >> ${root}/a`, 'sh'];
      write('/dev/stdout', 'text\n', redirected);
      expect(readFileSync(`${root}/a`, 'utf8')).toBe('before\ntext\nafter\n');
    }),
  );
});

test.each(['GITHUB_STEP_SUMMARY', 'GITHUB_OUTPUT', 'GITHUB_ENV'])('a file of GitHub is added to: %s', (variable) =>
  withTree({ '/a': 'before' }, (root) => {
    symlinkSync('a', `${root}/link`);
    const output = openOutput(`${root}/link`, { env: { [variable]: `${root}/a` } });
    expect([output.adds, output.held().length]).toEqual([true, 0]);
    output.write('x\n');
    output.write('y\n');
    expect(readFileSync(`${root}/a`, 'utf8')).toBe('before\nx\ny\n');
    expect(openOutput(`${root}/b`, { env: { [variable]: `${root}/a` } }).adds).toBe(false);
  }),
);

test('looking whether it can be written changes nothing', () =>
  withTree({ '/a': 'x' }, (root) => {
    const { mtimeMs, ino } = statSync(`${root}/a`);
    openOutput(`${root}/a`);
    openOutput(`${root}/b`);
    expect([statSync(`${root}/a`).mtimeMs, statSync(`${root}/a`).ino, names(root)]).toEqual([mtimeMs, ino, ['a']]);
  }));

async function until(condition: () => boolean): Promise<boolean> {
  for (let n = 0; n < 100; n++) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}
