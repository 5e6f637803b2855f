import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { BIN, START } from '../cli.ts';

/** Runs a command with its standard error on a terminal of so many columns, and prints what the terminal got. */
const ON_TERMINAL = `
import fcntl, os, pty, struct, subprocess, sys, termios
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 0, int(sys.argv[1]), 0, 0))
run = subprocess.Popen(sys.argv[2:], stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs)
os.close(theirs)
try:
    while part := os.read(ours, 65536): sys.stdout.buffer.write(part)
except OSError: pass
sys.exit(run.wait())`;

const canDo = spawnSync('python3', ['-c', 'import pty, termios']).status === 0;

(canDo ? describe : describe.skip)('progress on a terminal (needs Python)', () => {
  const hostile = 'exit 0 # \u001b[41m\u009b2J\n::error::x';
  const args = ['bench', 'batch', '--lenskit', '2025.8.1', '--runs', '1', '--warmup', '0', '--max-trials', '2'];

  const drawnAt = (
    columns: number,
    command: readonly string[],
    env: { [name: string]: string } = {},
  ): { status: number | null; stdout: string } =>
    spawnSync('python3', ['-c', ON_TERMINAL, String(columns), ...command], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: '/nonexistent-home', TERM: 'xterm', ...env },
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
    });

  test.each([40, 80])('of %d columns shows the setting that is tried, the phase and the time left', (columns) => {
    const space = ['--processes', '1', '--threads', '2', '--backend-threads', '4', '--max-oversubscription', '100'];
    const job = ['--lenskit', '2025.8.1', '--runs', '1', '--max-trials', '6', '--', 'sleep', '0.1'];
    const lk_ = [START, BIN, 'bench', 'batch', ...space, ...job];
    const { status, stdout } = drawnAt(columns, lk_);
    expect(status).toBe(0);
    expect(stdout).toContain('preparing command');
    expect(stdout).toMatch(/baseline (now|the current environment) .*left/);
    expect(stdout).toMatch(/searching 1 ?× ?2 ?× ?4 .*left/);
  });

  test.each([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true],
  ])('with %j it is coloured: %s', (env, isColoured) => {
    const { status, stdout } = drawnAt(80, [START, BIN, ...args, '--', 'sleep', '0.1'], env);
    expect([status, stdout.includes('\u001b[36m')]).toEqual([0, isColoured]);
  });

  // 0: a terminal that does not know its width, as a serial line's or a container's.
  test.each([0, 1, 80])('of %d columns comes to an end, and is drawn by nobody else', (columns) => {
    const command = [START, BIN, ...args, '--', 'sh', '-c', hostile];
    const { status, stdout } = drawnAt(columns, command);
    expect(status).toBe(0);
    expect(stdout.length).toBeLessThan(100_000);
    expect(stdout).not.toContain('\u001b[41m');
    expect(stdout).not.toContain('\u009b');
    for (const line of stdout.split('\n')) expect(line.trimStart().startsWith('::')).toBe(false);
  });
});
