// What lk bench batch costs with real LensKit, against an older tree of this repository:
//   npm run bench:cost -- --old FOLDER [--pairs N] [--sweep ROUNDS] [--data DIR] [--models M,M…] PYTHON…
//   npm run bench:cost -- --repeated [--rounds N] [--data DIR] PYTHON…
// FOLDER is a built checkout of the commit to compare with. For each Python and model both trees decide in turn, N times, and it
// prints time, runs, what preparing took, the setting that each names, and how far its true time is from the best: the truth is
// an interleaved sweep, ROUNDS rounds of every setting in random order, each run a process of its own.
// --repeated: whether repeated runs of a process decide as fresh processes do. For every model and both objectives each setting
// is run fresh and in a kept process within the same rounds; it prints the median of repeated ÷ fresh and of first ÷ fresh by
// setting, and whether both order the settings alike.
// A machine that does other work at the time says little; the number of runs and the shares do.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundled } from './bundled.mjs';

const { values, positionals: pythons } = parseArgs({
  allowPositionals: true,
  options: {
    old: { type: 'string' },
    pairs: { type: 'string', default: '1' },
    sweep: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '5' },
    data: { type: 'string', default: '../shared/data/ml-latest-small' },
    models: { type: 'string' },
    budget: { type: 'string', default: '20m' },
    repeated: { type: 'boolean', default: false },
  },
});
if (pythons.length === 0 || (!values.repeated && values.old === undefined)) {
  console.error('npm run bench:cost -- --old FOLDER PYTHON…, or --repeated PYTHON…');
  process.exit(2);
}
const data = path.resolve(values.data);
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const shuffled = (list) =>
  list
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
const labelOf = (env) =>
  Object.entries(env)
    .filter(([name]) => /^LK_(?!NUM_CPUS|TUNE_JOBS|PARALLEL)/.test(name))
    .map(([name, value]) => `${name.slice(3).toLowerCase()}=${value}`)
    .join(' ');

