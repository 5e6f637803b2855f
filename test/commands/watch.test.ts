import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { WatchLine, WatchSummary } from '../../src/documents/watch.ts';
import { BIN, expectValid, lk, PROJECT, START } from '../cli.ts';
import { CHILD, type Jobs, LOADED, madeJobs } from '../running-jobs.ts';

jest.setTimeout(240_000);

const onLinux = process.platform === 'linux' ? describe : describe.skip;

let jobs: Jobs;
let folder: string;
beforeAll(() => {
  jobs = madeJobs();
  folder = mkdtempSync(path.join(tmpdir(), 'lk-watch-'));
});
afterEach(() => jobs.end());
afterAll(() => {
  jobs.remove();
  rmSync(folder, { recursive: true, force: true });
});

type Line = WatchLine & { summary?: WatchSummary };

/** Lines of `--json`, each valid, and the summary of the last. */
function read(text: string): { looks: WatchLine[]; summary: WatchSummary } {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  for (const line of lines) expectValid(line, 'watch');
  const last = lines.pop()?.summary;
  if (last === undefined) throw new Error(`the last line is no summary: ${text}`);
  expect(lines.every(({ summary }) => summary === undefined)).toBe(true);
  return { looks: lines, summary: last };
}

/** `lk watch` while something else happens. */
function watching(args: string[]): {
  child: ChildProcess;
  shown(): string;
  has(count: number): Promise<void>;
  ended: Promise<number | null>;
} {
  const child = spawn(START, [BIN, 'watch', ...args], { env: { PATH: process.env.PATH, HOME: '/nonexistent-home' } });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const has = async (count: number) => {
    while (text.split('\n').length <= count && child.exitCode === null)
      await new Promise((next) => setTimeout(next, 20));
  };
  return { child, shown: () => text, has, ended };
}

const BUSY = "new (require('node:worker_threads').Worker)('for (;;);', { eval: true });";

