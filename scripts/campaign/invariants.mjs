import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { invalidity } from './documents.mjs';
import {
  firstEscape,
  firstInvalid,
  firstNodeWarning,
  firstTrace,
  isOwnAnnotation,
  linesToPaste,
  needsShell,
  obeyedLines,
} from './output-rules.mjs';
import { firstSecret, secretsIn } from './secrets.mjs';

const STATUSES = [0, 1, 2, 129, 130, 143];
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
/** What the program may leave in `home`: the user's own cache. */
const CACHE = /\/home\/\.cache(?:\/|$)/;

/**
 * What has to hold after each step, whatever it met. Each answers with what is wrong, with null where it holds, and
 * with undefined where there is nothing to look at.
 */
export const INVARIANTS = {
  'no loss': lost,
  'no hang': ({ result }) => (result.hung ? `still running after ${result.ms} ms` : null),
  'no stack trace': ({ step, result }) =>
    firstTrace(result.stdout.toString(), { isDocument: true, isJobs: step.prints }) ??
    firstTrace(result.stderr.toString(), { isJobs: step.prints }),
  "no warning of Node's": ({ result }) => firstNodeWarning(result.stderr.toString()),
  'declared exit status': undeclared,
  'one valid document': ({ step, result }) => {
    if (!step.json || !isReadable(step) || wasKilled(result)) return undefined;
    return invalidity(result.stdout.toString(), step.json);
  },
  'each line a valid document': ({ step, result }) => {
    if (!step.lines || !isReadable(step)) return undefined;
    const lines = result[step.lines.of].toString().split('\n');
    // one that was ended outright leaves a line that is torn
    const torn = lines.pop();
    if (torn !== '' && !wasKilled(result)) return `not ended: ${JSON.stringify(torn.slice(0, 120))}`;
    return lines.map((line) => invalidity(line, step.lines.schema)).find((wrong) => wrong !== null) ?? null;
  },
  'no escape in the output': ({ result }) =>
    firstEscape(result.stdout.toString()) ??
    firstEscape(result.stderr.toString()) ??
    firstInvalid(result.stdout) ??
    firstInvalid(result.stderr),
  'no escape in a file': escapeInFile,
  "nothing for GitHub's runner": ({ step, result }) => {
    const lines = obeyedLines(`${result.stdout}\n${result.stderr}`);
    const obeyed = step.github ? lines.find((line) => !isOwnAnnotation(line)) : lines[0];
    return obeyed === undefined ? null : JSON.stringify(obeyed.slice(0, 200));
  },
  'no process left': ({ left }) =>
    left.length === 0 ? null : left.map((one) => `${one.pid} ${one.command}`).join('; '),
  'no temporary file left': ({ result, temporary }) => {
    // a program that is killed that way cannot clean up; what it leaves is its own
    if (result.signal === 'SIGKILL') return undefined;
    return temporary.length === 0 ? null : `in TMPDIR: ${temporary.join(', ')}`;
  },
  'nothing beside the outputs': besideOutputs,
  'shared memory as before': shared,
  'no secret in the output': ({ result }) => {
    const bytes = Buffer.concat([result.stdout, result.stderr]);
    return secretsIn(bytes) === 0 ? null : firstSecret(bytes);
  },
  'no secret in a file': secretInFile,
  'harmless lines to paste': harmful,
  'a lost output is said': ({ step, result }) => {
    if (step.stdout !== 'full' || step.kill || result.hung) return undefined;
    // a format to paste is nothing where there is no winner
    if (step.args[0] === 'bench' && step.args.includes('--format')) return undefined;
    if (result.status !== 2) return `standard output is full, and the status is ${result.status}`;
    // a measurement says what it does before
    if (step.stderr !== undefined || step.args[0] === 'bench') return null;
    const lines = result.stderr.toString().trimEnd().split('\n').length;
    return lines > 3 ? `${lines} lines on standard error` : null;
  },
  'a reader that went away is no failure': ({ step, result }) => {
    if (step.stdout !== 'gone') return undefined;
    return /EPIPE/.test(result.stderr.toString()) ? 'EPIPE on standard error' : null;
  },
};

function isReadable(step) {
  return (step.stdout ?? 'pipe') === 'pipe';
}

function wasKilled(result) {
  return result.hung || result.signal !== null;
}

function undeclared({ step, result }) {
  if (result.hung) return undefined;
  if (result.signal !== null) {
    // a signal before Node runs any of our code ends it as the shell says: 128 + its number
    const expected = step.kill?.signal === result.signal && (result.signal === 'SIGKILL' || result.signal in SIGNALS);
    return expected ? null : `ended by ${result.signal}`;
  }
  const declared = step.statuses ?? STATUSES;
  if (!declared.includes(result.status)) return `exit status ${result.status}`;
  // a command that is watched or run has its own
  if (!step.statuses && result.status > 2 && SIGNALS[step.kill?.signal] !== result.status)
    return `exit status ${result.status} without that signal`;
  return null;
}

