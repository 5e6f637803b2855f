import type { ChildProcess } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { doctorJson, lk, PROJECT } from '../cli.ts';
import { CHILD, type JobOptions, type Jobs, LOADED, madeJobs } from '../running-jobs.ts';
import { canBeUnprivileged, unprivileged } from '../unprivileged.ts';

jest.setTimeout(240_000);

const onLinux = process.platform === 'linux' ? describe : describe.skip;

let jobs: Jobs;
let folder: string;

beforeAll(() => {
  jobs = madeJobs();
  folder = jobs.folder;
});
afterEach(() => jobs.end());
afterAll(() => jobs.remove());

const job = (code: string, options?: JobOptions) => jobs.start(code, options);

const pidOf = ({ pid }: ChildProcess) => String(pid);

onLinux('lk doctor --pid', () => {
  test('reports as from inside the process: its variables, affinity, folder and environment', async () => {
    writeFileSync(path.join(folder, 'work/lenskit.toml'), '[parallel]\nnum_threads = 3\n');
    const env = { LK_NUM_THREADS: '3', LK_NUM_PROCS: '5', UNRELATED: 'nothing' };
    const child = await job(LOADED(folder), { env, by: ['taskset', '-c', '0'] });
    const { report } = doctorJson(['--pid', pidOf(child)], { env: { LK_NUM_PROCS: '2', VIRTUAL_ENV: '/nowhere' } });
    expect(report.lenskit).toMatchObject({ version: '2025.8.1', generation: '2025.3' });
    expect(report.python).toMatchObject({ foundBy: 'process', interpreter: '~/env/bin/python3.11' });
    expect(report.cpus).toMatchObject({ affinity: 1, effective: 1 });
    expect(report.plan?.main).toMatchObject({ processes: 5, threads: 3 });
    expect(report.live).toMatchObject({
      pid: child.pid,
      imported: true,
      processes: [{ pid: child.pid, role: 'main' }],
    });
    expect(report.live?.affinities).toEqual([{ cpus: '0', threads: report.live?.processes[0]?.threads }]);
    expect(JSON.stringify(report)).not.toContain('UNRELATED');
  });

  test("its job's nodes cannot be asked from here", async () => {
    const child = await job(LOADED(folder), { env: { SLURM_JOB_ID: '7' } });
    expect(doctorJson(['--pid', pidOf(child)]).report.machine.nodes).toEqual([]);
    expect(doctorJson([], { env: { SLURM_JOB_ID: '7' } }).report.machine.nodes).toEqual(['lk nodes --slurm']);
    expect(doctorJson(['--sysroot', '/'], { env: { SLURM_JOB_ID: '7' } }).report.machine.nodes).toEqual([]);
  });

  test('what is busy there is seen, with the same by ps and /proc', async () => {
    const child = await job(
      "for (let i = 0; i < 2; i++) new (require('node:worker_threads').Worker)('for (;;);', { eval: true });",
    );
    const before = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
    const { report } = doctorJson(['--pid', pidOf(child), '--for', '2s']);
    const threads = Number(/^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
    expect(report.live?.processes).toMatchObject([{ threads, wanting: 2 }]);
    expect(report.live?.cpusUsed).toBeGreaterThan(0);
    expect(report.live?.seconds).toBeGreaterThanOrEqual(2);
    expect(before).toContain(`${child.pid} (`);
    expect(report.live?.memoryBytes).toBeGreaterThan(10e6);
  });

  test("a worker's number finds the main process, and says what it is", async () => {
    const child = await job(CHILD(['--multiprocessing-fork']));
    const worker = readFileSync(path.join(folder, 'work/child'), 'utf8');
    const { report } = doctorJson(['--pid', worker]);
    expect(report.live?.pid).toBe(child.pid);
    expect(report.live?.processes).toMatchObject([
      { pid: child.pid, role: 'main' },
      { pid: Number(worker), role: 'worker' },
    ]);
  });

  test('the number of what only started it, too', async () => {
    const child = await job('', { by: ['sh', '-c', '"$@"; true', 'sh'] });
    const { report } = doctorJson(['--pid', pidOf(child)]);
    expect(report.live?.pid).not.toBe(child.pid);
    expect(report.lenskit.version).toBe('2025.8.1');
  });

  test('which of several it is, and that there is none, is said with it', async () => {
    const waits = 'process.stdin.on("end", () => process.exit()).resume()';
    const both = `exec 3<&0; "$0" -e '${waits}' <&3 & "$@"; true`;
    const child = await job('', { by: ['sh', '-c', both, path.join(folder, 'env/bin/python3.11')] });
    const { report } = doctorJson(['--pid', pidOf(child)]);
    const said = `PID ${child.pid} runs no Python itself, and has started several: this is ${report.live?.pid}; there are `;
    expect(report.live?.warnings).toEqual([expect.stringMatching(new RegExp(`^${said}\\d+$`))]);
    expect(lk(['doctor', '--pid', pidOf(child)]).stdout.replace(/\s+/g, ' ')).toContain(said);
    const sleeper = await job('', { by: ['sh', '-c', 'sleep 200 & echo $! > sleeper; exec "$@"', 'sh'] });
    expect(doctorJson(['--pid', pidOf(sleeper)]).report.live?.warnings).toEqual([]);
    const none = readFileSync(path.join(folder, 'work/sleeper'), 'utf8').trim();
    expect(doctorJson(['--pid', none]).report.live?.warnings[0]).toContain(`neither PID ${none} nor what`);
    process.kill(Number(none));
  });

  test('what-if flags are asked of the job', async () => {
    const child = await job('', { env: { LK_NUM_PROCS: '5' } });
    const asked = ['--env', 'LK_NUM_THREADS=7', '--unset', 'LK_NUM_PROCS', '--processes', '3'];
    const { report } = doctorJson(['--pid', pidOf(child), ...asked]);
    expect(report.plan?.main).toMatchObject({ processes: 3, threads: 7 });
  });

  test('secrets of the job are no part of a report, nor of a snapshot, which shows the same', async () => {
    const token = 'hunter2-hunter2-hunter2';
    const child = await job('', {
      env: { MY_TOKEN: token, LK_NUM_THREADS: token },
      words: ['--password', 'correct-horse-77'],
    });
    const file = path.join(folder, 'snapshot.json');
    const { report } = doctorJson(['--pid', pidOf(child), '--snapshot', file]);
    for (const text of [JSON.stringify(report), readFileSync(file, 'utf8')]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain('correct-horse-77');
    }
    const replayed = doctorJson(['--from', file]).report;
    expect({ ...replayed, time: '' }).toEqual({ ...report, time: '' });
    for (const format of ['text', 'markdown'])
      expect(lk(['doctor', '--from', file, '--format', format]).stdout).toContain(`PID ${child.pid} for`);
  });

  test('names of any kind are shown without what a terminal would do, or not at all', async () => {
    const evil = '\u001b[31m) R 1 (\n';
    const child = await job(`process.title = ${JSON.stringify(evil)};${CHILD(['\u001b]0;x\u0007\n'])}`, {
      env: { LK_NUM_THREADS: '\u001b[2J' },
    });
    for (const format of ['text', 'json', 'markdown', 'github']) {
      const { stdout, stderr } = lk(['doctor', '--pid', pidOf(child), '--format', format]);
      expect(stdout + stderr).not.toContain('\u001b');
      expect(stdout).toContain(format === 'github' ? '' : String(child.pid));
    }
  });

  test.each([
    [['--pid', '0'], /--pid 0: no number of a process/],
    [['--pid', '1e3'], /no number of a process/],
    [['--pid', '4194305'], /^lk: --pid 4194305: no such process/],
    [['--pid', 'self'], /no number of a process/],
    [['--pid', '1', '--for', 'never'], /--for never: no time/],
    [['--pid', '1', '--for', '2h'], /an hour is the longest/],
    [['--pid', '1', '--for', '99ms'], /^lk: --for 99ms: .* write 100ms or more\n$/],
    [['--for', '2s'], /name one with --pid/],
  ])('%j is one line, and the exit status 2', (args, line) => {
    const { status, stdout, stderr } = lk(['doctor', ...args]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a process that ends meanwhile, and one that has ended', async () => {
    const child = await job(`setTimeout(() => process.exit(), 1500);`);
    const gone = lk(['doctor', '--pid', pidOf(child), '--for', '3s']);
    expect(gone.status).toBe(2);
    expect(gone.stderr).toBe(`lk: --pid ${child.pid}: it ended while it was looked at\n`);
    // Who is not asked for its status stays as a zombie.
    const parent = await job('', { by: ['sh', '-c', 'sleep 0 & echo $! > zombie; exec "$@"', 'sh'] });
    expect(parent.exitCode).toBeNull();
    const zombie = readFileSync(path.join(folder, 'work/zombie'), 'utf8').trim();
    expect(lk(['doctor', '--pid', zombie]).stderr).toMatch(
      /it has ended, and only waits for its parent|no such process/,
    );
  });

  (canBeUnprivileged && unprivileged.length > 0 ? test : test.skip)("another user's process is one line", async () => {
    const child = await job('');
    const [program = '', ...before] = [...unprivileged, process.execPath, path.join(PROJECT, 'bin/lk.cjs')];
    const { status, stdout, stderr } = spawnSync(program, [...before, 'doctor', '--pid', pidOf(child)], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(
      `lk: --pid ${child.pid}: its environment may not be read (user 0's); run lk as the user who started it\n`,
    );
  });

  (process.geteuid?.() === 0 ? test : test.skip)(
    'a job in mounts of its own is read through its own root',
    async () => {
      const inside =
        'mount -t tmpfs none . && cd "$PWD" && printf "[parallel]\\nnum_threads = 2\\n" > lenskit.toml && exec "$@"';
      mkdirSync(path.join(folder, 'mounted'), { recursive: true });
      const child = await job('', { by: ['unshare', '--mount', 'sh', '-c', `cd ../mounted && ${inside}`, 'sh'] });
      const file = path.join(folder, 'mounted.json');
      const { report } = doctorJson(['--pid', pidOf(child), '--snapshot', file]);
      expect(report.python.interpreter).toBe('~/env/bin/python3.11');
      expect(existsSync(path.join(folder, 'mounted/lenskit.toml'))).toBe(false);
      expect(JSON.parse(readFileSync(file, 'utf8')).facts.settings).toMatchObject([{ path: '~/mounted/lenskit.toml' }]);
      expect(report.live?.pid).toBe(child.pid);
    },
  );
});
