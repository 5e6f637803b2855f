import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { benchJson } from '../test/cli.ts';
import { sharedFile } from '../test/shared.ts';
import { CACHE } from './cache.ts';

const movielens = sharedFile('data', 'ml-latest-small');
const made = ['--users', '300', '--items', '500', '--ratings', '10000'];
const small = ['--threads', '1', '--backend-threads', '1', '--runs', '1', '--warmup', '0'];

/** Real LensKit, measured: a small run of the engine for each release and of the ways to use it. */
describe.each([
  { lenskit: '2025.8.1', jobs: 'LK_NUM_PROCS' },
  { lenskit: '2026.4.0', jobs: 'LK_NUM_BATCH_JOBS' },
])('LensKit $lenskit', ({ lenskit, jobs }) => {
  const environment = path.join(CACHE, `lenskit-${lenskit}`);
  const there = existsSync(path.join(environment, 'complete'));
  const python = ['--python', environment];

  (there ? test : test.skip)('the default job: LensKit had what the setting says, and the winner is shown', () => {
    const data = movielens === null ? made : ['--data', movielens];
    const flags = ['--processes', '1,2', ...small, '--max-trials', '5'];
    const { status, result } = benchJson([...python, ...data, ...flags], { timeout: 400_000 });
    expect([status, result.engine, result.lenskit]).toEqual([0, 'lenskit', lenskit]);
    for (const { env, runs } of result.trials) {
      for (const { configuration, status: outcome } of runs) {
        if (outcome !== 'ok') continue;
        expect(String(configuration?.processes ?? configuration?.num_batch_jobs)).toBe(env[jobs]);
        expect(String(configuration?.threads ?? configuration?.num_threads)).toBe(env.LK_NUM_THREADS);
        expect(String(configuration?.torch_threads)).toBe(env.LK_NUM_BACKEND_THREADS);
      }
    }
    const ok = [...result.trials, result.baseline].flatMap(({ runs }) => runs).filter((run) => run.status === 'ok');
    for (const { phases, peakRssBytes } of ok) {
      expect(phases?.batch).toBeGreaterThan(0);
      expect(phases?.usersPerSecond).toBeGreaterThan(0);
      expect(peakRssBytes).toBeGreaterThan(100e6);
    }
    console.info(
      `${lenskit}: ${JSON.stringify(result.best?.env)} is ${result.best?.speedup?.toFixed(1)}× the speed of now`,
    );
  });

  (there ? test : test.skip).each([
    ['predictions, biased-mf', ['--task', 'predict', '--model', 'biased-mf']],
    ['training, item-knn', ['--objective', 'train', '--model', 'item-knn']],
    ['a whole process, popular', ['--objective', 'total', '--model', 'popular']],
  ])('%s', (_, flags) => {
    const { status, result } = benchJson([
      ...python,
      ...made,
      ...flags,
      '--processes',
      '1',
      ...small,
      '--max-trials',
      '3',
    ]);
    expect([status, result.best === null]).toEqual([0, false]);
  });
});
