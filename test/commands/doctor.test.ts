import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { wantsColor } from '../../src/output/terminal.ts';
import { resolveParallelism } from '../../src/rules/resolve.ts';
import { BIN, doctorJson, lk, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';

const QUIET = ['--fail-on', 'never'];

describe('what if', () => {
  test('rules, CPUs, variables and parameters give what the library gives', () => {
    const { report } = doctorJson([
      '--lenskit',
      '2025.8.1',
      '--cpus',
      '16',
      '--env',
      'LK_NUM_THREADS=4,2',
      '--env',
      'OMP_NUM_THREADS=3',
      '--processes',
      '2',
      ...QUIET,
    ]);
    const expected = resolveParallelism({
      lenskit: '2025.8.1',
      cpus: 16,
      env: { LK_NUM_THREADS: '4,2', OMP_NUM_THREADS: '3' },
      params: { processes: '2' },
    });
    expect(report.plan).toMatchObject({ main: expected.main, workers: expected.workers, childEnv: expected.childEnv });
    expect(report.knobs).toEqual(JSON.parse(JSON.stringify(expected.knobs)));
    expect(report.cpus).toMatchObject({ online: 16, affinity: 16, effective: 16, lenskit: 16, quota: null });
    expect(report.hypothetical).toEqual([
      '--lenskit 2025.8.1',
      '--cpus 16',
      '--env LK_NUM_THREADS',
      '--env OMP_NUM_THREADS',
      '--processes 2',
    ]);
  });

  test('every knob of the contract: value, source, candidates, what is documented', () => {
    const { report } = doctorJson(['--lenskit', '2025.8.1', '--cpus', '8', '--env', 'LK_NUM_THREADS=4,2', ...QUIET]);
    expect(report.knobs[1]).toMatchObject({
      name: 'threads',
      env: 'LK_NUM_THREADS',
      parameter: 'threads',
      value: [4, 2],
      source: { kind: 'env', name: 'LK_NUM_THREADS', raw: '4,2' },
      candidates: [
        { kind: 'parameter', set: false },
        { kind: 'env', set: true, used: true, raw: '4,2' },
        { kind: 'default', formula: 'min(NCPUS, 8)', value: [8] },
      ],
      documented: { formula: 'min(NCPUS, 8)', value: 8 },
    });
    expect(report.plan).toMatchObject({ trainingThreads: 4, batchThreads: 4, peakThreads: 4, oversubscription: 0.5 });
  });

  test('an integer that a number cannot hold is printed as it is', () => {
    const { stdout } = lk(['doctor', '--json', '--lenskit', '2025.3', '--env', 'LK_NUM_THREADS=99999999999999999999']);
    expect(stdout).toContain('"threads": 99999999999999999999,');
  });
});

describe('--only and --skip', () => {
  const ids = (...args: string[]) =>
    doctorJson(['--lenskit', '2025.3', '--cpus', '4', ...QUIET, ...args]).report.checks.map(({ id }) => id);

  test('take ids and prefixes', () => {
    expect(ids('--only', 'plan/oversubscribed', '--only', 'cpu/throttled')).toEqual([
      'cpu/throttled',
      'plan/oversubscribed',
    ]);
    expect(ids('--only', 'plan')).toEqual([
      'plan/too-many-threads',
      'plan/oversubscribed',
      'plan/underused',
      'plan/worker-start',
    ]);
    expect(ids('--only', 'plan', '--skip', 'plan/underused')).not.toContain('plan/underused');
    expect(ids('--skip', 'config/').some((id) => id.startsWith('config/'))).toBe(false);
  });

  test('a skipped check does not count for the exit status', () => {
    const args = ['doctor', '--lenskit', '2025.3', '--cpus', '4', '--fail-on', 'warn'];
    expect(lk(args).status).toBe(1);
    expect(lk([...args, '--skip', 'plan', '--skip', 'python']).status).toBe(0);
  });

  test('an id that no check has', () => {
    const { status, stderr } = lk(['doctor', '--skip', 'plan/oversubscribd']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/no check plan\/oversubscribd: did you mean plan\/oversubscribed/);
  });
});

describe('exit status', () => {
  const fails = ['--lenskit', '2025.3', '--cpus', '4', '--env', 'LK_NUM_PROCS=0'];
  const warns = ['--lenskit', '2025.3', '--cpus', '4'];
  const passes = ['--lenskit', '2026.1', '--cpus', '4'];
  test.each([
    [fails, 'fail', 1],
    [fails, 'warn', 1],
    [fails, 'never', 0],
    [warns, 'fail', 0],
    [warns, 'warn', 1],
    [warns, 'never', 0],
    [passes, 'fail', 0],
    [passes, 'warn', 0],
  ])('%p --fail-on %s: %d', (args, level, status) => {
    expect(lk(['doctor', ...args, '--fail-on', level]).status).toBe(status);
  });
});

describe('wrong usage', () => {
  test.each([
    [['doctor', '--bogus'], /nonexistent flag: --bogus/],
    [['doctor', '--cpus', '0'], /--cpus 0: no number of CPUs/],
    [['doctor', '--cpus', 'x'], /--cpus x/],
    [['doctor', '--env', 'X'], /--env X: no KEY=VALUE/],
    [['doctor', '--fail-on', 'bad'], /expected --fail-on=bad to be one of/i],
    [['doctor', '--lenskit', 'newest'], /--lenskit newest: no version/],
    [['doctor', '--python', '/nowhere/python3'], /--python \/nowhere\/python3: not there/],
    [['doctor', '--sysroot', '/nowhere'], /--sysroot \/nowhere: not there/],
    [['doctor', '--from', '/nowhere'], /\/nowhere: not there/],
    [['doctor', '--from', '/'], /--from \/: a directory/],
    [['doctor', '--snapshot', '/nowhere/x'], /--snapshot \/nowhere\/x: the folder \/nowhere is not there/],
    [['doctor', '--from', 'x', '--sysroot', '/'], /--from and --sysroot exclude each other/],
    [['doktor'], /doktor not found/],
  ])('%p: exit 2, one clear message, nothing on standard output', (args, message) => {
    const { status, stdout, stderr } = lk(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^lk: [a-z/-]/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('under --json the error is the document', () => {
    for (const args of [
      ['--json', '--bogus'],
      ['--format', 'json', '--cpus', 'x'],
      ['--format=json', '--from', '/nowhere'],
    ]) {
      const { status, stdout, stderr } = lk(['doctor', ...args]);
      expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({
        schemaVersion: 1,
        error: { type: expect.any(String), message: expect.any(String) },
      });
    }
  });

  test('DEBUG shows the stack', () => {
    expect(lk(['doctor', '--from', '/nowhere'], { env: { DEBUG: '*' } }).stderr).toMatch(/\n\s+at /);
  });
});

describe('output', () => {
  test('no colour in a pipe, with FORCE_COLOR there is', () => {
    const plain = ['doctor', '--cpus', '4', '--lenskit', '2025.3'];
    expect(lk(plain).stdout).not.toContain('\u001b');
    expect(lk(plain, { env: { FORCE_COLOR: '1' } }).stdout).toContain('\u001b');
    expect(lk(plain, { env: { FORCE_COLOR: '0' } }).stdout).not.toContain('\u001b');
  });

  test.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ CI: 'true' }, true, false],
    [{ CI: 'true', FORCE_COLOR: '1' }, false, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false, true],
  ])('colour with %p on a terminal (%s): %s', (env, isTerminal, expected) => {
    expect(wantsColor(env, isTerminal)).toBe(expected);
  });

  test('a reader that goes away is no error', async () => {
    const child = spawn('/bin/sh', ['-c', '"$1" "$2" doctor --json --verbose | head -c 10', 'sh', START, BIN]);
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
    });
    await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).toBe('');
  });

  test('--format github writes the step summary too', () =>
    withTree({ '/summary.md': 'before\n' }, (root) => {
      const summary = path.join(root, 'summary.md');
      const { stdout } = lk(['doctor', '--format', 'github', '--lenskit', '2025.3', '--cpus', '2'], {
        env: { GITHUB_STEP_SUMMARY: summary },
      });
      expect(stdout).toMatch(
        /^::notice title=lk config\/documentation-differs::.*\n::warning title=lk plan\/worker-start::/,
      );
      expect(readFileSync(summary, 'utf8')).toMatch(/^before\n### LensKit/);
    }));

  test('help names every flag', () => {
    const { stdout, status } = lk(['doctor', '--help']);
    expect(status).toBe(0);
    for (const flag of [
      'json',
      'lenskit',
      'python',
      'cpus',
      'env',
      'processes',
      'threads',
      'backend-threads',
      'child-threads',
      'sysroot',
      'snapshot',
      'from',
      'fail-on',
      'format',
      'verbose',
    ]) {
      expect(stdout).toContain(`--${flag}`);
    }
  });
});

