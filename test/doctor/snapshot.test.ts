import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSettings } from '../../src/config/toml.ts';
import { keptSettings, withoutHome } from '../../src/doctor/privacy.ts';
import { readSnapshot, SnapshotError, writeSnapshot } from '../../src/doctor/snapshot.ts';
import { keptVariables } from '../../src/situation/kept-variables.ts';
import { NO_QUESTION } from '../../src/situation/question.ts';
import { lk } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { machine, PROGRAM, quota, report } from '../machine.ts';

const TREE = {
  '/proc/self/status': 'Cpus_allowed_list:\t0-3\n',
  '/sys/devices/system/cpu/online': '0-3\n',
  '/proc/self/cgroup': '0::/job\n',
  '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
  '/sys/fs/cgroup/job/cpu.max': '150000 100000\n',
  '/sys/fs/cgroup/job/cpu.stat': 'nr_periods 10\nnr_throttled 9\nthrottled_usec 12345\n',
  '/home/u/env/bin/python3': '',
  '/home/u/env/pyvenv.cfg': 'home = /usr/bin\nversion_info = 3.13.0\n',
  '/home/u/env/lib/python3.13/site-packages/lenskit-2026.4.0.dist-info/METADATA': 'Version: 2026.4.0\n',
  '/home/u/lenskit.toml': '[parallel]\nnum_threads = 3\n[prometheus]\nurl = "https://user:hunter2@host"\n',
};
const ENV = {
  HOME: '/home/u',
  VIRTUAL_ENV: '/home/u/env',
  LK_NUM_THREADS: '5',
  LK_PROJECT_ROOT: '/home/u',
  AWS_SECRET: 'hunter2',
  LK_API_KEY: 'hunter2',
};

const withoutTime = (text: string) => text.replace(/"time": "[^"]*"/, '"time": ""');

