import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bearingVariables } from '../../src/details/environment.ts';
import { observeGpuDetails } from '../../src/details/gpus.ts';
import { observeProcessor } from '../../src/details/processor.ts';
import { constantFrom } from '../../src/details/scan.ts';
import { observeSystem } from '../../src/details/system.ts';
import { observeTorchBuild } from '../../src/details/torch.ts';
import { machineBelow, thisMachine } from '../../src/host/open.ts';
import { withTree } from '../file-tree.ts';
import { memoryHost } from '../memory-host.ts';
import { elf } from './elf.ts';

const linux = process.platform === 'linux' ? test : test.skip;
const said = (command: string, ...args: string[]) =>
  spawnSync(command, args, { encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: 'C' } });

describe('a constant of a library', () => {
  const part = (bytes: Buffer) => (from: number, length: number) => bytes.subarray(from, from + length);

  test('is found wherever it lies, also where two parts meet', () => {
    const around = fc.nat(3 * 1024 * 1024);
    fc.assert(
      fc.property(around, fc.integer({ min: -40, max: 40 }), (before, near) => {
        for (const at of [before, Math.max(0, 1024 * 1024 + near), Math.max(0, 2 * 1024 * 1024 + near)]) {
          const bytes = Buffer.concat([Buffer.alloc(at, 'x'), Buffer.from('\0OpenBLAS 0.3.30 DYNAMIC_ARCH\0y')]);
          expect(constantFrom(part(bytes), 'OpenBLAS ', /^OpenBLAS \d/, 8e6)).toBe('OpenBLAS 0.3.30 DYNAMIC_ARCH');
        }
      }),
      { numRuns: 10 },
    );
  });

  test('is not taken from what only begins so, nor read beyond the bound', () => {
    const bytes = Buffer.concat([
      Buffer.from('OpenBLAS blas_thread_init\0'),
      Buffer.alloc(5e6),
      Buffer.from('OpenBLAS 0.3\0'),
    ]);
    expect(constantFrom(part(bytes), 'OpenBLAS ', /^OpenBLAS \d/, 8e6)).toBe('OpenBLAS 0.3');
    expect(constantFrom(part(bytes), 'OpenBLAS ', /^OpenBLAS \d/, 4e6)).toBeNull();
    expect(constantFrom(part(Buffer.alloc(0)), 'x', /x/, 8e6)).toBeNull();
  });
});

describe('the system', () => {
  linux("this machine's C library, as the system says it", () => {
    const { name, version } = observeSystem(thisMachine(), process.execPath).cLibrary ?? {};
    const glibc = said('getconf', 'GNU_LIBC_VERSION');
    if (glibc.status !== 0) return;
    expect(`${name} ${version}\n`).toBe(glibc.stdout);
    expect(observeSystem(thisMachine(), null).cLibrary?.version).toBe(version);
    const { kernel, architecture } = observeSystem(thisMachine(), process.execPath);
    expect([kernel, architecture]).toEqual([said('uname', '-r').stdout.trim(), said('uname', '-m').stdout.trim()]);
  });

  test("musl, where it is the interpreter's; an older glibc by its file's name", () =>
    withTree(
      {
        '/usr/bin/python3': elf({ loader: '/lib/ld-musl-x86_64.so.1' }),
        '/lib/ld-musl-x86_64.so.1': Buffer.from('\0musl libc (x86_64)\nVersion %s\n\x001.2.5\0'),
        '/opt/bin/python3': elf({ loader: '/lib64/ld-linux-x86-64.so.2' }),
        '/lib64/ld-linux-x86-64.so.2': 'x',
        '/lib64/libc.so.6': Buffer.from('\0GNU C Library (GNU libc) stable release version 2.17, by Roland\0'),
        '/etc/os-release': 'NAME=x\nPRETTY_NAME="Alpine Linux v3.20"\n',
        '/proc/sys/kernel/osrelease': '6.6.1-lts\n',
      },
      (root) => {
        const host = machineBelow(root, {});
        expect(observeSystem(host, '/usr/bin/python3')).toEqual({
          name: 'Alpine Linux v3.20',
          kernel: '6.6.1-lts',
          architecture: 'x86_64',
          cLibrary: { name: 'musl', version: '1.2.5', file: '/lib/ld-musl-x86_64.so.1' },
        });
        expect(observeSystem(host, '/opt/bin/python3').cLibrary).toEqual({
          name: 'glibc',
          version: '2.17',
          file: '/lib64/libc.so.6',
        });
      },
    ));

  test('a machine without any of it', () =>
    expect(observeSystem(memoryHost({}), '/usr/bin/python3')).toEqual({
      name: null,
      kernel: null,
      architecture: null,
      cLibrary: null,
    }));
});