describe('bad input', () => {
  const good = {
    '/proc/self/status': 'Cpus_allowed_list:\t0-3\n',
    '/sys/devices/system/cpu/online': '0-3\n',
    '/proc/self/cgroup': '0::/job\n',
    '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
    '/sys/fs/cgroup/job/cpu.max': '100000 100000\n',
  };

  test.each<[string, (root: string) => void, string]>([
    [
      'a directory where a file should be',
      (root) => mkdirSync(path.join(root, 'sys/fs/cgroup/cpu.max')),
      'cpu.max: not a file',
    ],
    ['a FIFO', (root) => execFileSync('mkfifo', [path.join(root, 'sys/fs/cgroup/cpu.max')]), 'cpu.max: not a file'],
    ['an endless file', (root) => symlinkSync('/dev/zero', path.join(root, 'sys/fs/cgroup/cpu.max')), ''],
    [
      'a file that is too long',
      (root) => writeFileSync(path.join(root, 'sys/fs/cgroup/cpu.max'), '1'.repeat(2 ** 21)),
      'cpu.max: larger than',
    ],
    [
      'invalid UTF-8',
      (root) => writeFileSync(path.join(root, 'sys/fs/cgroup/cpu.max'), Buffer.from([0xff, 0xfe])),
      'cpu.max: no quota in',
    ],
    [
      'a loop of links',
      (root) => symlinkSync('cpu.max', path.join(root, 'sys/fs/cgroup/cpu.max')),
      'cpu.max: too many symbolic links',
    ],
  ])('%s: a warning, and the rest is still said', (_, spoil, warning) =>
    withTree(good, (root) => {
      spoil(root);
      const { report, status } = doctorJson(['--sysroot', root, '--lenskit', '2025.8.1']);
      expect(status).toBe(1);
      expect(report.cpus.effective).toBe(1);
      expect(report.cpus.warnings).toEqual(warning ? [expect.stringContaining(warning)] : []);
    }),
  );

  (process.getuid?.() === 0 ? test.skip : test)('an unreadable file', () =>
    withTree(good, (root) => {
      chmodSync(path.join(root, 'sys/fs/cgroup/job/cpu.max'), 0);
      const { report } = doctorJson(['--sysroot', root, '--lenskit', '2025.8.1']);
      expect(report.cpus.warnings).toEqual([expect.stringContaining('permission denied')]);
    }),
  );

  test('nothing at all below the root: what is not known is null, and no check passes for it', () =>
    withTree({ '/x': '' }, (root) => {
      const { report } = doctorJson(['--sysroot', root, '--lenskit', '2025.8.1', ...QUIET]);
      expect(report.cpus).toMatchObject({ online: null, affinity: null, quota: null, cgroup: null });
      expect(report.cpus.warnings).not.toEqual([]);
      expect(report.checks.find(({ id }) => id === 'cpu/quota-ignored')?.status).toBe('skip');
      expect(report.checks.find(({ id }) => id === 'cpu/throttled')?.status).toBe('skip');
    }));

  test.each([
    ['does not parse', '[parallel\n', 'TOMLDecodeError'],
    ['is not UTF-8', Buffer.from([0x23, 0xff, 0x0a]), 'UnicodeDecodeError'],
    ['has an unknown key', '[parallel]\nbogus = 1\n', 'ValidationError'],
  ])('a lenskit.toml that %s: a finding with its place, exit 1', (_, content, type) =>
    withTree({ ...good, '/project/lenskit.toml': content }, (root) => {
      const { report, status } = doctorJson(['--sysroot', root, '--lenskit', '2026.4.0'], {
        env: { LK_PROJECT_ROOT: '/project' },
      });
      const finding = report.checks.find(({ id }) => id === 'config/invalid-value');
      expect([status, finding?.status, report.plan]).toEqual([1, 'fail', null]);
      expect(finding?.title).toContain(type);
      expect(finding?.title).toContain('/project/lenskit.toml:');
      expect(report.knobs.length).toBeGreaterThan(0);
    }),
  );

  test('a variable of 100 KB', () => {
    const { report, status } = doctorJson(['--lenskit', '2025.3'], { env: { LK_NUM_THREADS: '9'.repeat(100_000) } });
    expect(status).toBe(1);
    expect(report.checks.find(({ id }) => id === 'config/invalid-value')?.title.length).toBeLessThan(400);
  });

  test('a snapshot with a variable of 10 MB', () =>
    withTree({ '/x': '' }, (root) => {
      const file = path.join(root, 'snapshot.json');
      lk(['doctor', '--snapshot', file, '--lenskit', '2026.1', '--env', 'LK_PARALLEL=1']);
      const text = readFileSync(file, 'utf8').replace(
        '"LK_PARALLEL": "1"',
        `"LK_PARALLEL": "${'{'.repeat(10_000_000)}"`,
      );
      writeFileSync(file, text);
      const { status, stdout } = lk(['doctor', '--from', file]);
      expect(status).toBe(1);
      expect(stdout.length).toBeLessThan(10_000);
      expect(stdout).toContain('SettingsError');
    }));

  test('a python in the working directory is not found', () =>
    withTree({ '/bin/python3': '#!/bin/sh\ntouch ran\n' }, (root) => {
      chmodSync(path.join(root, 'bin/python3'), 0o755);
      const result = spawnSync(START, [BIN, 'doctor', '--json'], {
        cwd: path.join(root, 'bin'),
        encoding: 'utf8',
        env: { PATH: '.::bin' },
      });
      expect((JSON.parse(result.stdout) as { python: { interpreter: null } }).python.interpreter).toBeNull();
    }));
});
