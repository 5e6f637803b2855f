import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Launched, Launcher } from '../../src/process/launcher.ts';
import { PROJECT } from '../cli.ts';
import { remaining } from '../processes.ts';
import { findPython } from './python.ts';

const SCRIPT = path.join(PROJECT, 'bench/launcher.py');
const python = findPython();
const linux = process.platform === 'linux';

(python === null ? describe.skip : describe)('the launcher', () => {
  let launcher: Launcher;
  beforeAll(async () => {
    launcher = await Launcher.start(python as string, SCRIPT);
  });
  afterAll(() => launcher.close());

  const run = (argv: string[], more: { timeout?: number; output?: number; env?: NodeJS.ProcessEnv } = {}) =>
    launcher.run({
      argv,
      env: { PATH: process.env.PATH, ...more.env },
      timeout: more.timeout ?? 20,
      output: more.output ?? 1 << 20,
    });
  const sh = (script: string, more = {}): Promise<Launched> => run(['/bin/sh', '-c', script], more);
  const pids = (result: Launched): string[] => result.output.trim().split(/\s+/);

  test('says how it ended and keeps the end of standard error', async () => {
    expect(await sh('echo out; echo wrong >&2; exit 3')).toMatchObject({
      exitCode: 3,
      signal: null,
      ended: null,
      output: 'out\n',
      errors: 'wrong\n',
      left: 0,
    });
    expect(await sh('kill -9 $$')).toMatchObject({ exitCode: null, signal: 9, ended: null });
  });

  test('hands arguments over as they are, and the environment that is named alone', async () => {
    const odd = ['a b', '$HOME', '*', "'", '"', '', '\n', 'ü'];
    const script =
      'import sys, os, json; print(json.dumps([sys.argv[1:], os.environ.get("A"), os.environ.get("HOME")]))';
    const { output } = await run([python as string, '-c', script, ...odd], { env: { A: '1 2' } });
    expect(JSON.parse(output)).toEqual([odd, '1 2', null]);
  });

  test('what cannot be started is an error, and the next one runs', async () => {
    await expect(run(['/nowhere/x'])).rejects.toThrow('/nowhere/x: no such file or directory');
    expect(await sh('exit 0')).toMatchObject({ exitCode: 0 });
  });

  test('a time-out ends what ignores SIGTERM, with its children', async () => {
    const result = await sh("trap '' TERM; sleep 300 & echo $$ $!; wait; wait", { timeout: 0.5 });
    expect(result).toMatchObject({ ended: 'timeout' });
    expect(pids(result)).toHaveLength(2);
    expect(await remaining(pids(result))).toEqual([]);
  });

  (linux ? test : test.skip)(
    'what is left behind is killed: in another session, orphaned twice over, forking on',
    async () => {
      const result = await sh(
        "setsid sh -c 'sleep 300 & echo $!; sleep 300 & echo $!' & (sh -c 'sleep 300 & echo $!' &) ; sleep 0.3; exit 0",
      );
      expect(result.exitCode).toBe(0);
      expect(result.left).toBeGreaterThanOrEqual(3);
      expect(pids(result)).toHaveLength(3);
      expect(await remaining(pids(result))).toEqual([]);
      const forking = await sh(
        "trap '' TERM; f() { sleep 0.01; f & echo $! >> /dev/null; sleep 300; }; f & sleep 0.2; echo $!",
        {
          timeout: 1,
        },
      );
      expect(await remaining(pids(forking))).toEqual([]);
    },
  );

  test('prints without end, or closes its output: neither blocks nor fills anything', async () => {
    const endless = await sh('while :; do echo xxxxxxxxxxxxxxxxxxxxxxxx; echo yyyyyyyyyyyyyyyyyyyyy >&2; done', {
      timeout: 1,
    });
    expect(endless.ended).toBe('timeout');
    expect(endless.errors.length).toBeLessThanOrEqual(16 * 1024);
    expect(await sh('exec >&- 2>&-; sleep 0.1; exit 5')).toMatchObject({ exitCode: 5 });
  });

  test('counts the CPU of children, and the memory of one large process and of several at once', async () => {
    const grown = 'x = bytearray(60_000_000); import time; time.sleep(2)';
    const one = await run([python as string, '-c', grown]);
    expect(one.peakRssBytes).toBeGreaterThan(60e6);
    expect(one.peakRssBytes).toBeLessThan(90e6);
    const burn = 'import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass';
    const burnt = await sh(`'${python}' -c '${burn}' & '${python}' -c '${burn}' & wait`);
    expect(burnt.cpuSeconds).toBeGreaterThan(0.38);
    if (linux) {
      const three = await sh(`for i in 1 2 3; do '${python}' -c '${grown}' & done; wait`);
      expect(three.peakTreeBytes).toBeGreaterThan(180e6);
      expect(three.peakRssBytes).toBeLessThan(90e6);
    }
  });

  (linux ? test : test.skip)('shared memory of what it kills goes with it', async () => {
    const script =
      'from multiprocessing import shared_memory as s, resource_tracker as r\nimport time\nx = s.SharedMemory(create=True, size=5000)\nr.unregister(x._name, "shared_memory")\nprint(x.name, flush=True)\ntime.sleep(300)';
    const result = await run([python as string, '-c', script], { timeout: 0.7 });
    expect(result.output).toMatch(/^psm_/);
    expect(readdirSync('/dev/shm')).not.toContain(result.output.trim());
  });

  test('stop() ends the one that runs', async () => {
    const running = sh('sleep 300');
    setTimeout(() => launcher.stop(), 100);
    expect(await running).toMatchObject({ ended: 'stopped' });
    expect(await sh('exit 0')).toMatchObject({ exitCode: 0, ended: null });
  });

  test('grace and after: what is ended may take its time, and what it has begun elsewhere is ended by a command of its own', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'lk-test-'));
    const slow = `trap 'sleep 1; touch ${outside}/ended; exit 0' TERM; echo ready; while :; do sleep 0.05; done`;
    const more = { env: { PATH: process.env.PATH, WHERE: outside }, output: 100 };
    const after = ['/bin/sh', '-c', 'touch "$WHERE/after"'];
    await launcher.run({ argv: ['/bin/sh', '-c', slow], ...more, timeout: 0.5, grace: 4, after });
    expect(readdirSync(outside).sort()).toEqual(['after', 'ended']);
    rmSync(outside, { recursive: true });
    const ended = mkdtempSync(path.join(tmpdir(), 'lk-test-'));
    await launcher.run({ argv: ['/bin/sh', '-c', 'exit 0'], ...more, env: { WHERE: ended }, timeout: 20, after });
    expect(readdirSync(ended)).toEqual([]);
    rmSync(ended, { recursive: true });
  });

  test('after: also where lk is gone, and never longer than it may', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'lk-test-'));
    const own = await Launcher.start(python as string, SCRIPT);
    const after = ['/bin/sh', '-c', `touch ${outside}/after; exec sleep 300`];
    const running = own.run({ argv: ['/bin/sleep', '300'], env: { PATH: process.env.PATH }, timeout: null, after });
    running.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    await own.close();
    expect(readdirSync(outside)).toEqual(['after']);
    rmSync(outside, { recursive: true });
  });

  (linux ? test : test.skip)('when it is killed itself, lk ends what it had started and names its folder', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'lk-test-'));
    const own = await Launcher.start(python as string, SCRIPT);
    const folder = await own.folder(outside);
    const script = `setsid sleep 300 & echo $! >> ${outside}/pids; sleep 300 & echo $! $$ >> ${outside}/pids; kill -9 $PPID; wait`;
    const argv = ['/bin/sh', '-c', script];
    await expect(own.run({ argv, env: { PATH: process.env.PATH }, timeout: 20 })).rejects.toThrow(/ended: SIGKILL/);
    const pids = readFileSync(`${outside}/pids`, 'utf8').split(/\s+/).filter(Boolean);
    expect(pids).toHaveLength(3);
    expect(await remaining(pids)).toEqual([]);
    expect(await own.close()).toEqual([{ path: folder, why: 'the launcher was ended before it could' }]);
    rmSync(outside, { recursive: true });
  });

  (linux ? test : test.skip)('signals only what is below it: a number may have gone to somebody else', () => {
    const strange = spawn('sleep', ['60'], { stdio: 'ignore' });
    const script = `
import subprocess, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from processes import signal_descendant
own = subprocess.Popen(["sleep", "60"])
for pid in (own.pid, int(sys.argv[2])): signal_descendant(pid, 9)
print(own.wait())`;
    const argv = ['-c', script, path.join(PROJECT, 'bench'), `${strange.pid}`];
    expect(execFileSync(python as string, argv, { encoding: 'utf8' })).toBe('-9\n');
    expect(readFileSync(`/proc/${strange.pid}/stat`, 'utf8')).not.toMatch(/\) Z /);
    strange.kill('SIGKILL');
  });

  test('when its owner is gone, it kills what it has started and removes the folders', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'lk-test-'));
    const script = `trap '' TERM HUP INT; sleep 300 & echo $$ $! > ${outside}/pids; wait; wait`;
    const child = spawn(python as string, ['-I', '-S', SCRIPT], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    const request = { argv: ['/bin/sh', '-c', script], env: { PATH: process.env.PATH }, timeout: null };
    child.stdin.write(`${JSON.stringify({ folder: outside })}\n${JSON.stringify({ run: request })}\n`);
    const started = (): string[] =>
      existsSync(`${outside}/pids`) ? readFileSync(`${outside}/pids`, 'utf8').split(/\s+/).filter(Boolean) : [];
    while (started().length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    const pids = started();
    expect(readdirSync(outside).filter((name) => name.startsWith('lk-bench-'))).toHaveLength(1);
    child.stdin.destroy();
    await ended;
    expect(await remaining(pids)).toEqual([]);
    expect(readdirSync(outside)).toEqual(['pids']);
    rmSync(outside, { recursive: true });
  });
});
