import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { doctorJson } from '../test/cli.ts';

const CACHE =
  process.env.LK_TEST_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'lenskit-doctor');

type Setting = [what: string, env: string[], flags?: string[]];

const SETTINGS: { [lenskit: string]: Setting[] } = {
  '2025.8.1': [
    ['nothing', []],
    ['lists', ['LK_NUM_THREADS=3,1', 'LK_NUM_BACKEND_THREADS=2,1']],
    ['MKL alone, which leaves OpenBLAS with all CPUs', ['MKL_NUM_THREADS=1', 'LK_NUM_BACKEND_THREADS=2']],
    ['child threads', ['LK_NUM_CHILD_THREADS=2']],
    ['parameters', ['LK_NUM_THREADS=4'], ['--threads', '1,2', '--backend-threads', '2']],
    ['a refusal', ['LK_NUM_THREADS=0']],
    ['no backend threads', ['LK_NUM_BACKEND_THREADS=0']],
  ],
  '2026.4.0': [
    ['nothing', []],
    ['nested variables', ['LK_PARALLEL__NUM_THREADS=3', 'LK_NUM_THREADS=4']],
    ['backends left alone', ['LK_NUM_BACKEND_THREADS=-1']],
    ['OpenBLAS', ['OPENBLAS_NUM_THREADS=1', 'LK_NUM_BACKEND_THREADS=2']],
    ['a refusal', ['LK_NUM_THREADS=4,2']],
  ],
};

/** Real LensKit, in a real process and a real worker, against what files foretell. */
describe.each(Object.entries(SETTINGS))('LensKit %s', (lenskit, settings) => {
  const environment = path.join(CACHE, `lenskit-${lenskit}`);
  const there = existsSync(path.join(environment, 'complete'));

  const real = there ? test : test.skip;

  real.each(settings.map(([what, env, flags = []]) => [what, env, flags] as const))('%s', (_, env, flags) => {
    const asked = env.flatMap((pair) => ['--env', pair]);
    const { report } = doctorJson(['--python', environment, '--probe', ...asked, ...flags]);
    expect(report.lenskit.version).toBe(lenskit);
    expect(report.probe?.error).toBeNull();
    expect(report.probe?.comparisons.filter(({ agrees }) => !agrees)).toEqual([]);
    expect(report.checks.find(({ id }) => id === 'probe/differs')?.status).toBe('pass');
    const refused = report.plan === null;
    expect(report.probe?.comparisons.length).toBeGreaterThan(refused ? 2 : 8);
  });

  real('the recommendation, followed, leaves nothing to warn of, seen in the real process', () => {
    const first = doctorJson(['--python', environment]).report;
    const env = Object.entries(first.recommendation?.env ?? {}).flatMap(([name, value]) => [
      '--env',
      `${name}=${value}`,
    ]);
    const { report } = doctorJson(['--python', environment, '--probe', ...env]);
    expect(report.checks.filter(({ status }) => status === 'fail' || status === 'warn')).toEqual([]);
  });
});
