import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { PROJECT } from '../cli.ts';
import { withTree } from '../file-tree.ts';

/** The package as it is for a Node that it was not built with, and a home to run it in. */
interface Place {
  folder: string;
  copy: string;
  lk(...args: string[]): Run;
  withOptions(options: string, ...args: string[]): Run;
}

function withoutBuiltCaches(use: (place: Place) => void): Promise<void> {
  return withTree({ '/home/x': '' }, (root) => {
    const copy = path.join(root, 'package');
    for (const part of ['bin', 'docs', 'package.json', 'oclif.manifest.json'])
      cpSync(path.join(PROJECT, part), path.join(copy, part), { recursive: true });
    cpSync(path.join(PROJECT, 'dist'), path.join(copy, 'dist'), {
      recursive: true,
      filter: (file) => !file.endsWith('.cache'),
    });
    // Says of each script that is compiled whether V8 took a cache for it.
    const hook = path.join(root, 'hook.cjs');
    writeFileSync(
      hook,
      `const vm = require('node:vm');
       const { Script } = vm;
       vm.Script = class extends Script {
         constructor(source, options) {
           super(source, options);
           const taken = options.cachedData && !this.cachedDataRejected ? 'taken' : 'none';
           require('node:fs').appendFileSync(process.env.SAID, require('node:path').basename(options.filename) + ' ' + taken + '\\n');
         }
       };`,
    );
    const lk = (...args: string[]): Run => withOptions('', ...args);
    const withOptions = (options: string, ...args: string[]): Run => {
      const said = path.join(root, 'said');
      writeFileSync(said, '');
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['-r', hook, path.join(copy, 'bin/lk.cjs'), ...args],
        {
          encoding: 'utf8',
          env: { PATH: process.env.PATH, HOME: path.join(root, 'home'), SAID: said, NODE_OPTIONS: options },
        },
      );
      return { status, stdout, stderr, caches: readFileSync(said, 'utf8').trim().split('\n') };
    };
    use({ folder: path.join(root, 'home/.cache/lenskit-doctor'), copy, lk, withOptions });
  });
}

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
  /** `cli.cjs taken`, `text.cjs none`. */
  caches: string[];
}

// Of a machine that stays as it is.
const DOCTOR = ['doctor', '--fail-on', 'never', '--from', path.join(PROJECT, 'docs/pictures/slurm.json')];
const kept = (folder: string, name: string) =>
  readdirSync(folder).filter((file) => file.startsWith(`${name}-`) && file.endsWith('.cache'));
/** Without what differs from run to run. */
const steady = (text: string) => text.replace(/"time": "[^"]*"/, '');

test('the first run keeps what was compiled, from the second on it is taken, and the answers are the same', () =>
  withoutBuiltCaches(({ folder, lk }) => {
    const first = lk(...DOCTOR);
    expect(first).toMatchObject({ status: 0, stderr: '', caches: ['cli.cjs none', 'text.cjs none'] });
    const second = lk(...DOCTOR);
    expect(second).toEqual({ ...first, caches: ['cli.cjs taken', 'text.cjs taken'] });
    const page = lk('explain', 'cpu/throttled');
    expect(page).toMatchObject({ status: 0, caches: ['cli.cjs taken', 'oclif.cjs none'] });
    expect(lk('explain', 'cpu/throttled')).toEqual({ ...page, caches: ['cli.cjs taken', 'oclif.cjs taken'] });
    expect(readdirSync(folder).filter((name) => !/^v\d/.test(name))).toHaveLength(3);
  }));

