import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { assumedFrom, type Generation, rulesFor } from '../../src/rules/generation.ts';

const PROGRAM = path.resolve(__dirname, '../../scripts/rules-watch.mjs');
const KNOWN = path.resolve(__dirname, '../../scripts/rules/known-sources.json');

/** A LensKit as pip lays it out: two files that rules are read from, one that speaks of threads, one that does not. */
const FILES: { [name: string]: string } = {
  '__init__.py': '"""LensKit."""\n',
  'parallel/config.py': 'import os\n\nTHREADS = os.environ.get("LK_NUM_THREADS", "8")\n',
  'batch/_runner.py': 'def run():\n    return 1\n',
  'knn/item.py': 'def train():\n    return get_parallel_config().num_threads\n',
  'stats.py': 'def gini():\n    return 0\n',
};

describe('npm run rules:watch', () => {
  let folder: string;
  let known: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rules-watch-'));
    known = path.join(folder, 'known.json');
    writeFileSync(known, '{ "releases": [], "files": {} }');
    const first = release('2026.4.0', { 'batch/_runner.py': 'def run():\n    return 0\n' });
    // Not in their order.
    expect(run('--learn', release('2026.5.0'), first).status).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Lays out a release; a file of null is left out. Returns its site-packages. */
  function release(version: string | null, changes: { [name: string]: string | null } = {}): string {
    const site = mkdtempSync(path.join(folder, 'site-'));
    for (const [name, text] of Object.entries({ ...FILES, ...changes })) {
      if (text === null) continue;
      const file = path.join(site, 'lenskit', name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    if (version !== null) {
      mkdirSync(path.join(site, `lenskit-${version}.dist-info`));
      writeFileSync(path.join(site, `lenskit-${version}.dist-info/METADATA`), `Name: lenskit\nVersion: ${version}\n`);
    }
    return site;
  }

  function run(...args: string[]): { status: number | null; lines: string[]; stderr: string } {
    const all = [PROGRAM, '--known', known, ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8', cwd: folder });
    return { status, lines: stdout.split('\n').map((line) => line.trim()), stderr };
  }

  test('says that a release is the one that was learned', () => {
    const { status, lines } = run(release('2026.5.0'));
    expect(lines).toContain('the same as 2026.5.0: 3 files');
    expect(status).toBe(0);
  });

  test('knows the sources under another version, and says what to do', () => {
    const { status, lines } = run(release('2026.5.1'));
    expect(lines).toContain('the same as 2026.5.0: 3 files');
    expect(lines).toContain('not known by its name: --learn it, and raise `newest` in src/rules/generation.ts');
    expect(status).toBe(0);
  });

  test.each<[string, { [name: string]: string | null }, string]>([
    [
      'one byte of a file that rules were read from',
      { 'parallel/config.py': FILES['parallel/config.py']?.replace('8', '9') ?? null },
      'changed  lenskit/parallel/config.py',
    ],
    ['a file that is gone', { 'batch/_runner.py': null }, 'gone     lenskit/batch/_runner.py'],
    ['a new file, whatever it says', { 'parallel/_next.py': 'A = 1\n' }, 'new      lenskit/parallel/_next.py'],
    [
      'a new file elsewhere that reads a variable',
      { 'util/env.py': 'get("LK_NEXT")\n' },
      'new      lenskit/util/env.py',
    ],
    ['one that speaks of threads no longer', { 'knn/item.py': 'A = 1\n' }, 'changed  lenskit/knn/item.py'],
    ['a stub of what is compiled', { '_accel.pyi': 'def init_accel_pool(n): ...\n' }, 'new      lenskit/_accel.pyi'],
  ])('notices %s', (_, changes, line) => {
    const { status, lines } = run(release('2026.5.0', changes));
    expect(lines).toContain(line);
    expect(lines.filter((one) => /^(?:changed|gone|new) /.test(one))).toHaveLength(1);
    expect(status).toBe(1);
  });

  test.each<[string, { [name: string]: string | null }]>([
    ['line ends', { 'parallel/config.py': FILES['parallel/config.py']?.replaceAll('\n', '\r\n') ?? null }],
    ['what has nothing to do with it', { 'stats.py': 'def gini():\n    return 1\n', 'als.py': 'A = 1\n' }],
    ["LensKit's own tests", { 'testing/_jobs.py': 'get_parallel_config()\n' }],
  ])('does not mind %s', (_, changes) => {
    expect(run(release('2026.5.0', changes)).status).toBe(0);
  });

  test('compares an unknown release with the nearest, and says which release has a file so', () => {
    const old = { 'batch/_runner.py': 'def run():\n    return 0\n' };
    const older = run(release('2026.6.0', { ...old, 'parallel/config.py': 'A = 1\n' }));
    expect(older.lines).toContain('2026.4.0 is the nearest of 2 releases');
    const newer = run(release('2026.6.0', { 'parallel/config.py': 'A = 1\n' }));
    expect(newer.lines).toContain('2026.5.0 is the nearest of 2 releases');
    const back = run(release('2026.5.0', old));
    expect(back.lines).toContain('changed  lenskit/batch/_runner.py  as in 2026.4.0');
    expect([older.status, newer.status, back.status]).toEqual([1, 1, 1]);
  });

  test('one of several environments that changed is enough', () => {
    expect(run(release('2026.5.0'), release('2026.5.0', { 'batch/_runner.py': null })).status).toBe(1);
  });

  test('prints the differences from another LensKit', () => {
    const changed = release('2026.6.0', { 'batch/_runner.py': 'def run():\n    return 2\n', 'stats.py': 'A = 1\n' });
    const { lines } = run('--against', release('2026.5.0'), changed);
    expect(lines).toEqual(expect.arrayContaining(['-    return 1', '+    return 2']));
    expect(lines.filter((line) => line.startsWith('+++ '))).toEqual([expect.stringContaining('batch/_runner.py')]);
  });

  test.each([
    ['the folder of the package', (site: string) => path.join(site, 'lenskit')],
    [
      'a checkout',
      (site: string) => {
        const checkout = mkdtempSync(path.join(folder, 'checkout-'));
        cpSync(path.join(site, 'lenskit'), path.join(checkout, 'src/lenskit'), { recursive: true });
        return checkout;
      },
    ],
    [
      'an environment',
      (site: string) => {
        const environment = mkdtempSync(path.join(folder, 'venv-'));
        cpSync(site, path.join(environment, 'lib/python3.11/site-packages'), { recursive: true });
        return environment;
      },
    ],
    [
      'a Python',
      (site: string) => {
        const environment = mkdtempSync(path.join(folder, 'venv-'));
        spawnSync('python3', ['-m', 'venv', '--without-pip', environment]);
        const script = 'import sysconfig; print(sysconfig.get_path("purelib"))';
        const python = path.join(environment, 'bin/python');
        const { stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8' });
        cpSync(site, stdout.trim(), { recursive: true });
        return python;
      },
    ],
  ])('finds LensKit in %s', (_, place) => {
    expect(run(place(release('2026.5.0'))).lines).toContain('the same as 2026.5.0: 3 files');
  });

  test.each([
    ['nothing', []],
    ['a folder without LensKit', ['.']],
    ['what is not there', ['no-such-python']],
    ['an option that there is not', ['--all', '.']],
    ['two things at once', ['--learn', '--against', '.', '.']],
  ])('refuses %s as wrong usage', (_, args) => {
    const { status, stderr } = run(...args);
    expect(stderr).toContain('usage: npm run rules:watch');
    expect(status).toBe(2);
  });

  test.each([
    ['without a version', null],
    ['of a checkout', '2026.6.0.dev3'],
  ])('learns no sources %s, and keeps what it knows', (_, version) => {
    const before = readFileSync(known, 'utf8');
    expect(run('--learn', release('2026.7.0', { 'stats.py': 'A = 1\n' }), release(version)).status).toBe(2);
    expect(readFileSync(known, 'utf8')).toBe(before);
  });

  test('orders pre-releases and later packings as Python does', () => {
    const file = known;
    known = path.join(folder, 'order.json');
    writeFileSync(known, '{ "releases": [], "files": {} }');
    const order = ['2025.3.0a2', '2025.3.0a2.post2', '2025.3.0b1', '2025.3.0rc1', '2025.3.0', '2025.3.1', '2025.10.0'];
    run('--learn', ...order.toReversed().map((version) => release(version)));
    expect((JSON.parse(readFileSync(known, 'utf8')) as Known).releases).toEqual(order);
    known = file;
  });
});

interface Known {
  releases: string[];
  files: { [name: string]: { [version: string]: string | null } };
}

describe('the sources that are known', () => {
  const { releases, files } = JSON.parse(readFileSync(KNOWN, 'utf8')) as Known;

  test('every one has rules that were read from it, and the next patch release has not', () => {
    const newest = new Map<Generation, string>();
    for (const version of releases) {
      const rules = rulesFor(version);
      if (typeof rules === 'string') throw new Error(`${version}: ${rules}`);
      expect([version, assumedFrom(rules)]).toEqual([version, null]);
      if (/^[\d.]+$/.test(version)) newest.set(rules.generation, version);
    }
    for (const [generation, version] of newest) {
      const next = version.replace(/\d+$/, (patch) => String(Number(patch) + 1));
      expect(rulesFor(next)).toMatchObject({ generation });
      expect(assumedFrom(rulesFor(next) as Exclude<ReturnType<typeof rulesFor>, string>)).toBe(version);
    }
    expect([...newest.keys()]).toEqual(['0.14', '2025.2', '2025.3', '2026.1']);
  });

  // What the oracle says of 0.x: byte-identical from 0.10.1 to 0.12.3, and from 0.13.0 on.
  test('a file that did not change is written once', () => {
    expect(Object.keys(files['lenskit/util/parallel.py'] ?? {})).toEqual(['0.10.1', '0.13.0', '2025.1.0b1']);
  });

  test.each([
    ['2025.3.0a2.post2', '2025.2'],
    ['2025.3.0a2', '2025.2'],
    ['2025.3.0a3.post1', '2025.3'],
    ['2025.3.0a10', '2025.3'],
    ['2025.3.0rc1', '2025.3'],
    ['2025.3.0', '2025.3'],
  ])('%s has the rules %s', (version, generation) => {
    expect(rulesFor(version)).toMatchObject({ generation });
  });
});
