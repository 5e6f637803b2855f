// How long `lk doctor --json` takes as a whole process, in pairs with `node -e 0`, and with Python's
// `lenskit doctor` where a LensKit is named: npm run bench:startup [-- PYTHON-ENVIRONMENT].
// Prints ratios: times of a shared machine mean nothing alone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const PAIRS = 60;
const environment = process.argv[2];
const lk = ['bin/lk.cjs', 'doctor', '--fail-on', 'never', ...(environment ? ['--python', environment] : [])];
const subjects = {
  'node -e 0': [process.execPath, ['-e', '0']],
  'lk doctor --json': [process.execPath, [...lk, '--json']],
  'lk doctor': [process.execPath, lk],
};

function seconds([command, args]) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const quartiles = (values) =>
  [0.25, 0.75].map((part) => values.toSorted((a, b) => a - b)[Math.floor(values.length * part)]);

const times = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
for (let pair = 0; pair < PAIRS; pair++) {
  for (const name of Object.keys(subjects)) times[name].push(seconds(subjects[name]));
}
const base = times['node -e 0'];
console.log(`node ${process.version}, ${PAIRS} pairs, ratio to node -e 0 (median, quartiles)`);
for (const name of Object.keys(subjects).slice(1)) {
  const ratios = times[name].map((time, pair) => time / base[pair]);
  const [low, high] = quartiles(ratios);
  console.log(`  ${name.padEnd(18)} ${median(ratios).toFixed(2)}×  (${low.toFixed(2)} – ${high.toFixed(2)})`);
}

const python = environment && path.join(environment, 'bin/lenskit');
if (python && existsSync(python)) {
  const theirs = median([1, 2, 3].map(() => seconds([python, ['doctor']])));
  console.log(
    `  lenskit doctor (Python) takes ${(theirs / median(times['lk doctor'])).toFixed(0)} times as long as lk doctor`,
  );
}
