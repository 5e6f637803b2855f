import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { BenchResult } from '../../src/documents/bench-result.ts';
import { BIN, benchJson, expectValid, lk, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { findPython } from '../process/python.ts';
import { remaining } from '../processes.ts';

const BACKENDS = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'];
const python = findPython();
const described = python === null ? describe.skip : describe;

/** A job that takes 20 ms, and 30 ms more a process and thread. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
const JOB = ['/bin/sh', '-c', 'sleep 0.$((120 + 30 * ${LK_NUM_PROCS:-2} * ${LK_NUM_THREADS:-2}))'];
const SMALL = [
  '--processes',
  '1,2',
  '--threads',
  '1',
  '--backend-threads',
  '1',
  '--runs',
  '2',
  '--warmup',
  '0',
  '--lenskit',
  '2025.8.1',
];

described('lk bench batch with a command', () => {
  test('one document with every setting in full, the baseline as it is, and the quickest', () => {
    const { status, result, stderr } = benchJson([...SMALL, '--', ...JOB], {
      env: { LK_NUM_PROCS: '3', LK_NUM_THREADS: '1', SECRET: 'x' },
    });
    expect(status).toBe(0);
    expect(result).toMatchObject({
      schemaVersion: 1,
      engine: 'command',
      generation: '2025.3',
      model: null,
      interrupted: false,
      baseline: { env: { LK_NUM_PROCS: '3', LK_NUM_THREADS: '1' }, status: 'ok' },
      best: { env: { LK_NUM_PROCS: '1' } },
      search: { method: 'exhaustive', complete: true },
    });
    expect(result.trials).toHaveLength(result.space);
    for (const { env } of result.trials)
      expect(Object.keys(env)).toEqual(['LK_NUM_PROCS', 'LK_NUM_THREADS', 'LK_NUM_BACKEND_THREADS', ...BACKENDS]);
    expect(result.best).toMatchObject({ changed: true, roles: [] });
    expect(result.verdict).toMatchObject({ kind: 'faster', rounds: 6 });
    expect(result.best?.speedup).toBeGreaterThan(1);
    expect(result.best?.ratioInterval?.[0]).toBeGreaterThan(1);
    expect(result.best?.ratio).toBeGreaterThan(result.best?.ratioInterval?.[0] ?? 0);
    expect(result.spent.runs).toBe(result.trials.flatMap(({ runs }) => runs).length + result.baseline.runs.length);
    expect(JSON.stringify(result)).not.toContain('SECRET');
    expect(stderr).toContain('searching');
  });

  test('the command gets its arguments and the environment as they are; what else is set of the knobs is gone', () =>
    withTree(
      { '/job.sh': '#!/bin/sh\nprintf "%s|" "$@" > seen; env | grep -E "LK_|TOKEN" | sort >> seen\n' },
      (root) => {
        const args = [...SMALL, '--max-trials', '2', '--', '/bin/sh', 'job.sh', '--json', 'a b', '$HOME', '*', '', "'"];
        const env = { LK_NUM_CHILD_THREADS: '7', TOKEN: '1', LK_LOG_LEVEL: 'x' };
        expect(benchJson(args, { cwd: root, env }).status).toBe(0);
        const [words, ...variables] = readFileSync(path.join(root, 'seen'), 'utf8').split('\n').filter(Boolean);
        expect(words?.startsWith("--json|a b|$HOME|*||'|")).toBe(true);
        const text = [words?.slice(words.lastIndexOf('|') + 1), ...variables].join('\n');
        expect(text).toContain('TOKEN=1');
        expect(text).toContain('LK_LOG_LEVEL=x');
        expect(text).toContain('LK_NUM_PROCS=');
        expect(text).not.toContain('CHILD_THREADS');
      },
    ));

  test('--shell, and only that, has a shell between', () =>
    withTree({}, (root) => {
      const { status } = benchJson([...SMALL, '--shell', '--', 'echo $((1 + 1)) > sum'], { cwd: root });
      expect([status, readFileSync(path.join(root, 'sum'), 'utf8')]).toEqual([0, '2\n']);
      expect(lk(['bench', 'batch', '--', 'echo $((1 + 1)) > sum']).stderr).toMatch(/no such program on the PATH/);
    }));

  test('--setup and --cleanup run around every run; one that fails is named', () =>
    withTree({}, (root) => {
      const args = [
        ...SMALL,
        '--setup',
        'touch "a file"',
        '--cleanup',
        'rm "a file"',
        '--',
        '/bin/sh',
        '-c',
        'test -e "a file"',
      ];
      const { status, result } = benchJson(args, { cwd: root });
      expect([status, result.trials.every((trial) => trial.status === 'ok'), readdirSync(root)]).toEqual([0, true, []]);
      const broken = benchJson([...SMALL, '--setup', 'false', '--', '/bin/true'], { cwd: root });
      expect(broken.status).toBe(1);
      expect(broken.result.trials[0]?.runs[0]?.reason).toBe('--setup: exit status 1');
    }));

  test('crashes and time-outs are results; where nothing succeeds the status is 1', () => {
    const script = 'case $LK_NUM_PROCS in 1) sleep 0.02;; 2) echo broken >&2; exit 9;; *) sleep 60;; esac';
    const args = [
      '--processes',
      '1,2,3',
      ...SMALL.slice(2),
      '--max-oversubscription',
      '100',
      '--timeout',
      '1s',
      '--',
      '/bin/sh',
      '-c',
      script,
    ];
    const { status, result } = benchJson(args, { env: { LK_NUM_PROCS: '1' } });
    const by = (processes: string) =>
      result.trials.find(({ env }) => env.LK_NUM_PROCS === processes && env.LK_NUM_THREADS === '1');
    expect(status).toBe(0);
    expect(by('1')).toMatchObject({ status: 'ok' });
    expect(by('2')).toMatchObject({
      status: 'failed',
      // Again, since one failing run may be an accident.
      runs: [1, 2].map(() => ({ exitCode: 9, reason: 'exit status 9', errors: ['broken'] })),
    });
    expect(by('3')).toMatchObject({ status: 'timeout', runs: [{ reason: 'longer than 1.0 s' }] });

    const none = benchJson([...SMALL, '--', '/bin/sh', '-c', 'echo no >&2; exit 7']);
    expect([none.status, none.result.best, none.result.baseline.status]).toEqual([1, null, 'failed']);
    const text = lk(['bench', 'batch', ...SMALL, '--', '/bin/sh', '-c', 'echo no >&2; exit 7']);
    expect([text.status, text.stdout]).toEqual([
      1,
      expect.stringContaining('no setting succeeded\n  exit status 7\n  no\n'),
    ]);
  });

  test('the budget and --max-trials bound it', () => {
    const { status, result } = benchJson(['--budget', '1s', ...SMALL.slice(0, -2), '--', '/bin/sleep', '0.3']);
    // On a machine that others keep busy no setting comes to its end in a second.
    expect([status, result.search.complete]).toEqual([result.best === null ? 1 : 0, false]);
    expect(result.warnings).toContain('the budget was spent before the search was done');
    expect(benchJson([...SMALL, '--max-trials', '3', '--', '/bin/true']).result.spent.runs).toBe(3);
  });

  test('resumes: recorded runs are not made again', () =>
    withTree({}, (root) => {
      const job = ['/bin/sh', '-c', 'echo x >> count; sleep 0.01'];
      const made = () => readFileSync(path.join(root, 'count'), 'utf8').length / 2;
      const first = benchJson([...SMALL, '--resume', 'runs', '--max-trials', '3', '--', ...job], { cwd: root });
      expect(made()).toBe(3);
      const second = benchJson([...SMALL, '--resume', 'runs', '--', ...job], { cwd: root });
      expect(made()).toBe(second.result.spent.runs);
      expect(second.result.baseline.runs[0]).toEqual(first.result.baseline.runs[0]);
      const other = lk(['bench', 'batch', ...SMALL, '--resume', 'runs', '--', '/bin/true'], { cwd: root });
      expect([other.status, other.stderr]).toEqual([2, expect.stringContaining('runs: begun for another job')]);
    }));

  test('writes what is asked for: .env, exports, plots, a result to compare with', () =>
    withTree({ '/.env': 'A=1\nexport LK_NUM_PROCS=9\nLK_NUM_CHILD_THREADS=4\n# end\n' }, (root) => {
      const files = ['--write', '.env', '--export', 'r.csv', '--plot', 'p.svg', '--save', 's.json'];
      const { stdout, stderr, status } = lk(['bench', 'batch', ...SMALL, ...files, '--', ...JOB], { cwd: root });
      expect(status).toBe(0);
      expect(stdout).toContain('set   export LK_NUM_PROCS=1');
      expect(stderr).toContain('wrote .env');
      const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
      expect(read('.env')).toMatch(
        /^A=1\nexport LK_NUM_PROCS=1\n# end\nLK_NUM_THREADS=1\nLK_NUM_BACKEND_THREADS=1\nOMP_NUM_THREADS=1\nOPENBLAS_NUM_THREADS=1\nMKL_NUM_THREADS=1\n$/,
      );
      const [head, ...rows] = read('r.csv').trim().split('\r\n');
      expect(head).toMatch(
        /^kind,LK_NUM_PROCS,.*,run,seconds,status,exitCode,cpuSeconds,peakRssBytes,peakTreeBytes,throttledSeconds$/,
      );
      const saved = JSON.parse(read('s.json')) as unknown;
      expectValid(saved, 'bench');
      expect(rows).toHaveLength((saved as { spent: { runs: number } }).spent.runs);
      expect(read('p.svg')).toMatch(/^<svg[\s\S]*<\/svg>$/);
      const more = ['--compare', 's.json', '--export', 'r.md', '--plot', 'p.html'];
      const { result } = benchJson([...SMALL, ...more, '--', ...JOB], { cwd: root });
      expect(result.comparison?.settings.length).toBeGreaterThan(0);
      expect(read('r.md')).toContain('| --- |');
      expect(read('p.html')).toContain('<svg');
      expect(readdirSync(root).filter((name) => name.includes('.lk-'))).toEqual([]);
    }));

  test.each([
    ['shell', /^export LK_NUM_PROCS=1\nexport LK_NUM_THREADS=1\n/],
    ['dotenv', /^LK_NUM_PROCS=1\nLK_NUM_THREADS=1\n/],
    ['docker', /^ENV LK_NUM_PROCS=1\n/],
    ['compose', /^environment:\n {2}LK_NUM_PROCS: "1"\n/],
    ['slurm', /^#SBATCH --cpus-per-task=1\nexport LK_NUM_PROCS=1\n/],
    ['kubernetes', /^env:\n {2}- name: LK_NUM_PROCS\n {4}value: "1"\n/],
    ['github', /^LK_NUM_PROCS=1\n(\w+=[^\n]*\n)+$/],
    ['github-workflow', /^env:\n {2}LK_NUM_PROCS: "1"\n/],
  ])('--format %s prints the winner alone', (format, expected) => {
    const { stdout } = lk(['bench', 'batch', ...SMALL, '--format', format, '--', ...JOB]);
    expect(stdout).toMatch(expected);
  });

  test('what is tried in a step of several tasks fits one of them', () => {
    const step = { SLURM_JOB_ID: '1', SLURM_STEP_ID: '0', SLURM_NODEID: '0', SLURM_CPUS_ON_NODE: '2' };
    const args = ['--lenskit', '2025.8.1', '--runs', '1', '--warmup', '0', '--max-oversubscription', '2', '--json'];
    const { stdout } = lk(['bench', 'batch', ...args, '--', '/bin/true'], {
      env: { ...step, SLURM_STEP_TASKS_PER_NODE: '2' },
    });
    const [, ...tried] = (JSON.parse(stdout) as BenchResult).trials;
    expect(tried.length).toBeGreaterThan(0);
    for (const { env } of tried) {
      const [processes, threads, backend] = ['PROCS', 'THREADS', 'BACKEND_THREADS'].map((name) =>
        Number.parseInt(env[`LK_NUM_${name}`] ?? '', 10),
      );
      expect(Math.max(Number(threads), Number(processes) * Number(backend))).toBeLessThanOrEqual(2);
    }
  });

  test('--format toml where LensKit reads it', () => {
    const args = [
      '--processes',
      '1',
      '--threads',
      '1',
      '--backend-threads',
      '1',
      '--runs',
      '1',
      '--warmup',
      '0',
      '--format',
      'toml',
    ];
    // Quick with a setting alone, so that there is one to print.
    const job = ['/bin/sh', '-c', 'test -n "$LK_NUM_THREADS" || sleep 0.8'];
    const { stdout } = lk(['bench', 'batch', '--lenskit', '2026.4.0', ...args, '--', ...job]);
    expect(stdout).toMatch(
      /^# .*lenskit\.configure\(\) before.*\n\[parallel\]\nnum_threads = \d+\nnum_backend_threads = 1\nnum_batch_jobs = \d+\nuse_ray = false\n$/,
    );
    const refused = lk(['bench', 'batch', '--lenskit', '2025.8.1', ...args, '--', '/bin/true']);
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringContaining('--format toml: LensKit reads settings files from 2026.1 on'),
    ]);
  });
});

describe('wrong usage', () => {
  test.each([
    [['--processes', '0,1'], '--processes 0: write a whole number, 1 to 4096'],
    [['--budget', 'soon'], '--budget soon: no time; write one such as 90s, 10m or 1h'],
    [['--max-oversubscription', '-1'], '--max-oversubscription'],
    [['--export', 'x.pdf'], '--export x.pdf: no ending that is known; write one of .csv, .md, .json'],
    [['--plot', 'x.png'], '--plot x.png'],
    [['--plot', 'nowhere/x.svg'], 'nowhere is not there'],
    [['--compare', 'nowhere.json'], 'nowhere.json: not there'],
    [['--engine', 'command'], '--engine command: write the command behind --'],
    [['--engine', 'builtin', '--', 'x'], '--engine builtin: it takes no command behind --'],
    [['--'], '--: no command follows; write it behind'],
    [['--lenskit', '0.10.0', '--', 'true'], 'the rules of LensKit 0.10.0 are not known'],
    [['--nonsense'], 'nonexistent flag: --nonsense'],
    [['--', 'no-such-program'], 'no-such-program: no such program on the PATH'],
    [['--data', 'nowhere', '--engine', 'lenskit', '--python', 'nowhere'], 'nowhere'],
  ])('%j', (args, message) => {
    const text = lk(['bench', 'batch', ...args]);
    expect([text.status, text.stdout]).toEqual([2, '']);
    expect(text.stderr).toContain(message);
    expect(text.stderr.split('\n')).toHaveLength(2);
    const end = args.indexOf('--');
    const withJson = end < 0 ? [...args, '--json'] : [...args.slice(0, end), '--json', ...args.slice(end)];
    const json = lk(['bench', 'batch', ...withJson]);
    const document = JSON.parse(json.stdout) as { error: { message: string } };
    expectValid(document, 'bench');
    expect(document.error.message).toContain(message);
  });

  test("--json behind -- is the command's", () => {
    const { stdout, stderr, status } = lk(['bench', 'batch', '--budget', 'x', '--', 'true', '--json']);
    expect([status, stdout, stderr.startsWith('lk: --budget x')]).toEqual([2, '', true]);
  });
});

described('interrupted', () => {
  /** Starts a benchmark of a command that does its worst, and waits until it runs. */
  async function started(
    root: string,
    script: string,
    flags: string[] = [],
  ): Promise<{ child: ChildProcess; output: () => string; pids: () => string[]; ended: Promise<unknown[]> }> {
    const pids = path.join(root, 'pids');
    const args = [BIN, 'bench', 'batch', '--json', ...SMALL, ...flags, '--', '/bin/sh', '-c', script];
    mkdirSync(path.join(root, 'tmp'));
    const child = spawn(START, args, {
      cwd: root,
      env: { PATH: process.env.PATH, PIDS: pids, TMPDIR: path.join(root, 'tmp') },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString();
    });
    const ended = new Promise<unknown[]>((resolve) => child.on('close', (...how) => resolve(how)));
    const lines = () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split(/\s+/).filter(Boolean) : []);
    return { child, output: () => output, pids: lines, ended };
  }

  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  const WORST = {
    'ignores every signal': "trap '' INT TERM HUP; echo $$ >> $PIDS; sleep 300 & echo $! >> $PIDS; wait; wait",
    'forks grandchildren into other sessions':
      "setsid sh -c 'sleep 300 & echo $! >> $PIDS; echo $$ >> $PIDS; wait' & sleep 300",
    'closes its output': 'exec >&- 2>&-; echo $$ >> $PIDS; sleep 300 & echo $! >> $PIDS; wait',
    'prints without end':
      'echo $$ >> $PIDS; sleep 300 & echo $! >> $PIDS; while :; do echo xxxxxxxxx; echo yyyyyy >&2; done',
  };

  describe.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGKILL', null],
  ] as const)('by %s', (signal, status) => {
    test.each(Object.entries(WORST))('a command that %s: nothing is left', (_, script) =>
      withTree({}, async (root) => {
        const { child, output, pids, ended } = await started(root, script);
        await until(() => pids().length >= 2);
        const started_ = pids();
        child.kill(signal);
        const [code] = await ended;
        expect(await remaining(started_)).toEqual([]);
        // Of a program that was killed others remove what is left, a moment later.
        if (status === null) await until(() => readdirSync(path.join(root, 'tmp')).length === 0);
        expect(readdirSync(path.join(root, 'tmp'))).toEqual([]);
        expect(code).toBe(status);
        if (status === null) return;
        const document: unknown = JSON.parse(output());
        expectValid(document, 'bench');
        expect(document).toMatchObject({ interrupted: true, best: null });
      }),
    );
  });

  test('with a partial result once something has finished, and the runs kept', () =>
    withTree({}, async (root) => {
      const script =
        'if [ $(wc -l < done 2>/dev/null || echo 0) -ge 3 ]; then echo $$ >> $PIDS; sleep 300; fi; echo >> done; sleep 0.02';
      writeFileSync(path.join(root, 'done'), '');
      const { child, output, pids, ended } = await started(root, script, ['--resume', 'runs']);
      await until(() => pids().length >= 1);
      child.kill('SIGINT');
      expect((await ended)[0]).toBe(130);
      const document = JSON.parse(output()) as { best: unknown; spent: { runs: number } };
      expectValid(document, 'bench');
      expect(document).toMatchObject({ interrupted: true, best: { env: expect.anything() }, spent: { runs: 3 } });
      // the head, the job's output, the runs
      const lines = readFileSync(path.join(root, 'runs'), 'utf8').trim().split('\n');
      expect(lines.map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual([
        'kind',
        ...['key', 'outputs', 'key', 'key'],
      ]);
      expect(statSync(path.join(root, 'runs')).isFile()).toBe(true);
    }));
});

