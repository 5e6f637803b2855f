import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { expectMainJob } from './main-job.ts';
import { inEmptyPlace, product, run } from './product.ts';

const FILE = `NAME-${process.platform}-${process.arch}`;
// No Node on it; a Python, for what is measured by commands.
const PATH = '/usr/bin:/bin';

test('the single file does it without Node, from a folder that nobody else can write', () =>
  inEmptyPlace((folder) => {
    expectMainJob([product(FILE)], folder, { PATH });
    const kept = path.join(folder, 'home/.cache/lenskit-doctor');
    const packages = readdirSync(kept).filter((name) => name.startsWith('package-'));
    expect(packages).toHaveLength(1);
    expect(lstatSync(path.join(kept, packages[0] as string)).mode & 0o777).toBe(0o700);
  }));

test.each([
  ['no home', {}],
  ['a home that others may write', { HOME: 'open' }],
])('with %s nothing is left behind', (_, env: { HOME?: string }) =>
  inEmptyPlace(async (folder) => {
    const TMPDIR = path.join(folder, 'tmp');
    mkdirSync(TMPDIR);
    const HOME = path.join(folder, env.HOME ?? 'none');
    if (env.HOME) {
      mkdirSync(HOME, { mode: 0o700 });
      mkdirSync(path.join(HOME, '.cache/lenskit-doctor'), { recursive: true, mode: 0o755 });
    }
    expectMainJob([product(FILE)], folder, { PATH, HOME, TMPDIR });
    const handed = run(product(FILE), ['run', '--cpus', '2', '--', 'sh', '-c', 'echo $LK_NUM_PROCS'], folder, {
      PATH,
      HOME,
      TMPDIR,
    });
    expect(handed.stdout).toMatch(/^\d+\n$/);
    // After the command that took its place: by a shell, a moment later.
    while (readdirSync(TMPDIR).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }),
);

const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

(canMount ? test : test.skip)('a folder of its own that cannot be written is done without (needs mounts)', () =>
  inEmptyPlace((folder) => {
    const kept = path.join(folder, 'home/.cache/lenskit-doctor');
    mkdirSync(kept, { recursive: true, mode: 0o700 });
    mkdirSync(path.join(folder, 'tmp'));
    /** With these folders read-only. */
    const doctor = (...folders: string[]) => {
      const mounts = folders.map((name) => `mount --bind "${name}" "${name}" && mount -o remount,ro,bind "${name}"`);
      const script = [...mounts, 'exec "$0" "$@"'].join(' && ');
      const args = ['--mount', 'sh', '-c', script, product(FILE), 'doctor', '--fail-on', 'never', '--quiet'];
      return run('unshare', args, folder, { PATH, TMPDIR: path.join(folder, 'tmp') });
    };
    const fine = { status: 0, stderr: '' };
    expect(doctor(kept)).toMatchObject(fine);
    // Nor where TMPDIR names.
    expect(doctor(kept, path.join(folder, 'tmp'))).toMatchObject(fine);
    const { status, stderr } = doctor(kept, path.join(folder, 'tmp'), '/tmp', '/var/tmp');
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^lk: no folder for its own files: EROFS.*; set TMPDIR .*\n$/),
    ]);
    expect(readdirSync(kept)).toEqual([]);
  }),
);

test('a package that somebody else began is not taken for a whole one', () =>
  inEmptyPlace((folder) => {
    run(product(FILE), ['--version'], folder, { PATH });
    const kept = path.join(folder, 'home/.cache/lenskit-doctor');
    const [name = ''] = readdirSync(kept);
    mkdirSync(path.join(folder, 'other/.cache/lenskit-doctor', `${name}-abcdef`), { recursive: true, mode: 0o700 });
    writeFileSync(path.join(folder, 'other/.cache/lenskit-doctor', `${name}-abcdef`, 'package.json'), '{');
    const { status, stderr } = run(product(FILE), ['doctor', '--fail-on', 'never'], folder, {
      PATH,
      HOME: path.join(folder, 'other'),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }));
