import { expect, test } from '@jest/globals';
import { ownSettingsIn } from '../../src/script/check.ts';

const inText = (text: string) =>
  ownSettingsIn('x.py', {
    read: () => ({ ok: true, text, utf8: true }),
    kind: () => 'file',
    list: () => [],
  });

test.each([
  ['import os\nos.environ["LK_NUM_PROCS"] = "1"', ['2 sets LK_NUM_PROCS']],
  ["from os import environ\nenviron['OMP_NUM_THREADS'] = str(n)", ['2 sets OMP_NUM_THREADS']],
  ['os.environ.update({"MKL_NUM_THREADS": "1"})', ['1 sets MKL_NUM_THREADS']],
  ['os.putenv("LK_NUM_THREADS", "1")', ['1 sets LK_NUM_THREADS']],
  ['from lenskit.parallel import initialize\ninitialize(processes=1)', ['2 calls initialize(…)']],
  ['torch.set_num_threads(1)', ['1 calls torch.set_num_threads(…)']],
  ['recs = batch.recommend(pipe, users, 10, n_jobs=1)', ['1 calls batch.recommend(…, n_jobs=1)']],
  // What only fills in, reads, or is called alike says nothing.
  ['os.environ.setdefault("LK_NUM_PROCS", "1")\nprint(os.environ["LK_NUM_PROCS"])', []],
  ['os.environ["HOME"] = "/"\ndb.initialize(1)\nGridSearchCV(m, n_jobs=2)', []],
  ['# os.environ["LK_NUM_PROCS"] = "1"\nx = "initialize()"', []],
])('%j', async (text, expected) => {
  expect((await inText(text)).map(({ line, what }) => `${line} ${what}`)).toEqual(expected);
});
