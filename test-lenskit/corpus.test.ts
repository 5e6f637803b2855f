import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { withTree } from '../test/file-tree.ts';
import { CACHE } from './cache.ts';
import { cases, happens, outcomes } from './corpus.ts';

const python = path.join(CACHE, 'lenskit-2025.8.1/bin/python');
const known = outcomes();
/** One of each kind where time is short. */
const SAMPLE =
  /^(swallowed|thread-subclass|environment-after-initialised|guarded-sys-exit-last|component-in-the-guard|map-not-consumed)$/;
const chosen = cases().filter(({ name }) => process.env.LK_TEST_FULL === '1' || SAMPLE.test(name));

describe('what happens to small scripts is what was written down', () => {
  (existsSync(python) ? test : test.skip).each(chosen.map((one) => [one.name, one] as const))('%s', (name, one) =>
    withTree(one.files, async (root) => {
      expect(await happens(python, root, one)).toBe(known[name]);
    }),
  );
});
