import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { machineBelow, thisMachine } from '../../src/host/open.ts';
import { type Look, lookAt } from '../../src/live/look.ts';
import { demandBetween, type ProcessDemand } from '../../src/live/wanting.ts';
import { PROJECT } from '../cli.ts';
import { canBeUnprivileged, unprivileged } from '../unprivileged.ts';

jest.setTimeout(120_000);

const onLinux = process.platform === 'linux' ? describe : describe.skip;

/** What a process is to do: threads that are busy, threads that sleep, and a child. */
interface Work {
  busy: number;
  asleep: number;
  child?: Work;
}

/** Does its work until its input ends; a line of it begins one more busy thread. */
const PROGRAM = `
  const { Worker } = require('node:worker_threads');
  const work = JSON.parse(process.argv[1]);
  process.stdin.on('end', () => process.exit()).on('data', () => start('for (;;);').then(() => console.log('more')));
  setTimeout(() => process.exit(), 110_000);
  const start = (code) => new Promise((resolve) =>
    new Worker("require('node:worker_threads').parentPort.postMessage(0);" + code, { eval: true }).on('message', resolve));
  const all = [
    ...Array.from({ length: work.busy }, () => start('for (;;);')),
    ...Array.from({ length: work.asleep }, () => start('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);')),
  ];
  if (work.child) {
    const argv = ['-e', process.env.PROGRAM, JSON.stringify(work.child)];
    const child = require('node:child_process').spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    all.push(new Promise((resolve) => child.stdout.once('data', resolve)));
  }
  Promise.all(all).then(() => console.log('ready'));
`;

/** The first CPU that this process may run on. */
const aCpu = (): string => /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';

let started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started = [];
});

const said = (child: ChildProcess): Promise<unknown> => once(child.stdout as object as NodeJS.EventEmitter, 'data');