const MEMORY = '/sys/fs/cgroup/memory';
const GROUP = path.join(MEMORY, `lk-test-${process.pid}`);

/** True where real cgroup v1 memory limits can be made. */
function canLimitMemory(): boolean {
  try {
    accessSync(path.join(MEMORY, 'memory.limit_in_bytes'), constants.R_OK);
    mkdirSync(GROUP);
    rmdirSync(GROUP);
    return python !== null;
  } catch {
    return false;
  }
}

(canLimitMemory() ? test : test.skip)('a process that the kernel kills for want of memory is a result', () => {
  mkdirSync(GROUP);
  try {
    writeFileSync(path.join(GROUP, 'memory.limit_in_bytes'), '400M');
    const job = 'import os\nx = bytearray((900 if os.environ.get("LK_NUM_PROCS") == "2" else 20) * 10**6)';
    const enter = `echo $$ > ${GROUP}/cgroup.procs && exec "$@"`;
    const args = [BIN, 'bench', 'batch', '--json', ...SMALL, '--', python as string, '-c', job];
    const { stdout } = spawnSync('/bin/sh', ['-c', enter, 'sh', START, ...args], { encoding: 'utf8' });
    const result = JSON.parse(stdout) as BenchResult;
    const failed = result.trials.filter(({ env }) => env.LK_NUM_PROCS === '2');
    expect(failed.map(({ status, runs }) => [status, runs[0]?.reason])).toEqual(
      failed.map(() => ['failed', 'killed for want of memory (killed by signal 9)']),
    );
    expect(failed.length).toBeGreaterThan(0);
  } finally {
    rmdirSync(GROUP);
  }
});

