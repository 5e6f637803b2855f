import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import esbuild from 'esbuild';
import fc from 'fast-check';
import { BIN, PROJECT, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { canBeUnprivileged, unprivileged } from '../unprivileged.ts';

const isRoot = process.geteuid?.() === 0;
const testAsOther = canBeUnprivileged ? test : test.skip;
const LONG = 'x'.repeat(255);

/** A file that was not there: one of the same name may be a FIFO, which nobody reads. */
const fresh = (at: string, content: string | Buffer, mode = 0o666): void =>
  writeFileSync(at, content, { mode, flag: 'wx' });

/** Things that a path may meet, by what makes them. */
const THINGS: { [name: string]: (at: string) => void } = {
  file: (at) => fresh(at, 'text'),
  bytes: (at) => fresh(at, Buffer.from([0xff, 0, 0x80])),
  program: (at) => fresh(at, '', 0o755),
  unreadable: (at) => fresh(at, 'text', 0o200),
  huge: (at) => {
    fresh(at, '');
    truncateSync(at, 2 ** 40);
  },
  'not listable': (at) => mkdirSync(at, { mode: 0o311 }),
  'not enterable': (at) => {
    mkdirSync(at);
    writeFileSync(path.join(at, 'a'), '');
    chmodSync(at, 0o644);
  },
  closed: (at) => {
    mkdirSync(at);
    symlinkSync('a', path.join(at, 'a'));
    chmodSync(at, 0o000);
  },
  folder: (at) => {
    mkdirSync(at);
    for (let index = 0; index < 150; index++) writeFileSync(path.join(at, String(index)), '');
  },
  deep: (at) => mkdirSync(path.join(at, ...Array(10).fill(LONG)), { recursive: true }),
  'link to itself': (at) => symlinkSync(path.basename(at), at),
  'link to a neighbour': (at) => symlinkSync('../a', at),
  'link to nothing': (at) => symlinkSync('missing', at),
  'link behind a file': (at) => symlinkSync('a/../a/b', at),
  'long link': (at) => symlinkSync('a/'.repeat(2000), at),
  'link to a long name': (at) => symlinkSync(LONG.repeat(4), at),
  'link outside': (at) => symlinkSync('/proc/1/mem', at),
  'link to a device': (at) => symlinkSync('/dev/zero', at),
  fifo: (at) => void execFileSync('mkfifo', [at], { stdio: 'ignore' }),
  ...(isRoot ? { device: (at: string) => void spawnSync('mknod', [at, 'c', '1', '5']) } : {}),
};

const name = fc.constantFrom('a', 'b', 'c', '\x1b[31m', 'new\nline');
const entry = fc.tuple(name, name, fc.constantFrom(...Object.keys(THINGS)));
const asked = fc
  .array(fc.oneof(name, fc.constantFrom('..', '.', '', LONG, 'x'.repeat(256), '\0', '0', 'a'.repeat(5000))), {
    maxLength: 4,
  })
  .map((parts) => `/${parts.join('/')}`);

/** Lays a tree whose later things may not fit among the earlier ones. */
function lay(root: string, entries: readonly (readonly [string, string, string])[]): void {
  for (const [folder, file, thing] of entries) {
    try {
      mkdirSync(path.join(root, folder), { recursive: true });
      THINGS[thing]?.(path.join(root, folder, file));
    } catch {
      // There is something already.
    }
  }
}

function bundled(folder: string): string {
  const outfile = path.join(folder, 'host.cjs');
  esbuild.buildSync({
    entryPoints: [path.join(PROJECT, 'src/host/open.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
  });
  return outfile;
}

function promises(bundle: string, root: string, paths: readonly string[]) {
  const [program = process.execPath, ...words] = [...unprivileged, process.execPath];
  const script = path.join(root, 'promises.cjs');
  const { stdout, stderr, status, signal } = spawnSync(
    program,
    [...words, script, bundle, root, JSON.stringify(paths)],
    {
      encoding: 'utf8',
      timeout: 30_000,
      cwd: '/',
    },
  );
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  return JSON.parse(stdout) as { broken: unknown[]; reasons: { [reason: string]: number } };
}

/** A folder that the other user may enter, with what it runs. */
const withHost = (run: (base: string, bundle: string) => void | Promise<void>) =>
  withTree({ '/x': '' }, async (base) => {
    chmodSync(base, 0o755);
    await run(base, bundled(base));
  });

describe('every operation keeps its promise', () => {
  testAsOther('whatever a tree holds, to a user who may not do everything', () =>
    withHost(async (base, bundle) => {
      const met = new Set<string>();
      let count = 0;
      fc.assert(
        fc.property(
          fc.array(entry, { minLength: 5, maxLength: 25 }),
          fc.array(asked, { maxLength: 20 }),
          (entries, others) => {
            const root = path.join(base, `tree${count++}`);
            mkdirSync(root);
            lay(root, entries);
            execFileSync('cp', [path.join(__dirname, 'promises.cjs'), root]);
            const laid = entries.flatMap(([folder, file]) => [
              `/${folder}/${file}`,
              `/${folder}/${file}/a`,
              `/${folder}/${file}/0/..`,
            ]);
            const { broken, reasons } = promises(bundle, root, [...laid, ...others]);
            expect(broken).toEqual([]);
            for (const reason of Object.keys(reasons)) met.add(reason);
            execFileSync('chmod', ['-R', 'u+rwX', root]);
          },
        ),
        { numRuns: 25 },
      );
      expect([...met]).toEqual(expect.arrayContaining(['ok', 'missing', 'denied', 'loop', 'not a file', 'too large']));
    }),
  );

  testAsOther('while things vanish and become others', () =>
    withHost(async (base, bundle) => {
      const root = path.join(base, 'tree');
      mkdirSync(root);
      execFileSync('cp', [path.join(__dirname, 'promises.cjs'), root]);
      const changing = spawn(
        'sh',
        [
          '-c',
          'while :; do echo x > a; rm -f a; mkdir a; : > a/a; rm -rf a; ln -s a a; rm -f a; mkfifo a; rm -f a; done',
        ],
        { cwd: root, stdio: 'ignore' },
      );
      try {
        for (let round = 0; round < 5; round++) {
          const { broken } = promises(bundle, root, Array(300).fill('/a').concat(Array(300).fill('/a/a')));
          expect(broken).toEqual([]);
        }
      } finally {
        changing.kill('SIGKILL');
      }
    }),
  );

  testAsOther('a socket', () =>
    withHost(async (base, bundle) => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(path.join(base, 'socket'), resolve));
      execFileSync('cp', [path.join(__dirname, 'promises.cjs'), base]);
      try {
        expect(promises(bundle, base, ['/socket', '/socket/a'])).toMatchObject({
          broken: [],
          reasons: { 'not a file': 2 },
        });
      } finally {
        server.close();
      }
    }),
  );
});

/** The built program as that user. */
function doctor(options: { cwd?: string; env?: { [name: string]: string }; before?: string }) {
  const command = [...unprivileged, START, BIN, 'doctor', '--fail-on', 'never'];
  const [program, ...words] = ['sh', '-c', `${options.before ?? ':'}; exec "$@"`, 'sh', ...command];
  const { status, stdout, stderr } = spawnSync(program, words, {
    encoding: 'utf8',
    cwd: options.cwd ?? '/',
    env: options.env ?? { PATH: process.env.PATH, HOME: '/nonexistent' },
    timeout: 60_000,
  });
  return { status, stderr, firstWord: stdout.split(' ')[0] };
}

const FINE = { status: 0, stderr: '', firstWord: 'LensKit' };
const canStart = canBeUnprivileged && doctor({}).status === 0;

(canStart ? describe : describe.skip)('lk doctor works', () => {
  const inTree = (lays: (root: string) => void, options: (root: string) => Parameters<typeof doctor>[0]) =>
    withTree({ '/x': '' }, (root) => {
      chmodSync(root, 0o755);
      lays(root);
      try {
        expect(doctor(options(root))).toEqual(FINE);
      } finally {
        spawnSync('chmod', ['-R', 'u+rwX', root]);
      }
    });

  test('with a folder on the PATH that may not be entered', () =>
    inTree(
      (root) => {
        mkdirSync(path.join(root, 'closed/bin'), { recursive: true });
        chmodSync(path.join(root, 'closed'), 0o600);
      },
      (root) => ({ env: { PATH: `${root}/closed/bin:${root}/closed:/${'x'.repeat(5000)}:${process.env.PATH}` } }),
    ));

  test('with an interpreter that links to itself', () =>
    inTree(
      (root) => {
        mkdirSync(path.join(root, '.venv/bin'), { recursive: true });
        symlinkSync('python3', path.join(root, '.venv/bin/python3'));
      },
      (root) => ({ cwd: root }),
    ));

  test('in a folder that may not be read, with one above that may not be entered', () =>
    inTree(
      (root) => {
        mkdirSync(path.join(root, 'closed/here'), { recursive: true });
        chmodSync(path.join(root, 'closed/here'), 0o711);
        chmodSync(path.join(root, 'closed'), 0o700);
      },
      (root) => ({ cwd: path.join(root, 'closed/here') }),
    ));

  test('in a folder that was removed', () =>
    inTree(
      (root) => mkdirSync(path.join(root, 'gone')),
      (root) => ({ cwd: path.join(root, 'gone'), before: `rmdir '${root}/gone'` }),
    ));

  test('with nothing in the environment', () =>
    inTree(
      () => {},
      () => ({ env: {} }),
    ));

  test('with a home directory that may not be entered, and a PATH as long as may be', () =>
    inTree(
      (root) => mkdirSync(path.join(root, 'home'), { mode: 0o700 }),
      (root) => ({ env: { HOME: path.join(root, 'home'), PATH: `${'/a:'.repeat(40_000)}/bin` } }),
    ));

  (isRoot ? test : test.skip)('for a user whom the list of users does not have', () => {
    const words = ['--reuid', '123456', '--regid', '123456', '--clear-groups', START];
    const { status, stderr } = spawnSync('setpriv', [...words, BIN, 'doctor', '--fail-on', 'never'], {
      encoding: 'utf8',
      cwd: '/',
      env: {},
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
