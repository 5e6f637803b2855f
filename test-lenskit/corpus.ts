import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FileTree } from '../test/file-tree.ts';

const FOLDER = path.resolve(__dirname, 'scripts');
const WITNESS = path.join(FOLDER, 'witness');
const OUTCOMES = path.join(FOLDER, 'outcomes.json');

/** What came of a script that ran with real LensKit and two processes. */
export type Happened = 'dies' | 'repeats work' | 'harmless';

/** A small script, with what lies beside it. */
export interface Case {
  name: string;
  /** All files, the script among them. */
  files: FileTree;
  /** The script's path in them. */
  run: string;
  /** Folders of `PYTHONPATH`, and variables; an empty one is not set. */
  path: string | null;
  /** The LensKit that it is written for. */
  lenskit: string;
  environment: { [name: string]: string };
}

/**
 * The scripts of `scripts/`: each is one file, `--- NAME` begins another one that lies beside it, and `#: run`, `#: path`,
 * `#: env` and `#: lenskit` at its beginning say how it is run.
 */
export function cases(): Case[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.py'));
  return files.sort().map((file) => {
    const [script = '', ...rest] = readFileSync(path.join(FOLDER, file), 'utf8').split(/^--- (.*)\n/m);
    const said = [...script.matchAll(/^#: (\w+) (.*)$/gm)].map(([, key = '', value = '']) => [key, value] as const);
    const of = (key: string): string | null => said.find(([one]) => one === key)?.[1] ?? null;
    const run = of('run') ?? 'job.py';
    const lenskit = of('lenskit') ?? '2025.8.1';
    const beside = readFileSync(path.join(WITNESS, lenskit.startsWith('0.') ? 'beside_0.py' : 'beside.py'), 'utf8');
    const tree: FileTree = { '/beside.py': beside, [`/${path.join(path.dirname(run), 'beside.py')}`]: beside };
    tree[`/${run}`] = script;
    for (let at = 0; at < rest.length; at += 2) tree[`/${rest[at]}`] = rest[at + 1] ?? '';
    const given = said.filter(([key]) => key === 'env').map(([, text]) => text.split(/=(.*)/s, 2) as [string, string]);
    const named = { LK_NUM_PROCS: '2', ...Object.fromEntries(given) };
    const environment = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== ''));
    return { name: file.slice(0, -3), files: tree, run, path: of('path'), lenskit, environment };
  });
}

/** What happened when each was run, by name; `LK_TEST_FULL=1 npm run test:lenskit` runs all of them again. */
export function outcomes(): { [name: string]: Happened } {
  return existsSync(OUTCOMES) ? (JSON.parse(readFileSync(OUTCOMES, 'utf8')) as { [name: string]: Happened }) : {};
}

/** How a worker's end shows, whatever the script makes of the error: an exit status shows nothing of it. */
const OF_A_WORKER = /bootstrapping phase|_RemoteTraceback|in spawn_main/;
/** What is sent to workers, and cannot be. */
const OF_PICKLE = /PicklingError|Can't (pickle|get) local|cannot pickle/;

/** Runs one of them in its folder. A worker that died, and work that two processes did, leave a mark. */
export function happens(python: string, root: string, { run, path: folder, environment }: Case): Promise<Happened> {
  const env = {
    PATH: process.env.PATH,
    HOME: root,
    LK_NUM_THREADS: '1',
    LK_NUM_BACKEND_THREADS: '1',
    OMP_NUM_THREADS: '1',
    ...environment,
    OUTCOME: path.join(root, '.outcome'),
    MARKS: path.join(root, '.marks'),
    PYTHONPATH: [WITNESS, ...(folder === null ? [] : [path.join(root, folder)])].join(':'),
  };
  return new Promise((resolve, reject) => {
    const child = spawn(python, [run], { cwd: root, env, detached: true });
    const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), 300_000);
    let said = '';
    child.stderr.on('data', (some: Buffer) => {
      said += some;
    });
    child.stdout.resume();
    child.stdin.on('error', () => {});
    child.stdin.end('a line\n');
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      const marks = new Set(lines(env.MARKS));
      if (lines(env.OUTCOME).length > 0 || OF_A_WORKER.test(said) || OF_PICKLE.test(said)) resolve('dies');
      else if (status !== 0) reject(new Error(`${run}: ${signal ?? status}: ${said.slice(-2000)}`));
      else resolve(marks.size > 1 ? 'repeats work' : 'harmless');
    });
  });
}

function lines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}