describe('through the command line', () => {
  test.each([[['--json']], [['--format', 'text', '--verbose']], [['--format', 'markdown']], [['--format', 'github']]])(
    '%p: the same report from the snapshot',
    (format) =>
      withTree(TREE, (root) => {
        const file = path.join(root, 'snapshot.json');
        const there = lk(['doctor', '--sysroot', root, '--snapshot', file, ...format], { env: ENV });
        const here = lk(['doctor', '--from', file, ...format]);
        expect(there.stdout).toContain(format.includes('github') ? 'cpu/throttled' : '2026.4.0');
        expect(withoutTime(here.stdout)).toBe(withoutTime(there.stdout));
        expect(here.status).toBe(there.status);
      }),
  );

  test('no secret and no home directory is in the snapshot or the report', () =>
    withTree(TREE, (root) => {
      const file = path.join(root, 'snapshot.json');
      const { stdout } = lk(['doctor', '--sysroot', root, '--snapshot', file, '--json'], { env: ENV });
      for (const text of [stdout, readFileSync(file, 'utf8')]) {
        expect(text).not.toMatch(/hunter2|AWS_SECRET|\/home\/u/);
        expect(text).toContain('~/env/bin/python3');
      }
    }));

  test('what-if flags are part of it, and may be added', () =>
    withTree(TREE, (root) => {
      const file = path.join(root, 'snapshot.json');
      lk(['doctor', '--sysroot', root, '--snapshot', file, '--env', 'LK_NUM_CPUS=7', '--fail-on', 'never'], {
        env: { HOME: '/home/u' },
      });
      const asked = JSON.parse(
        lk(['doctor', '--from', file, '--json', '--lenskit', '2026.1', '--env', 'LK_NUM_THREADS=2']).stdout,
      ) as ReturnType<typeof report>;
      expect(asked.plan?.main).toMatchObject({ numCpus: 7, numThreads: 2 });
      expect(asked.hypothetical).toEqual(['--lenskit 2026.1', '--env LK_NUM_CPUS', '--env LK_NUM_THREADS']);
    }));

  test.each([
    [
      'another version',
      '{"kind": "lenskit-doctor snapshot", "schemaVersion": 99}',
      'a snapshot of version 99, and this program reads version 1',
    ],
    ['something else', '{}', 'no snapshot'],
    ['no JSON', 'x', 'not JSON'],
    ['nothing', '', 'not JSON'],
  ])('%s is refused with the file: exit 2', (_, content, message) =>
    withTree({ '/snapshot.json': content }, (root) => {
      const file = path.join(root, 'snapshot.json');
      const { status, stdout, stderr } = lk(['doctor', '--from', file]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^lk: .*snapshot.json: ${message}`));
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }),
  );
});

test('everything of the facts comes back', () => {
  const facts = machine({
    quotas: [quota(150_000)],
    env: { LK_NUM_THREADS: '4,2' },
    settings: [
      readSettings(
        '[parallel]\nnum_threads = 3\nnum_cpus = 3.0\nuse_ray = 2020-01-01\n[random]\nseed = 99999999999999999999\n',
        'lenskit.toml',
        '~/lenskit.toml',
      ),
    ],
  });
  const question = { ...NO_QUESTION, params: { threads: '4' } };
  const back = readSnapshot(writeSnapshot(facts, question, '1.0.0', PROGRAM.time), 'file');
  expect(back).toEqual({ facts, question });
});

test('whatever a file holds, it is a snapshot or refused, and its report is a report', () => {
  const good = JSON.parse(
    writeSnapshot(machine({ quotas: [quota(150_000)] }), NO_QUESTION, '1', PROGRAM.time),
  ) as object;
  const paths: string[][] = [];
  const walk = (value: unknown, at: string[]) => {
    paths.push(at);
    if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) walk(item, [...at, key]);
  };
  walk(good, []);
  fc.assert(
    fc.property(fc.constantFrom(...paths.slice(1)), fc.jsonValue(), (at, value) => {
      const copy = structuredClone(good) as { [key: string]: unknown };
      const parent = at
        .slice(0, -1)
        .reduce<{ [key: string]: unknown }>((here, key) => here[key] as { [key: string]: unknown }, copy);
      parent[at.at(-1) ?? ''] = value;
      try {
        const { facts, question } = readSnapshot(JSON.stringify(copy), 'file');
        report(facts, question);
      } catch (error) {
        expect([SnapshotError.name, 'UsageError', 'FlagError']).toContain((error as Error).name);
      }
    }),
    { numRuns: 1500 },
  );
});

describe('privacy', () => {
  test('only variables that checks use are kept; of others that LensKit owns, the name', () => {
    expect(
      keptVariables({
        PATH: '/bin',
        LK_NUM_THREADS: '4',
        lk_parallel__x: '1',
        LK_MACHINE: 'host17',
        LK_PROMETHEUS: '{"url": "u", "n": 1}',
        OMP_NUM_THREADS: '2',
        TOKEN: 't',
      }),
    ).toEqual({
      LK_NUM_THREADS: '4',
      lk_parallel__x: '1',
      LK_MACHINE: '…',
      LK_PROMETHEUS: '{"url":"…","n":1}',
      OMP_NUM_THREADS: '2',
    });
  });

  test('settings that bear on nothing lose their text, not their shape', () => {
    const kept = keptSettings(
      readSettings(
        'machine = "m"\nkey = "secret"\n[machines.a]\ndescription = "d"\nn = 3\n[parallel]\nnum_threads = "x"\n',
        'lenskit.toml',
      ),
    );
    expect(JSON.stringify(kept.content, (_, value) => (typeof value === 'bigint' ? String(value) : value))).toBe(
      '{"machine":"…","machines":{"a":{"description":"…","n":"3"}},"parallel":{"num_threads":"x"}}',
    );
  });

  test('the home directory is shortened where it is one, and nowhere else', () => {
    expect(withoutHome('/home/u/x, /home/u: /home/user /mnt/home/u/x', '/home/u')).toBe(
      '~/x, ~: /home/user /mnt/home/u/x',
    );
    expect(withoutHome('/x', '/')).toBe('/x');
  });
});