test('Node with other flags has caches of its own, also beside those that were built', () =>
  withoutBuiltCaches(({ copy, lk, withOptions }) => {
    const flags = '--max-old-space-size=1000';
    const [none, taken] = ['none', 'taken'].map((how) => [`cli.cjs ${how}`, `text.cjs ${how}`]);
    expect(lk(...DOCTOR).caches).toEqual(none);
    expect(withOptions(flags, ...DOCTOR).caches).toEqual(none);
    expect([lk(...DOCTOR).caches, withOptions(flags, ...DOCTOR).caches]).toEqual([taken, taken]);
    const built = readdirSync(path.join(PROJECT, 'dist')).filter((file) => file.endsWith('.cache'));
    for (const file of built) cpSync(path.join(PROJECT, 'dist', file), path.join(copy, 'dist', file));
    const other = '--max-old-space-size=900';
    if (built.length > 0) {
      // First the one that was built, which is refused, and where nothing else is, what is compiled by then.
      expect(withOptions(other, ...DOCTOR).caches).toEqual(none);
      expect(withOptions(other, ...DOCTOR).caches).toEqual([
        'cli.cjs none',
        'cli.cjs taken',
        'text.cjs none',
        'text.cjs taken',
      ]);
    }
  }));

test('where Node is gone by the end nothing is kept, and nothing is said', () =>
  withoutBuiltCaches(({ copy, folder }) => {
    const node = path.join(copy, 'node');
    cpSync(process.execPath, node);
    const hook = path.join(copy, 'gone.cjs');
    writeFileSync(hook, `require('node:fs').rmSync(process.execPath);`);
    const env = { PATH: process.env.PATH, HOME: path.dirname(path.dirname(folder)) };
    const run = spawnSync(node, ['-r', hook, path.join(copy, 'bin/lk.cjs'), ...DOCTOR], { encoding: 'utf8', env });
    expect(run).toMatchObject({ status: 0, stderr: '' });
  }));

test('a run that is no whole lk doctor is not what is kept of the program', () =>
  withoutBuiltCaches(({ folder, lk }) => {
    for (const args of [['--version'], ['doctor', '--help'], ['doctor', '--jsn'], ['doctor', '--python', '/nowhere']])
      lk(...args);
    expect(kept(folder, 'cli')).toEqual([]);
    expect(kept(folder, 'oclif')).toHaveLength(1);
  }));

test.each<[string, (file: string) => void]>([
  ['a byte of it was lost', (file) => spoilt(file, 200_000)],
  ['the last byte of it was lost', (file) => spoilt(file, -1)],
  ['its head was lost', (file) => spoilt(file, 10)],
  ['it is torn', (file) => writeFileSync(file, readFileSync(file).subarray(0, 5000))],
  ['it is empty', (file) => writeFileSync(file, '')],
  ['others may write it', (file) => chmodSync(file, 0o622)],
  [
    'it is a link',
    (file) => {
      renameSync(file, `${file}.other`);
      symlinkSync(`${file}.other`, file);
    },
  ],
])('where %s it is not taken, and made anew', (_, spoil) =>
  withoutBuiltCaches(({ folder, lk }) => {
    const first = lk(...DOCTOR, '--json');
    const [name = ''] = kept(folder, 'cli');
    spoil(path.join(folder, name));
    const { status, stdout, caches } = lk(...DOCTOR, '--json');
    expect([status, steady(stdout), caches]).toEqual([0, steady(first.stdout), ['cli.cjs none']]);
    expect(lk(...DOCTOR, '--json').caches).toEqual(['cli.cjs taken']);
  }),
);

test('where it cannot be kept nothing is said', () =>
  withoutBuiltCaches(({ folder, lk }) => {
    lk(...DOCTOR, '--json');
    const [name = ''] = kept(folder, 'cli');
    renameSync(path.join(folder, name), path.join(folder, 'before'));
    mkdirSync(path.join(folder, name));
    expect(lk(...DOCTOR, '--json')).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(folder).filter((file) => /\.cache\./.test(file))).toEqual([]);
  }));

function spoilt(file: string, at: number): void {
  const bytes = readFileSync(file);
  const place = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8((bytes[place] as number) ^ 1, place);
  writeFileSync(file, bytes);
}
