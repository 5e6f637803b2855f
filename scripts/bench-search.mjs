// How well `lk bench batch` chooses, and for how much: npm run bench:search [-- --real] [SURFACE.json…].
// For each surface (a job whose time is a known function of the variables, ../shared/bench-surfaces) it prints how
// far the chosen setting is from the true best of the space and the share of an exhaustive sweep's time (three runs
// of every setting): of the racing search, of as many random settings as that time pays for, and of the sweep.
// By default in simulated time, many times over; with --real once through the command line, with real processes.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundled } from './bundled.mjs';

const FOLDER = '../shared/bench-surfaces';
const REPEATS = 100;
const VALUES = { processes: [1, 2, 4, 8], threads: [1, 2, 4, 8], 'backend-threads': [1, 2, 4] };
const real = process.argv.includes('--real');
const named = process.argv.slice(2).filter((argument) => argument.endsWith('.json'));
const workload = path.join(FOLDER, 'workload.mjs');
if (!existsSync(workload)) {
  console.log(`no surfaces: ${FOLDER} is not there`);
  process.exit(0);
}
const surfaces =
  named.length > 0
    ? named
    : readdirSync(FOLDER)
        .filter((name) => /^s\d+\.json$/.test(name))
        .map((name) => path.join(FOLDER, name));
const { seconds } = await import(pathToFileURL(workload).href);

const settings = VALUES.processes.flatMap((p) =>
  VALUES.threads.flatMap((t) => VALUES['backend-threads'].map((b) => [p, t, b])),
);
const envOf = ([p, t, b]) => ({ LK_NUM_PROCS: p, LK_NUM_THREADS: t, LK_NUM_BACKEND_THREADS: b });
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const percent = (value) => `${(value * 100).toFixed(1)} %`.padStart(8);

/** A run as workload.mjs makes it, with Node's own start and end. */
function noisy(surface, truth) {
  const gauss = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  const slow = Math.random() < surface.outliers ? 1 + Math.random() : 1;
  return Math.max(0.04, truth * (1 + surface.noise * gauss) * slow) + 0.008;
}

async function simulated(race, surface, truth) {
  let spent = 0;
  const at = (wanted) => settings.findIndex((setting) => setting.join() === wanted.join());
  const baseline = seconds(surface, {});
  spent += noisy(surface, baseline);
  const measure = async (setting, limit) => {
    const took = noisy(surface, truth[setting]);
    spent += Math.min(took, limit ?? took);
    return limit !== null && took > limit ? { seconds: limit, outcome: 'capped' } : { seconds: took, outcome: 'ok' };
  };
  const points = settings.map((setting) => setting.map(Math.log2));
  const { leader } = await race({
    points,
    required: [at([2, 2, 1]), at([1, 2, 1])],
    leastRuns: 1,
    measure,
    random: Math.random,
  });
  return { chosen: truth[leader], spent };
}

/** Random settings, three runs each, until the time is spent. */
function randomSearch(surface, truth, budget) {
  let [spent, best] = [0, { seen: Infinity, truth: Infinity }];
  for (const setting of settings.map((_, index) => index).sort(() => Math.random() - 0.5)) {
    const runs = [0, 1, 2].map(() => noisy(surface, truth[setting]));
    spent += runs.reduce((a, b) => a + b, 0);
    if (median(runs) < best.seen) best = { seen: median(runs), truth: truth[setting] };
    if (spent >= budget) break;
  }
  return best.truth;
}

function throughTheCommandLine(file) {
  const flags = Object.entries(VALUES).flatMap(([name, values]) => [`--${name}`, values.join(',')]);
  const args = ['bin/lk.cjs', 'bench', 'batch', '--json', '--quiet', ...flags, '--max-oversubscription', '1000'];
  const output = execFileSync(process.execPath, [...args, '--', process.execPath, workload, file], {
    encoding: 'utf8',
  });
  const { best, spent } = JSON.parse(output);
  return { env: best.env, spent: spent.seconds };
}

const { race } = real ? {} : await bundled('src/bench/search/racing.ts');
console.log(real ? 'once, with real processes' : `${REPEATS} times in simulated time: median and worst`);
console.log(
  'surface     racing: from best   share of the sweep       random: from best   sweep: from best   within 2 % for 20 %',
);
for (const file of surfaces) {
  const surface = JSON.parse(readFileSync(file, 'utf8'));
  const truth = settings.map((setting) => seconds(surface, envOf(setting)));
  const best = Math.min(...truth);
  const sweep = 3 * truth.reduce((a, b) => a + b, 0);
  const name = path.basename(file).padEnd(10);
  if (real) {
    const { env, spent } = throughTheCommandLine(file);
    console.log(`${name}  ${percent(seconds(surface, env) / best - 1)}            ${percent(spent / sweep)}`);
    continue;
  }
  const results = [];
  for (let i = 0; i < REPEATS; i++) {
    const { chosen, spent } = await simulated(race, surface, truth);
    results.push({
      regret: chosen / best - 1,
      share: spent / sweep,
      random: randomSearch(surface, truth, spent) / best - 1,
      sweep: randomSearch(surface, truth, Infinity) / best - 1,
    });
  }
  const both = (key) =>
    `${percent(median(results.map((result) => result[key])))} ${percent(Math.max(...results.map((result) => result[key])))}`;
  console.log(
    `${name}  ${both('regret')}   ${both('share')}       ${both('random')}   ${both('sweep')}   ${results.filter(({ regret, share }) => regret <= 0.02 && share <= 0.2).length} of ${REPEATS}`,
  );
}