function lost({ step, before, after }) {
  const outputs = new Map((step.outputs ?? []).map((output) => [pathKey(output.file), output]));
  for (const [file, old] of before) {
    const now = after.get(file);
    if (!now) return `${file} is gone`;
    if (now.type !== old.type) return `${file} was a ${old.type}, and is a ${now.type}`;
    if (now.mode !== old.mode) return `${file} had mode ${old.mode.toString(8)}, and has ${now.mode.toString(8)}`;
    if (now.owner !== old.owner) return `${file} belonged to ${old.owner}, and belongs to ${now.owner}`;
    if (!old.content || old.content.equals(now.content)) continue;
    const output = outputs.get(file);
    if (!output) return `${file} changed: ${brief(old.content)} → ${brief(now.content)}`;
    const why = torn(output, now.content);
    if (why) return `${file}: ${why}`;
  }
  for (const [file, output] of outputs) {
    const now = after.get(file);
    if (before.has(file) || now?.type !== 'file') continue;
    const why = torn(output, now.content);
    if (why) return `${file} is new, and ${why}`;
    if (output.private && now.mode & 0o077) return `${file} is new, and readable by others: ${now.mode.toString(8)}`;
  }
  return null;
}

/** Why a written file is not whole; null: it is. */
function torn({ is, keeps = [] }, content) {
  const missing = keeps.find((part) => !content.includes(part));
  if (missing) return `lost ${brief(missing)}`;
  const text = content.toString();
  if (is === 'any') return null;
  if (content.length === 0) return is === 'lines' ? null : 'is empty';
  if (is === 'json') return parses(text) ? null : `is not whole: …${brief(content.subarray(-80))}`;
  if (is === 'lines') {
    // the last line of a journal may be torn by a kill: the next run mends it
    const bad = text
      .split('\n')
      .slice(0, -1)
      .find((line) => !parses(line));
    return bad === undefined ? null : `has a broken line: ${JSON.stringify(bad.slice(0, 100))}`;
  }
  if (is === 'svg') return /<\/(?:svg|html)>\s*$/.test(text) ? null : 'is not whole';
  return text.endsWith('\n') ? null : 'is not whole';
}

function parses(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function escapeInFile({ before, after }) {
  for (const [file, now] of changed(before, after)) {
    // what is the user's own may have been indented
    const old = new Set((before.get(file)?.content?.toString() ?? '').split('\n').map((line) => line.trim()));
    const added = now.content
      .toString()
      .split('\n')
      .filter((line) => !old.has(line.trim()));
    const found = added.map((line) => firstEscape(line.replace(/\r$/, ''))).find((one) => one !== null);
    if (found) return `${file}: ${found}`;
  }
  return null;
}

function secretInFile({ step, before, after }) {
  for (const [file, now] of changed(before, after)) {
    const had = secretsIn(before.get(file)?.content ?? Buffer.alloc(0), { printed: step.prints });
    if (secretsIn(now.content, { printed: step.prints }) > had) return `${file}: ${firstSecret(now.content)}`;
  }
  return null;
}

function* changed(before, after) {
  for (const [file, now] of after) {
    if (now.type !== 'file' || now.large || CACHE.test(file)) continue;
    if (!before.get(file)?.content?.equals(now.content)) yield [file, now];
  }
}

/** What is there, and was not, and was not asked for. */
export function besideOutputs({ step, before, after }) {
  const outputs = new Set((step.outputs ?? []).map((output) => pathKey(output.file)));
  for (const file of after.keys()) {
    const known = before.has(file) || outputs.has(file) || CACHE.test(file) || step.makes?.test(path.basename(file));
    if (!known) return `${file} is new`;
  }
  return null;
}

function shared({ step, result, sharedBefore, sharedAfter }) {
  for (const [name, content] of sharedBefore) {
    const now = sharedAfter.get(name);
    if (!now) return `/dev/shm/${name} is gone`;
    if (!now.equals(content)) return `/dev/shm/${name} changed`;
  }
  if (result.signal === 'SIGKILL' || !step.args.includes('bench')) return null;
  const left = [...sharedAfter.keys()].find((name) => !sharedBefore.has(name) && name.includes('-held'));
  return left ? `/dev/shm/${left} was made and held open by the run, and is left` : null;
}

function harmful({ step, result }) {
  const text = result.stdout.toString();
  const lines = [...linesToPaste(text), ...linesToPaste(result.stderr.toString())].filter(needsShell);
  if (step.pasted && text.trim() !== '') lines.push(text);
  for (const line of lines) {
    const why = changesSomething(line);
    if (why) return `${why}: ${JSON.stringify(line.slice(0, 200))}`;
  }
  return null;
}

function changesSomething(line) {
  const folder = mkdtempSync(path.join(tmpdir(), 'campaign-paste-'));
  try {
    const ran = spawnSync('sh', ['-c', line], { cwd: folder, env: { PATH: '/usr/bin:/bin' }, timeout: 5000 });
    const made = readdirSync(folder);
    if (made.length > 0) return `makes ${made.join(', ')}`;
    return ran.stdout.length + ran.stderr.length > 0 || ran.status !== 0
      ? `is no assignment (status ${ran.status})`
      : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As `Scratch.contents` writes paths. */
function pathKey(file) {
  return Buffer.from(file).toString('latin1');
}

function brief(bytes) {
  return JSON.stringify(bytes.toString().slice(0, 80));
}
