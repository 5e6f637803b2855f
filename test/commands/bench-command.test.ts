import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { benchJson, lk } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { findPython } from '../process/python.ts';

const described = findPython() === null ? describe.skip : describe;
/** One setting, twice, beside the current environment; no warm-up unless asked for. */
const SMALL = [
  ...['--processes', '1', '--threads', '1', '--backend-threads', '1', '--lenskit', '2025.8.1'],
  ...['--search', 'exhaustive', '--runs', '1'],
];
const ONE = [...SMALL, '--max-trials', '4'];
const LOG = 'echo "$LK_NUM_PROCS" >> log';

described('what a run of a command reads', () => {
  test('each run reads all of --input', () =>
    withTree({ '/in.txt': 'a\nb\n', '/job.sh': 'cat >> seen; echo . >> seen\n' }, (cwd) => {
      const { status, result } = benchJson([...ONE, '--input', 'in.txt', '--', '/bin/sh', 'job.sh'], { cwd });
      expect(status).toBe(0);
      expect(result.job.input).toBe(path.join(cwd, 'in.txt'));
      const runs = result.spent.runs;
      expect(readFileSync(path.join(cwd, 'seen'), 'utf8')).toBe('a\nb\n.\n'.repeat(runs));
    }));

  test('without it there is nothing to read', () => {
    const { result } = benchJson([...ONE, '--', '/bin/sh', '-c', 'test -z "$(cat)"']);
    expect(result.baseline.runs.every(({ status }) => status === 'ok')).toBe(true);
  });

  test('what is no regular file is refused before anything is run; so is what an output would replace', () =>
    withTree({ '/d/x': '', '/in.md': 'a' }, (cwd) => {
      for (const [args, words] of [
        [['--input', 'd'], 'no regular file'],
        [['--input', '/dev/zero'], 'no regular file'],
        [['--input', 'none'], 'not there'],
        [['--input', '-'], 'name a file'],
        [['--input', 'in.md', '--export', 'in.md'], 'overwritten'],
      ] as const) {
        const { status, stderr } = lk(['bench', 'batch', ...ONE, ...args, '--', '/bin/sh', '-c', LOG], { cwd });
        expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
        expect(() => readFileSync(path.join(cwd, 'log'))).toThrow();
      }
    }));
});

described('exit statuses that count as success', () => {
  const exits = (ignored: readonly string[], command: string) =>
    benchJson([...ONE, ...ignored, '--', '/bin/sh', '-c', command]).result.baseline.runs[0];

  test.each([
    [[], 'exit 3', 'failed'],
    [['--ignore-failure'], 'exit 3', 'ok'],
    [['-i'], 'exit 3', 'ok'],
    [['--ignore-failure=2,3'], 'exit 3', 'ok'],
    [['--ignore-failure=2,4'], 'exit 3', 'failed'],
    [['--ignore-failure'], 'kill -9 $$', 'failed'],
    [['--ignore-failure=137'], 'kill -9 $$', 'ok'],
  ] as const)('%j, %s: %s', (ignored, command, status) => {
    expect(exits(ignored, command)).toMatchObject({ status });
  });

  test('what is no status is refused', () => {
    const { status, stderr } = lk(['bench', 'batch', '--ignore-failure=300', '--', '/bin/true']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('1 to 255')]);
  });
});

described('--show-output', () => {
  test('lets through both streams, presented; the document stays alone on standard output', () => {
    const writes = String.raw`printf "\033[41mred\033[0m no end"; printf "::error::x\n" >&2`;
    const { status, result, stderr } = benchJson([...ONE, '--show-output', '--', '/bin/sh', '-c', writes]);
    expect(status).toBe(0);
    const { runs } = result.spent;
    const lines = stderr.split('\n');
    expect(lines.filter((line) => line === '\\x1b[41mred\\x1b[0m no end')).toHaveLength(runs);
    expect(lines.filter((line) => line.endsWith('error::x'))).toHaveLength(runs);
    expect(lines.some((line) => line.startsWith('::'))).toBe(false);
  });

  test('what an engine other than a command does not have is refused', () => {
    for (const flag of [['--show-output'], ['--input', '/dev/null'], ['--ignore-failure']]) {
      const { status, stderr } = lk(['bench', 'batch', '--engine', 'builtin', ...flag]);
      expect([status, stderr]).toEqual([2, expect.stringContaining('a command alone has that')]);
    }
  });
});

described('warming up', () => {
  const order = (flags: readonly string[]): Promise<{ log: string[]; others: string[] }> =>
    withTree({ '/log': '' }, (cwd) => {
      const env = { LK_NUM_PROCS: '7' };
      const { result } = benchJson([...SMALL, ...flags, '--', '/bin/sh', '-c', LOG], { cwd, env });
      return {
        log: readFileSync(path.join(cwd, 'log'), 'utf8').trim().split('\n'),
        others: result.otherRuns.map((run) => `${run.phase} ${run.env.LK_NUM_PROCS}`),
      };
    });

  test('by default none', async () => {
    expect((await order(['--max-trials', '4'])).others).toEqual([]);
  });

  test('where it is asked for each setting, before the first that counts', async () => {
    const { log, others } = await order(['--warmup', '2', '--max-trials', '6']);
    expect(log.slice(0, 3)).toEqual(['7', '7', '7']);
    const [third] = log.slice(3);
    expect(log.slice(3)).toEqual([third, third, third]);
    expect(others).toEqual(['warming up 7', 'warming up 7', `warming up ${third}`, `warming up ${third}`]);
  });
});

test('the name of a format alone exports to standard output, and the report goes to standard error', () => {
  const { status, stdout, stderr } = lk(['bench', 'batch', ...ONE, '--export', 'md', '--', '/bin/sh', '-c', 'true']);
  expect(status).toBe(0);
  expect(stdout).toContain('| processes × threads × backend threads | runs | median | 95 % | mean ± s |');
  expect(stdout).toMatch(/^- CPUs: \d+ effective \(.* online → .*\); LensKit counts \d+$/m);
  expect(stdout).toMatch(/^- versions: lk \d/m);
  expect(stdout).toMatch(/^- date: \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m);
  expect(stderr).toContain('too few runs to compare');
});

test('every run has its time of day and the load beside it; every phase its seconds', () => {
  const { result } = benchJson([...ONE, '--', '/bin/sh', '-c', 'true']);
  const runs = [...result.otherRuns, ...result.baseline.runs, ...result.trials.flatMap((trial) => trial.runs)];
  expect(runs).toHaveLength(result.spent.runs);
  for (const { time } of runs) expect(Date.parse(time ?? '')).toBeGreaterThanOrEqual(Date.parse(result.time) - 60_000);
  expect(runs.every((run) => 'foreignLoad' in run)).toBe(true);
  const { phases } = result.spent;
  expect(Object.keys(phases)).toEqual(expect.arrayContaining(['preparing', 'baseline', 'searching']));
  expect(Object.values(phases).reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(result.spent.seconds, 1);
  expect(result.conditions).toMatchObject({ warmup: { current: 0, others: 0 }, seed: 1, budgetSeconds: 600 });
});
