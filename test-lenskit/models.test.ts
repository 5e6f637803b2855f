import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { thisMachine } from '../src/host/open.ts';
import { lookAt } from '../src/live/look.ts';
import { demandBetween, type ProcessDemand } from '../src/live/wanting.ts';
import { MODELS } from '../src/plan/models.ts';
import { planThreads } from '../src/plan/threads.ts';
import { killBelow } from '../src/process/below.ts';
import { rulesFor } from '../src/rules/generation.ts';
import { resolveParallelism } from '../src/rules/resolve.ts';
import { PROJECT } from '../test/cli.ts';
import { CACHE } from './cache.ts';

/** Ratings with long tails, in MovieLens's own form: users with so many that BLAS divides their products. */
const DATA = mkdtempSync(path.join(tmpdir(), 'lk-models-'));

beforeAll(() => {
  const rows = Array.from({ length: 60_000 }, (_, row) => {
    const user = 1 + Math.floor(300 * ((row * 0.7548776662) % 1) ** 3);
    const item = 1 + Math.floor(9000 * ((row * 0.6180339887) % 1) ** 2);
    return `${user},${item},${(1 + (row % 9)) / 2},${1_000_000_000 + row}`;
  });
  const once = new Map(rows.map((row) => [row.split(',').slice(0, 2).join(), row]));
  writeFileSync(path.join(DATA, 'ratings.csv'), ['userId,movieId,rating,timestamp', ...once.values()].join('\n'));
});
afterAll(() => rmSync(DATA, { recursive: true }));

interface Counted {
  phase: string;
  main: number;
  /** The most of its threads that wanted a CPU at once. */
  most: number;
  /** Threads of the main process that wanted a CPU, in the mean. */
  demand: number;
  workers: number[];
}

/**
 * In each phase the threads at once: looks a second apart until as many as `expected` were seen (training goes through
 * stages, of which a slow machine shows few), five at the least and twenty at the most. Of those the usual count, and
 * the most that two looks saw, so that one that was disturbed decides nothing.
 */
async function counted(
  lenskit: string,
  model: string,
  phases: string[],
  env: { [name: string]: string },
  expected = 0,
): Promise<Counted[]> {
  const python = path.join(CACHE, `lenskit-${lenskit}`, 'bin/python');
  const known = MODELS.find(({ name }) => name === model);
  const job = JSON.stringify({ scorer: `${known?.modules[0]}.${known?.class}`, phases, data: DATA });
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(LK|OMP|MKL|OPENBLAS)_/.test(name)),
  );
  const child = spawn(python, [path.join(PROJECT, 'scripts/models/job.py'), job], {
    env: { ...clean, ...env },
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  const found: Counted[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout as Readable })) {
      const [what, phase = ''] = line.split(' ');
      if (what !== 'begin') continue;
      const windows = await windowsOf(child, phase === 'train' ? expected : 0);
      const usual = (counts: number[]) => counts.sort((a, b) => a - b)[counts.length >> 1] ?? 0;
      found.push({
        phase,
        demand: usual(windows.map(([main]) => (main?.ran ?? 0) + (main?.waited ?? 0))),
        main: usual(mains(windows)),
        most: most(mains(windows)),
        workers: [0, 1, 2, 3].map((index) => usual(windows.map((processes) => busiest(processes)[index] ?? 0))),
      });
      (child.stdio[3] as Writable).write('next\n');
    }
  } finally {
    killBelow(child.pid ?? 0);
    child.kill('SIGKILL');
  }
  return found;
}

const mains = (windows: ProcessDemand[][]) => windows.map(([main]) => main?.wanting.length ?? 0);
const most = (counts: number[]) => counts.toSorted((a, b) => b - a)[1] ?? 0;

async function windowsOf({ pid = 0 }: ChildProcess, expected: number): Promise<ProcessDemand[][]> {
  const host = thisMachine({});
  await sleep(500);
  const windows: ProcessDemand[][] = [];
  const enough = () => windows.length >= 20 || (windows.length >= 5 && most(mains(windows)) >= expected);
  for (let before = lookAt(host, pid); !enough(); ) {
    await sleep(1000);
    const after = lookAt(host, pid);
    windows.push(demandBetween(before, after));
    before = after;
  }
  return windows;
}

/** Threads of the processes below the first, the busiest process first. */
function busiest([, ...others]: ProcessDemand[]): number[] {
  return others.map(({ wanting }) => wanting.length).sort((a, b) => b - a);
}

function foretold(lenskit: string, model: string, env: { [name: string]: string }) {
  const rules = rulesFor(lenskit);
  if (typeof rules === 'string') throw new Error(rules);
  const cpus = availableParallelism();
  const resolution = resolveParallelism({ lenskit, cpus, env });
  const ray = { nodes: [BigInt(cpus)], lists: null };
  return planThreads({ resolution, rules, cpus: BigInt(cpus), ray, models: [model] });
}

const SETTINGS: { [name: string]: string }[] = [
  { LK_NUM_PROCS: '1', LK_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '1' },
  { LK_NUM_PROCS: '1', LK_NUM_THREADS: '1', LK_NUM_BACKEND_THREADS: '4' },
];

/** Counted in real LensKit as it was foretold, give or take a thread: what docs/models.md has of every model. */
describe.each(['2025.8.1', '2026.4.0'])('LensKit %s', (lenskit) => {
  const isThere = existsSync(path.join(CACHE, `lenskit-${lenskit}`, 'complete')) && process.platform === 'linux';

  for (const model of ['item-knn', 'implicit-mf', 'popular']) {
    for (const env of SETTINGS) {
      (isThere ? test : test.skip)(
        `${model} with ${JSON.stringify(env)}`,
        async () => {
          const plan = foretold(lenskit, model, env);
          const training = Number(plan.trainingThreads);
          // Foretold are the most: whether BLAS divides its product in training differs from machine to machine (docs/models.md).
          const isMachines = model === 'implicit-mf' && env.LK_NUM_THREADS === '1';
          const found = await counted(lenskit, model, ['train', 'recommend'], env, training);
          expect(found.map(({ phase }) => phase)).toEqual(['train', 'recommend']);
          expect(found[0]?.most).toBeGreaterThanOrEqual(isMachines ? 1 : training - 1);
          expect(found[0]?.most).toBeLessThanOrEqual(training + 1);
          expect(found[1]?.main).toBe(Number(plan.inferenceThreads));
        },
        120_000,
      );
    }
  }

  for (const model of ['item-knn', 'implicit-mf']) {
    (isThere && lenskit.startsWith('2025') ? test : test.skip)(
      `${model} in two workers with two backend threads`,
      async () => {
        const env = { LK_NUM_PROCS: '2', LK_NUM_THREADS: '3', LK_NUM_BACKEND_THREADS: '2' };
        const each = Number(foretold(lenskit, model, env).batchThreads) / 2;
        const [found] = await counted(lenskit, model, ['recommend'], env);
        expect(found?.workers).toEqual([each, each, 0, 0]);
        // Several of its threads hand on and take back, now and then.
        expect(found?.demand).toBeLessThanOrEqual(1);
      },
      240_000,
    );
  }
});
