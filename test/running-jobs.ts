import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT } from './cli.ts';

/** Jobs of an environment that is made for a test, with LensKit 2025.8.1 as far as files tell. */
export interface Jobs {
  /** Its parent is the jobs' home; they run in `work` below. */
  folder: string;
  start(code: string, options?: JobOptions): Promise<ChildProcess>;
  /** Ends all that were started. */
  end(): void;
  remove(): void;
}

export interface JobOptions {
  env?: { [name: string]: string };
  words?: string[];
  /** What starts it, as words before the program. */
  by?: string[];
}

/** Runs code, says so, and ends with its input. */
const PROGRAM = `
  process.stdin.on('end', () => process.exit()).resume();
  setTimeout(() => process.exit(), 200_000);
  eval(process.argv[1] ?? '');
  console.log('ready');
`;

/** The jobs' `python3.11` is Node by another name: what counts is how it is called, and which files it has mapped. */
export function madeJobs(): Jobs {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'lk-job-')));
  chmodSync(folder, 0o755);
  const site = path.join(folder, 'env/lib/python3.11/site-packages');
  mkdirSync(path.join(folder, 'env/bin'), { recursive: true });
  mkdirSync(path.join(folder, 'work'));
  mkdirSync(path.join(site, 'lenskit'), { recursive: true });
  mkdirSync(path.join(site, 'lenskit-2025.8.1.dist-info'));
  writeFileSync(path.join(site, 'lenskit/__init__.py'), '');
  writeFileSync(path.join(site, 'lenskit-2025.8.1.dist-info/METADATA'), 'Name: lenskit\nVersion: 2025.8.1\n');
  writeFileSync(path.join(folder, 'env/pyvenv.cfg'), 'version = 3.11.7\n');
  const python = path.join(folder, 'env/bin/python3.11');
  linked(realpathSync(process.execPath), python);
  linked(addon(), path.join(site, 'lenskit/_accel.abi3.so'));
  let started: ChildProcess[] = [];
  return {
    folder,
    async start(code, { env = {}, words = [], by = [] } = {}) {
      const [program = python, ...before] = [...by, python];
      const child = spawn(program, [...before, '-e', PROGRAM, '--', code, ...words], {
        cwd: path.join(folder, 'work'),
        env: { PATH: process.env.PATH, HOME: folder, ...env },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      started.push(child);
      await once(child.stdout as object as NodeJS.EventEmitter, 'data');
      return child;
    },
    end() {
      for (const child of started) child.kill('SIGKILL');
      started = [];
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Loads what LensKit's extension is called. */
export const LOADED = (folder: string) =>
  `process.dlopen({ exports: {} }, ${JSON.stringify(path.join(folder, 'env/lib/python3.11/site-packages/lenskit/_accel.abi3.so'))});`;

/** Starts a child of the same program, with words that multiprocessing would give it, and writes its number to `child`. */
export const CHILD = (words: string[]) => `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 200_000)', '--', ...${JSON.stringify(words)}]);
  process.on('exit', () => child.kill('SIGKILL'));
  require('node:fs').writeFileSync('child', String(child.pid));
`;

/** Some shared library that Node can load. */
function addon(): string {
  const packages = path.join(PROJECT, 'node_modules/@swc');
  const found = readdirSync(packages).flatMap((name) =>
    name.startsWith('core-')
      ? readdirSync(path.join(packages, name)).map((file) => path.join(packages, name, file))
      : [],
  );
  const file = found.find((name) => name.endsWith('.node'));
  if (file === undefined) throw new Error('no addon of swc: npm ci');
  return file;
}

function linked(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    cpSync(from, to);
  }
}