onLinux('lk watch PID', () => {
  test('prints an object for each look, and the summary when the job ends', async () => {
    const env = { LK_NUM_PROCS: '3', LK_NUM_THREADS: '2' };
    const code = `${LOADED(jobs.folder)}${CHILD(['--multiprocessing-fork'])}${BUSY}`;
    const job = await jobs.start(code, { env, by: ['taskset', '-c', '0'] });
    const saved = path.join(folder, 'run.jsonl');
    const plot = path.join(folder, 'run.svg');
    // By its worker: the job is the same.
    const worker = readFileSync(path.join(jobs.folder, 'work/child'), 'utf8');
    const watch = watching([worker, '--json', '--every', '200ms', '--save', saved, '--plot', plot]);
    await watch.has(3);
    job.kill('SIGKILL');
    process.kill(Number(worker), 'SIGKILL');
    expect(await watch.ended).toBe(0);
    const { looks, summary } = read(watch.shown());
    expect(looks.length).toBeGreaterThanOrEqual(3);
    for (const look of looks.slice(0, 3))
      expect(look).toMatchObject({
        pid: job.pid,
        effective: 1,
        imported: true,
        workersLoaded: 0,
        involuntarySwitches: null,
        processes: [
          { pid: job.pid, role: 'main' },
          { pid: Number(worker), role: 'worker' },
        ],
      });
    expect(looks.map(({ at }) => at)).toEqual(looks.map(({ at }) => at).sort((a, b) => a - b));
    expect(summary).toMatchObject({
      pid: job.pid,
      looks: looks.length,
      effective: 1,
      version: '2025.8.1',
      end: 'job',
      exitStatus: null,
      mostProcesses: 2,
      phases: [{ phase: 'workers starting' }],
    });
    // What is saved is what is printed.
    expect(read(readFileSync(saved, 'utf8')).looks).toEqual(looks);
    const svg = readFileSync(plot, 'utf8');
    expect(svg).toMatch(/^<svg[\s\S]*1 worker[\s\S]*<\/svg>$/);
    const again = read(lk(['watch', '--from', saved, '--json'], { cwd: folder }).stdout);
    expect(again.summary).toMatchObject({ looks: looks.length, pid: job.pid, version: '2025.8.1', end: 'job' });
    expect(again.summary.lost).toEqual(summary.lost);
    const page = lk(['watch', '--from', saved, '--plot', path.join(folder, 'run.html')]);
    expect(page).toMatchObject({ status: 0, stdout: expect.stringContaining(`PID ${job.pid} · LensKit 2025.8.1`) });
    expect(readFileSync(path.join(folder, 'run.html'), 'utf8')).toMatch(/<svg[\s\S]*CPU time/);
  });

  test('Ctrl-C ends the watching, not the job', async () => {
    const job = await jobs.start(LOADED(jobs.folder));
    const watch = watching([String(job.pid), '--every', '100ms']);
    await watch.has(2);
    watch.child.kill('SIGINT');
    expect(await watch.ended).toBe(0);
    expect(watch.shown()).toMatch(
      /^ +\d+ s: [\d.]+ of \d+ CPUs, [\s\S]*^PID \d+ · LensKit 2025\.8\.1 · watched for \d+ s, \d+ looks?; it goes on$/m,
    );
    expect(job.exitCode).toBeNull();
  });

  test('SIGTERM ends it with its own exit status, and the summary all the same', async () => {
    const job = await jobs.start('');
    const watch = watching([String(job.pid), '--json', '--every', '100ms']);
    await watch.has(1);
    watch.child.kill('SIGTERM');
    expect(await watch.ended).toBe(143);
    expect(read(watch.shown()).summary).toMatchObject({ end: 'watching', phases: [{ phase: 'unknown' }] });
  });

  test('LensKit that is loaded meanwhile is seen, and what was before is the import', async () => {
    const job = await jobs.start(`process.on('SIGUSR2', () => { ${LOADED(jobs.folder)} });`);
    const watch = watching([String(job.pid), '--json', '--every', '100ms']);
    await watch.has(1);
    job.kill('SIGUSR2');
    while (!watch.shown().includes('"imported":true')) await new Promise((next) => setTimeout(next, 50));
    watch.child.kill('SIGINT');
    await watch.ended;
    expect(read(watch.shown()).summary.phases.map(({ phase }) => phase)).toEqual(['import', 'unknown']);
  });

  /** A shell that runs one Python after the other, each until its file is there. */
  const oneAfterTheOther = () => {
    const code = `${LOADED(jobs.folder)} setInterval(() => require('node:fs').existsSync(process.argv[1]) && process.exit(), 20);`;
    const script = '"$0" -e "$1" "$2/go-1"; "$0" -e "$1" "$2/go-2"; true';
    return spawn('sh', ['-c', script, path.join(jobs.folder, 'env/bin/python3.11'), code, folder], { stdio: 'ignore' });
  };

  test("a shell's number: watching goes on to its next Python, and ends with the shell", async () => {
    const shell = oneAfterTheOther();
    try {
      const watch = watching([String(shell.pid), '--json', '--every', '100ms']);
      const seen = () =>
        new Set([...watch.shown().matchAll(/"pid":(\d+),"seconds".*"imported":true/g)].map(([, pid]) => Number(pid)));
      for (const [at, file] of ['go-1', 'go-2'].entries()) {
        while (seen().size <= at && watch.child.exitCode === null) await new Promise((next) => setTimeout(next, 20));
        writeFileSync(path.join(folder, file), '');
      }
      expect(await watch.ended).toBe(0);
      expect(seen().size).toBe(2);
      const { summary } = read(watch.shown());
      expect([...seen()]).toContain(summary.pid);
      expect(summary).toMatchObject({ end: 'job', version: '2025.8.1', warnings: [] });
    } finally {
      shell.kill('SIGKILL');
    }
  });

  test('of a shell with several Pythons it is said which one it is, once in lines, in each object, and in the summary', async () => {
    const both = `exec 3<&0; "$0" -e 'process.stdin.on("end", () => process.exit()).resume()' <&3 & "$@"; true`;
    const job = await jobs.start('', { by: ['sh', '-c', both, path.join(jobs.folder, 'env/bin/python3.11')] });
    const said = /^PID \d+ runs no Python itself, and has started several: this is (\d+); there are \d+$/;
    const saved = path.join(folder, 'several.jsonl');
    const watch = watching([String(job.pid), '--every', '100ms', '--save', saved]);
    await watch.has(3);
    watch.child.kill('SIGINT');
    await watch.ended;
    const lines = watch.shown().split('\n');
    expect(lines.filter((line) => said.test(line))).toEqual([lines[0]]);
    expect(watch.shown().replace(/\s+/g, ' ')).toContain(`note ${lines[0]}`);
    const { looks, summary } = read(readFileSync(saved, 'utf8'));
    for (const { warnings } of [...looks, summary]) expect(warnings).toEqual([lines[0]]);
    expect(said.exec(lines[0] ?? '')?.[1]).toBe(String(summary.pid));
    expect(lk(['watch', '--from', saved]).stdout.replace(/\s+/g, ' ')).toContain(`note ${lines[0]}`);
    // Without its end it is said by the looks.
    writeFileSync(saved, `${looks.map((look) => JSON.stringify(look)).join('\n')}\n`);
    expect(read(lk(['watch', '--from', saved, '--json']).stdout).summary.warnings).toEqual([lines[0]]);
  });

  test('a reader that goes away ends the watching, and what is saved is whole', async () => {
    const job = await jobs.start(LOADED(jobs.folder));
    const saved = path.join(folder, 'gone.jsonl');
    const words = ['watch', String(job.pid), '--json', '--every', '100ms', '--save', saved];
    const script = 'set -o pipefail; "$0" "$@" | head -n 1';
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script, START, BIN, ...words], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: '/nonexistent-home' },
      timeout: 60_000,
    });
    expect({ status, stderr, lines: stdout.trimEnd().split('\n').length }).toEqual({ status: 0, stderr: '', lines: 1 });
    expect(read(readFileSync(saved, 'utf8')).summary).toMatchObject({ end: 'watching', pid: job.pid });
    expect(job.exitCode).toBeNull();
  });

  test('a job of some hundred threads: all are there, those that sleep as well', async () => {
    const code =
      'import threading, time\nfor _ in range(300): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nprint(1, flush=True)\ntime.sleep(60)';
    const job = spawn('python3', ['-c', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(job.stdout as object as NodeJS.EventEmitter, 'data');
      const watch = watching([String(job.pid), '--json', '--every', '100ms']);
      await watch.has(4);
      watch.child.kill('SIGINT');
      await watch.ended;
      const { looks } = read(watch.shown());
      for (const { processes, states } of looks) {
        expect(processes).toMatchObject([{ threads: 301, wanting: 0 }]);
        expect(states.sleeping).toBe(301);
      }
    } finally {
      job.kill('SIGKILL');
    }
  });
});

