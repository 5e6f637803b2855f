import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BIN, PROJECT, START } from '../cli.ts';
import { findPython } from '../process/python.ts';

const python = findPython();
const here = python !== null && process.platform === 'linux';
const SMALL = ['--runs', '1', '--warmup', '0', '--max-trials', '2', '--lenskit', '2025.8.1'];

interface Ended {
  hung: boolean;
  exit: number | null;
  signal: number | null;
  err: string;
  cores: string[];
}

/** `lk` on a terminal that goes away; see `terminal.py`. */
function onTerminal(kind: 'bench' | 'probe' | 'doctor', streams: string, hangup: string, until?: number): Ended {
  const cwd = mkdtempSync(path.join(tmpdir(), 'lk-terminal-'));
  try {
    const started = path.join(cwd, 'started');
    const script = path.join(cwd, 'python3');
    writeFileSync(script, `#!/bin/sh\ntouch ${started}\nsleep ${hangup === 'default' ? 60 : 1}\n`);
    chmodSync(script, 0o755);
    const argv = {
      bench: ['bench', 'batch', ...SMALL, '--', script],
      probe: ['doctor', '--probe', '--python', script, '--fail-on', 'never'],
      doctor: ['doctor', '--verbose', '--fail-on', 'never'],
    }[kind];
    const env = { PATH: process.env.PATH, HOME: '/nonexistent-home', TERM: 'xterm' };
    const lk = [START, BIN, ...argv];
    const request = { argv: lk, env, cwd, streams, hangup, until: until ?? started, seconds: 30.5 };
    const { stdout, stderr } = spawnSync(
      python as string,
      [path.join(PROJECT, 'test/terminal.py'), JSON.stringify(request)],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(processesIn(cwd)).toEqual([]);
    return JSON.parse(stdout) as Ended;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

function processesIn(folder: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(folder);
    } catch {
      return false;
    }
  });
}

const STREAMS = ['toe', '-oe', '-o-', '--e', 't--'];

(here ? describe : describe.skip)('the terminal goes away', () => {
  test.each(STREAMS)('while a run or a probe is under way, SIGHUP ends it: %s', (streams) => {
    for (const kind of ['bench', 'probe'] as const) {
      const { hung, exit, signal, err, cores } = onTerminal(kind, streams, 'default');
      expect({ hung, exit, signal, cores }).toEqual({ hung: false, exit: 129, signal: null, cores: [] });
      expect(err).not.toMatch(/EIO|a fault of lk|stack trace/);
    }
  });

  test.each(STREAMS)('where SIGHUP is ignored, it goes on to its own end: %s', (streams) => {
    for (const kind of ['bench', 'probe'] as const) {
      const { hung, exit, err, cores } = onTerminal(kind, streams, 'ignored');
      expect({ hung, exit, cores }).toEqual({ hung: false, exit: 0, cores: [] });
      expect(err).not.toMatch(/EIO|a fault of lk|stack trace/);
    }
  });

  test('while it starts, prints and ends', () => {
    for (const streams of ['toe', '-o-', '--e'])
      for (let wait = 0.011; wait < 0.15; wait += 0.02) {
        const { hung, exit, cores } = onTerminal('doctor', streams, 'ignored', wait);
        expect({ streams, wait, hung, exit, cores }).toEqual({ streams, wait, hung: false, exit: 0, cores: [] });
      }
  });
});