describe('the processor', () => {
  linux('cores, sockets and caches of this machine, as lscpu counts them', () => {
    const { status, stdout } = said('lscpu', '-p=CORE,SOCKET,NODE');
    if (status !== 0) return;
    const rows = stdout.split('\n').filter((line) => /^\d/.test(line));
    const sockets = new Set(rows.map((row) => row.split(',')[1])).size;
    const found = observeProcessor(thisMachine(), null);
    expect({ cores: found.cores, sockets: found.sockets }).toEqual({ cores: new Set(rows).size, sockets });
    const caches = said('lscpu', '-B', '-C=NAME,ONE-SIZE').stdout.split('\n').slice(1).filter(Boolean);
    const own = found.caches.map(({ name, bytes }) => `${name} ${bytes}`).sort();
    expect(own).toEqual(caches.map((line) => line.trim().replace(/\s+/, ' ')).sort());
  });

  test('two sockets of two cores with two threads each, one CPU offline', () => {
    const files: { [path: string]: string } = {};
    for (let cpu = 0; cpu < 8; cpu++) {
      const folder = `/sys/devices/system/cpu/cpu${cpu}/topology`;
      if (cpu === 7) files[`/sys/devices/system/cpu/cpu7/online`] = '0\n';
      else {
        files[`${folder}/physical_package_id`] = `${cpu >> 2}\n`;
        files[`${folder}/core_id`] = `${(cpu >> 1) % 2}\n`;
      }
    }
    const cache = '/sys/devices/system/cpu/cpu0/cache/index0';
    Object.assign(files, {
      [`${cache}/size`]: '48K\n',
      [`${cache}/type`]: 'Data\n',
      [`${cache}/level`]: '1\n',
      [`${cache}/shared_cpu_list`]: '0-1\n',
      '/sys/devices/system/cpu/cpu0/cache/index1/size': 'nonsense\n',
      '/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '3500000\n',
      '/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq': '800123\n',
      '/sys/devices/system/node/node0/x': '',
      '/sys/devices/system/node/node1/x': '',
      '/proc/cpuinfo':
        'model name : Some CPU\ncpu MHz : 1200.5\nflags : fpu sse4_2 avx2 fma lm\n\nmodel name : other\n',
    });
    expect(observeProcessor(memoryHost(files), null)).toEqual({
      model: 'Some CPU',
      sockets: 2,
      cores: 4,
      numaNodes: 2,
      caches: [{ name: 'L1d', bytes: 49152, sharedBy: 2 }],
      frequency: { now: 800, most: 3500 },
      vector: ['sse4_2', 'avx2', 'fma'],
    });
    expect(observeProcessor(memoryHost({}), null).cores).toBeNull();
  });
});

