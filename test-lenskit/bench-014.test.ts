import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { benchJson } from '../test/cli.ts';
import { CACHE } from './cache.ts';

const environment = path.join(CACHE, 'lenskit-0.14.4');
const real = existsSync(path.join(environment, 'complete')) ? test : test.skip;
const small = ['--users', '40', '--items', '60', '--ratings', '600', '--warmup', '0', '--runs', '1'];
const space = ['--threads', '1,2', '--backend-threads', '1'];

describe('LensKit 0.14.4, measured', () => {
  real.each([
    ['lists, popular', ['--model', 'popular', '--processes', '1,2', '--max-trials', '4']],
    ['predictions, biased-mf', ['--task', 'predict', '--model', 'biased-mf', '--processes', '1', '--max-trials', '2']],
    ['training, item-knn', ['--objective', 'train', '--model', 'item-knn', '--processes', '1', '--max-trials', '2']],
  ])('%s: LensKit had what the setting says', (_, flags) => {
    const { status, result } = benchJson(['--python', environment, ...small, ...space, ...flags], { timeout: 500_000 });
    expect([status, result.engine, result.lenskit, result.generation]).toEqual([0, 'lenskit', '0.14.4', '0.14']);
    const ok = result.trials.flatMap(({ env, runs }) =>
      runs.flatMap((run) => (run.status === 'ok' ? [{ env, run }] : [])),
    );
    expect(ok.length).toBeGreaterThan(0);
    for (const { env, run } of ok) {
      if (env.LK_NUM_PROCS !== undefined) expect(String(run.configuration?.processes)).toBe(env.LK_NUM_PROCS);
      expect(String(run.configuration?.numba_threads)).toBe(env.NUMBA_NUM_THREADS);
      expect(run.seconds).toBeGreaterThan(0);
    }
  });
});
