import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BIN, lk, PROJECT, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { canBeUnprivileged, unprivileged } from '../unprivileged.ts';

const AT = ['--lenskit', '2025.8.1', '--cpus', '4'];
/** Says what it was started with, then counts signals until its input ends. */
const JOB = `
import os, signal, sys
counts = {}
def count(number, _):
    counts[number] = counts.get(number, 0) + 1
    os.write(1, f"got {signal.Signals(number).name} {counts[number]}\\n".encode())
for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"):
    signal.signal(getattr(signal, name), count)
print("ready", os.environ.get("LK_NUM_PROCS"), os.getpgrp() == int(os.environ.get("GROUP", "0")), flush=True)
for line in sys.stdin:
    print("read", line.strip(), flush=True)
print("end", flush=True)
`;

let folder: string;
let job: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lk-run-'));
  job = path.join(folder, 'job.py');
  writeFileSync(job, JOB);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('lk run', () => {
  test('sets what lk env prints, and nothing else', () => {
    const before = lk(['run', ...AT, '--keep', '--', 'sh', '-c', 'env | grep -v ^_= | sort']);
    expect(before.stderr).toBe('');
    const { stdout } = lk(['env', ...AT]);
    for (const line of stdout.trimEnd().split('\n')) expect(before.stdout).toContain(line.replace('export ', ''));
    const lines = before.stdout
      .trimEnd()
      .split('\n')
      .filter((line) => !/^(LK_|PATH=|HOME=|PWD=|SHLVL=|OLDPWD=)/.test(line));
    expect(lines).toEqual([]);
  });

  test('--keep leaves what is set, whatever is recommended', () => {
    const env = { LK_NUM_PROCS: '3', OMP_PROC_BIND: 'true' };
    const print = ['--', 'sh', '-c', 'echo $LK_NUM_PROCS,$OMP_PROC_BIND,$LK_NUM_THREADS'];
    expect(lk(['run', ...AT, ...print], { env }).stdout).toBe('1,,4\n');
    expect(lk(['run', ...AT, '--keep', ...print], { env }).stdout).toBe('3,true,4\n');
  });

  test('--dry-run prints it and runs nothing', () => {
    expect(lk(['run', ...AT, '--dry-run', '--', 'no-such-program'])).toMatchObject({
      status: 0,
      stdout: lk(['env', ...AT]).stdout,
      stderr: '',
    });
  });

  test.each([
    [['sh', '-c', 'exit 7'], 7, ''],
    [['sh', '-c', 'kill -TERM $$'], 128 + constants.signals.SIGTERM, ''],
    [['sh', '-c', 'kill -KILL $$'], 128 + constants.signals.SIGKILL, ''],
    [['no-such-program'], 127, 'lk run: no-such-program: no such program\n'],
    [['/no/such/program'], 127, 'lk run: /no/such/program: no such program\n'],
    [['/etc/passwd'], 126, 'lk run: /etc/passwd: it cannot be run\n'],
    [['/etc'], 126, 'lk run: /etc: it cannot be run\n'],
  ])('%j: %d', (command, status, stderr) => {
    const result = spawnSync('sh', ['-c', '"$@"; echo $?', 'sh', START, BIN, 'run', ...AT, '--', ...command], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
    expect(result.stdout).toBe(`${status}\n`);
    // The shell itself may say that a signal has ended it.
    if (stderr !== '' || status < 128) expect(result.stderr).toBe(stderr);
  });

  test('what a shell runs is run: without a first line by sh, and with one that leads nowhere it says so', () =>
    withTree(
      {
        '/plain': 'echo plain "$1" "$LK_NUM_PROCS"\n',
        '/broken': '#!/no/such/interpreter\n',
        '/a\nb=c': '#!/bin/sh\necho odd "$1"\n',
        '/folder/plain/x': '',
      },
      (cwd) => {
        for (const name of ['plain', 'broken', 'a\nb=c']) chmodSync(path.join(cwd, name), 0o755);
        expect(lk(['run', ...AT, '--', './plain', 'a b'], { cwd })).toMatchObject({
          status: 0,
          stdout: 'plain a b 1\n',
        });
        expect(lk(['run', ...AT, '--', './a\nb=c', 'x'], { cwd })).toMatchObject({ status: 0, stdout: 'odd x\n' });
        const broken = lk(['run', ...AT, '--', './broken'], { cwd });
        expect([broken.status, broken.stdout, /\n {4}at |Native stack/.test(broken.stderr)]).toEqual([127, '', false]);
        const env = { PATH: `${cwd}/folder` };
        expect(lk(['run', ...AT, '--', 'plain'], { cwd, env }).status).toBe(127);
      },
    ));

  (canBeUnprivileged ? test : test.skip)('folders of the PATH that may not be looked into are passed over', () =>
    withTree({ '/closed/true': '', '/closed/x': '' }, (root) => {
      chmodSync(`${root}/closed`, 0o700);
      chmodSync(root, 0o755);
      const as = (...command: string[]) => {
        const [program = '', ...words] = [...unprivileged, START, BIN, 'run', ...AT, '--', ...command];
        const env = { PATH: `${root}/closed:${process.env.PATH}`, HOME: '/' };
        const { status, stderr } = spawnSync(program, words, { encoding: 'utf8', cwd: '/', env });
        return [status, stderr];
      };
      expect(as('true')).toEqual([0, '']);
      if (unprivileged.length === 0) return;
      expect(as(`${root}/closed/x`)).toEqual([127, `lk run: ${root}/closed/x: no such program\n`]);
      expect(as('x'.repeat(5000))[0]).toBe(127);
    }),
  );

  test('bytes that are not UTF-8 are not handed on changed without a word', () => {
    const line = `"$@" "$(printf 'a\\377b')"`;
    const shell = (script: string, ...command: string[]) =>
      spawnSync('sh', ['-c', script, 'sh', START, BIN, 'run', ...AT, '--', ...command], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
    expect(shell(line, 'printf', '%s')).toMatchObject({ status: 2, stdout: '' });
    expect(shell(line, 'printf', '%s').stderr).toMatch(/^lk: run: a.b: not UTF-8/);
    const inherited = shell(`X="$(printf 'a\\377b')" "$@"`, 'true');
    expect([inherited.status, inherited.stderr]).toEqual([
      0,
      'lk run: X is not UTF-8, and reaches the command changed\n',
    ]);
  });

  test('words, standard input and output pass as they are; the working folder and the umask too', () => {
    const script = 'umask; pwd; cat; printf "%s\\n" "$@" >&2';
    const result = spawnSync(
      'sh',
      ['-c', `umask 027; cd ${folder}; printf 'in\\0put' | "$@"`, 'sh', START, BIN, 'run', ...AT, '--'].concat([
        'sh',
        '-c',
        script,
        'x',
        'a b',
        '',
        '--json',
        '$HOME',
        'ü',
      ]),
      { encoding: 'utf8', env: { PATH: process.env.PATH } },
    );
    expect(result.stdout).toBe(`0027\n${folder}\nin\0put`);
    expect(result.stderr).toBe('a b\n\n--json\n$HOME\nü\n');
  });

  test('a reader that goes away ends what writes, as without lk', () => {
    const line = `${START} ${BIN} run ${AT.join(' ')} -- sh -c 'yes; echo $? >&2' | head -1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8', env: { PATH: process.env.PATH } });
    expect(stdout).toBe('y\n');
    expect(stderr).toBe(`${128 + constants.signals.SIGPIPE}\n`);
  });

  test('no command, and flags that are none of it', () => {
    expect(lk(['run'])).toMatchObject({ status: 2, stderr: expect.stringContaining('lk run -- python job.py') });
    expect(lk(['run', 'python', 'x.py'])).toMatchObject({ status: 2, stderr: expect.stringContaining('behind --') });
    expect(lk(['run', '--jsn', '--', 'true'])).toMatchObject({ status: 2, stderr: expect.stringContaining('--jsn') });
  });

  test("the command's own Python says whose rules hold, also behind launchers", () =>
    withTree(
      {
        '/env/bin/python3': '#!/bin/sh\nenv | grep ^LK_ | sort\n',
        '/env/pyvenv.cfg': 'home = /usr/bin\nversion_info = 3.12.1\n',
        '/env/lib/python3.12/site-packages/lenskit-2026.4.0.dist-info/METADATA': 'Version: 2026.4.0\n',
        '/env/lib/python3.12/site-packages/lenskit/__init__.py': '',
      },
      (root) => {
        chmodSync(`${root}/env/bin/python3`, 0o755);
        const of2026 = /^LK_NUM_BACKEND_THREADS=1\nLK_NUM_BATCH_JOBS=1\n/;
        expect(lk(['run', '--cpus', '4', '--', `${root}/env/bin/python3`]).stdout).toMatch(of2026);
        expect(lk(['run', '--cpus', '4', '--', 'nice', '-n', '1', `${root}/env/bin/python3`, 'x.py']).stdout).toMatch(
          of2026,
        );
        expect(lk(['run', ...AT, '--', `${root}/env/bin/python3`]).stdout).toContain('LK_NUM_PROCS=1\n');
      },
    ));

  test('parameters of a script are said to be beyond variables', () => {
    const { stderr, status } = lk(['run', ...AT, '--processes', '4', '--', 'true']);
    expect([status, stderr]).toEqual([0, expect.stringContaining('no variable changes processes')]);
  });
});

/** The job under `lk run`, in a process group of its own. */
function started() {
  const child = spawn(START, [BIN, 'run', ...AT, '--', 'python3', job], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env: { PATH: process.env.PATH },
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    pid: child.pid as number,
    input: child.stdin,
    ended,
    shown: () => shown,
    async has(text: string): Promise<void> {
      while (!shown.includes(text)) {
        if (child.exitCode !== null) throw new Error(`it ended without ${text}: ${shown}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

describe('signals', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)(
    '%s to lk alone is passed on, once',
    async (signal) => {
      const one = started();
      await one.has('ready 1');
      process.kill(one.pid, signal);
      await one.has(`got ${signal} 1`);
      one.input.end('x\n');
      expect(await one.ended).toBe(0);
      expect(one.shown()).toMatch(new RegExp(`^ready 1 (True|False)\ngot ${signal} 1\nread x\nend\n$`));
    },
  );

  test.each(['SIGINT', 'SIGTERM'] as const)('%s to the whole group arrives once', async (signal) => {
    const one = started();
    await one.has('ready 1');
    process.kill(-one.pid, signal);
    await one.has(`got ${signal} 1`);
    // A second one shows that nothing is still on its way: it is counted after it.
    process.kill(-one.pid, signal);
    await one.has(`got ${signal} 2`);
    one.input.end('x\n');
    expect(await one.ended).toBe(0);
    expect(one.shown()).not.toContain(`got ${signal} 3`);
  });

  test('nohup: what was ignored stays so', () => {
    // bash says of itself that it ran nohup; other shells leave no trace where nothing is a terminal.
    const line = `nohup ${START} ${BIN} run ${AT.join(' ')} -- grep SigIgn /proc/self/status 2>/dev/null`;
    const env = { PATH: process.env.PATH };
    const { stdout } = spawnSync('bash', ['-c', `${line}; true`], { encoding: 'utf8', env, cwd: folder });
    // No shell has such a variable, and modules of clusters are in them.
    const odd = { ...env, 'BASH_FUNC_module%%': '() { :; }' };
    const command = `nohup ${START} ${BIN} run ${AT.join(' ')} -- env 2>/dev/null; true`;
    expect(spawnSync('bash', ['-c', command], { encoding: 'utf8', env: odd, cwd: folder }).stdout).toContain(
      'BASH_FUNC_module%%=',
    );
    expect(BigInt(`0x${stdout.trim().split(/\s+/).at(-1)}`) & 1n).toBe(1n);
  });
});

describe('at a terminal', () => {
  const hasBash = spawnSync('bash', ['-c', 'true']).status === 0;
  const typed = (steps: [string, string][]) => {
    const request = {
      env: { PATH: process.env.PATH, PS1: '> ', TERM: 'dumb', HISTFILE: '' },
      cwd: folder,
      steps: steps.map(([action, text]) => [action, text.replace('LK', `${START} ${BIN} run ${AT.join(' ')} -- `)]),
    };
    return spawnSync('python3', [path.join(PROJECT, 'test/interactive.py'), JSON.stringify(request)], {
      encoding: 'utf8',
    });
  };

  (hasBash ? test : test.skip)('Ctrl-C arrives once, and the job reads what is typed', () => {
    const { status, stdout } = typed([
      ['type', 'LKpython3 job.py\n'],
      ['wait', 'ready 1'],
      ['type', '\u0003'],
      ['wait', 'got SIGINT 1'],
      ['type', 'hello\n'],
      ['wait', 'read hello'],
      ['type', '\u0004'],
      ['wait', 'end'],
      ['type', 'echo status $?\n'],
      ['wait', 'status 0'],
    ]);
    expect([status, stdout.includes('SIGINT 2')]).toEqual([0, false]);
  });

  (hasBash ? test : test.skip)('Ctrl-Z stops it, and fg goes on', () => {
    const { status, stdout } = typed([
      ['type', 'LKpython3 job.py\n'],
      ['wait', 'ready 1'],
      ['type', '\u001a'],
      ['wait', 'Stopped'],
      ['type', 'echo at the prompt\n'],
      ['wait', '\r\nat the prompt'],
      ['type', 'fg\n'],
      ['type', 'again\n'],
      ['wait', 'read again'],
      ['type', '\u0004'],
      ['wait', 'end'],
      ['type', 'echo status $?\n'],
      ['wait', 'status 0'],
    ]);
    expect({ status, stdout }).toMatchObject({ status: 0 });
  });
});