/** A process that is at its work, on one CPU with all that it starts. */
async function at(work: Work): Promise<ChildProcess> {
  const child = spawn('taskset', ['-c', aCpu(), process.execPath, '-e', PROGRAM, JSON.stringify(work)], {
    env: { ...process.env, PROGRAM },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  started.push(child);
  await said(child);
  return child;
}

const look = (child: ChildProcess): Look => lookAt(thisMachine({}), child.pid as number);

/** Windows until one is as it should be, and that one; the last where none is: others use the machine as well. */
async function windowWhere(
  child: ChildProcess,
  holds: (demand: ProcessDemand[]) => boolean,
  first?: Look,
): Promise<ProcessDemand[]> {
  let demand: ProcessDemand[] = [];
  let before = first ?? look(child);
  for (let tries = 0; tries < 40; tries++) {
    await sleep(500);
    const after = look(child);
    demand = demandBetween(before, after);
    if (holds(demand)) break;
    if (first === undefined) before = after;
  }
  return demand;
}

const counts = (demand: ProcessDemand[]): number[] => demand.map(({ wanting }) => wanting.length);
const are =
  (...wanted: number[]) =>
  (demand: ProcessDemand[]) =>
    String(counts(demand)) === String(wanted);

onLinux('threads that want a CPU', () => {
  test('are those that are busy, though there is one CPU for them: more of them wait than run', async () => {
    const child = await at({ busy: 3, asleep: 2 });
    const demand = await windowWhere(child, are(3));
    expect(counts(demand)).toEqual([3]);
    const [main] = demand as [ProcessDemand];
    expect(main.pid).toBe(child.pid);
    expect(main.threads).toBeGreaterThanOrEqual(6);
    expect(main.waited).toBeGreaterThan(main.ran);
    expect(Math.round(main.ran + main.waited)).toBe(3);
  });

  test('are none where all sleep', async () => {
    const child = await at({ busy: 0, asleep: 3 });
    expect(counts(await windowWhere(child, are(0)))).toEqual([0]);
  });

  test('are counted in a child and its child as well, each its own', async () => {
    const child = await at({ busy: 1, asleep: 1, child: { busy: 0, asleep: 1, child: { busy: 2, asleep: 0 } } });
    const demand = await windowWhere(child, are(1, 0, 2));
    expect(counts(demand)).toEqual([1, 0, 2]);
    expect(demand.map(({ parent }) => parent)).toEqual([process.pid, child.pid, demand[1]?.pid]);
  });

  test('one that has begun since the earlier look is among them', async () => {
    const child = await at({ busy: 1, asleep: 0 });
    const before = look(child);
    const known = new Set(before.processes[0]?.threads.map(({ tid }) => tid));
    const answer = said(child);
    child.stdin?.write('more\n');
    await answer;
    const demand = await windowWhere(child, are(2), before);
    expect(counts(demand)).toEqual([2]);
    expect(demand[0]?.wanting.filter(({ tid }) => !known.has(tid))).toHaveLength(1);
  });

  test('of a process that has ended there are none, also while it waits for its parent', async () => {
    // Of a shell that has become `sleep`, nobody asks for the child.
    const script = 'exec 3<&0; read x <&3 & echo $!; exec sleep 100';
    const parent = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    started.push(parent);
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
    for (let tries = 0; tries < 500 && look(parent).processes[0]?.name !== 'sleep'; tries++) await sleep(20);
    parent.stdin.write('\n');
    let found = lookAt(thisMachine({}), Number(String(pid)));
    for (let tries = 0; tries < 500 && found.processes[0]?.threads.length !== 0; tries++) {
      await sleep(20);
      found = lookAt(thisMachine({}), Number(String(pid)));
    }
    expect(found).toMatchObject({ processes: [{ parent: parent.pid, threads: [] }], hidden: false });
    const before = look(parent);
    const gone = once(parent, 'exit');
    parent.kill('SIGKILL');
    await gone;
    expect(look(parent)).toMatchObject({ processes: [], hidden: false });
    expect(demandBetween(before, look(parent))).toEqual([]);
  });

  test('the kernel’s own threads are a tree too', () => {
    const { processes, hidden } = lookAt(thisMachine({}), 2);
    // In a container number 2 is anybody, or nobody.
    if (processes[0]?.name === 'kthreadd') expect(processes.length).toBeGreaterThan(1);
    expect(hidden).toBe(false);
  });
});

const CPU = '/sys/fs/cgroup/cpu';
const GROUP = path.join(CPU, `lk-live-${process.pid}`);

/** True where a quota can be set: root, and the cpu controller of cgroup v1. */
function canLimit(): boolean {
  try {
    accessSync(path.join(CPU, 'cpu.cfs_quota_us'), constants.W_OK);
    mkdirSync(GROUP);
    rmdirSync(GROUP);
    return true;
  } catch {
    return false;
  }
}

(canLimit() ? describe : describe.skip)('under a quota', () => {
  beforeAll(() => {
    mkdirSync(GROUP);
    writeFileSync(path.join(GROUP, 'cpu.cfs_period_us'), '100000');
    writeFileSync(path.join(GROUP, 'cpu.cfs_quota_us'), '20000');
  });
  afterAll(async () => {
    for (let tries = 0; tries < 100 && readFileSync(path.join(GROUP, 'cgroup.procs'), 'utf8') !== ''; tries++) {
      await sleep(50);
    }
    rmdirSync(GROUP);
  });

  test('a busy thread wants a CPU, and waits for it longer than it runs', async () => {
    const child = await at({ busy: 1, asleep: 1 });
    writeFileSync(path.join(GROUP, 'cgroup.procs'), String(child.pid));
    const [main] = await windowWhere(child, (demand) => are(1)(demand) && (demand[0]?.ran ?? 1) < 0.4);
    expect(main?.wanting).toHaveLength(1);
    expect(main?.waited).toBeGreaterThan(main?.ran ?? 0);
  });
});

const withOther = process.geteuid?.() === 0 && canBeUnprivileged ? onLinux : describe.skip;

withOther('a user who looks at what root runs', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lk-live-'));
    chmodSync(folder, 0o755);
    mkdirSync(path.join(folder, 'proc'));
    buildSync({
      stdin: {
        contents: `
          export { machineBelow } from './src/host/open.ts';
          export { lookAt } from './src/live/look.ts';
          export { demandBetween } from './src/live/wanting.ts';`,
        resolveDir: PROJECT,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: path.join(folder, 'live.cjs'),
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What an expression over the module, a number and a root is to that user. */
  const asOther = (expression: string, pid: number, root: string, before = ''): unknown => {
    const code = `
      const { machineBelow, lookAt, demandBetween } = require(${JSON.stringify(path.join(folder, 'live.cjs'))});
      const look = () => lookAt(machineBelow(${JSON.stringify(root)}), ${pid});
      Promise.resolve(${expression}).then((value) => process.stdout.write(JSON.stringify(value)));`;
    const script = `cd / && ${before} exec "$@"`;
    const words = [...unprivileged, process.execPath, '-e', code];
    const shell = before === '' ? ['/bin/sh'] : ['unshare', '--mount', '/bin/sh'];
    return JSON.parse(
      execFileSync(shell[0] as string, [...shell.slice(1), '-ec', script, 'sh', ...words], { encoding: 'utf8' }),
    );
  };

  test('sees the same threads want a CPU', async () => {
    const child = await at({ busy: 2, asleep: 1 });
    const within = `(async () => {
      const before = look();
      await new Promise((resolve) => setTimeout(resolve, 500));
      return demandBetween(before, look()).map(({ wanting }) => wanting.length);
    })()`;
    let seen: unknown;
    for (let tries = 0; tries < 20 && String(seen) !== '2'; tries++) seen = asOther(within, child.pid as number, '/');
    expect(seen).toEqual([2]);
  });

  const canMount =
    spawnSync('unshare', ['--mount', 'mount', '-t', 'proc', '-o', 'hidepid=1', 'proc', '/mnt']).status === 0;
  (canMount ? test.each : test.skip.each)([
    // Its folder is there and may not be entered.
    [1, { processes: [], hidden: true }],
    // It is not to be told from one that is gone.
    [2, { processes: [], hidden: false }],
  ])('sees nothing of them where /proc is mounted with hidepid=%d', async (hidepid, expected) => {
    const child = await at({ busy: 1, asleep: 0 });
    const mount = `mount -t proc -o hidepid=${hidepid} proc '${folder}/proc' &&`;
    const pick = '(({ processes, hidden }) => ({ processes, hidden }))(look())';
    expect(asOther(pick, child.pid as number, folder, mount)).toEqual(expected);
    expect(lookAt(machineBelow('/'), child.pid as number).processes).toHaveLength(1);
  });
});
