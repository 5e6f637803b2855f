import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { secret, secretEnvironment } from '../secrets.mjs';
import { hostileText, hugeValue } from '../texts.mjs';
import { doctor } from './asked.mjs';
import { broken, mutated } from './snapshots.mjs';

/** Python that says `ready` once it is what it is to be, and ends by itself after some seconds; `NAME` is a hostile text. */
const BEHAVIOURS = {
  named: 'open("/proc/self/comm", "w").write(NAME)\nready()\ntime.sleep(9)',
  'like a line of the kernel': 'open("/proc/self/comm", "w").write(") R 1 (")\nready()\ntime.sleep(9)',
  busy: 'threading.Thread(target=spin, daemon=True).start()\nready()\nspin()',
  'many threads':
    'for _ in range(150): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\nready()\ntime.sleep(9)',
  'threads come and go':
    'ready()\nfor _ in range(9999):\n    t = threading.Thread(target=int)\n    t.start()\n    t.join()',
  'short-lived children':
    'ready()\nend = time.time() + 4\nwhile time.time() < end:\n    if os.fork() == 0: os._exit(0)\n    os.wait()',
  'children that nobody waits for': 'for _ in range(30):\n    if os.fork() == 0: os._exit(0)\nready()\ntime.sleep(9)',
  'a deep tree': 'for _ in range(60):\n    if os.fork() != 0:\n        break\nelse: ready()\ntime.sleep(5)',
  'named children':
    'for at in range(20):\n    if os.fork() == 0:\n        open("/proc/self/comm", "w").write(NAME[at % len(NAME):] + str(at)); time.sleep(5); os._exit(0)\nready()\ntime.sleep(9)',
  'a leader that has gone':
    'import ctypes\nthreading.Thread(target=time.sleep, args=(5,)).start()\nready()\nctypes.CDLL(None).pthread_exit(None)',
  stopped: 'ready()\nos.kill(os.getpid(), signal.SIGSTOP)',
  'gone soon': 'ready()\ntime.sleep(DELAY)',
  'another program soon': 'ready()\ntime.sleep(DELAY)\nos.execvp("sleep", [NAME, "3"])',
  'in a folder that is gone':
    'os.mkdir("gone-soon"); os.chdir("gone-soon"); os.rmdir("../gone-soon")\nready()\ntime.sleep(9)',
};

/** What says it is ready on standard output, which is nobody's else. */
const PROGRAM = `
import os, signal, sys, threading, time
signal.alarm(10)
NAME = sys.argv[1]
def spin():
    while True: pass
def ready():
    sys.stdout.write("ready"); sys.stdout.flush(); os.close(1); os.open("/dev/null", os.O_WRONLY)
`;