test('the builtin engine: nothing installed, a model of the cost, and it says what it is', () => {
  const flags = [
    '--engine',
    'builtin',
    '--users',
    '100',
    '--items',
    '200',
    '--processes',
    '1,2',
    '--threads',
    '1',
    '--backend-threads',
    '1',
  ];
  const { status, result } = benchJson([...flags, '--runs', '2', '--warmup', '0', '--for-users', '5000']);
  expect(status).toBe(0);
  expect(result.warnings).toContain('the builtin engine was measured: it shows the machine, not LensKit');
  expect(result.trials[0]?.runs[0]?.phases).toMatchObject({ users: 100 });
  expect(result.model?.asked?.users).toBe(5000);
});

described('what is claimed', () => {
  const NOTHING = [
    '/bin/sh',
    '-c',
    'sleep 0.0$((RANDOM_ % 5 + 3))'.replace('RANDOM_', '$(od -An -N1 -tu1 /dev/urandom)'),
  ];

  /** By its own promise a run claims a difference here once in twenty times: not in four of four. */
  const unclaimed = <T>(run: () => T, isClaim: (made: T) => boolean): T => {
    for (let tries = 1; ; tries++) {
      const made = run();
      if (tries === 4 || !isClaim(made)) return made;
    }
  };

  test('a job that ignores the variables: nothing is handed out, and every knob of the current setting is named', () =>
    withTree({}, (root) => {
      const args = [...SMALL, '--rounds', '6', '--seed', '3'];
      const file = path.join(root, '.env');
      const { status, result, stderr } = unclaimed(
        () => {
          writeFileSync(file, 'A=1\n');
          return benchJson([...args, '--write', '.env', '--', ...NOTHING], { cwd: root });
        },
        (made) => made.result.best?.changed === true,
      );
      expect(status).toBe(0);
      expect(result.verdict).toMatchObject({ kind: 'same', rounds: 6 });
      expect(result.best).toMatchObject({ changed: false, speedup: 1, ratio: null, ratioInterval: null });
      expect(result.best?.roles).toEqual(['current']);
      expect(Object.keys(result.best?.env ?? {})).toEqual(Object.keys(result.trials[0]?.env ?? { x: '' }));
      expect(readFileSync(file, 'utf8')).toBe('A=1\n');
      expect(stderr).toContain('.env was left as it is: no difference that can be told from noise');
      const pasted = unclaimed(
        () => lk(['bench', 'batch', ...args, '--format', 'shell', '--', ...NOTHING]),
        ({ stdout }) => stdout.startsWith('export'),
      );
      expect(pasted.stdout).toMatch(/^# lk bench batch: nothing to set: no difference .*\n$/);
      expect(pasted.stderr).toContain('nothing to change');
    }));

  test.each([
    ['a run that is longer than the budget', [], '1000', /one run takes more than .* s: 5 settings need more than/],
    ['a setup that never ends', ['--setup', '/bin/sleep 1000'], '0.1', /--setup takes more than .* s: 5 settings need/],
  ])('%s is told, with the budget that would be wanted', (_, flags, seconds, words) => {
    const asked = ['bench', 'batch', ...SMALL, ...flags, '--budget', '3s', '--', '/bin/sleep', seconds];
    const { stdout, stderr, status } = lk(asked);
    expect([status, stdout.includes('no setting succeeded')]).toEqual([1, false]);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(words);
    // At once, not only at the end.
    expect(stderr).toMatch(words);
  });

  test('with too few runs there is no claim and no interval, and it says what would be enough', () => {
    const { result } = benchJson([...SMALL, '--max-trials', '8', '--', ...JOB]);
    expect(result.best).toMatchObject({ changed: false, ratioInterval: null });
    expect(result.verdict).toMatchObject({ kind: 'too few', roundsNeeded: 6 });
    expect(result.verdict.runsNeeded).toBeGreaterThan(12);
    const short = lk(['bench', 'batch', ...SMALL, '--budget', '1s', '--', '/bin/sleep', '0.2']);
    expect(short.stdout).toMatch(/too few runs to compare: \d of 6\s+rounds/);
    expect(short.stdout).toMatch(/--budget \d+[sm] would give enough/);
  });

  test('runs of the reference are kept back, whatever the search would take', () => {
    const { result } = benchJson(['--lenskit', '2025.8.1', '--warmup', '0', '--max-trials', '16', '--', ...JOB]);
    expect(result.verdict.rounds).toBe(6);
    expect(result.baseline.runs.length).toBeGreaterThanOrEqual(7);
  });

  test('the current environment is one with the setting that it is', () => {
    const env = Object.fromEntries([
      ...['PROCS', 'THREADS', 'BACKEND_THREADS'].map((name) => [`LK_NUM_${name}`, '1']),
      ...BACKENDS.map((name) => [name, '1']),
    ]) as { [name: string]: string };
    const { result } = benchJson([...SMALL, '--', '/bin/sleep', '0.02'], { env });
    const own = result.trials.filter(({ roles }) => roles.includes('current'));
    expect(own.map((trial) => trial.env)).toEqual([env]);
    expect(own[0]?.runs).toEqual(result.baseline.runs);
    const others = result.trials.filter(({ roles }) => !roles.includes('current')).flatMap(({ runs }) => runs);
    expect(result.spent.runs).toBe(result.baseline.runs.length + others.length);
  });

  test('a run that fails now and then puts no setting out, and it is said', () =>
    withTree({ '/n': '0' }, (root) => {
      // Every fifth run fails.
      const flaky = 'n=$(($(cat n) + 1)); echo $n > n; if [ $((n % 5)) = 0 ]; then echo oops >&2; exit 3; fi; ';
      const { result } = benchJson([...SMALL, '--', '/bin/sh', '-c', `${flaky}${JOB[2]}`], { cwd: root });
      expect(result.trials.map(({ status }) => status)).not.toContain('failed');
      expect(result.best).toMatchObject({ changed: true, env: { LK_NUM_PROCS: '1' } });
      expect(result.warnings.join()).toMatch(/\d of \d+ runs failed of settings that also come to their end/);
    }));

  test('where the current environment always fails, what never does is handed out', () => {
    const job = ['/bin/sh', '-c', 'test -n "$LK_NUM_PROCS" || exit 4; sleep 0.02'];
    const { result } = benchJson([...SMALL, '--', ...job]);
    expect(result.verdict.kind).toBe('current fails');
    expect(result.best).toMatchObject({ changed: true, speedup: null, ratio: null, ratioInterval: null });
  });

  test('a Python script without its guard is named before it is run, and when Python says so', () =>
    withTree(
      {
        '/job.py':
          'import multiprocessing as mp, os\np = mp.get_context("spawn").Process(target=os.getpid)\np.start()\np.join()\nraise SystemExit(p.exitcode)\n',
        '/lk.py': 'from lenskit.batch import recommend\nrecommend(None, None, 5)\n',
      },
      (root) => {
        const { result } = benchJson([...SMALL, '--', python as string, 'job.py'], { cwd: root });
        expect(result.trials[0]?.runs[0]?.reason).toContain('no `if __name__ == "__main__":`');
        expect(result.warnings.join()).toContain('lk check script job.py says where');
        const judged = lk(['bench', 'batch', ...SMALL, '--', python as string, 'lk.py'], { cwd: root });
        expect(judged.stderr.split('\n')[0]).toContain('lk check script lk.py says where');
      },
    ));

  test('where nothing matters the script that sets the variables itself is named', () =>
    withTree({ '/job.py': 'import os, time\nos.environ["LK_NUM_PROCS"] = "1"\ntime.sleep(0.05)\n' }, (root) => {
      const args = [...SMALL, '--seed', '2', '--', python as string, 'job.py'];
      const { result } = benchJson(args, { cwd: root });
      if (result.verdict.kind === 'same')
        expect(result.warnings).toContain('no setting matters: job.py decides itself: line 2 sets LK_NUM_PROCS');
    }));
});