/** `lk bench batch` of a tree. */
function decided(tree, python, model, more = []) {
  const args = ['bench', 'batch', '--json', '--quiet', '--python', python, '--model', model, '--data', data, ...more];
  return JSON.parse(
    execFileSync(process.execPath, [path.join(tree, 'bin/lk.cjs'), ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
}

/** LensKit's job, prepared once; `fresh` runs a setting in a process of its own. */
function jobOf(python, job) {
  const folder = mkdtempSync(path.join(tmpdir(), 'lk-cost-'));
  const script = path.resolve('bench/lenskit_job.py');
  const base = { folder, wanted: null, pipeline: null, task: 'recommend', data, ...job };
  const call = (action, env) =>
    JSON.parse(
      execFileSync(python, [script, JSON.stringify({ ...base, action })], {
        encoding: 'utf8',
        env: { ...process.env, ...env, TMPDIR: folder },
        stdio: ['ignore', 'pipe', 'ignore'],
      })
        .split('\n')
        .findLast((line) => line.startsWith('lk-bench:'))
        .slice('lk-bench:'.length),
    );
  call('prepare', {});
  return {
    fresh: (env) => call('run', env).seconds,
    serving: (env) => ({
      argv: [python, script, JSON.stringify({ ...base, action: 'serve' })],
      env: { ...process.env, ...env, TMPDIR: folder },
    }),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Every setting's true time: rounds of random order, fresh processes. */
function truthOf(python, model, settings, rounds) {
  const job = jobOf(python, { model, objective: 'batch' });
  const seconds = settings.map(() => []);
  try {
    for (let round = 0; round < rounds; round++)
      for (const index of shuffled(settings.map((_, at) => at))) seconds[index].push(job.fresh(settings[index]));
  } finally {
    job.end();
  }
  return seconds.map(median);
}

function compare(python, model) {
  console.log(`\n${python} · ${model}`);
  const results = { old: [], new: [] };
  for (let pair = 0; pair < Number(values.pairs); pair++)
    for (const which of shuffled(['old', 'new']))
      results[which].push(decided(which === 'old' ? values.old : '.', python, model, ['--budget', values.budget]));
  const all = [...results.old, ...results.new];
  const byEnv = new Map(
    all
      .flatMap(({ trials, best }) => [...trials, ...(best ? [best] : [])])
      .map(({ env }) => [JSON.stringify(env), env]),
  );
  const settings = [...byEnv.values()];
  const truth = truthOf(python, model, settings, Number(values.sweep));
  const best = Math.min(...truth);
  for (const [which, list] of Object.entries(results)) {
    for (const { spent, best: named, search } of list) {
      const at = named === null ? -1 : [...byEnv.keys()].indexOf(JSON.stringify(named.env));
      const off = at < 0 ? '–' : `${((truth[at] / best - 1) * 100).toFixed(1)} %`;
      const preparing =
        spent.preparingSeconds === undefined ? '' : `, ${spent.preparingSeconds.toFixed(0)} s of it preparing`;
      console.log(
        `  ${which}: ${spent.seconds.toFixed(0)} s${preparing}, ${spent.runs} runs, ${named?.changed ? `${named.ratio.toFixed(2)}×` : 'no claim'}: ${named ? labelOf(named.env) : 'none'}, ${off} from the best${search.complete ? '' : ' (cut short)'}`,
      );
    }
  }
  const time = (which) => median(results[which].map(({ spent }) => spent.seconds));
  console.log(`  new ÷ old: ${(time('new') / time('old')).toFixed(2)} of the time`);
  console.log(`  truth: ${settings.map((env, at) => `${labelOf(env)} ${truth[at].toFixed(2)} s`).join('; ')}`);
}

async function repeated(python, model, objective) {
  const { Launcher } = await bundled('src/process/launcher.ts');
  const is2026 = execFileSync(python, ['-c', 'import lenskit; print(lenskit.__version__)'], {
    encoding: 'utf8',
  }).startsWith('2026');
  const of = (jobs, threads, backend) => ({
    ...(is2026 ? { LK_NUM_BATCH_JOBS: jobs, LK_USE_RAY: 'false' } : { LK_NUM_PROCS: jobs }),
    LK_NUM_THREADS: threads,
    LK_NUM_BACKEND_THREADS: backend,
    OMP_NUM_THREADS: backend,
    OPENBLAS_NUM_THREADS: backend,
    MKL_NUM_THREADS: backend,
  });
  const settings = [of('1', '1', '1'), of('1', '2', '1'), of('1', '1', '2'), of('2', '1', '1')];
  const job = jobOf(python, { model, objective });
  const launchers = [];
  const times = settings.map(() => ({ fresh: [], kept: [], first: null }));
  try {
    for (const env of settings) {
      const launcher = await Launcher.start('python3', path.resolve('bench/launcher.py'));
      launchers.push(launcher);
      await launcher.hold(job.serving(env));
      await launcher.question({ line: null, within: 600, timeout: null });
    }
    const ask = async (at) =>
      JSON.parse((await launchers[at].question({ line: '{}', within: 600, timeout: null })).output).seconds;
    for (const at of settings.keys()) times[at].first = await ask(at);
    for (let round = 0; round < Number(values.rounds); round++) {
      const runs = settings.flatMap((_, at) => [
        [at, 'fresh'],
        [at, 'kept'],
      ]);
      for (const [at, how] of shuffled(runs))
        times[at][how].push(how === 'fresh' ? job.fresh(settings[at]) : await ask(at));
    }
  } finally {
    for (const launcher of launchers) await launcher.close();
    job.end();
  }
  const medians = times.map(({ fresh, kept, first }) => ({ fresh: median(fresh), kept: median(kept), first }));
  const quickest = (how) => medians.reduce((best, one, at) => (one[how] < medians[best][how] ? at : best), 0);
  const loss = medians[quickest('kept')].fresh / medians[quickest('fresh')].fresh - 1;
  console.log(
    `${objective.padEnd(6)}${model.padEnd(12)} ${medians
      .map(
        ({ fresh, kept, first }) =>
          `${fresh.toFixed(3)} s ×${(kept / fresh).toFixed(2)} (first ×${(first / fresh).toFixed(2)})`,
      )
      .join('  ')}  by repeated runs ${(loss * 100).toFixed(1)} % from the best by fresh ones`,
  );
}

if (values.repeated) {
  const models = values.models?.split(',') ?? ['item-knn', 'user-knn', 'implicit-mf', 'biased-mf', 'popular'];
  for (const python of pythons) {
    console.log(`\n${python}: fresh, ×repeated; one process, two threads, two backend threads, two processes`);
    for (const objective of ['batch', 'train']) for (const model of models) await repeated(python, model, objective);
  }
} else {
  for (const python of pythons)
    for (const model of values.models?.split(',') ?? ['implicit-mf', 'item-knn']) compare(python, model);
}
