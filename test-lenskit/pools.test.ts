import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '../src/documents/doctor-report.ts';
import { FileSystemHost } from '../src/host/filesystem.ts';
import { observePython } from '../src/python/observe.ts';
import { atImport } from '../src/situation/at-import.ts';
import { doctorJson, PROJECT } from '../test/cli.ts';
import { check, machine, report } from '../test/machine.ts';
import { CACHE } from './cache.ts';

const ENVIRONMENT = path.join(CACHE, 'lenskit-2026.4.0');
const isThere = existsSync(path.join(ENVIRONMENT, 'complete'));

/** A Debian 13 that debian_root.sh made. */
const ROOT = process.env.LK_TEST_DEBIAN_ROOT ?? path.join(CACHE, 'debian-13');
const LIBRARIES = '/usr/lib/x86_64-linux-gnu';
const mayChangeRoot =
  process.getuid?.() === 0 &&
  existsSync(path.join(ROOT, LIBRARIES, 'openblas-openmp')) &&
  spawnSync('unshare', ['-m', 'true']).status === 0;
const whyNotDebian = mayChangeRoot
  ? ''
  : ` (skipped: not root, or no ${ROOT}, which test-lenskit/debian_root.sh makes)`;
const hasFlexiblas = mayChangeRoot && existsSync(path.join(ROOT, LIBRARIES, 'libflexiblas.so.3'));

/** What every foretold value of a probe came to. */
function expectAsForetold({ probe, pools }: Report, file: string): void {
  expect(probe?.error).toBeNull();
  expect(probe?.comparisons.filter(({ agrees }) => !agrees)).toEqual([]);
  expect(probe?.comparisons.length).toBeGreaterThan(8);
  expect(pools.map((pool) => pool.file)).toContainEqual(expect.stringContaining(file));
}

/** Numpy of a wheel, laid as EasyBuild and Spack lay it: its OpenBLAS in a prefix of its own. */
describe('a BLAS in a prefix of its own', () => {
  let base = '';
  let numpy = '';
  let openblas = '';
  beforeAll(() => {
    base = mkdtempSync(path.join(tmpdir(), 'lk-prefixes-'));
    if (!isThere) return;
    const lib = path.join(ENVIRONMENT, 'lib');
    const python = readdirSync(lib).find((name) => name.startsWith('python3.')) ?? '';
    const from = path.join(lib, python, 'site-packages');
    numpy = path.join(base, `software/SciPy-bundle/2026.05-gfbf-2026a/lib/${python}/site-packages`);
    openblas = path.join(base, 'software/OpenBLAS/0.3.31/lib');
    mkdirSync(numpy, { recursive: true });
    cpSync(path.join(from, 'numpy'), path.join(numpy, 'numpy'), { recursive: true });
    cpSync(path.join(from, 'numpy.libs'), openblas, { recursive: true });
    const [library = ''] = readdirSync(openblas).filter((name) => name.includes('openblas'));
    symlinkSync(library, path.join(openblas, 'libopenblas.so.0'));
  });
  afterAll(() => rmSync(base, { recursive: true }));

  const real = isThere ? test : test.skip;
  real('EasyBuild: PYTHONPATH and LD_LIBRARY_PATH', () => {
    const env = ['--env', `PYTHONPATH=${numpy}`, '--env', `LD_LIBRARY_PATH=${openblas}`];
    expectAsForetold(doctorJson(['--python', ENVIRONMENT, '--probe', ...env]).report, '/software/OpenBLAS/0.3.31/lib/');
  });

  const patchelf = process.env.LK_TEST_PATCHELF ?? 'patchelf';
  const canPatch = isThere && spawnSync(patchelf, ['--version']).status === 0;
  (canPatch ? test : test.skip).each([
    ['Spack: DT_RUNPATH', ['--set-rpath']],
    ['EasyBuild with RPATH: DT_RPATH', ['--force-rpath', '--set-rpath']],
  ])(`%s${canPatch ? '' : ' (skipped: no patchelf)'}`, (_, flags) => {
    for (const extension of ['_core/_multiarray_umath', 'linalg/_umath_linalg']) {
      const folder = path.join(numpy, 'numpy', path.dirname(extension));
      const [file = ''] = readdirSync(folder).filter((name) => name.startsWith(`${path.basename(extension)}.`));
      expect(spawnSync(patchelf, [...flags, openblas, path.join(folder, file)]).status).toBe(0);
    }
    const env = ['--env', `PYTHONPATH=${numpy}`];
    expectAsForetold(doctorJson(['--python', ENVIRONMENT, '--probe', ...env]).report, '/software/OpenBLAS/0.3.31/lib/');
  });
});

