import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ScriptsReport } from '../src/documents/scripts-report.ts';
import { lk } from '../test/cli.ts';
import { withTree } from '../test/file-tree.ts';
import { CACHE } from './cache.ts';

const python = path.join(CACHE, 'lenskit-2025.8.1/bin/python');

/** In a module beside the scripts: everything but the batch run. */
const BESIDE = `import numpy as np
import pandas as pd
from lenskit.basic import PopScorer
from lenskit.data import from_interactions_df
from lenskit.pipeline import topn_pipeline

USERS = list(range(20))


def trained():
    frame = pd.DataFrame({"user_id": np.repeat(np.arange(20), 5), "item_id": np.tile(np.arange(10), 10), "rating": 3.0})
    pipe = topn_pipeline(PopScorer())
    pipe.train(from_interactions_df(frame))
    return pipe
`;
const HEAD = 'from lenskit.batch import recommend\nfrom beside import USERS, trained\n\n';
const RUN = 'print("recommended", len(recommend(trained(), USERS, n=3)), flush=True)';

/** What LensKit makes of it with two processes: it works, it fails, or it works and does something again in each worker. */
const SCRIPTS: [string, string, ScriptsReport['files'][number]['verdict'], 'works' | 'fails' | 'repeats'][] = [
  ['at the top', `${HEAD}${RUN}\n`, 'unprotected', 'fails'],
  ['by a helper', `${HEAD}def main():\n    ${RUN}\n\nmain()\n`, 'unprotected', 'fails'],
  [
    'by a decorator',
    `${HEAD}def now(f):\n    f()\n    return f\n\n@now\ndef main():\n    ${RUN}\n`,
    'unprotected',
    'fails',
  ],
  [
    'by a method',
    `import sys\n${HEAD}class Job:\n    def run(self):\n        ${RUN}\n\nJob().run()\n`,
    'unprotected',
    'fails',
  ],
  [
    'ends where it is not main',
    `import sys\nif __name__ != "__main__":\n    sys.exit()\n${HEAD}${RUN}\n`,
    'guard ends workers',
    'fails',
  ],
  ['the usual block', `${HEAD}if __name__ == "__main__":\n    ${RUN}\n`, 'protected', 'works'],
  [
    'the block the other way round',
    `${HEAD}if __name__ != "__main__":\n    pass\nelse:\n    ${RUN}\n`,
    'protected',
    'works',
  ],
  [
    'main() and sys.exit',
    `import sys\n${HEAD}def main():\n    ${RUN}\n\nif __name__ == "__main__":\n    sys.exit(main())\n`,
    'protected',
    'works',
  ],
  [
    'a return within',
    `${HEAD}def main():\n    if __name__ != "__main__":\n        return\n    ${RUN}\n\nmain()\n`,
    'protected',
    'works',
  ],
  [
    'the main process by name',
    `import multiprocessing\n${HEAD}if multiprocessing.current_process().name == "MainProcess":\n    ${RUN}\n`,
    'protected',
    'works',
  ],
  ['one job', `${HEAD}${RUN.replace('n=3', 'n=3, n_jobs=1')}\n`, 'no parallelism', 'works'],
  [
    'training outside',
    `from lenskit.batch import recommend\nfrom beside import USERS, trained\nimport pandas as pd\npd.read_csv("data.csv")\nprint("recommended again", flush=True)\nif __name__ == "__main__":\n    ${RUN}\n`,
    'repeats work',
    'repeats',
  ],
];

describe('verdicts, confirmed by running the scripts with two processes', () => {
  (existsSync(python) ? test : test.skip).each(SCRIPTS)('%s', (_, text, verdict, expected) =>
    withTree({ '/job.py': text, '/beside.py': BESIDE, '/data.csv': 'a\n1\n' }, (root) => {
      const { stdout } = lk(['check', 'script', '--json', '--lenskit', '2025.8.1', 'job.py'], { cwd: root });
      expect((JSON.parse(stdout) as ScriptsReport).files[0]?.verdict).toBe(verdict);
      const env = { PATH: process.env.PATH, LK_NUM_PROCS: '2', LK_NUM_THREADS: '1' };
      const run = spawnSync(python, ['job.py'], { cwd: root, env, encoding: 'utf8', timeout: 150_000 });
      const lines = run.stdout.split('\n').filter((line) => line.startsWith('recommended')).length;
      expect([run.status === 0, expected === 'repeats' ? lines >= 3 : lines]).toEqual([
        expected !== 'fails',
        expected === 'repeats' ? true : expected === 'works' ? 1 : 0,
      ]);
    }),
  );

  (existsSync(python) ? test : test.skip)('a script that was fixed runs', () =>
    withTree({ '/job.py': `${HEAD}${RUN}\n`, '/beside.py': BESIDE }, (root) => {
      expect(lk(['check', 'script', '--fix', '--lenskit', '2025.8.1', 'job.py'], { cwd: root }).status).toBe(0);
      const env = { PATH: process.env.PATH, LK_NUM_PROCS: '2' };
      const run = spawnSync(python, ['job.py'], { cwd: root, env, encoding: 'utf8', timeout: 150_000 });
      expect([run.status, run.stdout]).toEqual([0, 'recommended 20\n']);
    }),
  );
});
