import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '../..');
const { name, version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
};

/** What `npm run dist` made. @throws where it was not made: a test that is left out holds nothing */
export function product(suffix: string): string {
  const file = path.join(ROOT, 'dist-packages', suffix.replace('NAME', `${name}-${version}`));
  if (!existsSync(file)) throw new Error(`${file} is not there: run npm run dist`);
  return file;
}

/** An empty folder with an empty home in it, gone afterwards. */
export async function inEmptyPlace<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'package-'));
  mkdirSync(path.join(folder, 'home'), { mode: 0o700 });
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const NODE = path.dirname(process.execPath);

/** A program with nothing of this process's environment but where Node and Python are, unless another PATH is given. */
export function run(program: string, args: readonly string[], cwd: string, env: { [name: string]: string } = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { PATH: `${NODE}:${process.env.PATH}`, HOME: path.join(cwd, 'home'), ...env },
    timeout: 300_000,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** The tarball installed below a folder. Without a network: it needs no other package. */
export function installTarball(folder: string): string {
  const npm = path.join(NODE, process.platform === 'win32' ? 'npm.cmd' : 'npm');
  const args = ['install', '--offline', '--no-fund', '--no-audit', '--prefix', folder, product('NAME.tgz')];
  execFileSync(existsSync(npm) ? npm : 'npm', args, {
    cwd: folder,
    env: { PATH: `${NODE}:${process.env.PATH}`, HOME: path.join(folder, 'home') },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return path.join(folder, 'node_modules');
}
