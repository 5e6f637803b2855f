// Counts the threads that want a CPU while LensKit's models are trained and asked: npm run measure:models.
// For each scorer, phase and setting a real job runs (job.py); looks a second apart at /proc say which of its threads ran
// or waited for a CPU at least 5 % of the time. Prints one line of JSON for each, then a table for people.
//   npm run measure:models -- --python ENVIRONMENT… [--data FOLDER] [--models a,b] [--phases train,recommend,predict]
//     [--settings 4x1,1x2,default] [--processes 1] [--windows 2] [--out FILE]
// ENVIRONMENT is a folder with bin/python, given once for each; FOLDER has MovieLens; a setting is threads × backend
// threads, `4.2x1.1` for lists (main process, workers), `default` for none; --windows are looks a second apart in each
// phase; for 0.14 they are NUMBA_NUM_THREADS × OPENBLAS_NUM_THREADS; --out adds the lines of JSON to a file.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bundled } from '../bundled.mjs';
import { hasAlgorithms, NAMES, scorerOf, withoutKnobs } from './table.mjs';

const { values: flags } = parseArgs({
  options: {
    python: { type: 'string', multiple: true },
    data: { type: 'string', default: '../shared/data/ml-latest-small' },
    models: { type: 'string', default: NAMES.join() },
    phases: { type: 'string', default: 'train,recommend,predict' },
    settings: { type: 'string', default: [1, 2, 4].flatMap((t) => [1, 2, 4].map((b) => `${t}x${b}`)).join() },
    processes: { type: 'string', default: '1' },
    windows: { type: 'string', default: '2' },
    out: { type: 'string' },
  },
});
const { lookAt } = await bundled('src/live/look.ts');
const { demandBetween } = await bundled('src/live/wanting.ts');
const { thisMachine } = await bundled('src/host/open.ts');
const { killBelow } = await bundled('src/process/below.ts');
const host = thisMachine({});
const SECONDS_FOR_A_PHASE = 400;
/** A training is looked at from its beginning to its end, or for so many windows. */
const MOST_WINDOWS = 40;

/** What is set for a job: `4x1` is four threads and one backend thread; `4.2x1.1` lists for main and workers; `default` nothing. */
function environment(setting, processes, algorithms) {
  const [threads, backend] = setting.split('x');
  const own = withoutKnobs();
  if (setting === 'default') return own;
  const list = (text) => text.replace('.', ',');
  return {
    ...own,
    LK_NUM_PROCS: processes,
    LK_NUM_BATCH_JOBS: processes,
    LK_NUM_THREADS: list(threads),
    LK_NUM_BACKEND_THREADS: list(backend),
    // LensKit itself sets none of 0.14's.
    ...(algorithms ? { NUMBA_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: backend } : {}),
  };
}

/** Its workers, which hold its output, end with it. */
function end(child) {
  killBelow(child.pid);
  child.kill('SIGKILL');
}

async function* phasesOf(python, model, setting, processes) {
  const algorithms = hasAlgorithms(python);
  const scorer = scorerOf(model, algorithms);
  if (scorer === null) return;
  const job = { ...scorer, phases: flags.phases.split(','), data: path.resolve(flags.data) };
  const child = spawn(path.join(python, 'bin/python'), [path.resolve('scripts/models/job.py'), JSON.stringify(job)], {
    env: environment(setting, processes, algorithms),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (data) => {
    errors = (errors + data).slice(-4000);
  });
  let deadline = setTimeout(() => end(child), SECONDS_FOR_A_PHASE * 1000);
  const state = { rounds: 0 };
  let ended = 0;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (line === 'round') state.rounds++;
  });
  for await (const line of lines) {
    const [what, name] = line.split(' ');
    if (what === 'missing') yield { missing: name };
    if (what === 'end') ended++;
    if (what !== 'begin') continue;
    clearTimeout(deadline);
    deadline = setTimeout(() => end(child), SECONDS_FOR_A_PHASE * 1000);
    const windows = [];
    const enough = () => windows.length >= Number(flags.windows) && (name !== 'train' || state.rounds > 0);
    if (name !== 'train') await sleep(500);
    let before = lookAt(host, child.pid);
    while (child.exitCode === null && !enough() && windows.length < MOST_WINDOWS) {
      await sleep(1000);
      const after = lookAt(host, child.pid);
      windows.push(demandBetween(before, after));
      before = after;
    }
    child.stdio[3].write('next\n');
    yield { phase: name, windows };
  }
  clearTimeout(deadline);
  if (ended < job.phases.length) yield { failed: errors.trim().split('\n').at(-1) };
}

/** The threads of the main process, `4` or from window to window `3-4`, and after `+` those of all workers. */
function threadsSeen(windows) {
  const range = (numbers) => [...new Set([Math.min(...numbers), Math.max(...numbers)])].join('-');
  const workers = windows.map(({ workers }) => workers.reduce((sum, count) => sum + count, 0));
  return `${range(windows.map(({ main }) => main ?? 0))}${Math.max(...workers) > 0 ? `+${range(workers)}` : ''}`;
}

/** Model and phase against the settings: the threads that were counted. */
function table(lines) {
  const settings = [...new Set(lines.map(({ setting }) => setting))];
  const rows = new Map();
  for (const { model, setting, phase = '', missing, failed, seen } of lines) {
    const key = `${model} ${phase}`;
    const row = rows.get(key) ?? [model, phase, ...settings.map(() => '')];
    row[2 + settings.indexOf(setting)] = missing
      ? `needs ${missing}`
      : failed !== undefined
        ? 'failed'
        : threadsSeen(seen);
    rows.set(key, row);
  }
  const all = [['model', 'phase', ...settings], ...rows.values()];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const rounded = (value) => Math.round(value * 100) / 100;
for (const python of flags.python ?? []) {
  const lines = [];
  for (const model of flags.models.split(',')) {
    for (const setting of flags.settings.split(',')) {
      for await (const found of phasesOf(python, model, setting, flags.processes)) {
        const { windows, ...rest } = found;
        const seen = windows?.map(([main, ...others]) => ({
          main: main?.wanting.length,
          mainDemand: rounded((main?.ran ?? 0) + (main?.waited ?? 0)),
          workers: others.map(({ wanting }) => wanting.length).filter(Boolean),
          demand: others.map(({ ran, waited }) => rounded(ran + waited)).filter((demand) => demand >= 0.05),
          names: main?.wanting.map(({ name, ran, waited }) => `${name} ${rounded(ran)}+${rounded(waited)}`),
        }));
        lines.push({ python: path.basename(python), model, setting, processes: flags.processes, ...rest, seen });
        const line = JSON.stringify(lines.at(-1));
        if (flags.out) appendFileSync(flags.out, `${line}\n`);
        console.log(line);
        if ('missing' in found) break;
      }
    }
  }
  console.log(`\n${path.basename(python)}, ${flags.processes} processes: threads that want a CPU\n${table(lines)}\n`);
}
process.exit(0);
