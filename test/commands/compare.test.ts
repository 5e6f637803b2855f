import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeSnapshot } from '../../src/doctor/snapshot.ts';
import type { ComparisonReport } from '../../src/documents/comparison.ts';
import { renderJson } from '../../src/escape/json.ts';
import type { Facts } from '../../src/situation/facts.ts';
import { NO_QUESTION } from '../../src/situation/question.ts';
import { expectValid, lk, PROJECT, type RunOptions } from '../cli.ts';
import { machine, quota, report } from '../machine.ts';
import { canBeUnprivileged, unprivileged } from '../unprivileged.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'lk-test-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const snapshot = (facts: Facts, host: string | null = null) =>
  writeSnapshot(facts, NO_QUESTION, '0.0.0', new Date(0), host);
/** A file of this test's folder. */
function file(name: string, content: string): string {
  const at = path.join(root, name);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, content);
  return at;
}
function folderOf(name: string): string {
  const at = path.join(root, name);
  mkdirSync(at, { recursive: true });
  return at;
}

const QUOTA = machine({ quotas: [quota(100_000)] });

function json(args: string[], options: RunOptions = {}): { status: number | null; document: ComparisonReport } {
  const { status, stdout } = lk(['compare', '--json', ...args], options);
  const document = JSON.parse(stdout) as ComparisonReport;
  expectValid(document, 'compare');
  return { status, document };
}

describe('two machines', () => {
  test('snapshots, reports, this machine, standard input: what differs, as text, JSON and Markdown', () => {
    const a = file('two/laptop.json', snapshot(machine()));
    const b = file('two/node.json', renderJson(report(QUOTA)));
    const { status, document } = json([a, b]);
    expect(status).toBe(1);
    expect(document.pair?.a).toMatchObject({ name: 'laptop.json', from: 'snapshot', effectiveCpus: 4 });
    expect(document.pair?.b).toMatchObject({ name: 'node.json', from: 'report', effectiveCpus: 1 });
    expect(document.pair?.causes).toEqual([{ about: 'cpus', a: '4 CPUs', b: 'a quota of 1 CPU' }]);
    const text = lk(['compare', a, b]);
    expect(text.stdout).toMatch(/^laptop\.json → node\.json\n\ndecides {2}CPUs {2}4 CPUs → a quota of 1 CPU\n/);
    expect(text.stdout).toContain('+ ✗ cpu/quota-ignored');
    const markdown = lk(['compare', '--format', 'markdown', a, b]).stdout;
    expect(markdown).toContain('- **CPUs**: 4 CPUs → a quota of 1 CPU');
    expect(markdown).toContain('| `cpu/quota-ignored` |  | fail: ');
    expect(json([a, '.']).document.pair?.b).toMatchObject({ name: 'this machine', file: null, from: 'machine' });
  });

  test('standard input', () => {
    const a = file('two/laptop.json', snapshot(machine()));
    const result = spawnSync(process.execPath, [path.join(PROJECT, 'bin/lk.cjs'), 'compare', a, '-'], {
      input: snapshot(QUOTA),
      encoding: 'utf8',
    });
    expect(result.stdout).toMatch(/^laptop\.json → standard input\n/);
  });

  test('that are alike: nothing is printed of them', () => {
    const a = file('two/a.json', snapshot(machine()));
    const b = file('two/b.json', snapshot(machine()));
    expect(lk(['compare', a, b]).stdout).toBe(
      'a.json → b.json\n\nnothing that matters differs: LensKit 2025.8.1 · rules 2025.3 · Python 3.11.7 ·\n  4 effective CPUs\n\n2 machines: 2 with warnings\n',
    );
  });

  test.each([40, 80])('at %d columns no line is longer, but for what is to be pasted', (columns) => {
    const a = file(
      'two/a.json',
      snapshot(machine({ env: { LK_NUM_PROCS: '4', OMP_NUM_THREADS: '3' } }), 'a'.repeat(200)),
    );
    const b = file(
      'two/b.json',
      snapshot(machine({ lenskit: '2026.4.0', quotas: [quota(150_000)], python: '3.13.0' })),
    );
    const { stdout } = lk(['compare', a, b], { env: { COLUMNS: String(columns) } });
    const lines = stdout.split('\n').filter((line) => !/^ {2}(fix|write) |^ {8}/.test(line));
    const long = lines.filter((line) => line.length > columns && line.trim().includes(' '));
    expect(long).toEqual([]);
    expect(stdout).toContain('LK_NUM_BATCH_JOBS');
  });

  test.each<[string[], number]>([
    [[], 1],
    [['--fail-on', 'never'], 0],
    [['--fail-on', 'warn'], 1],
  ])('%j: exit status %d', (flags, status) => {
    const a = file('two/a.json', snapshot(machine()));
    expect(lk(['compare', ...flags, a, file('two/q.json', snapshot(QUOTA))]).status).toBe(status);
  });

  test('only warnings: 0, and 1 where these are to fail', () => {
    const [a, b] = [file('two/a.json', snapshot(machine())), file('two/b.json', snapshot(machine({ cpus: 8 })))];
    expect([lk(['compare', a, b]).status, lk(['compare', '--fail-on', 'warn', a, b]).status]).toEqual([0, 1]);
  });
});

