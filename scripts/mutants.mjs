// Breaks the sources one place at a time and says which breaks no test notices: npm run mutants [-- FOLDER...]
// Every folder has to reach the score below, and what survives has to be named in test/surviving-mutants.json with why.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const STRYKER = path.join(PROJECT, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const FOLDERS = [
  ...['cpus', 'machine', 'host', 'live'],
  ...['escape', 'files', 'output', 'privacy', 'process'],
  ...['python-values', 'backends', 'rules', 'plan', 'recommend'],
].map((name) => `src/${name}`);
const LEAST_PERCENT = 85;

const IS_ROOT = process.geteuid?.() === 0;

/**
 * A break of what ends processes may end every process that it can signal, and one of what removes or replaces files any
 * that it can reach, root's devices (`/dev/ptmx`) too. So all is run in namespaces of its own, out of which no signal
 * reaches, with a /tmp and a /dev/shm of its own; for root all else but this project is read-only there. Without them
 * nothing is run.
 */
const FENCE = [
  ...['unshare', ...(IS_ROOT ? [] : ['--user', '--map-root-user'])],
  ...['--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'],
  // The shell stays, as the first process there: who is left without a parent becomes its child, and it waits for all.
  ...[
    'sh',
    '-c',
    [
      'mount -t tmpfs tmpfs /tmp && mount -t tmpfs tmpfs /dev/shm',
      // Folders of the project are entered anew: the old one would be read-only as well.
      ...(IS_ROOT
        ? ['mount --bind "$0" "$0" && mount -o remount,bind,ro / && mount -o remount,bind,ro /dev && cd "$0"']
        : []),
      '"$@"; exit $?',
    ].join(' && '),
    PROJECT,
  ],
];

/** Not broken at all: nearly every break of it ends all processes that there are, those that count the breaks as well. */
const UNBROKEN = ['!src/process/marked.ts'];

if (spawnSync(FENCE[0], [...FENCE.slice(1), 'true']).status !== 0) {
  console.error(
    'npm run mutants needs unshare(1) with PID and mount namespaces: a break could end any process of this user, and remove its files',
  );
  process.exit(2);
}

const folders = process.argv.length > 2 ? process.argv.slice(2) : FOLDERS;
const known = JSON.parse(readFileSync(path.join(PROJECT, 'test/surviving-mutants.json'), 'utf8'));

let failed = false;
const unnamed = [];
for (const folder of folders) {
  const mutants = mutantsOf(folder);
  const living = mutants.filter(({ status }) => status !== 'Killed' && status !== 'Timeout');
  const percent = (100 * (mutants.length - living.length)) / mutants.length;
  failed ||= percent < LEAST_PERCENT;
  const slow = mutants.filter(({ status }) => status === 'Timeout').length;
  console.log(
    `${folder}: ${mutants.length - living.length} of ${mutants.length} killed (${slow} by the time limit), ${percent.toFixed(1)} %`,
  );
  unnamed.push(...living.filter((mutant) => !isKnown(mutant)));
}
for (const { file, line, was, becomes, status } of unnamed)
  console.log(`${file}:${line}: ${status}: ${was} becomes ${becomes}`);
if (unnamed.length > 0) console.log(`${unnamed.length} of them are not in test/surviving-mutants.json`);
process.exitCode = failed || unnamed.length > 0 ? 1 : 0;

/** Runs a folder's tests, and no others, against every break of it. */
function mutantsOf(folder) {
  const name = path.basename(folder);
  const report = `coverage/mutants/${name}.json`;
  const earlier = `coverage/mutants/${name}-incremental.json`;
  forgetSurvivors(path.join(PROJECT, earlier));
  const options = ['--mutate', [`${folder}/**/*.ts`, ...UNBROKEN].join(','), '--incrementalFile', earlier];
  const run = spawnSync(FENCE[0], [...FENCE.slice(1), process.execPath, STRYKER, 'run', ...options], {
    cwd: PROJECT,
    stdio: 'inherit',
    env: { ...process.env, LK_MUTANTS_FENCED: '1', LK_MUTANTS_FOLDER: name, LK_MUTANTS_REPORT: report },
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
  const { files } = JSON.parse(readFileSync(path.join(PROJECT, report), 'utf8'));
  return Object.entries(files)
    .flatMap(([file, { source, mutants }]) => mutants.map((mutant) => describe(file, source, mutant)))
    .filter(({ status }) => status !== 'Ignored' && status !== 'CompileError' && status !== 'RuntimeError');
}

/** Stryker would not run those again for a new test where it does not know which tests reach them: constants. */
function forgetSurvivors(file) {
  if (!existsSync(file)) return;
  const report = JSON.parse(readFileSync(file, 'utf8'));
  for (const entry of Object.values(report.files))
    entry.mutants = entry.mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout');
  writeFileSync(file, JSON.stringify(report));
}

/** A mutant by the text that it changes: lines move, the text seldom does. */
function describe(file, source, { location: { start, end }, replacement, status }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return { file, line: start.line, was: oneLine(lines.join(' ')), becomes: oneLine(replacement), status };
}

function oneLine(text) {
  return text.replace(/\s+/g, ' ').trim();
}

function isKnown({ file, was, becomes }) {
  return known.some((entry) => entry.file === file && entry.was === was && entry.becomes === becomes);
}
