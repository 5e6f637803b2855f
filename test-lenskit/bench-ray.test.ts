import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { benchJson } from '../test/cli.ts';
import { CACHE } from './cache.ts';

const environment = path.join(CACHE, 'lenskit-2026.4.0-ray');
const real = existsSync(path.join(environment, 'complete')) ? test : test.skip;

// The path of Ray's sockets may have 107 characters.
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lk-ray-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('lk bench batch with Ray, LensKit 2026.4.0', () => {
  const flags = ['--processes', '2', '--threads', '1', '--backend-threads', '1', '--warmup', '0', '--runs', '1'];
  const data = ['--items', '200', '--ratings', '20000', '--model', 'popular'];
  const ranWith = (...more: string[]) => {
    const args = [
      '--python',
      environment,
      ...flags,
      ...data,
      ...more,
      '--search',
      'exhaustive',
      '--timeout',
      '200s',
      '--max-trials',
      '6',
    ];
    const { status, result } = benchJson(args, {
      // Beside other work workers of niceness 15 do not come to their end.
      env: { RAY_TMPDIR: folder, HOME: folder, RAY_worker_niceness: '0' },
      timeout: 500_000,
    });
    expect([status, result.engine]).toEqual([0, 'lenskit']);
    const rays = result.trials.filter(({ settings, median }) => settings.ray === true && median !== null);
    expect(rays.length).toBeGreaterThan(0);
    for (const { env, runs } of rays)
      expect(runs[0]?.configuration).toMatchObject({ use_ray: true, num_batch_jobs: Number(env.LK_NUM_BATCH_JOBS) });
    return { result, users: rays[0]?.runs[0]?.phases?.users };
  };

  real('made-up data has lists for more than one task', () => {
    const { result, users } = ranWith();
    expect(users).toBeGreaterThan(2000);
    expect(result.warnings.filter((warning) => warning.includes('one task'))).toEqual([]);
  });

  real('fewer lists are one task, which is said', () => {
    const { result, users } = ranWith('--users', '300');
    expect(users).toBe(300);
    expect(result.warnings).toContainEqual(expect.stringMatching(/^with Ray 300 lists are one task/));
  });
});
