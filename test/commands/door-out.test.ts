import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BIN, expectValid, lk, PROJECT, START, testOnNode } from '../cli.ts';
import { withTree } from '../file-tree.ts';

const EVIL = '\u001b[31m\u009b2J\u202e\u200b\n::error title=pwned::obeyed\n##[error]x$(touch P)';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ACTED_ON = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

function expectHarmless(text: string): void {
  expect(text).not.toMatch(ACTED_ON);
  for (const line of text.split('\n')) {
    expect(line.trimStart().startsWith('::')).toBe(false);
    expect(line).not.toContain('##[');
  }
}

/** A machine on which everything that can be written by somebody else is. */
const name = EVIL.replaceAll('\n', ' ').replaceAll('/', '');
const TREE = {
  '/proc/self/status': 'Cpus_allowed_list:\t0-3\n',
  '/sys/devices/system/cpu/online': '0-3\n',
  '/proc/self/cgroup': `0::/job${name}\n`,
  '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
  [`/sys/fs/cgroup/job${name}/cpu.max`]: `${name}\n`,
  '/env/pyvenv.cfg': `home = /usr/bin\nversion_info = 3.13.0\nuv = ${EVIL}\n`,
  '/env/bin/python3': '',
  '/env/lib/python3.13/site-packages/lenskit-2026.4.0.dist-info/METADATA': `Version: 2026.4.0${name}\n`,
  [`/env/lib/python3.13/site-packages/${name}.libs/libopenblas.so`]: '',
  '/lenskit.toml': `[parallel]\nnum_threads = "${'\\u001b'}[31m::error::x"\n`,
};

describe('text from the machine', () => {
  test.each([['text', '--verbose'], ['text'], ['markdown'], ['github']])(
    'lk doctor --format %s %s',
    (format, ...more) =>
      withTree(TREE, (root) => {
        const env = {
          VIRTUAL_ENV: '/env',
          LK_PROJECT_ROOT: '/',
          LK_NUM_THREADS: EVIL,
          LK_PARALLEL__x: EVIL,
          [`LK_${name}`]: '1',
          SLURM_JOB_ID: '1',
          SLURM_CPUS_ON_NODE: EVIL,
        };
        const { stdout, stderr, status } = lk(['doctor', '--sysroot', root, '--format', format, ...more], { env });
        expect([0, 1]).toContain(status);
        expect(stdout.length).toBeGreaterThan(200);
        if (format === 'github') {
          for (const line of stdout.trimEnd().split('\n'))
            expect(line).toMatch(/^::(error|warning|notice) title=lk [^\r]*$/);
          expect(stdout).not.toMatch(ACTED_ON);
        } else expectHarmless(stdout);
        expectHarmless(stderr);
      }),
  );

  test('as JSON: one document, with nothing in it that a terminal acts on', () =>
    withTree(TREE, (root) => {
      const { stdout } = lk(['doctor', '--sysroot', root, '--json'], {
        env: { VIRTUAL_ENV: '/env', LK_NUM_THREADS: EVIL },
      });
      expectValid(JSON.parse(stdout));
      expectHarmless(stdout);
    }));

  test('scripts: their names and lines, as text, commands and SARIF', () =>
    withTree({}, (root) => {
      const file = path.join(root, `a\n::error title=x::y\u001b[31m.py`);
      writeFileSync(file, `from lenskit.batch import recommend\nrecommend("\u001b[31m\u202e\t", p, u)\n`);
      for (const format of ['text', 'sarif', 'json', 'concise']) {
        const { stdout, stderr, status } = lk(['check', 'script', file, '--format', format, '--lenskit', '2025.8.1']);
        expect(status).toBe(1);
        expect(stdout).toContain('import-unprotected');
        for (const text of [stdout, stderr]) expectHarmless(text);
      }
      const { stdout } = lk(['check', 'script', file, '--format', 'github', '--lenskit', '2025.8.1']);
      expect(stdout.trimEnd().split('\n')).toHaveLength(1);
      expect(stdout).toMatch(/^::error file=[^:,]*,line=2,/);
    }));

  test.each([
    ['doctor', `--${EVIL}`],
    ['doctor', '--lenskit', EVIL],
    ['doctor', '--from', EVIL],
    ['doctor', '--python', EVIL],
    ['doctor', '--only', EVIL],
    ['explain', EVIL],
    ['check', 'script', EVIL],
    ['bench', 'batch', '--', EVIL],
    [EVIL],
  ])('an error is one line: %j', (...args) => {
    const { status, stdout, stderr } = lk(args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^lk: [^\n]+\n$/);
    expectHarmless(stderr);
    const json = lk([
      ...args.slice(0, args[0] === 'bench' ? 2 : undefined),
      '--json',
      ...(args[0] === 'bench' ? args.slice(2) : []),
    ]);
    if (args[0] === 'doctor') expect(JSON.parse(json.stdout)).toMatchObject({ error: { message: expect.any(String) } });
  });
});