describe('Torch', () => {
  const site = { path: '/s', kind: 'environment' as const, entries: ['torch'] };
  const version =
    "__version__ = '2.15.0+rocm7'\ndebug = False\ncuda: Optional[str] = None\ngit_version = 'abc123'\nhip: Optional[str] = '7.0.1'\n";
  const build = (vector: string[], env = {}) =>
    observeTorchBuild(memoryHost({ '/s/torch/version.py': version }, env), [site], vector);

  test('its build', () =>
    expect(build([])).toEqual({
      version: '2.15.0+rocm7',
      cuda: null,
      hip: '7.0.1',
      xpu: null,
      debug: false,
      commit: 'abc123',
      capability: null,
    }));

  test.each([
    [['sse4_2'], {}, 'DEFAULT'],
    [['sse4_2', 'avx2', 'fma'], {}, 'AVX2'],
    [['sse4_2', 'avx2'], {}, 'DEFAULT'],
    [['sse4_2', 'avx2', 'fma', 'avx512vl', 'avx512bw', 'avx512dq'], {}, 'AVX512'],
    [['sse4_2', 'avx2', 'fma', 'avx512vl'], {}, 'AVX2'],
    [['sse4_2', 'avx2', 'fma'], { ATEN_CPU_CAPABILITY: 'default' }, 'DEFAULT'],
    [['asimd'], {}, null],
  ])('%j with %j: %s', (vector, env, capability) => expect(build(vector, env)?.capability).toBe(capability));

  test('of two folders the first that says what it is', () => {
    const other = { ...site, path: '/t' };
    const host = memoryHost({ '/s/torch/version.py': 'x', '/t/torch/version.py': version });
    expect(observeTorchBuild(host, [site, other], [])?.version).toBe('2.15.0+rocm7');
  });

  test('none', () => expect(observeTorchBuild(memoryHost({}), [{ ...site, entries: [] }], [])).toBeNull());
});

describe('GPUs', () => {
  test("NVIDIA's by /proc, AMD's and Intel's by /sys, each once", () => {
    const card = (index: number, files: { [name: string]: string }) =>
      Object.fromEntries(
        Object.entries(files).map(([name, text]) => [`/sys/class/drm/card${index}/device/${name}`, text]),
      );
    const host = memoryHost({
      '/proc/driver/nvidia/gpus/0000:01:00.0/information': 'Model: \t\t NVIDIA H100\nBus Location: \t 0000:01:00.0\n',
      ...card(0, { vendor: '0x1002\n', mem_info_vram_total: '17163091968\n', product_name: 'AMD Instinct MI50\n' }),
      ...card(1, { vendor: '0x8086\n' }),
      ...card(2, { vendor: '0x1a03\n' }),
    });
    expect(observeGpuDetails(host)).toEqual([
      {
        vendor: 'NVIDIA',
        model: 'NVIDIA H100',
        bus: '0000:01:00.0',
        memoryBytes: null,
        capability: null,
        source: '/proc/driver/nvidia/gpus/0000:01:00.0/information',
      },
      {
        vendor: 'AMD',
        model: 'AMD Instinct MI50',
        bus: null,
        memoryBytes: 17163091968,
        capability: null,
        source: '/sys/class/drm/card0/device',
      },
      {
        vendor: 'Intel',
        model: null,
        bus: null,
        memoryBytes: null,
        capability: null,
        source: '/sys/class/drm/card1/device',
      },
    ]);
    expect(observeGpuDetails(memoryHost({}))).toEqual([]);
  });
});

describe('the environment', () => {
  test('what bears on threads, with values; no other, and nothing secret', () =>
    expect(
      bearingVariables({
        OMP_NUM_THREADS: '2',
        KMP_AFFINITY: 'none',
        PYTHONPATH: '/x',
        PYPI_TOKEN: 'pypi-abc',
        RAY_AUTH_TOKEN: 'x',
        LK_NUM_THREADS: '2',
        HOME: '/root',
        PATH: '/bin',
        AWS_SECRET: 'x',
        MKL_NUM_THREADS: undefined,
      }),
    ).toEqual({ KMP_AFFINITY: 'none', OMP_NUM_THREADS: '2', PYPI_TOKEN: '…', PYTHONPATH: '/x', RAY_AUTH_TOKEN: '…' }));
});
