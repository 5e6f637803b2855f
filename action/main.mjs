// The action: runs the lk that lies beside it, once for the report in the step's summary and annotations, once as JSON for
// the steps that follow, and over the scripts. Node's own modules alone: nothing is installed.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { workflowCommand } from '../src/escape/github.ts';
import { outputLines } from '../src/escape/github-output.ts';

const LK = path.join(__dirname, 'package/bin/lk.cjs');
const LEVELS = ['fail', 'warn', 'never'];

/** As GitHub hands it over: upper case, spaces replaced, dashes kept. */
const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();

function output(name, value) {
  const file = process.env.GITHUB_OUTPUT;
  if (file) appendFileSync(file, outputLines([[name, value]], `end-${randomUUID()}`));
}

/**
 * Writes a document and hands out its file; one that lk did not come to write is none, and the output is empty. What an
 * earlier step found is not left there for this one's, either.
 */
function handOut(name, file, text, isWhole) {
  if (isWhole(text)) writeFileSync(file, text);
  else if (statSync(file, { throwIfNoEntry: false })?.isFile()) rmSync(file);
  output(name, isWhole(text) ? file : '');
}

/** lk in this process's environment without the action's own inputs; standard output is kept where it is asked for. */
function lk(args, { keep = false } = {}) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('INPUT_')));
  const { status, stdout, error } = spawnSync(process.execPath, [LK, ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', keep ? 'pipe' : 'inherit', 'inherit'],
    maxBuffer: 256 * 1024 * 1024,
  });
  if (error) throw error;
  return { status: status ?? 2, stdout };
}

function main() {
  const failOn = input('fail-on') || 'fail';
  if (!LEVELS.includes(failOn)) throw new Error(`fail-on: ${JSON.stringify(failOn)} is none of ${LEVELS.join(', ')}`);
  refuseOthers(input('sarif'));
  const folder = mkdtempSync(path.join(process.env.RUNNER_TEMP || process.cwd(), 'lenskit-doctor-'));
  const python = input('python') === '' ? [] : [`--python=${input('python')}`];
  const doctor = ['doctor', ...python, '--fail-on', failOn];

  const seen = lk([...doctor, '--format', 'github']);
  const report = lk([...doctor, '--json'], { keep: true }).stdout;
  handOut('report', path.join(folder, 'report.json'), report, isReport);
  const checked = check(folder, failOn);
  process.exitCode = Math.max(seen.status, checked);
}

/** A script that is looked at, or any file but the findings of an earlier step, is not replaced. */
function refuseOthers(file) {
  const found = file === '' ? undefined : statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return;
  const isOther = found.isFile() ? found.size > 0 && !isSarif(readFileSync(file, 'utf8')) : found.isDirectory();
  if (isOther) throw new Error(`sarif: ${JSON.stringify(file)} is there and holds something else; name another file`);
}

function isSarif(text) {
  return Array.isArray(parsed(text)?.runs);
}

function isReport(text) {
  return parsed(text)?.schemaVersion !== undefined;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The exit status of lk check script over the paths. */
function check(folder, failOn) {
  const lines = input('paths')
    .split('\n')
    .map((line) => line.trim());
  // A name that begins with a dash is none of lk's options.
  const paths = lines.filter(Boolean).map((line) => (line.startsWith('-') ? `./${line}` : line));
  if (paths.length === 0) {
    output('sarif', '');
    return 0;
  }
  const file = path.resolve(input('sarif') || path.join(folder, 'findings.sarif'));
  mkdirSync(path.dirname(file), { recursive: true });
  const script = ['check', 'script', '--fail-on', failOn];
  const { status } = lk([...script, '--format', 'github', ...paths]);
  handOut('sarif', file, lk([...script, '--format', 'sarif', ...paths], { keep: true }).stdout, isSarif);
  return status;
}

try {
  main();
} catch (error) {
  const { message } = error;
  process.stdout.write(workflowCommand({ level: 'error', properties: { title: 'lenskit-doctor' }, message }).text);
  process.exitCode = 2;
}