/** A process that somebody looks at. It knows nothing of the case, whose own processes are counted. */
async function started(random, scratch) {
  const behaviour = random.pick(Object.values(BEHAVIOURS)).replaceAll('DELAY', String(random.next() * 2));
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: scratch.home,
    ...secretEnvironment(random),
    LK_NUM_THREADS: random.chance(0.5) ? hostileText(random) : hugeValue(random).slice(0, 100_000),
    LK_NUM_PROCS: random.pick(['2', '4', hostileText(random)]),
    VIRTUAL_ENV: random.chance(0.3) ? hostileText(random) : '',
  };
  const words = [
    '-c',
    `${PROGRAM}${behaviour}`,
    hostileText(random).slice(0, 200) || 'x',
    '--password',
    secret(random),
  ];
  const child = spawn('/usr/bin/python3', words, {
    argv0: random.chance(0.3) ? hostileText(random) || 'x' : 'python3',
    cwd: scratch.work,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  child.stdout.destroy();
  return child;
}

/** Running processes that are looked at: hostile names, trees and threads that come and go, numbers that are nobody's. */
export const processes = {
  needs: ['linux', 'python3'],
  make(random, scratch) {
    return random.pick([ofPid, ofPid, ofPid, ofNumber, ofCommand, ofFile, ofAll])(random, scratch);
  },
};

/** A step about a process that is there when it begins, unless it has gone by then. */
function ofPid(random, scratch) {
  let child = null;
  const step = random.pick([watchOf, doctorOf])(random, 'PID');
  const { args } = step;
  return {
    ...step,
    before: async () => {
      child = await started(random, scratch);
      args[args.indexOf('PID')] = String(child.pid);
      if (random.chance(0.15)) child.kill('SIGKILL');
    },
    also: () => {
      child.kill('SIGKILL');
      return {};
    },
    makes: /^gone-soon$/,
    unprivileged: random.chance(0.15),
  };
}

/** Of processes that are not there, not this user's, or the kernel's. */
function ofNumber(random) {
  const number = random.pick([
    '1',
    '2',
    '3',
    '4194304',
    '999999999',
    '99999999999',
    '0',
    '-1',
    'self',
    hostileText(random),
  ]);
  return random.pick([watchOf, doctorOf])(random, number);
}

function ofAll(random) {
  return { ...random.pick([{ args: ['ps'] }, { args: ['ps', '--json'], json: 'ps' }]), within: 2000 };
}

function doctorOf(random, pid) {
  return doctor(random, ['--pid', pid, '--for', random.pick(['100ms', '300ms', hostileText(random)])]);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'];

function watchOf(random, pid) {
  const way = random.pick([{ args: [] }, { args: ['--json'], lines: { schema: 'watch', of: 'stdout' } }]);
  const kill = { signal: random.pick(SIGNALS), after: random.int(300, 2500), group: false };
  return { ...way, kill, within: 3000, args: ['watch', ...way.args, '--every', '100ms', pid] };
}

/** A command that is watched, and what is kept of it. */
function ofCommand(random, scratch) {
  const outputs = [
    { file: `${scratch.work}/run.jsonl`, is: 'lines' },
    { file: `${scratch.work}/run.svg`, is: 'svg' },
  ];
  const flags = random
    .some(['--save', '--plot'], random.int(0, 2))
    .flatMap((flag) => [flag, outputs[flag === '--save' ? 0 : 1].file]);
  // a stopped one hears of no signal until it goes on, whoever waits for it
  const { stopped: _, ...behaviours } = BEHAVIOURS;
  const behaviour = random.pick(Object.values(behaviours)).replaceAll('DELAY', String(random.next() * 2));
  // its own word that it is ready is nobody's business here
  const words = [
    '/usr/bin/python3',
    '-c',
    `${PROGRAM}ready = lambda: None\n${behaviour}`,
    hostileText(random).slice(0, 200) || 'x',
  ];
  const kill = { signal: random.pick(['SIGINT', 'SIGTERM', 'SIGHUP']), after: random.int(500, 3000), group: true };
  return {
    args: ['watch', '--every', '100ms', ...flags, '--', ...words],
    kill,
    outputs,
    prints: true,
    within: 12_000,
    makes: /^(gone-soon|core.*)$/,
    statuses: Array.from({ length: 256 }, (_, status) => status),
  };
}

/** What `--save` writes of a look, and of the end. */
const LOOK = {
  ...{ schemaVersion: 1, time: '2026-01-01T00:00:00.000Z', at: 1, effective: 2, pid: 7, seconds: 1 },
  processes: [{ pid: 7, role: 'main', threads: 3, wanting: 2, cpusUsed: 1.5, waitedShare: 0.4 }],
  ...{ cpusUsed: 1.5, waitedShare: 0.4, throttledShare: 0.1, memoryBytes: 1e9, sharedBytes: 0 },
  states: { running: 1, sleeping: 2, blocked: 0, stopped: 0 },
  ...{ involuntarySwitches: null, others: { used: 0.1, idle: 0 }, pressure: { machine: null, cgroup: null } },
  ...{ affinities: [], loaded: [], imported: true, workersSince: null, ended: 0, warnings: [], workersLoaded: 0 },
};
const END = {
  ...{ schemaVersion: 1, time: '2026-01-01T00:00:01.000Z' },
  summary: {
    ...{ pid: 7, version: '2025.8.1', end: 'job', exitStatus: 0, seconds: 1, cpuSeconds: 1.5, cpusUsed: 1.5 },
    verdict: { status: 'fail', id: 'live/waiting', title: 'threads wait' },
    warnings: ['PID 6 runs no Python itself'],
    fix: { env: { LK_NUM_PROCS: '1' }, unset: ['OMP_PROC_BIND'] },
  },
};

/** What was saved, changed by somebody. */
function ofFile(random, scratch) {
  const file = `${scratch.work}/saved.jsonl`;
  const lines = Array.from({ length: random.pick([1, 3, 300]) }, (_, at) => ({ ...LOOK, at: at + 1 }));
  const all = [...lines, ...(random.chance(0.8) ? [END] : [])].map((line) =>
    JSON.stringify(random.chance(lines.length > 10 ? 0.02 : 0.5) ? mutated(random, line) : line),
  );
  const text = `${all.join('\n')}\n`;
  writeFileSync(file, random.chance(0.2) ? broken(random, text) : text);
  const plot = `${scratch.work}/run.${random.pick(['svg', 'html'])}`;
  const ways = [
    { args: [] },
    { args: ['--json'], lines: { schema: 'watch', of: 'stdout' } },
    { args: ['--plot', plot] },
  ];
  const { args, lines: wanted } = random.pick(ways);
  return {
    args: ['watch', '--from', file, ...args],
    lines: wanted,
    outputs: [{ file: plot, is: 'svg' }],
    within: 4000,
  };
}
