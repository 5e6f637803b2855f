import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { MODELS } from '../../src/plan/models.ts';
import { busyThreads } from '../../src/plan/threads.ts';
import { rulesFor } from '../../src/rules/generation.ts';
import { traitsOf } from '../../src/rules/generations.ts';
import { resolveParallelism } from '../../src/rules/resolve.ts';

/** What `npm run measure:models` counted in real jobs on two CPUs: threads that wanted a CPU, the middle of several seconds. */
interface Counted {
  model: string;
  phase: 'train' | 'recommend' | 'predict';
  lenskit: string;
  /** Threads × backend threads; of 0.14 Numba's × OpenBLAS's; `default`: nothing is set, on two CPUs. */
  setting: string;
  /** Worker processes; what was counted is then of the busiest of them. Absent: none. */
  processes?: number;
  counted: number;
  /** On a machine with another processor, where that is more: the plan says the most. */
  elsewhere?: number;
  /** Of a training that ends on fewer and fewer threads the busiest second counts. */
  of?: 'busiest';
}

const counted = JSON.parse(readFileSync(path.join(__dirname, '../fixtures/models-counted.json'), 'utf8')) as Counted[];

test.each(counted)('$model with LensKit $lenskit, $phase at $setting: $counted, give or take one', (one) => {
  const { model, phase, lenskit, setting, processes = 1 } = one;
  const rules = rulesFor(lenskit);
  if (typeof rules === 'string') throw new Error(rules);
  const [threads = '', backend = ''] = setting.split('x');
  const set = {
    LK_NUM_PROCS: String(processes),
    LK_NUM_THREADS: threads,
    LK_NUM_BACKEND_THREADS: backend,
    NUMBA_NUM_THREADS: threads,
  };
  const resolution = resolveParallelism({ lenskit, cpus: 2, env: setting === 'default' ? {} : set });
  // OpenBLAS takes no more threads than there are CPUs.
  const blas = BigInt(Math.min(Number(backend || 2), 2));
  const plan = { resolution, rules, cpus: 2n, ray: { nodes: [2n], lists: null }, models: [], blas };
  const work = MODELS.find(({ name }) => name === model)?.work[traitsOf(rules).measuredAs.at(-1) ?? '2025'];
  if (work === undefined) throw new Error(`${model} is not in the table`);
  const busy = busyThreads(plan, {
    training: work.training,
    inference: work[phase === 'predict' ? 'predict' : 'recommend'],
  });
  const inWorkers = Number(busy.batch) / processes;
  const foretold = phase === 'train' ? busy.training : processes > 1 ? inWorkers : busy.inference;
  expect(Math.abs(Number(foretold) - (one.elsewhere ?? one.counted))).toBeLessThanOrEqual(1);
});
