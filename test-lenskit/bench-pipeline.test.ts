import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lk } from '../test/cli.ts';
import { CACHE } from './cache.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lk-pipeline-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WRITE = `
import sys
from lenskit.basic import PopScorer
from lenskit.pipeline import topn_pipeline, predict_pipeline
open(sys.argv[1] + "/recommend.json", "w").write(topn_pipeline(PopScorer()).config.model_dump_json())
open(sys.argv[1] + "/predict.json", "w").write(predict_pipeline(PopScorer()).config.model_dump_json())
`;

describe.each(['2025.8.1', '2026.4.0'])('--pipeline with LensKit %s', (lenskit) => {
  const environment = path.join(CACHE, `lenskit-${lenskit}`);
  const there = existsSync(path.join(environment, 'complete'));

  (there ? test : test.skip)('one that cannot do the task is refused before anything is loaded or trained', () => {
    execFileSync(path.join(environment, 'bin/python'), ['-c', WRITE, folder]);
    const refused = (file: string, task: string) => {
      const flags = [
        '--pipeline',
        path.join(folder, file),
        '--task',
        task,
        '--data',
        path.join(folder, 'recommend.json'),
      ];
      const { status, stdout, stderr } = lk(['bench', 'batch', '--quiet', '--python', environment, ...flags], {
        timeout: 200_000,
      });
      expect([status, stdout]).toEqual([2, '']);
      return stderr;
    };
    // The data is no data: loading it would fail first.
    expect(refused('recommend.json', 'predict')).toMatch(
      /^lk: --pipeline \S+: --task predict asks for a rating-predictor, and this pipeline has none; it can do --task recommend\n$/,
    );
    expect(refused('predict.json', 'recommend')).toMatch(/this pipeline has none; it can do --task predict\n$/);
  });
});
