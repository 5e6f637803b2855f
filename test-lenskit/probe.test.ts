import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { doctorJson } from '../test/cli.ts';
import { withTree } from '../test/file-tree.ts';
import { CACHE } from './cache.ts';

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
    ['a parameter, which it does not take', [], ['--threads', '1']],
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

/** What each release makes of a settings file, through `configure()`. */
describe.each<[lenskit: string, refused: string, taken: string]>([
  ['2026.1.0-ray', 'max_points = "x"', 'defaults = 3'],
  ['2026.3.0-ray', 'defaults = 3', 'max_points = "x"'],
  ['2026.4.0', 'defaults = 3', 'max_points = "x"'],
])('lenskit.toml, LensKit %s', (lenskit, refused, taken) => {
  const environment = path.join(CACHE, `lenskit-${lenskit}`);
  const real = existsSync(path.join(environment, 'complete')) ? test : test.skip;

  real.each([
    [`[tuning]\n${refused}\n`, 'ValidationError'],
    [`[tuning]\n${taken}\n[parallel]\nnum_threads = 1\n`, null],
  ])('%j', (text, exception) =>
    withTree({ '/lenskit.toml': text }, (root) => {
      const { probe, knobs } = doctorJson(['--python', environment, '--probe', '--fail-on', 'never'], {
        cwd: root,
      }).report;
      expect(probe?.error).toBeNull();
      expect(probe?.comparisons.filter(({ agrees }) => !agrees)).toEqual([]);
      const raised = probe?.comparisons.find(({ what }) => what === 'exception');
      expect(raised?.observed ?? null).toBe(exception);
      if (exception === null) expect(JSON.stringify(knobs)).toContain('lenskit.toml');
    }),
  );
});
