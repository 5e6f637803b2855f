import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { benchJson, PROJECT } from '../test/cli.ts';
import { remaining } from '../test/processes.ts';
import { CACHE } from './cache.ts';

const made = ['--users', '300', '--items', '400', '--ratings', '6000', '--model', 'popular'];
const space = ['--budget', '150s', '--processes', '1,2', '--threads', '1', '--backend-threads', '1', '--warmup', '0'];

/** Processes that live on between runs, with real LensKit. */
describe.each(['2025.8.1', '2026.4.0'])('kept processes of LensKit %s', (lenskit) => {
  const environment = path.join(CACHE, `lenskit-${lenskit}`);
  const real = existsSync(path.join(environment, 'complete')) ? test : test.skip;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lk-kept-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  real('a run that was cut short goes on where it was, and makes no run twice', () => {
    const journal = path.join(folder, 'runs.jsonl');
    const python = ['--python', environment, ...made, ...space];
    const began = benchJson([...python, '--max-trials', '1', '--runs', '1', '--resume', journal], { timeout: 300_000 });
    expect(began.status).toBe(0);
    const runsOf = (): number =>
      readFileSync(journal, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"seconds"')).length;
    const before = runsOf();
    expect(before).toBeGreaterThan(0);
    const went = benchJson([...python, '--runs', '1', '--resume', journal], { timeout: 300_000 });
    expect(went.status).toBe(0);
    expect(runsOf()).toBeGreaterThan(before);
    expect(went.result.trials.length).toBeGreaterThanOrEqual(began.result.trials.length);
    // What was measured before is in the result, with its own time of day.
    const times = (result: typeof went.result): string[] =>
      [...result.trials, result.baseline].flatMap(({ runs }) => runs.map(({ time }) => String(time)));
    for (const time of times(began.result)) expect(times(went.result)).toContain(time);
  });

  real('killed in a batch that has workers, it leaves no process and no folder', async () => {
    const mark = randomUUID();
    const many = ['--users', '20000', '--items', '400', '--ratings', '60000', '--model', 'item-knn'];
    const args = ['bench', 'batch', '--python', environment, ...many, ...space, '--quiet'];
    const child = spawn(process.execPath, [path.join(PROJECT, 'bin/lk.cjs'), ...args], {
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, LK_TEST_MARK: mark },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const marked = (): string[] => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && speaksOf(pid, mark));
    // With 2025 until its own workers are there: those are what nobody would end.
    const isWorking = (): boolean => {
      const commands = marked().map((pid) => read(`/proc/${pid}/cmdline`));
      const isServing = commands.some((command) => command.includes('"action":"serve"'));
      return isServing && (lenskit.startsWith('2026') || commands.some((command) => /spawn_main/.test(command)));
    };
    for (let tries = 0; tries < 1200 && !isWorking() && child.exitCode === null; tries++) await sleep(100);
    expect(isWorking()).toBe(true);
    const there = marked();
    child.kill('SIGKILL');
    await ended;
    for (let tries = 0; tries < 50 && (await remaining(there)).length > 0; tries++) await sleep(100);
    expect(await remaining(there)).toEqual([]);
    expect(
      readdirSync(folder).filter((name) => statSync(path.join(folder, name)).isDirectory() && /lk/.test(name)),
    ).toEqual([]);
  });
});

function speaksOf(pid: string, mark: string): boolean {
  return read(`/proc/${pid}/environ`).includes(mark);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