interface DebianCase {
  name: string;
  /** Below the folder of libraries: what the alternatives of libblas.so.3, libopenblas.so.0 and liblapack.so.3 lead to. */
  blas: string;
  openblas: string;
  env?: { [name: string]: string };
  /** The family and number of threads of numpy's own BLAS with LensKit, for the probe. */
  probe?: string;
}

const DEBIAN: DebianCase[] = [
  { name: 'libopenblas0-pthread', blas: 'openblas-pthread', openblas: 'openblas-pthread', probe: 'openblas-pthread/' },
  {
    name: 'libopenblas0-pthread, one thread',
    blas: 'openblas-pthread',
    openblas: 'openblas-pthread',
    env: { OMP_NUM_THREADS: '1' },
  },
  { name: 'libopenblas0-openmp', blas: 'openblas-openmp', openblas: 'openblas-openmp', probe: 'openblas-openmp/' },
  {
    name: 'libopenblas0-openmp',
    blas: 'openblas-openmp',
    openblas: 'openblas-openmp',
    env: { OPENBLAS_NUM_THREADS: '1' },
  },
  {
    name: 'libopenblas0-openmp',
    blas: 'openblas-openmp',
    openblas: 'openblas-openmp',
    env: { OMP_NUM_THREADS: '4,2' },
  },
  { name: 'libopenblas0-openmp', blas: 'openblas-openmp', openblas: 'openblas-openmp', env: { OMP_NUM_THREADS: '1' } },
  { name: 'alternatives that differ', blas: 'openblas-pthread', openblas: 'openblas-openmp' },
  { name: 'libopenblas0-serial', blas: 'openblas-serial', openblas: 'openblas-serial' },
  { name: 'the reference BLAS', blas: 'blas', openblas: 'openblas-serial' },
  { name: 'libblis4-openmp', blas: 'blis-openmp', openblas: 'openblas-serial' },
  { name: 'libblis4-openmp', blas: 'blis-openmp', openblas: 'openblas-serial', env: { BLIS_NUM_THREADS: '3' } },
];
const FLEXIBLAS: DebianCase[] = [
  { name: 'FlexiBLAS', blas: '.', openblas: 'openblas-serial' },
  { name: 'FlexiBLAS', blas: '.', openblas: 'openblas-serial', env: { FLEXIBLAS: 'nosuch' } },
  {
    name: 'FlexiBLAS',
    blas: '.',
    openblas: 'openblas-serial',
    env: { FLEXIBLAS: 'openblas-pthread' },
    probe: 'openblas-pthread/',
  },
  {
    name: 'FlexiBLAS',
    blas: '.',
    openblas: 'openblas-serial',
    env: { FLEXIBLAS: 'openblas-openmp', OMP_NUM_THREADS: '3' },
    probe: 'openblas-openmp/',
  },
];