onLinux('lk watch -- COMMAND', () => {
  const command = (args: string[], words: string[]) => lk(['watch', '--every', '200ms', ...args, '--', ...words]);

  test('its streams and its exit status are its own; what is said of it is on standard error', () => {
    const code =
      'import sys, time\nprint(sys.stdin.read())\nend = time.time() + 1.2\nwhile time.time() < end: pass\nsys.exit(3)';
    const result = spawnSync(START, [BIN, 'watch', '--json', '--every', '200ms', '--', 'python3', '-c', code], {
      input: 'hello',
      encoding: 'utf8',
    });
    expect({ status: result.status, stdout: result.stdout }).toEqual({ status: 3, stdout: 'hello\n' });
    const { looks, summary } = read(result.stderr);
    expect(looks.length).toBeGreaterThan(0);
    expect(summary).toMatchObject({ end: 'job', exitStatus: 3 });
    // By the kernel's account, which has also what was before the first look.
    expect(summary.cpuSeconds ?? 0).toBeGreaterThan(0);
    expect(summary.seconds).toBeGreaterThan(1.2);
  });

  test.each([
    [
      'one that is over at once',
      ['sh', '-c', 'exit 7'],
      7,
      'over before it could be looked at; it ended with exit status 7',
    ],
    ['one that a signal ends', ['sh', '-c', 'kill -9 $$'], 137, 'exit status 137'],
    ['none of that name', ['no-such-program'], 127, 'lk watch: no-such-program: no such program'],
    ['a folder', ['/tmp'], 126, 'lk watch: /tmp: it cannot be run'],
  ])('%s', (_, words, status, said) => {
    expect(command([], words)).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(said) });
  });

  test('programs one after the other are one command', () => {
    const { stderr } = command(['--json'], ['sh', '-c', 'sleep 0.7; sleep 0.7; true']);
    const { looks, summary } = read(stderr);
    expect(looks.length).toBeGreaterThan(1);
    expect(summary).toMatchObject({ exitStatus: 0, end: 'job' });
    expect(summary.warnings).toEqual([
      `by their programs' names, neither PID ${summary.pid} nor what it has started runs Python`,
    ]);
  });

  test('what is said of it is of its Python with LensKit, whatever else it runs before and after', () => {
    const wait = 'setTimeout(() => {}, 1500);';
    const python = path.join(jobs.folder, 'env/bin/python3.11');
    const script = 'sleep 0.7; "$0" -e "$1" & echo $!; wait $!; "$2" -e "$3"; true';
    const busy = 'const end = Date.now() + 2500; while (Date.now() < end);';
    const words = ['sh', '-c', script, python, `${LOADED(jobs.folder)}${wait}`, process.execPath, busy];
    const { stdout, stderr } = command(['--json'], words);
    const { summary } = read(stderr);
    expect(summary).toMatchObject({ pid: Number(stdout), version: '2025.8.1', warnings: [] });
  });

  test('the environment is as it is: nothing recommended is set', () => {
    expect(command([], ['sh', '-c', 'echo "[$LK_NUM_PROCS]"']).stdout).toBe('[]\n');
  });
});

