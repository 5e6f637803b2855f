import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { observedDetails } from '../../src/doctor/snapshot-details.ts';
import { askNvidiaSmi, parseSmi } from '../../src/probe/nvidia-smi.ts';
import { readObserved } from '../../src/probe/observed.ts';
import { runProbe } from '../../src/probe/run.ts';
import type { Owner } from '../../src/process/contained.ts';
import { temporaryIn } from '../../src/process/temporary-files.ts';
import { BIN, lk, PROJECT, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { findPython } from '../process/python.ts';
import { remaining } from '../processes.ts';

/** The launcher, or without one. */
const launcher = findPython();
const OWNERS: [string, Owner | null][] = [
  ['without a launcher', null],
  ...(launcher === null
    ? []
    : [['by the launcher', { python: launcher, script: path.join(PROJECT, 'bench/launcher.py') }] as [string, Owner]]),
];

/** A Python that is a shell script: whatever it is told to run, it does this. */
function fakeOf(owner: Owner | null, script: string, timeoutSeconds = 20) {
  return withTree({ '/python': `#!/bin/sh\n${script}\n` }, async (root) => {
    const interpreter = path.join(root, 'python');
    chmodSync(interpreter, 0o755);
    const pids = path.join(root, 'pids');
    const result = await runProbe({
      interpreter,
      script: 'probe.py',
      env: { PATH: process.env.PATH, PIDS: pids },
      parameters: {},
      timeoutSeconds,
      owner,
    });
    return { result, alive: await remaining(existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n') : []) };
  });
}

describe.each(OWNERS)('a Python that misbehaves, %s', (_, owner) => {
  const fake = (script: string, timeoutSeconds?: number) => fakeOf(owner, script, timeoutSeconds);

  test('crashes: its last lines are kept', async () => {
    const { result } = await fake('echo "Traceback" >&2; echo "ImportError: no lenskit" >&2; exit 3');
    expect(result).toMatchObject({
      ok: false,
      why: 'it ended with status 3',
      lastLines: ['Traceback', 'ImportError: no lenskit'],
    });
  });

  test('hangs, ignores SIGTERM, with a child: all are ended when the time is up', async () => {
    const { result, alive } = await fake("trap '' TERM; sleep 300 & echo $$ >> $PIDS; echo $! >> $PIDS; wait", 1);
    expect(result).toMatchObject({ ok: false, why: 'it took longer than 1 s and was ended' });
    expect(alive).toEqual([]);
  });

  test('writes without end', async () => {
    const { result, alive } = await fake(
      'echo $$ >> $PIDS; while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done',
    );
    expect(result).toMatchObject({ ok: false, why: 'it wrote more than 1 MiB and was ended' });
    expect(alive).toEqual([]);
  });

  test('ends, and leaves a child behind that holds its output open', async () => {
    const { result, alive } = await fake(
      'sleep 300 & echo $! >> $PIDS; echo \'lk-probe:{"python": "3.11.7"}\'; exit 0',
    );
    expect(result).toMatchObject({ ok: true, observed: { python: '3.11.7' } });
    expect(alive).toEqual([]);
  });

  (process.platform === 'linux' ? test : test.skip)('leaves a child behind in a session of its own', async () => {
    const { alive } = await fake('setsid sleep 300 & echo $! >> $PIDS; echo \'lk-probe:{"python": "3.11.7"}\'; exit 0');
    expect(alive).toEqual([]);
  });

  test('answers nonsense, or nothing', async () => {
    expect((await fake('echo lk-probe:nonsense')).result).toMatchObject({
      ok: false,
      why: 'it ended without an answer',
    });
    expect((await fake('exit 0')).result).toMatchObject({ ok: false, why: 'it ended without an answer' });
  });

  test('is not there', async () => {
    const result = await runProbe({
      interpreter: '/nowhere/python',
      script: 'probe.py',
      env: {},
      parameters: {},
      timeoutSeconds: 5,
      owner,
    });
    expect(result).toMatchObject({ ok: false, why: 'ENOENT' });
  });
});

describe('nvidia-smi', () => {
  test('a line a GPU', () => {
    expect(parseSmi('NVIDIA H200, Disabled\nNVIDIA A100, SXM, Enabled\nnonsense\n')).toEqual([
      { model: 'NVIDIA H200', mig: false },
      { model: 'NVIDIA A100, SXM', mig: true },
    ]);
  });

  test('memory and capability, where it says them', () => {
    const text = `NVIDIA H100 80GB HBM3, Disabled, 81559 MiB, 9.0
NVIDIA A100, SXM, Enabled, [N/A], 8.0
NVIDIA T4, [N/A], 15360 MiB, [N/A]
`;
    expect(parseSmi(text)).toEqual([
      { model: 'NVIDIA H100 80GB HBM3', mig: false, memoryBytes: 81559 * 1024 * 1024, capability: '9.0' },
      { model: 'NVIDIA A100, SXM', mig: true, capability: '8.0' },
      { model: 'NVIDIA T4', mig: false, memoryBytes: 15360 * 1024 * 1024 },
    ]);
  });

  test('an old one that knows no compute_cap is asked once more, without', () => {
    const old = `#!/bin/sh
case "$1" in *compute_cap*) echo 'Field "compute_cap" is not a valid field to query.'; exit 2;; esac
echo 'Tesla K80, [N/A]'
`;
    return withTree({ '/smi': old }, (root) => {
      chmodSync(path.join(root, 'smi'), 0o755);
      expect(askNvidiaSmi(path.join(root, 'smi'), process.env)).toEqual([{ model: 'Tesla K80', mig: false }]);
    });
  });

  test('is asked where there is one, and may fail', () =>
    withTree({ '/good': "#!/bin/sh\necho 'NVIDIA H200, Disabled'\n", '/bad': '#!/bin/sh\nexit 9\n' }, (root) => {
      const [good, bad] = ['good', 'bad'].map((name) => path.join(root, name)) as [string, string];
      for (const file of [good, bad]) chmodSync(file, 0o755);
      expect(askNvidiaSmi(good, process.env)).toEqual([{ model: 'NVIDIA H200', mig: false }]);
      expect(askNvidiaSmi(bad, process.env)).toEqual([]);
      expect(askNvidiaSmi('/nowhere/nvidia-smi', process.env)).toEqual([]);
      expect(askNvidiaSmi(null, process.env)).toEqual([]);
    }));
});

test('whatever a probe answers is understood or refused', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => void readObserved(JSON.stringify(value))));
  const key = fc.constantFrom('libraries', 'torch', 'gpus', 'path', 'ray', 'state', 'resources', 'backends', 'build');
  const details = fc.dictionary(key, fc.oneof(fc.jsonValue(), fc.array(fc.dictionary(key, fc.jsonValue()))));
  fc.assert(
    fc.property(details, (value) => {
      const observed = readObserved(JSON.stringify({ python: '3.11', details: value }))?.details;
      expect(() => v.parse(observedDetails, observed)).not.toThrow();
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void readObserved(text)));
});

describe('through the command line', () => {
  const environment = (marker: string) => ({
    '/env/pyvenv.cfg': 'home = /usr/bin\nversion_info = 3.11.7\n',
    '/env/bin/python3': `#!/bin/sh\ntouch ${marker}\necho 'lk-probe:{"python": "3.11.7", "lenskit": "2025.8.1", "cpus": 99}'\n`,
    '/env/lib/python3.11/site-packages/lenskit-2025.8.1.dist-info/METADATA': 'Version: 2025.8.1\n',
  });

  test('nothing is run without --probe; with it, what differs is a finding', () =>
    withTree({ '/x': '' }, (root) => {
      const marker = path.join(root, 'ran');
      for (const [file, content] of Object.entries(environment(marker))) {
        const at = path.join(root, file);
        mkdirSync(path.dirname(at), { recursive: true });
        writeFileSync(at, content);
      }
      chmodSync(path.join(root, 'env/bin/python3'), 0o755);
      const args = ['doctor', '--json', '--python', path.join(root, 'env')];
      lk(args);
      expect(existsSync(marker)).toBe(false);
      const { stdout } = lk([...args, '--probe']);
      expect(existsSync(marker)).toBe(true);
      const report = JSON.parse(stdout) as { checks: { id: string; status: string; title: string }[] };
      const finding = report.checks.find(({ id }) => id === 'probe/differs');
      expect(finding).toMatchObject({
        status: 'warn',
        title: expect.stringContaining('CPUs that LensKit counts: foretold'),
      });
    }));

  test('a .venv that merely lies in the working directory is not run, unless it is named', () =>
    withTree({ '/project/x': '' }, (root) => {
      const work = path.join(root, 'work');
      const marker = path.join(root, 'ran');
      for (const [file, content] of Object.entries(environment(marker))) {
        const at = path.join(work, file.replace('/env', '.venv'));
        mkdirSync(path.dirname(at), { recursive: true });
        writeFileSync(at, content);
      }
      chmodSync(path.join(work, '.venv/bin/python3'), 0o755);
      const refused = lk(['doctor', '--probe'], { cwd: work });
      expect([refused.status, existsSync(marker)]).toEqual([2, false]);
      expect(refused.stderr).toMatch(/--probe: .*\.venv.*is not run unasked/);
      lk(['doctor', '--probe', '--python', '.venv'], { cwd: work });
      expect(existsSync(marker)).toBe(true);
    }));

  const signals = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGKILL', null],
  ] as const;
  (process.platform === 'linux' && launcher !== null ? test : test.skip).each(signals)(
    '%s ends the probe with all its processes: exit %s',
    (signal, status) =>
      withTree(
        {
          '/env/bin/python3':
            "#!/bin/sh\ntrap '' INT TERM HUP\necho $$ >> $PIDS\nsleep 300 & echo $! >> $PIDS\nsetsid sleep 300 & echo $! >> $PIDS\nwait\n",
        },
        async (root) => {
          chmodSync(path.join(root, 'env/bin/python3'), 0o755);
          const pids = path.join(root, 'pids');
          const args = [BIN, 'doctor', '--probe', '--python', path.join(root, 'env')];
          const child = spawn(START, args, { env: { PATH: process.env.PATH, PIDS: pids }, stdio: 'ignore' });
          const ended = new Promise((resolve) => child.on('exit', resolve));
          const lines = () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n') : []);
          while (lines().length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
          child.kill(signal);
          expect(await ended).toBe(status);
          expect(await remaining(lines())).toEqual([]);
        },
      ),
  );

  test('the script is in the package', () => {
    expect(readFileSync(path.join(PROJECT, 'probe/probe.py'), 'utf8')).toContain('ensure_parallel_init');
  });
});

(launcher === null ? test.skip : test)('temporary files of the probe go with it, also of what is killed', async () => {
  const script = 'mkdir "$TMPDIR/lenskit-monitor"; echo "$TMPDIR $RAY_TMPDIR" >&2; kill -KILL $$';
  const { result } = await fakeOf(OWNERS[1]?.[1] ?? null, script);
  const [folder = '', ray] = (result.ok ? '' : (result.lastLines.at(-1) ?? '')).split(' ');
  expect([path.basename(folder), existsSync(folder)]).toEqual([expect.stringMatching(/^lk-bench-/), false]);
  expect(ray).toBe('/tmp');
});

test('no folder for temporary files whose name a socket of LensKit would not fit in', () => {
  const [fits, longer] = [`/${'x'.repeat(61)}`, `/${'x'.repeat(62)}`];
  expect(Buffer.byteLength(`${fits}/lenskit-monitor.12345678/log-messages.sock`)).toBeLessThanOrEqual(107);
  expect(temporaryIn(fits, { RAY_TMPDIR: '/r', TMPDIR: '/t' })).toEqual({ TMPDIR: fits, RAY_TMPDIR: '/r' });
  expect(temporaryIn(longer, {})).toEqual({});
});