describe('what stands in a report to be pasted', () => {
  test('runs nothing, whoever wrote the snapshot', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lk-paste-'));
    try {
      const snapshot = JSON.parse(readFileSync(path.join(PROJECT, 'docs/pictures/quota.json'), 'utf8')) as {
        facts: { env: object; python: object };
      };
      snapshot.facts.env = {
        'LK_PARALLEL__x; touch P #': '1',
        'LK_$(touch P)': '2',
        LK_NUM_THREADS: '$(touch P)',
        LK_TREADS: '`touch P`',
      };
      snapshot.facts.python = {
        ...snapshot.facts.python,
        competing: { interpreter: "/x'; touch P; '$(touch P)", lenskit: '2025.1; touch P' },
      };
      const file = path.join(folder, 'evil.json');
      writeFileSync(file, JSON.stringify(snapshot));
      for (const lenskit of ['2025.8.1', '2026.4.0']) {
        const { stdout } = lk(['doctor', '--from', file, '--verbose', '--lenskit', lenskit]);
        const lines = stdout.split('\n').flatMap((line) => /^ {2}fix {3}(.*)$|^ {8}(\S.*)$/.exec(line)?.slice(1) ?? []);
        const pasted = lines.filter(Boolean);
        expect(pasted.length).toBeGreaterThan(1);
        const empty = path.join(folder, lenskit);
        mkdirSync(empty);
        for (const line of pasted)
          spawnSync('bash', ['-c', line], { cwd: empty, env: { PATH: '/usr/bin:/bin' }, timeout: 5000 });
        expect(readdirSync(empty)).toEqual([]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('nothing but the lines is on standard output; without a winner nothing', () => {
    const args = [
      'bench',
      'batch',
      '--format',
      'shell',
      '--quiet',
      '--lenskit',
      '2025.8.1',
      '--runs',
      '1',
      '--warmup',
      '0',
    ];
    const failing = lk([...args, '--', 'sh', '-c', 'echo "touch P" >&2; exit 3']);
    expect({ status: failing.status, stdout: failing.stdout }).toEqual({ status: 1, stdout: '' });
    expect(failing.stderr).toContain('no setting succeeded');
  });
});

describe('standard output', () => {
  const commands = [
    ['doctor'],
    ['doctor', '--json'],
    ['--version'],
    ['--help'],
    ['doctor', '--help'],
    ['explain'],
    ['explain', 'cpu/throttled'],
    ['check', 'script', `${PROJECT}/test-lenskit`],
  ];
  const shell = (script: string, args: string[]) =>
    spawnSync('bash', ['-c', script, START, BIN, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: '/nonexistent-home' },
      timeout: 60_000,
    });

  test.each(commands)('a full disk is one line and exit status 2: %s %s', (...args) => {
    const { status, stderr } = shell('"$0" "$@" > /dev/full', args);
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'lk: standard output cannot be written: no space left\n' });
  });

  test.each(commands)('a folder as standard output takes nothing, which is one line: %s %s', (...args) => {
    const { status, stderr } = shell('"$0" "$@" 1< /', args);
    expect([status, stderr]).toEqual([2, 'lk: standard output cannot be written: not open for that\n']);
  });

  test.each(commands)('a reader that went away changes nothing: %s %s', (...args) => {
    const plain = shell('"$0" "$@" > /dev/null; echo $?', args);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's
    const { stdout, stderr } = shell('"$0" "$@" | true; echo ${PIPESTATUS[0]}', args);
    expect({ stdout, stderr }).toEqual({ stdout: plain.stdout, stderr: '' });
  });

  testOnNode('JSON into a pipe costs no stream', () => {
    const loaded = `process.moduleLoadList.filter((name) => / (net|tty|child_process)$/.test(name))`;
    const hook = `process.on('exit', () => require('node:fs').writeSync(2, JSON.stringify(${loaded})))`;
    return withTree({ '/hook.cjs': hook }, (root) => {
      const argv = ['-r', path.join(root, 'hook.cjs'), BIN, 'doctor', '--json', '--fail-on', 'never'];
      const { status, stdout, stderr } = spawnSync(START, argv, { encoding: 'utf8' });
      expect([status, stderr, stdout.length > 100]).toEqual([0, '[]', true]);
    });
  });

  test('many writes, one listener', () =>
    withTree({}, (root) => {
      for (let n = 0; n < 14; n++)
        writeFileSync(path.join(root, `s${n}.py`), 'from lenskit.batch import recommend\nrecommend(a, b, c)\n');
      const { stderr } = lk(['check', 'script', '--fix', '--lenskit', '2025.8.1', root]);
      expect(stderr).toBe('');
    }));
});
