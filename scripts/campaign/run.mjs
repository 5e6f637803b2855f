import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * One start of the program within a case. What is not given is the plain thing: no file, no limit, no signal.
 *
 * @typedef {object} Step
 * @property {string[]} args what is typed behind `lk`
 * @property {{ [name: string]: string }} [env] more variables
 * @property {string} [cwd] instead of the case's `work`
 * @property {Buffer | 'closed'} [stdin]
 * @property {'pipe' | 'full' | 'closed' | 'gone'} [stdout] `gone`: a reader that goes away
 * @property {'pipe' | 'full' | 'closed' | 'gone'} [stderr]
 * @property {boolean} [unprivileged] as a user who owns nothing but the case's folders
 * @property {string} [prelude] what a shell does before it becomes the program: `ulimit -f 4`
 * @property {{ signal: string, after: number, group: boolean }} [kill] after so many ms, to the process or its group
 * @property {number} [within] ms in which it has to end, beside what every command has
 * @property {Output[]} [outputs] files that it may write
 * @property {'doctor' | 'bench' | 'script' | 'compare' | 'ps'} [json] the schema of its one document
 * @property {{ schema: 'watch', of: 'stdout' | 'stderr' }} [lines] the schema of each line of a stream
 * @property {boolean} [github] standard output is made of GitHub's commands
 * @property {boolean} [pasted] standard output is there to be run by a shell
 * @property {boolean} [prints] the benched command prints escapes or secrets of its own
 * @property {boolean} [silent] the reader gets nothing of what stands in it
 * @property {RegExp} [makes] names that the benched command itself makes in the folder
 * @property {number[]} [statuses] instead of those that every command declares
 * @property {() => void | Promise<void>} [before] after the state before was taken, before the start
 * @property {(result: Result) => { [invariant: string]: string | null }} [also] what only this case can say
 *
 * @typedef {object} Output
 * @property {string} file
 * @property {Buffer[]} [keeps] what of the user's has to be in it, also afterwards
 * @property {'json' | 'lines' | 'svg' | 'text' | 'any'} is how to see that it is whole
 * @property {boolean} [private] nobody else may read it
 *
 * @typedef {{ status: number | null, signal: string | null, stdout: Buffer, stderr: Buffer, ms: number, hung: boolean }} Result
 */

const LARGEST_OUTPUT = 64 * 1024 * 1024;
/** By its own path: a case may have no PATH. Undefined: all runs as who runs the campaign. */
export const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file));
const NOBODY = [SETPRIV, '--reuid', '65534', '--regid', '65534', '--clear-groups'];

/** The environment of every case: small, the same everywhere, with folders of its own. */
export function environment(step, scratch, mark) {
  return {
    PATH: `/usr/local/bin:/usr/bin:/bin:${path.dirname(process.execPath)}`,
    HOME: scratch.home,
    TMPDIR: scratch.tmp,
    XDG_CACHE_HOME: path.join(scratch.home, '.cache'),
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    CAMPAIGN_CASE: mark,
    ...step.env,
  };
}

/** The words of the whole command. */
export function commandOf(step, program) {
  const words = [process.execPath, program, ...step.args];
  const closing = [
    step.stdin === 'closed' ? '<&-' : '',
    step.stdout === 'closed' ? '>&-' : '',
    step.stderr === 'closed' ? '2>&-' : '',
  ].join(' ');
  const shell =
    step.prelude || closing.trim() ? ['/bin/sh', '-c', `${step.prelude ?? ':'}; exec "$@" ${closing}`, 'sh'] : [];
  return [...(step.unprivileged ? NOBODY : []), ...shell, ...words];
}

/** Runs one step to its end, or to `bound` ms, when it hangs and is killed. */
export async function run(step, { scratch, program, mark, bound }) {
  const [file, ...args] = commandOf(step, program);
  const started = Date.now();
  const full = [step.stdout, step.stderr].includes('full') ? openSync('/dev/full', 'w') : null;
  const channel = (kind) => (kind === 'full' ? full : 'pipe');
  const child = spawn(file, args, {
    cwd: step.cwd ?? scratch.work,
    env: environment(step, scratch, mark),
    stdio: [Buffer.isBuffer(step.stdin) ? 'pipe' : 'ignore', channel(step.stdout), channel(step.stderr)],
    detached: true,
  });
  if (full !== null) closeSync(full);
  if (Buffer.isBuffer(step.stdin)) child.stdin.on('error', () => {}).end(step.stdin);
  const collected = [collect(child.stdout, step.stdout), collect(child.stderr, step.stderr)];
  if (step.kill) killLater(child, step.kill);

  let hung = false;
  const watchdog = setTimeout(() => {
    hung = true;
    signal(child, 'SIGKILL', true);
  }, bound);
  const { status, signal: by } = await ended(child);
  clearTimeout(watchdog);
  const ms = Date.now() - started;
  // whoever inherited the pipes may hold them open: what came by then is what there is
  await Promise.race([Promise.all(collected.map((one) => one.done)), sleep(300)]);
  const [stdout, stderr] = collected.map((one) => one.bytes());
  for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  return { status, signal: by, stdout, stderr, ms, hung };
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status, by) => resolve({ status, signal: by }));
  });
}

function collect(stream, kind) {
  const parts = [];
  let size = 0;
  if (!stream) return { done: Promise.resolve(), bytes: () => Buffer.alloc(0) };
  stream.on('error', () => {});
  const done = new Promise((resolve) => stream.on('close', resolve));
  stream.on('data', (part) => {
    if (kind === 'gone') stream.destroy();
    else if (size < LARGEST_OUTPUT) parts.push(part);
    size += part.length;
  });
  return { done, bytes: () => Buffer.concat(parts) };
}

function killLater(child, { signal: name, after, group }) {
  const timer = setTimeout(() => signal(child, name, group), after);
  child.on('exit', () => clearTimeout(timer));
}

function signal(child, name, group) {
  try {
    process.kill(group ? -child.pid : child.pid, name);
  } catch {
    // ended by itself
  }
}
