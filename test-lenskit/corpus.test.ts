import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { withTree } from '../test/file-tree.ts';
import { CACHE } from './cache.ts';
import { cases, happens, outcomes } from './corpus.ts';

/** LensKit 0.x has no environment of its own here: `LK_TEST_LENSKIT_0` names a Python that has 0.14.4. */
const pythonOf = (lenskit: string): string =>
  lenskit.startsWith('0.') ? (process.env.LK_TEST_LENSKIT_0 ?? '') : path.join(CACHE, `lenskit-${lenskit}/bin/python`);
const known = outcomes();
/** One of each kind where time is short. */
const SAMPLE =
  /^(swallowed|thread-subclass|environment-after-initialised|guarded-sys-exit-last|component-in-the-guard|map-not-consumed)$/;
const chosen = cases().filter(({ name }) => process.env.LK_TEST_FULL === '1' || SAMPLE.test(name));
const there = chosen.filter(({ lenskit }) => existsSync(pythonOf(lenskit)));

describe('what happens to small scripts is what was written down', () => {
  (there.length > 0 ? test : test.skip).each(
    (there.length > 0 ? there : chosen).map((one) => [one.name, one] as const),
  )('%s', (name, one) =>
    withTree(one.files, async (root) => {
      expect(await happens(pythonOf(one.lenskit), root, one)).toBe(known[name]);
    }),
  );
});