describe('one machine under two versions of LensKit', () => {
  test('what is set has the line to write instead', () => {
    const a = file('up/a.json', snapshot(machine({ env: { LK_NUM_PROCS: '3' } })));
    const twice = ['--lenskit', '2025.8.1', '--lenskit', '2026.4.0', a];
    expect(lk(['compare', ...twice]).stdout).toContain(
      '  LK_NUM_PROCS (set to 3) → LK_NUM_BATCH_JOBS\n  write unset LK_NUM_PROCS\n        export LK_NUM_BATCH_JOBS=3\n',
    );
    const { document } = json(twice);
    expect(document.pair?.a.name).toBe('LensKit 2025.8.1');
    expect(document.pair?.moves[0]).toMatchObject({
      name: 'LK_NUM_PROCS',
      kind: 'moved',
      instead: 'LK_NUM_BATCH_JOBS',
    });
    expect(document.pair?.differences.map(({ about }) => about)).toContain('scripts');
  });

  test('here, also where nothing is named; from 0.14 on', () => {
    const { document } = json(['--lenskit', '0.14.4', '--lenskit', '2025.8.1']);
    expect([document.pair?.a.rules, document.pair?.b.rules]).toEqual(['0.14', '2025.3']);
  });

  test('a script that is not protected is a finding for the one that starts processes', () => {
    const script = file('up/job.py', 'from lenskit.batch import recommend\nrecommend(1, 2, 3)\n');
    const { document } = json([
      '--lenskit',
      '2025.8.1',
      '--lenskit',
      '2026.4.0',
      '--script',
      script,
      '--cpus',
      '8',
      '.',
    ]);
    expect(document.pair?.findings.find(({ id }) => id === 'script/import-unprotected')).toMatchObject({
      a: { status: 'fail' },
      b: null,
    });
  });
});

