import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { observe } from '../../src/doctor/observe.ts';
import { machineBelow, thisMachine } from '../../src/host/open.ts';
import { answerOf, type FileQuestion, keyOf, QuestionedHost } from '../../src/host/questioned.ts';
import { PROJECT } from '../cli.ts';
import { findPython } from '../process/python.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'lk-questions-'));
  const files: { [name: string]: string } = {
    'proc/self/status': 'Name:\tx\nUid:\t0\t0\t0\t0\nCpus_allowed_list:\t0-5\n',
    'proc/self/cgroup': '0::/job\n',
    'proc/self/mountinfo': '30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n',
    'proc/meminfo': 'MemTotal: 1000 kB\nMemAvailable: 500 kB\n',
    'sys/devices/system/cpu/online': '0-7\n',
    'sys/fs/cgroup/cgroup.controllers': 'cpu memory\n',
    'sys/fs/cgroup/job/cgroup.controllers': 'cpu memory\n',
    'sys/fs/cgroup/job/cpu.max': '150000 100000\n',
    'sys/fs/cgroup/job/memory.max': '100000\n',
    'venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.13.1\n',
    'venv/bin/python3': '',
    'venv/lib/python3.13/site-packages/lenskit/__init__.py': '',
    'venv/lib/python3.13/site-packages/lenskit-2026.4.0.dist-info/METADATA': 'Name: lenskit\nVersion: 2026.4.0\n',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  symlinkSync('python3', path.join(root, 'venv/bin/python'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const env = { HOME: '/home/me', LK_NUM_THREADS: '3' };

describe('a machine that is asked from afar', () => {
  test('comes to the same facts as its files do, in a few rounds', async () => {
    const there = machineBelow(root, env);
    const { facts: wanted } = await observe(there, { python: '/venv' });
    const known = new Map<string, unknown>();
    let rounds = 0;
    for (let waiting = 1; waiting > 0; rounds++) {
      const host = new QuestionedHost({ env, home: '/home/me' }, (question) => known.get(keyOf(question)));
      const facts = await observe(host, { python: '/venv' }).then(
        (found) => found.facts,
        () => null,
      );
      waiting = host.unanswered.size;
      // What goes there and comes back is JSON.
      for (const question of host.unanswered.values())
        known.set(keyOf(question), JSON.parse(JSON.stringify(answerOf(there, question) ?? null)));
      if (waiting === 0) expect(facts).toEqual(wanted);
    }
    expect(wanted.cpus.quotas).toHaveLength(1);
    expect(wanted.python.lenskit?.version).toBe('2026.4.0');
    expect(rounds).toBeLessThan(20);
  });

  test('what makes no sense is as if it were not there', () => {
    for (const nonsense of [null, 7, {}, [1], { ok: true }, { ok: false, reason: 'x' }, 'text']) {
      const host = new QuestionedHost({ env }, () => nonsense);
      expect(host.read('/a')).toMatchObject({ ok: false, reason: 'missing' });
      expect(host.kind('/a')).toBeNull();
      expect(host.list('/a') ?? []).toEqual([]);
      expect(typeof host.isExecutable('/a')).toBe('boolean');
      expect(host.parts('/a', (part) => part(0, 4).length) ?? 0).toBeGreaterThanOrEqual(0);
      expect(host.unanswered.size).toBe(0);
    }
  });

  test('its processes are not asked for', () => {
    const host = new QuestionedHost({ env }, () => undefined);
    expect(host.list('/proc')).toBeNull();
    expect(host.unanswered.size).toBe(0);
  });
});

const python = findPython();
(python === null ? describe.skip : describe)('probe/host_files.py', () => {
  const script = `import json, sys; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True
import host_files; print(json.dumps(host_files.answers(json.load(sys.stdin))))`;
  const asked = (questions: readonly unknown[]): unknown[] => {
    const input = JSON.stringify(questions);
    const { stdout, stderr } = spawnSync(python as string, ['-c', script, path.join(PROJECT, 'probe')], {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    expect(stderr).toBe('');
    return JSON.parse(stdout) as unknown[];
  };

  test('answers what this machine does, question by question', async () => {
    const machine = thisMachine();
    const questions = new Map<string, FileQuestion>();
    const host = new QuestionedHost({ env: process.env, home: machine.home }, (question) => {
      questions.set(keyOf(question), question);
      return answerOf(machine, question) ?? null;
    });
    await observe(host, { python: python as string });
    // What moves by itself is not the same twice.
    const still = [...questions.values()].filter(
      ([, file]) =>
        !/^\/proc\/(self|meminfo|driver)|^\/proc\/\d|\/(cpuacct|cpu|memory|pids|io)\.|\/cgroup\.stat/.test(file),
    );
    expect(still.length).toBeGreaterThan(20);
    const withoutDetail = (one: unknown) => {
      const { detail: _, ...rest } = (one ?? {}) as { [key: string]: unknown };
      return typeof one === 'object' && one !== null && !Array.isArray(one) ? rest : one;
    };
    expect(asked(still)).toEqual(still.map((question) => withoutDetail(answerOf(machine, question) ?? null)));
  });

  test('opens nothing but regular files, reads no further than asked, and answers what makes no sense with nothing', () => {
    const fifo = path.join(root, 'fifo');
    spawnSync('mkfifo', [fifo]);
    writeFileSync(path.join(root, 'ten'), '0123456789');
    const ten = path.join(root, 'ten');
    expect(
      asked([
        ['read', fifo, 10],
        ['part', fifo, 0, 10],
        ['read', '/dev/zero', 10],
        ['read', ten, 9],
        ['read', ten, 10],
        ['part', ten, 8, 100],
        ['read', 'relative', 10],
        ['read', `${ten}/x`, 10],
        ['kind', fifo],
        ['list', '/nowhere', 10],
      ]),
    ).toEqual([
      { ok: false, reason: 'not a file' },
      null,
      { ok: false, reason: 'not a file' },
      { ok: false, reason: 'too large' },
      { ok: true, text: '0123456789', utf8: true },
      Buffer.from('89').toString('base64'),
      null,
      { ok: false, reason: 'missing' },
      'other',
      null,
    ]);
  });
});
