// Breaks the sources one place at a time and says which breaks no test notices: npm run mutants [-- FOLDER...]
// Every folder has to reach the score below, and what survives has to be named in test/surviving-mutants.json with why.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const FOLDERS = ['src/cpus', 'src/host', 'src/machine'];
const LEAST_PERCENT = 85;

const folders = process.argv.length > 2 ? process.argv.slice(2) : FOLDERS;
const stryker = path.join(PROJECT, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const patterns = folders.map((folder) => (path.extname(folder) ? folder : `${folder}/**/*.ts`));
const run = spawnSync(process.execPath, [stryker, 'run', '--mutate', patterns.join(',')], {
  cwd: PROJECT,
  stdio: 'inherit',
});
if (run.status !== 0) process.exit(run.status ?? 1);

const { files } = JSON.parse(readFileSync(path.join(PROJECT, 'coverage/mutants/report.json'), 'utf8'));
const known = JSON.parse(readFileSync(path.join(PROJECT, 'test/surviving-mutants.json'), 'utf8'));
const mutants = Object.entries(files)
  .filter(([file]) => folders.some((folder) => file === folder || file.startsWith(`${folder}/`)))
  .flatMap(([file, { source, mutants }]) => mutants.map((mutant) => describe(file, source, mutant)))
  .filter(({ status }) => status !== 'Ignored' && status !== 'CompileError' && status !== 'RuntimeError');

let failed = false;
for (const folder of new Set(mutants.map(({ file }) => path.posix.dirname(file)))) {
  const here = mutants.filter(({ file }) => path.posix.dirname(file) === folder);
  const killed = here.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  const percent = (100 * killed) / here.length;
  failed ||= percent < LEAST_PERCENT;
  console.log(`${folder}: ${killed} of ${here.length} killed, ${percent.toFixed(1)} %`);
}
const unnamed = mutants.filter(
  (mutant) => mutant.status !== 'Killed' && mutant.status !== 'Timeout' && !isKnown(mutant),
);
for (const { file, line, was, becomes, status } of unnamed)
  console.log(`${file}:${line}: ${status}: ${was} becomes ${becomes}`);
if (unnamed.length > 0) console.log(`${unnamed.length} of them are not in test/surviving-mutants.json`);
process.exitCode = failed || unnamed.length > 0 ? 1 : 0;

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