describe('what is refused', () => {
  const a = () => file('no/a.json', snapshot(machine()));
  test.each<[string, () => string[], RegExp]>([
    ['nothing', () => [], /no machine is named; write two, such as: lk compare laptop\.json \./],
    ['one', () => [a()], /a\.json alone; name another machine, such as \. for this one/],
    ['this one', () => ['.'], /this machine alone; name another, or two versions with --lenskit/],
    ['one twice', () => [a(), a()], /a\.json: named twice; name another machine/],
    ['three versions', () => ['--lenskit', '1', '--lenskit', '2', '--lenskit', '3', '.'], /--lenskit: more than twice/],
    ['the same version', () => ['--lenskit', '2025.8.1', '--lenskit', '2025.8.1', '.'], /twice the same/],
    ['two versions of two', () => ['--lenskit', '2025.8.1', '--lenskit', '2026.4.0', '.', a()], /name one alone/],
    ['no version', () => ['--lenskit', 'x', '--lenskit', '2026.4.0', '.'], /--lenskit x: no version/],
    [
      'a question to a report',
      () => ['--cpus', '3', file('no/r.json', renderJson(report(machine()))), a()],
      /r\.json: a report cannot be asked again; name a snapshot/,
    ],
    [
      'a Python for others',
      () => ['--python', '/x', a(), file('no/b.json', snapshot(machine()))],
      /--python \/x: it is asked of this machine alone/,
    ],
    ['what is not there', () => [a(), path.join(root, 'none.json')], /none\.json: not there/],
    ['an empty folder', () => [folderOf('empty')], /empty: no \.json file below it/],
    ['a pattern without a match', () => [`${root}/zzz*.json`], /zzz\*\.json: matches no file/],
  ])('%s', (_, args, message) => {
    const { status, stdout, stderr } = lk(['compare', ...args()]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    const { document } = json(args());
    expect(document).toMatchObject({ error: { message: expect.stringMatching(message) } });
  });
});

describe('many machines', () => {
  /** A folder with so many alike, one in a quota, one without LensKit. */
  function nodes(name: string, count: number): string {
    for (let index = 0; index < count; index++) {
      const facts = index === 2 ? QUOTA : index === 3 ? machine({ lenskit: null }) : machine();
      facts.machine.memory.available = 12e9 + index;
      file(`${name}/node${index}.json`, snapshot(facts, `node${index}`));
    }
    return path.join(root, name);
  }

  test.each([5, 200])('%d of them: groups, counts, the exit status of the worst', (count) => {
    const folder = nodes(`many${count}`, count);
    const { status, stdout } = lk(['compare', folder]);
    expect(stdout.split('\n')[0]).toBe(`${count - 2} alike, 1 with a quota of 1 CPU: node2, 1 without LensKit: node3`);
    expect(stdout).toContain('✗ cpu/quota-ignored  1 failed\n  node2: LensKit will start');
    expect(status).toBe(1);
    const { document } = json([folder]);
    expect(document.groups?.map(({ machines }) => machines)).toEqual([count - 2, 1, 1]);
    expect(document.groups?.flatMap(({ members }) => members).length).toBe(count);
    expect(document.summary).toEqual({ machines: count, failing: 1, warned: count - 1, fine: 0, unreadable: 0 });
    expect(lk(['compare', '--format', 'markdown', folder]).stdout).toContain(
      '| 1 | with a quota of 1 CPU | node2 | LensKit 2025.8.1',
    );
    expect(json(['--fail-on', 'never', `${folder}/*.json`]).status).toBe(0);
    // What is asked is asked of each.
    expect(json(['--cpus', '16', folder]).document.groups?.map(({ machines }) => machines)).toEqual([count - 1, 1]);
  });

  test('two snapshots of one host are told apart by their files', () => {
    for (const task of ['a', 'b', 'c']) file(`tasks/${task}.json`, snapshot(machine(), 'node17'));
    const { document } = json([path.join(root, 'tasks')]);
    expect(document.groups?.[0]?.members).toEqual(['node17', 'node17 (b)', 'node17 (c)']);
  });

  test('folders within the folder, and this machine beside it', () => {
    file('deep/a/x.json', snapshot(machine()));
    file('deep/b/x.json', snapshot(machine()));
    file('deep/readme.txt', 'not looked at');
    const { document } = json([path.join(root, 'deep'), '.']);
    expect(document.summary.machines).toBe(3);
    expect(document.groups?.flatMap(({ members }) => members).sort()).toEqual(['a/x', 'b/x', 'this machine']);
  });

  /** Whatever may lie among snapshots. */
  function hostile(name: string, others: number): string {
    const folder = nodes(name, others);
    file(`${name}/broken.json`, '{"kind": "lenskit-doctor snap');
    file(`${name}/empty.json`, '');
    file(`${name}/foreign.json`, '{"name": "x", "version": 1}');
    file(`${name}/list.json`, '[[[1]]]');
    file(`${name}/later.json`, '{"kind": "lenskit-doctor snapshot", "schemaVersion": 99}');
    file(`${name}/wrong.json`, snapshot(machine()).replace('"online": 4', '"online": "\\u001b[31m"'));
    file(`${name}/deep.json`, '['.repeat(100_000));
    file(`${name}/sparse.json`, '');
    truncateSync(path.join(folder, 'sparse.json'), 1024 ** 3);
    for (const [link, to] of Object.entries({ loop: 'loop.json', gone: 'nowhere', folder: '.' }))
      symlinkSync(to, path.join(folder, `${link}.json`));
    spawnSync('mkfifo', [path.join(folder, 'fifo.json')]);
    return folder;
  }
  const WHY: { readonly [name: string]: RegExp } = {
    broken: /^not JSON/,
    empty: /^not JSON/,
    foreign: /^neither a snapshot nor a report/,
    list: /^neither a snapshot nor a report/,
    later: /^a snapshot of version 99/,
    wrong: /^facts\.cpus\.online is not what a snapshot holds/,
    deep: /^larger or deeper than any snapshot/,
    sparse: /^larger than 8388608 bytes/,
    loop: /too many symbolic links/,
    gone: /leads nowhere/,
    folder: /^a link to a folder/,
    fifo: /^no regular file/,
  };

  test.each([4, 160])('whatever lies among %d of them is named, and costs none but itself', (others) => {
    const folder = hostile(`hostile${others}`, others);
    const { status, document } = json([folder]);
    expect(status).toBe(2);
    expect(document.summary).toMatchObject({ machines: others, unreadable: Object.keys(WHY).length });
    const found = Object.fromEntries(document.unreadable.map(({ name, why }) => [path.basename(name, '.json'), why]));
    expect(Object.keys(found).sort()).toEqual(Object.keys(WHY).sort());
    for (const [name, why] of Object.entries(WHY))
      expect([name, found[name]]).toEqual([name, expect.stringMatching(why)]);
    const text = lk(['compare', folder]);
    expect(text.stdout).toContain('12 could not be read');
    expect(text.status).toBe(2);
  });

  (canBeUnprivileged ? test : test.skip)('one that may not be read', () => {
    const folder = nodes('denied', 4);
    file('denied/secret.json', snapshot(machine()));
    spawnSync('chmod', ['-R', 'a+rX', root]);
    spawnSync('chmod', ['0', path.join(folder, 'secret.json')]);
    const [command = '', ...words] = [...unprivileged, process.execPath, path.join(PROJECT, 'bin/lk.cjs')];
    const { stdout, status } = spawnSync(command, [...words, 'compare', folder, '--json'], {
      encoding: 'utf8',
      cwd: '/',
    });
    const document = JSON.parse(stdout) as ComparisonReport;
    expect(document.unreadable).toEqual([{ name: path.join(folder, 'secret.json'), why: 'permission denied' }]);
    expect([status, document.summary.machines]).toEqual([2, 4]);
  });

  test('what a host calls itself is shown and does nothing', () => {
    const evil = '\u001b[2J\u202enode\n::error::x';
    for (const name of ['a', 'b', 'c'])
      file(`evil/${name}.json`, snapshot(name === 'c' ? QUOTA : machine(), `${evil}${name}`));
    for (const format of ['text', 'markdown', 'json']) {
      const { stdout } = lk(['compare', '--format', format, path.join(root, 'evil')], { env: { FORCE_COLOR: '1' } });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
      expect(stdout.replaceAll(/\u001b\[[0-9;]*m/g, '')).not.toMatch(/[\u001b\u202e]|^::error/m);
      expect(stdout).not.toContain('\u001b[2J');
    }
    const long = file('evil2/long.json', snapshot(machine(), 'n'.repeat(5000)));
    expect(json([long, path.join(root, 'evil/a.json')]).document.pair?.a).toMatchObject({
      name: 'long.json',
      host: null,
    });
  });
});

const canDo = spawnSync('python3', ['-c', 'import pty, termios']).status === 0;
(canDo ? test : test.skip)('at a terminal it says how far it is; elsewhere it does not', () => {
  for (let index = 0; index < 400; index++)
    file(`shown/node${index}.json`, snapshot(machine({ cpus: 1 + (index % 50) })));
  const folder = path.join(root, 'shown');
  const ON_TERMINAL = `
import fcntl, os, pty, struct, subprocess, sys, termios
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 0, 80, 0, 0))
run = subprocess.Popen(sys.argv[1:], stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs)
os.close(theirs)
try:
    while part := os.read(ours, 65536): sys.stdout.buffer.write(part)
except OSError: pass
sys.exit(run.wait())`;
  const command = [process.execPath, path.join(PROJECT, 'bin/lk.cjs'), 'compare', folder];
  const { stdout } = spawnSync('python3', ['-c', ON_TERMINAL, ...command], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, TERM: 'xterm' },
  });
  expect(stdout).toMatch(/\d+ of 400 machines/);
  expect(lk(['compare', folder]).stderr).toBe('');
});
