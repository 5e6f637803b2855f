import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FileSystemHost } from '../../src/host/filesystem.ts';
import { readDynamic } from '../../src/python/elf.ts';
import { linkedLibraries } from '../../src/python/linked.ts';
import { observePython } from '../../src/python/observe.ts';
import { atImport } from '../../src/situation/at-import.ts';
import { withTree } from '../file-tree.ts';
import { machine, report } from '../machine.ts';
import { memoryHost } from '../memory-host.ts';

const DEBIAN_PYTHON = '/usr/lib/python3/dist-packages';

interface Recorded {
  files: { [path: string]: { size: number; chunks: { [at: number]: string } } };
  links: { [path: string]: string };
  texts: { [path: string]: string };
  cases: {
    name: string;
    env: { [name: string]: string };
    links: { [path: string]: string };
    counted: { import: number; work: number };
    mapped: string[];
  }[];
}

const RECORDED: Recorded = JSON.parse(readFileSync(path.join(__dirname, '../fixtures/debian-13-blas.json'), 'utf8'));

/** A recorded file up to its last byte that was kept, with nothing between those. */
function laid({ chunks }: Recorded['files'][string]): Buffer {
  const parts = Object.entries(chunks).map(([at, text]) => [Number(at), Buffer.from(text, 'base64')] as const);
  const bytes = Buffer.alloc(Math.max(...parts.map(([at, part]) => at + part.length)));
  for (const [at, part] of parts) part.copy(bytes, at);
  return bytes;
}

function layRecorded(root: string, file: string, recorded: Recorded['files'][string]): void {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, laid(recorded));
  truncateSync(target, recorded.size);
}

function link(root: string, links: { [path: string]: string }): void {
  for (const [from, target] of Object.entries(links)) {
    mkdirSync(path.dirname(path.join(root, from)), { recursive: true });
    rmSync(path.join(root, from), { force: true });
    symlinkSync(target, path.join(root, from));
  }
}

