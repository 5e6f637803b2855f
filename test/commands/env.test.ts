import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BIN, lk, PROJECT, START } from '../cli.ts';

const AT = ['--lenskit', '2025.8.1', '--cpus', '4'];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lk-env-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('lk env', () => {
  test('prints what lk doctor recommends and is not set so', () => {
    const { stdout, stderr, status } = lk(['env', ...AT], { env: { LK_NUM_THREADS: '4' } });
    expect({ stdout, stderr, status }).toEqual({
      stdout: 'export LK_NUM_PROCS=1\nexport LK_NUM_BACKEND_THREADS=1\n',
      stderr: '',
      status: 0,
    });
    const { recommendation } = JSON.parse(lk(['doctor', '--json', ...AT]).stdout);
    expect(lk(['env', ...AT]).stdout).toBe(
      Object.entries(recommendation.env)
        .map(([name, value]) => `export ${name}=${value}\n`)
        .join(''),
    );
  });

  test('a value that is only asked about is not set yet', () => {
    expect(lk(['env', ...AT, '--env', 'LK_NUM_PROCS=1']).stdout).toContain('export LK_NUM_PROCS=1\n');
  });

  test('evaluated once it has nothing more to say', () => {
    const bin = `${START} ${BIN}`;
    const script = `eval "$(${bin} env ${AT.join(' ')})"; ${bin} env ${AT.join(' ')}; ${bin} env --format github ${AT.join(' ')}`;
    const { stdout, stderr } = spawnSync('sh', ['-ec', script], { encoding: 'utf8', env: { PATH: process.env.PATH } });
    expect(stdout).toBe('# lk env: nothing to change: what is recommended is set already\n');
    expect(stderr).toBe('lk env: nothing to change: what is recommended is set already\n');
  });

  test('what does harm is taken away, where a format can', () => {
    const env = { OMP_PROC_BIND: 'true', LK_NUM_CHILD_THREADS: '2' };
    expect(lk(['env', ...AT], { env }).stdout).toMatch(/^unset /);
    const { stdout, stderr } = lk(['env', ...AT, '--format', 'github'], { env });
    expect(stdout).toMatch(/^(\w+=[\w,]+\n)+$/);
    expect(stderr).toMatch(/github cannot take \w+ away/);
  });

  test('of rules that are not known nothing is recommended, in words of our own', () => {
    const { stdout, stderr, status } = lk(['env', '--lenskit', '0.9.0']);
    expect([status, stdout]).toEqual([
      0,
      '# lk env: nothing is recommended: the rules of this LensKit are not known\n',
    ]);
    expect(stderr).toMatch(/^lk env: .*0\.10\.1/);
  });

  test('a parameter in a script is said, since no variable changes it', () => {
    expect(lk(['env', ...AT, '--processes', '4']).stderr).toContain('a parameter in your script: write processes=');
  });

  test('toml is for a LensKit that reads it', () => {
    expect(lk(['env', '--lenskit', '2026.4.0', '--cpus', '4', '--format', 'toml'])).toMatchObject({
      stdout: expect.stringMatching(/^\[parallel\]\nnum_/),
      stderr: expect.stringContaining('lenskit.configure()'),
    });
    expect(lk(['env', ...AT, '--format', 'toml']).stderr).toContain('reads no lenskit.toml');
  });

  test('a snapshot is compared with the environment it comes from', () => {
    const file = path.join(folder, 'node.json');
    lk(['doctor', '--snapshot', file], { env: { LK_NUM_THREADS: '7' } });
    const { stdout } = lk(['env', '--from', file, ...AT], { env: { LK_NUM_THREADS: '4' } });
    expect(stdout).toContain('export LK_NUM_THREADS=4\n');
  });
});

describe('lk env --bench', () => {
  const result = JSON.parse(readFileSync(path.join(PROJECT, 'test/fixtures/bench-quota.result.json'), 'utf8'));
  const saved = (best: object): string => {
    const file = path.join(folder, 'result.json');
    writeFileSync(file, JSON.stringify({ ...result, best: { ...result.best, ...best } }));
    return file;
  };

  test('the winner', () => {
    const file = saved({ changed: true, env: { LK_NUM_PROCS: '1', LK_NUM_THREADS: '2' } });
    expect(lk(['env', '--bench', file], { env: { LK_NUM_THREADS: '2' } }).stdout).toBe('export LK_NUM_PROCS=1\n');
  });

  test('nothing where none was shown to be faster', () => {
    expect(lk(['env', '--bench', saved({ changed: false })]).stdout).toMatch(/^# lk env: nothing to change: .*\n$/);
  });

  test.each([[{ PATH: '/tmp' }], [{ LD_PRELOAD: 'x.so' }], [{ LK_NUM_THREADS: '2; rm x' }], [{ 'LK_A\nB': '1' }]])(
    'a file that sets %j is refused',
    (env) => {
      const { status, stdout, stderr } = lk(['env', '--bench', saved({ changed: true, env })]);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/which no benchmark does/);
    },
  );
});
