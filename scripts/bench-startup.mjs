// How long `lk doctor` takes as a whole process, in pairs with `node -e 0` of the same Node:
//   npm run bench:startup [-- [--node PROGRAM]… [--single-file FILE] [--pairs N] [PYTHON-ENVIRONMENT]]
// A Python environment is looked at, and its Python and its `lenskit doctor` are measured as well. CPU time, of all threads:
// of a shared machine it says more than what a clock says, and both mean nothing but as ratios. Each runs three times before
// it counts, so that a Node that the package was not built with has compiled it (bin/load.cjs).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: {
    node: { type: 'string', multiple: true, default: [process.execPath] },
    'single-file': { type: 'string' },
    pairs: { type: 'string', default: '40' },
  },
  allowPositionals: true,
});
const [environment] = positionals;
const PAIRS = Number(values.pairs);
const WARM = 3;
const DOCTOR = ['doctor', '--fail-on', 'never', ...(environment ? ['--python', environment] : [])];

for (const node of values.node) {
  const subjects = {
    'lk doctor --json': [node, 'bin/lk.cjs', ...DOCTOR, '--json'],
    'lk doctor': [node, 'bin/lk.cjs', ...DOCTOR],
  };
  compare(`node ${version(node)} -e 0`, [node, '-e', '0'], subjects);
}
if (values['single-file'] || environment) {
  const file = values['single-file'];
  const inEnvironment = (name) => path.join(environment, 'bin', name);
  const [node] = values.node;
  compare(`node ${version(node)} -e 0`, [node, '-e', '0'], {
    ...(file && { 'the single file: doctor --json': [file, ...DOCTOR, '--json'] }),
    ...(file && { 'the single file: doctor': [file, ...DOCTOR] }),
    ...(environment && { 'python -c pass': [inEnvironment('python'), '-c', 'pass'] }),
  });
  if (environment && existsSync(inEnvironment('lenskit')))
    compare(
      'lk doctor',
      [node, 'bin/lk.cjs', ...DOCTOR],
      { 'lenskit doctor': [inEnvironment('lenskit'), 'doctor'] },
      3,
    );
}

/** Prints how often what the base takes each of the subjects takes, pair by pair. */
function compare(name, base, subjects, pairs = PAIRS, warm = WARM) {
  const all = { [name]: base, ...subjects };
  for (const command of Object.values(all)) for (let n = 0; n < warm; n++) seconds(command);
  const times = Object.fromEntries(Object.keys(all).map((one) => [one, []]));
  for (let pair = 0; pair < pairs; pair++) for (const one of Object.keys(all)) times[one].push(seconds(all[one]));
  console.log(
    `${pairs} pairs, CPU time as a multiple of ${name} (${(1000 * median(times[name])).toFixed(0)} ms): median, quartiles`,
  );
  for (const one of Object.keys(subjects)) {
    const ratios = times[one].map((time, pair) => time / times[name][pair]);
    const [low, high] = [0.25, 0.75].map((part) => at(ratios, part));
    console.log(`  ${one.padEnd(32)} ${median(ratios).toFixed(2)}×  (${low.toFixed(2)} – ${high.toFixed(2)})`);
  }
}

/** User and system time of a command, by Bash: Node knows none of its children. */
function seconds(command) {
  const script = '"$@" > /dev/null 2>&1; status=$?; times; exit $status';
  const { status, stdout } = spawnSync('bash', ['-c', script, 'bash', ...command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${status}`);
  const [, ofChildren = ''] = stdout.trim().split('\n');
  return [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, rest]) => sum + 60 * minutes + Number(rest),
    0,
  );
}

function version(node) {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
}

function median(numbers) {
  return at(numbers, 0.5);
}

function at(numbers, part) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)];
}