onLinux('at a terminal', () => {
  const typed = (steps: [string, string][], size = 'cols 80 rows 24') => {
    const request = {
      env: { PATH: process.env.PATH, PS1: '> ', TERM: 'xterm', HISTFILE: '' },
      cwd: folder,
      steps: [
        ['type', `stty ${size}\n`],
        ...steps.map(([action, text]) => [action, text.replace('LK', `${START} ${BIN} watch --every 200ms`)]),
      ],
    };
    return spawnSync('python3', [path.join(PROJECT, 'test/interactive.py'), JSON.stringify(request)], {
      encoding: 'utf8',
    });
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told
  const REGION = /\u001b\[1;(\d+)r/g;
  const job =
    "import signal, sys, time\ngot = 0\ndef heard(*_):\n  global got\n  got += 1\n  print('got', got, flush=True)\nsignal.signal(signal.SIGINT, heard)\nprint('ready', flush=True)\nfor line in sys.stdin: print('read', line, flush=True)\nprint('end', got, flush=True)\n";
  beforeAll(() => writeFileSync(path.join(folder, 'job.py'), job));

  test('of a command: it has all but the lowest lines, Ctrl-C reaches it once, and the terminal is given back', () => {
    const { status, stdout } = typed([
      ['type', 'LK -- python3 job.py\n'],
      ['wait', 'ready'],
      ['wait', 'threads '],
      ['type', '\u0003'],
      ['wait', 'got 1'],
      ['type', 'hello\n'],
      ['wait', 'read hello'],
      ['type', '\u0004'],
      ['wait', 'end 1'],
      ['wait', 'exit status 0'],
      ['type', 'echo status $?\n'],
      ['wait', 'status 0'],
    ]);
    expect({ status, stdout }).toMatchObject({ status: 0 });
    expect([...stdout.matchAll(REGION)].map(([, rows]) => rows)).toEqual(['19']);
    expect(stdout.lastIndexOf('\u001b[r')).toBeGreaterThan(stdout.lastIndexOf('\u001b[1;19r'));
  });

  test('Ctrl-Z gives the whole terminal to the shell, fg takes its lines again', () => {
    const { status, stdout } = typed([
      ['type', 'LK -- python3 job.py\n'],
      ['wait', 'threads '],
      ['type', '\u001a'],
      ['wait', '\u001b[r'],
      ['wait', 'Stopped'],
      ['type', 'fg\n'],
      ['wait', '\u001b[1;19r'],
      ['wait', 'threads '],
      ['type', '\u0004'],
      ['wait', 'exit status 0'],
    ]);
    expect({ status, stdout }).toMatchObject({ status: 0 });
  });

  test('of a PID: a screen in place that follows the size, and Ctrl-C leaves the job alone', async () => {
    const one = await jobs.start(LOADED(jobs.folder));
    const { status, stdout } = typed(
      [
        ['type', `LK ${one.pid}\n`],
        ['wait', 'Ctrl-C ends the watching'],
        ['wait', '\u001b['],
        ['wait', 'Ctrl-C ends the watching'],
        ['type', '\u0003'],
        ['wait', 'it goes on'],
        ['type', 'echo status $?\n'],
        ['wait', 'status 0'],
      ],
      'cols 48 rows 24',
    );
    expect({ status, stdout }).toMatchObject({ status: 0 });
    expect(stdout).not.toMatch(REGION);
    expect(one.exitCode).toBeNull();
  });

  test('with too few lines for both there is a line each time', () => {
    const { status, stdout } = typed(
      [
        ['type', 'LK -- python3 job.py\n'],
        ['wait', ' CPUs, '],
        ['type', '\u0004'],
        ['wait', 'exit status 0'],
      ],
      'cols 80 rows 12',
    );
    expect({ status, stdout }).toMatchObject({ status: 0 });
    expect(stdout).not.toMatch(REGION);
  });
});

onLinux('what is asked wrongly', () => {
  test.each([
    [[], 'watch: nothing to watch; write lk watch PID, or a command behind --: lk watch -- python job.py'],
    [['1', '--', 'true'], 'watch: a PID, a command behind -- and --from exclude each other; name one of them'],
    [['x'], 'watch x: no number of a process; ps and pgrep show them'],
    [['999999999'], 'watch 999999999: no such process'],
    [['1', '--every', '1ms'], '--every 1ms: write a time from 0.1s to 1h'],
    [['1', '--every', 'x'], '--every x: no time; write one such as 90s, 10m or 1h'],
    [['--plot', 'x.png', '--', 'true'], '--plot x.png: no ending that is known; write one of .svg, .html'],
    [['--save', '/no/such/x', '--', 'true'], '--save /no/such/x: the folder /no/such is not there'],
    [
      ['--save', '-', '--', 'true'],
      '--save -: it grows line by line; name a file, or have the lines printed by --json',
    ],
    [['--from', '/dev/null'], '--from /dev/null: empty; name a file that lk watch --save has written'],
  ])('%j', (args, message) => {
    expect(lk(['watch', ...args])).toMatchObject({ status: 2, stdout: '', stderr: `lk: ${message}\n` });
  });

  test.each([[['999999999']], [['x']], [['1', '--every', 'x']], [['--from', '/no/such/file']], [['--nonsense']]])(
    '%j with --json: one object in one line',
    (args) => {
      const { status, stdout, stderr } = lk(['watch', '--json', ...args]);
      expect({ status, stderr, lines: stdout.split('\n').length }).toEqual({ status: 2, stderr: '', lines: 2 });
      expectValid(JSON.parse(stdout), 'watch');
    },
  );

  test('a file of any size is read again, and one of any size is replaced', () => {
    const saved = path.join(folder, 'large.jsonl');
    writeFileSync(saved, '');
    truncateSync(saved, 70 * 1024 * 1024);
    lk(['watch', '--every', '200ms', '--save', saved, '--', 'sleep', '1.5']);
    const [first = ''] = readFileSync(saved, 'utf8').split('\n');
    const look = JSON.parse(first) as WatchLine;
    const line = `${JSON.stringify({ ...look, warnings: ['x'.repeat(1024 * 1024)] })}\n`;
    writeFileSync(saved, line.repeat(70));
    expect(statSync(saved).size).toBeGreaterThan(64 * 1024 * 1024);
    const { status, stdout } = lk(['watch', '--from', saved]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('70 looks') });
  });

  test('a file that is none, one that was torn off, and what would be lost', () => {
    const file = path.join(folder, 'script.py');
    writeFileSync(file, 'print(1)\n');
    expect(lk(['watch', '--from', file]).stderr).toContain(
      `--from ${file}: line 1 is none that lk watch --save writes`,
    );
    expect(lk(['watch', '--save', file, '--', 'python3', file]).stderr).toContain('which would be overwritten');
    expect(readFileSync(file, 'utf8')).toBe('print(1)\n');
    const saved = path.join(folder, 'torn.jsonl');
    lk(['watch', '--every', '200ms', '--save', saved, '--', 'sleep', '1.5']);
    expect(existsSync(saved)).toBe(true);
    const text = readFileSync(saved, 'utf8');
    const { looks } = read(text);
    writeFileSync(saved, text.slice(0, text.trimEnd().lastIndexOf('\n') + 20));
    expect(read(lk(['watch', '--json', '--from', saved]).stdout).summary).toMatchObject({
      looks: looks.length,
      end: 'watching',
    });
  });
});