describe(`Debian's numpy${whyNotDebian}`, () => {
  const inRoot = (command: string[], env: { [name: string]: string }): SpawnSyncReturns<string> => {
    const script = path.join(PROJECT, 'test-lenskit/in_root.sh');
    const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const argv = ['-m', 'sh', script, ROOT, PROJECT, ENVIRONMENT, 'env', ...settings, ...command];
    return spawnSync('unshare', argv, {
      env: { PATH: process.env.PATH, HOME: '/root' },
      encoding: 'utf8',
      timeout: 300_000,
      killSignal: 'SIGKILL',
    });
  };
  const printed = ({ stdout, stderr }: SpawnSyncReturns<string>) => {
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  };
  const choose = ({ blas, openblas }: DebianCase) => {
    const library = blas === '.' ? 'libflexiblas.so.3' : `${blas}/libblas.so.3`;
    const lapack = blas.startsWith('openblas') ? blas : openblas;
    for (const [name, target] of [
      ['libblas.so.3', library],
      ['libopenblas.so.0', `${openblas}/libopenblas.so.0`],
      ['liblapack.so.3', `${lapack}/liblapack.so.3`],
    ] as const) {
      const alternative = path.join(ROOT, `/etc/alternatives/${name}-x86_64-linux-gnu`);
      rmSync(alternative, { force: true });
      symlinkSync(`${LIBRARIES}/${target}`, alternative);
    }
  };
  const cases = [...DEBIAN, ...(hasFlexiblas ? FLEXIBLAS : [])];

  (mayChangeRoot ? test : test.skip).each(cases.map((debian) => [debian.name, debian.env ?? {}, debian] as const))(
    '%s %j: as many threads as are foretold',
    (_, env, debian) => {
      choose(debian);
      const counted = printed(inRoot(['python3', '/lk/test-lenskit/count_tasks.py'], env));
      const cpus = Number(spawnSync('nproc', { encoding: 'utf8' }).stdout);
      const host = new FileSystemHost({ root: ROOT, platform: 'linux', env, cwd: '/', home: '/root', live: false });
      const python = { ...observePython(host, '/usr/bin/python3'), lenskit: { version: '2026.4.0', file: '' } };
      const left = report(machine({ cpus, environment: python, env: { ...env, LK_NUM_BACKEND_THREADS: '-1' } }));
      const work = left.pools.map(({ main }) => main ?? 0);
      const { main } = atImport(python, env, { affinity: cpus, online: cpus }, { cpus });
      expect({ import: main, work: Math.max(1, ...work) }).toEqual(counted);
    },
  );

  const probed = cases.filter(({ probe }) => probe !== undefined);
  (mayChangeRoot && isThere ? test : test.skip).each(
    probed.map((debian) => [debian.name, debian.env ?? {}, debian] as const),
  )('%s %j below a virtual environment with LensKit: as foretold, thread by thread', (_, env, debian) => {
    choose(debian);
    const lk = ['/node/bin/node', '/lk/bin/lk.cjs', 'doctor', '--json', '--fail-on', 'never'];
    const out = inRoot([...lk, '--probe', '--python', '/venv/bin/python3'], env);
    expectAsForetold(printed(out) as Report, debian.probe ?? '');
  });

  (mayChangeRoot ? test : test.skip).each([[{ OMP_THREAD_LIMIT: '1' }], [{ OMP_DYNAMIC: 'true' }]])(
    'libopenblas0-openmp %j: a product never ends, and that is foretold',
    (env) => {
      choose({ name: '', blas: 'openblas-openmp', openblas: 'openblas-openmp' });
      expect(inRoot(['timeout', '-s', 'KILL', '20', 'python3', '/lk/test-lenskit/count_tasks.py'], env)).toMatchObject({
        stdout: '',
        stderr: expect.not.stringContaining('Error'),
      });
      const host = new FileSystemHost({ root: ROOT, platform: 'linux', env, cwd: '/', home: '/root', live: false });
      const facts = machine({
        cpus: 2,
        environment: observePython(host, '/usr/bin/python3'),
        env: { ...env, LK_NUM_BACKEND_THREADS: '-1' },
      });
      expect(
        check('backend/openblas-openmp', {
          ...facts,
          python: { ...facts.python, lenskit: { version: '2026.4.0', file: '' } },
        }).status,
      ).toBe('fail');
    },
  );
});