describe("Debian's numpy, by what its extensions need: foretold as it was counted in /proc with two CPUs", () => {
  let root = '';
  beforeAll(() => {
    root = mkdtempSync(path.join(tmpdir(), 'lk-debian-'));
    mkdirSync(path.join(root, 'usr/lib/python3.13'), { recursive: true });
    link(root, RECORDED.links);
    for (const [file, recorded] of Object.entries(RECORDED.files)) layRecorded(root, file, recorded);
    for (const [file, text] of Object.entries({ ...RECORDED.texts, '/usr/lib/python3.13/os.py': '' })) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    mkdirSync(path.join(root, 'usr/bin'), { recursive: true });
    writeFileSync(path.join(root, 'usr/bin/python3'), '', { mode: 0o755 });
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const python = (env: { [name: string]: string }, links: { [path: string]: string }) => {
    link(root, links);
    const host = new FileSystemHost({ root, platform: 'linux', env, cwd: '/', home: '/root', live: false });
    return observePython(host, '/usr/bin/python3');
  };

  test.each(RECORDED.cases.map((recorded) => [recorded.name, recorded.env, recorded] as const))(
    '%s %j',
    (_, env, { links, counted, mapped }) => {
      const observed = python(env, links);
      const { pools } = observed;
      expect(pools.map(({ file }) => file)).toEqual(mapped);
      expect(pools.every(({ owner }) => owner === 'Debian')).toBe(true);
      const environment = { pools, lenskit: { version: '2026.4.0', file: '' } };
      const left = report(machine({ cpus: 2, environment, env: { ...env, LK_NUM_BACKEND_THREADS: '-1' } }));
      const blas = left.pools.map(({ main }) => main ?? 0);
      expect(Math.max(1, ...blas)).toBe(counted.work);
      const facts = { ...observed, ...environment };
      expect(atImport(facts, env, { affinity: 2, online: 2 }, { cpus: 2 }).main).toBe(counted.import);
    },
  );

  test('a virtual environment over it has its own numpy, or without one that of Debian', async () => {
    const env = {};
    const [pthread] = RECORDED.cases;
    const prefix = '/home/u/venv';
    const site = `${prefix}/lib/python3.13/site-packages`;
    const lay = (file: string, text: string) => {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text, { mode: 0o755 });
    };
    lay(`${prefix}/pyvenv.cfg`, 'home = /usr/bin\ninclude-system-site-packages = true\nversion = 3.13.5\n');
    lay(`${prefix}/bin/python3`, '');
    lay(`${site}/lenskit-2025.8.1.dist-info/METADATA`, 'Name: lenskit\nVersion: 2025.8.1\n');
    link(root, pthread?.links ?? {});
    const host = new FileSystemHost({ root, platform: 'linux', env, cwd: '/', home: '/root', live: false });
    const owners = () => observePython(host, `${prefix}/bin/python3`).pools.map(({ family, owner }) => [family, owner]);
    expect(owners()).toEqual([['OpenBLAS', 'Debian']]);
    lay(`${site}/numpy/__init__.py`, '');
    lay(`${site}/numpy.libs/libscipy_openblas64_-1.so`, '');
    expect(owners()).toEqual([['OpenBLAS', 'numpy']]);
  });

  test('whatever stands in an ELF file, reading it ends without an exception', () => {
    const recorded = RECORDED.files['/usr/lib/x86_64-linux-gnu/flexiblas/libflexiblas_openblas-pthread.so'];
    const whole = recorded === undefined ? Buffer.alloc(0) : laid(recorded);
    const places = Object.entries(recorded?.chunks ?? {}).flatMap(([at, text]) =>
      Array.from(Buffer.from(text, 'base64'), (_, byte) => Number(at) + byte),
    );
    const read = (bytes: Buffer) =>
      readDynamic(
        { ...memoryHost({}), parts: (_, use) => use((from, length) => bytes.subarray(from, from + length)) },
        '/x',
      );
    expect(read(whole)?.needed).toContain('libopenblas.so.0');
    const change = fc.tuple(fc.constantFrom(...places), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(whole.length), (changes, length) => {
        const broken = Buffer.from(whole);
        for (const [at, byte] of changes) broken[at] = byte;
        for (const found of [read(broken), read(broken.subarray(0, length))])
          expect(found === null || found.needed.length <= 256).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

/** The real dynamic linker is asked what it maps. */
const CC = spawnSync('cc', ['--version']).status === 0 && spawnSync('python3', ['--version']).status === 0;

(CC ? describe : describe.skip)(`libraries are found as ld.so finds them${CC ? '' : ' (no cc, or no python3)'}`, () => {
  let base = '';
  beforeAll(() => {
    base = mkdtempSync(path.join(tmpdir(), 'lk-linked-'));
    for (const folder of ['one', 'two']) {
      library(`${folder}/libopenblas.so.0`);
      library(`${folder}/libblas.so.3`, [`${folder}/libopenblas.so.0`], ...RUNPATH(`${base}/${folder}`));
    }
  });
  afterAll(() => rmSync(base, { recursive: true }));

  /** Compiles a library: where, its needs as files, the flags of the linker. */
  function library(file: string, needs: string[] = [], ...flags: string[]): string {
    const target = path.join(base, file);
    mkdirSync(path.dirname(target), { recursive: true });
    const name = path.basename(file);
    const code = [
      '-x',
      'c',
      '/dev/null',
      '-shared',
      '-nostdlib',
      `-Wl,-soname,${name}`,
      '-Wl,--no-as-needed',
      '-x',
      'none',
    ];
    const linked = needs.map((need) => path.join(base, need));
    execFileSync('cc', [
      '-o',
      target,
      ...code,
      ...linked,
      '-Wl,--allow-shlib-undefined',
      ...flags.map((flag) => `-Wl,${flag}`),
    ]);
    return target;
  }

  const RPATH = (folder: string) => ['--disable-new-dtags', `-rpath,${folder}`];
  const RUNPATH = (folder: string) => ['--enable-new-dtags', `-rpath,${folder}`];

  const LAYOUTS: [rule: string, lay: () => { extension: string; path?: string }][] = [
    ['EasyBuild: LD_LIBRARY_PATH alone', () => ({ extension: library('a/x.so', ['one/libblas.so.3']), path: 'two' })],
    ['Spack: DT_RUNPATH', () => ({ extension: library('b/x.so', ['one/libblas.so.3'], ...RUNPATH(`${base}/one`)) })],
    [
      'EasyBuild with RPATH: DT_RPATH',
      () => ({ extension: library('c/x.so', ['one/libblas.so.3'], ...RPATH(`${base}/one`)) }),
    ],
    [
      'LD_LIBRARY_PATH is before DT_RUNPATH',
      () => ({ extension: library('d/x.so', ['one/libblas.so.3'], ...RUNPATH(`${base}/one`)), path: 'two' }),
    ],
    [
      'DT_RPATH is before LD_LIBRARY_PATH',
      () => ({ extension: library('e/x.so', ['one/libblas.so.3'], ...RPATH(`${base}/one`)), path: 'two' }),
    ],
    ['$ORIGIN', () => ({ extension: library('f/g/x.so', ['one/libblas.so.3'], ...RUNPATH('$ORIGIN/../../one')) })],
    [
      '$ORIGIN is where a link lies, not where it leads to',
      () => {
        library('real/libblas.so.3', ['two/libopenblas.so.0'], ...RUNPATH('$ORIGIN'));
        mkdirSync(path.join(base, 'alternatives'), { recursive: true });
        symlinkSync('../real/libblas.so.3', path.join(base, 'alternatives/libblas.so.3'));
        symlinkSync('../one/libopenblas.so.0', path.join(base, 'alternatives/libopenblas.so.0'));
        library('real/libopenblas.so.0');
        return { extension: library('h/x.so', ['one/libblas.so.3'], ...RUNPATH(`${base}/alternatives`)) };
      },
    ],
    [
      'DT_RPATH holds for what the library needs',
      () => {
        library('mid/libcblas.so.3', ['one/libblas.so.3']);
        return { extension: library('i/x.so', ['mid/libcblas.so.3'], ...RPATH(`${base}/mid:${base}/one`)) };
      },
    ],
    [
      'DT_RUNPATH does not',
      () => {
        library('mid/libcblas.so.3', ['one/libblas.so.3']);
        return {
          extension: library('j/x.so', ['mid/libcblas.so.3'], ...RUNPATH(`${base}/mid:${base}/one`)),
          path: 'two',
        };
      },
    ],
    [
      'a file of another kind is passed over',
      () => {
        mkdirSync(path.join(base, 'broken'), { recursive: true });
        const elf = readFileSync(path.join(base, 'one/libblas.so.3'));
        elf.writeUInt16LE(3, 18); // i386
        writeFileSync(path.join(base, 'broken/libblas.so.3'), elf);
        return { extension: library('k/x.so', ['one/libblas.so.3'], ...RUNPATH(`${base}/broken:${base}/one`)) };
      },
    ],
    ['by ld.so.cache or the system', () => ({ extension: library('l/x.so', [], '--push-state', '-l:libgcc_s.so.1') })],
  ];

  test.each(LAYOUTS)('%s', (_, lay) => {
    const { extension, path: folder } = lay();
    const env = folder === undefined ? {} : { LD_LIBRARY_PATH: `${base}/nowhere:${base}/${folder}` };
    const code = 'import ctypes, sys; ctypes.CDLL(sys.argv[1]); print(open("/proc/self/maps").read())';
    const maps = execFileSync('python3', ['-c', code, extension], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    const host = new FileSystemHost({ root: '/', platform: 'linux', env, cwd: '/', home: '', live: true });
    const mapped = maps.match(/\/\S*lib(?:open|c)?blas\S*|\/\S*libgcc_s\S*/g) ?? [];
    const found = linkedLibraries(host, [extension], /blas|gcc_s/).map(({ file }) => file);
    expect(found.sort()).toEqual([...new Set(mapped)].sort());
    expect(found.length).toBeGreaterThan(0);
  });
});

describe('FlexiBLAS: what was seen with 3.4.82 in each case', () => {
  const etc = '/eb/FlexiBLAS/3.4.4/etc';
  const lib = '/eb/FlexiBLAS/3.4.4/lib';
  const library = RECORDED.files['/usr/lib/x86_64-linux-gnu/libflexiblas.so.3.4'];
  const OPENBLAS_FOLDER = '/usr/lib/x86_64-linux-gnu/openblas-pthread';
  const openblas = RECORDED.files[`${OPENBLAS_FOLDER}/libopenblasp-r0.3.29.so`];
  const wrapper = RECORDED.files['/usr/lib/x86_64-linux-gnu/flexiblas/libflexiblas_openblas-pthread.so'];
  const extension = RECORDED.files[`${DEBIAN_PYTHON}/numpy/_core/_multiarray_umath.cpython-313-x86_64-linux-gnu.so`];
  const SYSTEM = { [`${etc}/flexiblasrc`]: 'default = NETLIB\n\n[NETLIB]\nlibrary = libflexiblas_netlib.so\n' };
  const OPENBLAS = { [`${etc}/flexiblasrc.d/openblas.conf`]: '[OpenBLAS]\nlibrary = libflexiblas_openblas.so\n' };
  const user = '/home/u/.flexiblasrc';

  test.each<[string, { [file: string]: string }, { [name: string]: string }, object]>([
    ['the default of the system', SYSTEM, {}, { name: 'NETLIB', threads: 'one', ignored: null }],
    ['a variable', SYSTEM, { FLEXIBLAS: 'openblas' }, { name: 'openblas', threads: 'of a pool' }],
    [
      'a user over the system',
      { ...SYSTEM, [user]: 'default = openblas' },
      {},
      { name: 'OPENBLAS', by: `default in ${user}` },
    ],
    [
      'the user on this host over the user',
      {
        ...SYSTEM,
        [user]: 'default = openblas',
        [`${user}.node7`]: 'default=netlib',
        '/proc/sys/kernel/hostname': 'node7\n',
      },
      {},
      { name: 'NETLIB' },
    ],
    [
      'a file of its own over all',
      { ...SYSTEM, [user]: 'default = openblas', '/c': 'default = netlib' },
      { FLEXIBLAS_CONFIG: '/c' },
      { name: 'NETLIB', by: 'default in /c' },
    ],
    [
      'the folder for drop-ins has no default',
      { [`${etc}/flexiblasrc.d/x.conf`]: 'default = OpenBLAS' },
      {},
      { name: null, threads: null },
    ],
    ['a name that is none', SYSTEM, { FLEXIBLAS: 'mkl' }, { name: 'NETLIB', ignored: 'FLEXIBLAS=mkl' }],
    [
      'a section whose library is not there',
      { ...SYSTEM, '/c': '[MKL]\nlibrary = libmkl.so' },
      { FLEXIBLAS: 'mkl', FLEXIBLAS_CONFIG: '/c' },
      { name: 'NETLIB', by: 'what it falls back to' },
    ],
    ['a default without a section: it aborts', { ...SYSTEM, [user]: 'default = mkl' }, {}, { name: 'MKL', file: null }],
  ])('%s', async (_, files, env, expected) => {
    const site = '/eb/numpy/lib/python3.11/site-packages';
    const texts = {
      ...OPENBLAS,
      ...files,
      [`${site}/numpy/__init__.py`]: '',
      '/usr/lib/python3.11/os.py': '',
      '/usr/bin/python3': '',
    };
    await withTree(texts, (root) => {
      for (const [file, recorded] of [
        [`${site}/numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so`, extension],
        [`${lib}/libflexiblas.so.3.4`, library],
        [`${lib}/flexiblas/libflexiblas_openblas.so`, wrapper],
        [`${OPENBLAS_FOLDER}/libopenblasp-r0.3.29.so`, openblas],
        [`${lib}/flexiblas/libflexiblas_netlib.so`, RECORDED.files['/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.12.1']],
      ] as const)
        if (recorded !== undefined) layRecorded(root, file, recorded);
      link(root, { [`${OPENBLAS_FOLDER}/libopenblas.so.0`]: 'libopenblasp-r0.3.29.so' });
      link(root, { [`${lib}/libblas.so.3`]: 'libflexiblas.so.3.4' });
      execFileSync('chmod', ['+x', path.join(root, 'usr/bin/python3')]);
      const all = { ...env, PYTHONPATH: site, LD_LIBRARY_PATH: lib };
      const host = new FileSystemHost({ root, platform: 'linux', env: all, cwd: '/', home: '/home/u', live: false });
      const [flexiblas] = observePython(host, '/usr/bin/python3').pools;
      expect(flexiblas?.backend).toMatchObject(expected);
    });
  });
});

describe("Apple's Accelerate", () => {
  // numpy 2.2.6's wheels: macosx_14_0_arm64 has no library, macosx_11_0_arm64 numpy/.dylibs/libscipy_openblas64_.dylib.
  const config = (name: string, version: string) =>
    `CONFIG = _cleanup(\n{\n "Build Dependencies": {\n "blas": {\n "name": "${name}",\n "found": bool("True"),\n "version": "${version}",\n },`;
  const pools = (files: { [file: string]: string }) => {
    const site = '/e/lib/python3.12/site-packages';
    const tree = Object.fromEntries(Object.entries(files).map(([file, text]) => [`${site}/numpy/${file}`, text]));
    return withTree({ '/e/pyvenv.cfg': 'home = /usr/bin\n', '/e/bin/python3': '', ...tree }, (root) => {
      execFileSync('chmod', ['+x', path.join(root, 'e/bin/python3')]);
      const host = new FileSystemHost({ root, platform: 'darwin', env: {}, cwd: '/', home: '', live: false });
      return observePython(host, '/e').pools;
    });
  };
  const umath = '_core/_multiarray_umath.cpython-312-darwin.so';

  test("is the BLAS of numpy's wheels for macOS 14, which bring none", async () => {
    const found = await pools({ [umath]: '', '__config__.py': config('accelerate', 'unknown') });
    expect(found).toEqual([expect.objectContaining({ family: 'Accelerate', owner: 'numpy' })]);
    const rows = (env: { [name: string]: string }) => report(machine({ environment: { pools: found }, env })).pools;
    expect(rows({})).toEqual([
      expect.objectContaining({ pool: 'Accelerate (numpy)', variables: ['VECLIB_MAXIMUM_THREADS'], main: null }),
    ]);
    expect(rows({ VECLIB_MAXIMUM_THREADS: '1' })[0]).toMatchObject({ main: 1 });
    expect(rows({ VECLIB_MAXIMUM_THREADS: '3' })[0]).toMatchObject({
      main: null,
      by: expect.stringContaining('no more than 3'),
    });
  });

  test('is not where a wheel brings OpenBLAS, in its own folder', async () => {
    const found = await pools({
      [umath]: '',
      '.dylibs/libscipy_openblas64_.dylib': '',
      '__config__.py': config('scipy-openblas', '0.3.29'),
    });
    expect(found).toEqual([expect.objectContaining({ family: 'OpenBLAS', owner: 'numpy', version: '0.3.29' })]);
  });
});
