// What a batch run of LensKit costs by its size: npm run measure:costs. For each model, number of users and number of
// worker processes a fresh process makes the lists; the settings take turns, in an order that changes. Prints one
// line of JSON for each run: seconds, those until the first list, CPU seconds of the main process and of the workers.
//   npm run measure:costs -- --python ENVIRONMENT [--models a,b] [--users 600,6000] [--workers 1,2] [--runs 3] [--ray]
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { hasAlgorithms, scorerOf, withoutKnobs } from './table.mjs';

const { values: flags } = parseArgs({
  options: {
    python: { type: 'string' },
    data: { type: 'string', default: '../shared/data/ml-latest-small' },
    models: { type: 'string', default: 'implicit-mf,item-knn' },
    users: { type: 'string', default: '600,6000' },
    workers: { type: 'string', default: '1,2' },
    threads: { type: 'string', default: '2' },
    runs: { type: 'string', default: '3' },
    ray: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const python = path.join(flags.python, 'bin/python');
const algorithms = hasAlgorithms(flags.python);
const script = path.resolve('scripts/models/batch.py');
const call = (job, env = {}) => {
  const { stdout, stderr, status } = spawnSync(python, [script, JSON.stringify(job)], {
    env: { ...withoutKnobs(), ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  return stdout.trim().split('\n').at(-1);
};

for (const model of flags.models.split(',')) {
  const folder = mkdtempSync(path.join(tmpdir(), 'lk-costs-'));
  try {
    const { scorer, needed } = scorerOf(model, algorithms);
    call({ action: 'prepare', scorer, options: needed, folder, data: path.resolve(flags.data) });
    const settings = flags.users
      .split(',')
      .flatMap((users) => flags.workers.split(',').map((workers) => [users, workers]));
    for (let round = 0; round < Number(flags.runs); round++) {
      for (const [users, workers] of round % 2 === 0 ? settings : settings.toReversed()) {
        const env = {
          LK_NUM_PROCS: workers,
          LK_NUM_BATCH_JOBS: workers,
          LK_NUM_THREADS: flags.threads,
          LK_NUM_BACKEND_THREADS: '1',
          ...(algorithms ? { NUMBA_NUM_THREADS: flags.threads, OPENBLAS_NUM_THREADS: '1' } : {}),
          ...(flags.ray && Number(workers) > 0 ? { LK_USE_RAY: 'true' } : {}),
        };
        const measured = JSON.parse(call({ action: 'run', folder, wanted: Number(users) }, env));
        const line = JSON.stringify({
          python: path.basename(flags.python),
          model,
          users: Number(users),
          workers: Number(workers),
          ...measured,
        });
        if (flags.out) appendFileSync(flags.out, `${line}\n`);
        console.log(line);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
