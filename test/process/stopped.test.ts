import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BIN, START } from '../cli.ts';
import { remaining } from '../processes.ts';
import { findPython } from './python.ts';

const here = findPython() !== null && process.platform === 'linux';
const BENCH = ['bench', 'batch', '--runs', '1', '--warmup', '0', '--max-trials', '2', '--lenskit', '2025.8.1', '-q'];
const env = { PATH: process.env.PATH, HOME: '/nonexistent-home' };

async function within<T>(use: (log: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lk-stopped-'));
  try {
    const log = path.join(folder, 'pids');
    const result = await use(log);
    const pids = existsSync(log) ? readFileSync(log, 'utf8').split(/\s+/).filter(Boolean) : [];
    expect(pids.length).toBeGreaterThan(0);
    expect(await remaining(pids)).toEqual([]);
    return result;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ended = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
async function appears(file: string): Promise<void> {
  for (let tries = 0; tries < 1000 && !existsSync(file); tries++)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

(here ? describe : describe.skip)('a launcher or a command that stands still', () => {
  test.each([
    ['the launcher', 'kill -STOP $PPID; sleep 60', 'timeout'],
    [
      'the launcher, again and again',
      'while :; do kill -STOP $PPID; sleep 0.01; done',
      expect.stringMatching(/^(timeout|failed)$/),
    ],
    ['the command', 'kill -STOP $$', 'timeout'],
    ['a launcher that is killed', 'kill -KILL $PPID; sleep 60', 'failed'],
  ])('%s: the run has a result, and nothing is left', (_, script, status) =>
    within(async (log) => {
      const line = `echo $$ $PPID >> ${log}; ${script}`;
      const args = [...BENCH, '--json', '--timeout', '1s', '--', 'sh', '-c', line];
      const lk = spawnSync(START, [BIN, ...args], { encoding: 'utf8', env, timeout: 60_000 });
      expect(lk).toMatchObject({ status: 1, stderr: '' });
      const result = JSON.parse(lk.stdout) as { baseline: { runs: { status: string; reason: string }[] } };
      expect(result.baseline.runs[0]).toMatchObject({ status, reason: expect.any(String) });
    }),
  );

  test.each([
    ['SIGTERM', 143],
    ['SIGKILL', 'SIGKILL'],
  ] as const)('%s of lk ends it all the same', (signal, status) =>
    within(async (log) => {
      const script = `echo $$ $PPID >> ${log}; kill -STOP $PPID; sleep 60`;
      const lk = spawn(START, [BIN, ...BENCH, '--', 'sh', '-c', script], { env, stdio: 'ignore' });
      await appears(log);
      lk.kill(signal);
      expect(await ended(lk)).toBe(status);
      if (signal === 'SIGKILL') await new Promise((resolve) => setTimeout(resolve, 1000));
    }),
  );
});

(here ? describe : describe.skip)('what was ignored when lk was started stays so', () => {
  test.each([
    ['nohup', 'nohup "$0" "$@" > /dev/null 2>&1 < /dev/null & echo $! > "$PID"; wait $!'],
    ['a shell that ignores it', `trap '' HUP; "$0" "$@" > /dev/null & echo $! > "$PID"; wait $!`],
  ])('SIGHUP, by %s: by lk, and by the command', (_, script) =>
    within(async (log) => {
      const command = `grep SigIgn /proc/self/status > ${log}.ign; echo $$ >> ${log}; sleep 1`;
      const pid = `${log}.pid`;
      const shell = spawn('bash', ['-c', script, START, BIN, ...BENCH, '--', 'sh', '-c', command], {
        env: { ...env, PID: pid },
        stdio: 'ignore',
      });
      const done = ended(shell);
      await appears(log);
      process.kill(Number(readFileSync(pid, 'utf8')), 'SIGHUP');
      expect(await done).toBe(0);
      // proc(5): SIGHUP alone; Python's own SIGPIPE and SIGXFSZ are not handed on.
      expect(Number.parseInt(readFileSync(`${log}.ign`, 'utf8').slice(8), 16) & 0x1001001).toBe(1);
    }),
  );
});
