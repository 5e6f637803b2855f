import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { observeHierarchies } from '../../src/cpus/hierarchy.ts';
import { observeCoreKinds } from '../../src/machine/core-kinds.ts';
import { observeRequest } from '../../src/machine/cpu-request.ts';
import { observeGpuDriver, observeGpus } from '../../src/machine/gpus.ts';
import { observeMachine } from '../../src/machine/observe.ts';
import { observeRayCluster } from '../../src/machine/ray-cluster.ts';
import { observeSiblings } from '../../src/machine/siblings.ts';
import { hidesQuotas, observeSurroundings } from '../../src/machine/surroundings.ts';
import { observeTopology } from '../../src/machine/topology.ts';
import { memoryHost } from '../memory-host.ts';

describe('what shows where a process runs', () => {
  test.each([
    ['KUBERNETES_SERVICE_HOST', 'Kubernetes'],
    ['APPTAINER_CONTAINER', 'Apptainer'],
    ['SINGULARITY_CONTAINER', 'Apptainer'],
    ['GITHUB_ACTIONS', 'GitHub Actions'],
    ['COLAB_RELEASE_TAG', 'Google Colab'],
    ['KAGGLE_KERNEL_RUN_TYPE', 'Kaggle'],
    ['WSL_DISTRO_NAME', 'WSL'],
    ['JPY_PARENT_PID', 'Jupyter'],
    ['AWS_LAMBDA_FUNCTION_NAME', 'AWS Lambda'],
    ['K_SERVICE', 'Cloud Run'],
    ['CLOUD_RUN_JOB', 'Cloud Run'],
  ])('the variable %s', (variable, name) => {
    expect(observeSurroundings(memoryHost({}, { [variable]: 'x' }))).toEqual([name]);
    expect(observeSurroundings(memoryHost({}, { [variable]: '' }))).toEqual([]);
  });

  test.each([
    ['/.dockerenv', 'Docker'],
    ['/run/.containerenv', 'Podman'],
    ['/proc/gvisor', 'gVisor'],
  ])('the file %s', (file, name) => {
    expect(observeSurroundings(memoryHost({ [file]: '' }))).toEqual([name]);
  });

  test.each([
    ['Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016\n', ['gVisor']],
    ['Linux version 4.19.0-gvisor #1 SMP Sun Jan 10 15:06:54 PST 2016\n', ['gVisor']],
    ['Linux version 6.8.0-45-generic (buildd@lcy02) (gcc 13) #45-Ubuntu SMP PREEMPT_DYNAMIC Sun Jan 10\n', []],
  ])('the kernel %j', (version, names) => {
    expect(observeSurroundings(memoryHost({ '/proc/version': version }))).toEqual(names);
  });

  test('one value of a variable, and what another makes something else', () => {
    const surroundings = (env: { [name: string]: string }) => observeSurroundings(memoryHost({}, env));
    expect(surroundings({ AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE' })).toEqual(['AWS Fargate']);
    expect(surroundings({ AWS_EXECUTION_ENV: 'AWS_ECS_EC2' })).toEqual([]);
    expect(surroundings({ K_SERVICE: 'x', KUBERNETES_SERVICE_HOST: 'x' })).toEqual(['Kubernetes']);
  });

  test('nothing', () => expect(observeSurroundings(memoryHost({}))).toEqual([]));

  test.each(['AWS Lambda', 'AWS Fargate', 'Cloud Run', 'gVisor'])(
    '%s may hold by a quota that is not shown',
    (name) => {
      expect(hidesQuotas(['Jupyter', name])).toBe(name);
    },
  );

  test('others show theirs', () => expect(hidesQuotas(['Docker', 'Kubernetes', 'WSL', 'Podman'])).toBeNull());
});

describe('GPUs', () => {
  const file = (address: string) => `/proc/driver/nvidia/gpus/${address}/information`;

  test('by the name of their model, in the order of their addresses', () => {
    const files = {
      [file('0000:02:00.0')]: `IRQ: 5\nModel: \t ${'y'.repeat(80)}  \n`,
      [file('0000:01:00.0')]: 'Model: one\nModel: two\n',
      [file('0000:03:00.0')]: `Model: ${'y'.repeat(81)}\n`,
      [file('0000:04:00.0')]: 'GPU Model: x\n',
      '/proc/driver/nvidia/gpus/0000:05:00.0/other': '',
    };
    expect(observeGpus(memoryHost(files))?.map(({ model }) => model)).toEqual([
      'one',
      'y'.repeat(80),
      null,
      null,
      null,
    ]);
  });

  test.each([
    ['gi0', true],
    ['gi12', true],
    ['config', false],
    ['gi', false],
    ['gix', false],
    ['gi0x', false],
    ['xgi0', false],
  ])('divided where its capabilities name an instance: %s', (name, mig) => {
    const files = {
      [file('a')]: '',
      [file('b')]: '',
      [`/proc/driver/nvidia/capabilities/gpu1/mig/${name}/access`]: '',
    };
    expect(observeGpus(memoryHost(files))?.map((gpu) => gpu.mig)).toEqual([false, mig]);
  });

  test('none', () => expect(observeGpus(memoryHost({}))).toEqual([]));

  test('in WSL nobody can tell, unless they are shown', () => {
    const seen = (files: { [file: string]: string }, env = {}) => {
      const host = memoryHost(files, env);
      return observeMachine(host, observeHierarchies(host), null).gpus;
    };
    expect(seen({}, { WSL_DISTRO_NAME: 'Ubuntu' })).toBeNull();
    expect(seen({ '/proc/version': 'Linux version 6.6.87.2-microsoft-standard-WSL2 (root@x) (gcc)\n' })).toBeNull();
    expect(seen({ [file('a')]: 'Model: one\n' }, { WSL_DISTRO_NAME: 'x' })).toEqual([{ model: 'one', mig: false }]);
    expect(seen({})).toEqual([]);
  });

  test.each([
    [
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\nGCC version:  gcc 12.2.0\n',
      '535.104.05',
    ],
    [
      'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs@u)  Sun Jul 27\n',
      '580.65.06',
    ],
    ['NVRM version: NVIDIA UNIX x86_64 Kernel Module  440.33  Sun\n', '440.33'],
    ['NVRM version: unknown\nGCC version: gcc 12.2.0\n', null],
    ['GCC version: 440.33\n', null],
    ['NVRM version: x535.104 535.104x 1.2 12345.6 535.12345 440.33\n', '440.33'],
  ])('the driver, by its first line: %j', (text, version) => {
    const file = '/proc/driver/nvidia/version';
    const found = version === null ? null : { version, file, compatibility: null };
    expect(observeGpuDriver(memoryHost({ [file]: text }))).toEqual(found);
  });

  test('no driver', () => expect(observeGpuDriver(memoryHost({}))).toBeNull());

  test('a forward compatibility package, by the path of the loader', () => {
    const files = {
      '/proc/driver/nvidia/version': 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat\n',
      '/usr/local/cuda/compat/lib/libcuda.so.1': '',
      '/usr/lib/libcuda.so.1': '',
    };
    const found = (path: string) => observeGpuDriver(memoryHost(files, { LD_LIBRARY_PATH: path }))?.compatibility;
    const alone = memoryHost(
      { ...files, '/usr/local/cuda-compat/libcuda.so.1': '', 'x/compat/libcuda.so.1': '' },
      {
        LD_LIBRARY_PATH: 'x/compat::/usr/local/cuda-compat',
      },
    );
    expect(observeGpuDriver(alone)?.compatibility).toBe('/usr/local/cuda-compat/libcuda.so.1');
    // It costs a look at each: no more than 64 folders.
    expect(found(`${'/x:'.repeat(63)}/usr/local/cuda/compat/lib`)).not.toBeNull();
    expect(found(`${'/x:'.repeat(64)}/usr/local/cuda/compat/lib`)).toBeNull();
    expect(found('/usr/lib:/usr/local/cuda/compat/lib')).toBe('/usr/local/cuda/compat/lib/libcuda.so.1');
    expect(found('/usr/lib:/usr/local/cuda/compat')).toBeNull();
    expect(found('/usr/lib')).toBeNull();
  });

  test('an instance among other files', () => {
    const folder = '/proc/driver/nvidia/capabilities/gpu0/mig';
    const files = { [file('a')]: '', [`${folder}/config`]: '', [`${folder}/gi3/access`]: '' };
    expect(observeGpus(memoryHost(files))).toEqual([{ model: null, mig: true }]);
  });
});

describe('the CPUs that a container requested', () => {
  const request = (version: 1 | 2, text: string) =>
    observeRequest(memoryHost({ '/cg/cpu.weight': text, '/cg/cpu.shares': text }), [
      { version, cgroup: '/', directory: '/cg' },
      { version, cgroup: '/', directory: '/other' },
    ]);

  test('shares are 1,024 a CPU', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), (cpus) => {
        expect(request(1, `${cpus * 1024}\n`)).toEqual({ cpus, either: null, file: '/cg/cpu.shares' });
      }),
    );
    expect(request(1, '512')?.cpus).toBe(0.5);
    expect(request(1, '1029')?.cpus).toBe(1);
    expect(request(1, '1030')?.cpus).toBe(1.01);
  });

  /** What a kubelet and a runtime write for a request of so many thousandths. */
  const shares = (thousandths: number) => Math.max(2, Math.floor((thousandths * 1024) / 1000));
  const before = (thousandths: number) => 1 + Math.floor(((shares(thousandths) - 2) * 9999) / 262_142);
  const since = (thousandths: number) => {
    const log = Math.log2(shares(thousandths));
    if (shares(thousandths) <= 2) return 1;
    return shares(thousandths) >= 262_144 ? 10_000 : Math.ceil(10 ** ((log ** 2 + 125 * log) / 612 - 7 / 34));
  };

  test.each([
    [100, 1, 2.55],
    [39, 0.29, 1],
    [79, 0.73, 2],
    [17, 0.1, 0.425],
    [4, 0.01, 0.1],
  ])('a weight of %d is one of two requests: no number is made of it', (weight, newer, older) => {
    const either = { since: newer, before: older };
    expect(request(2, `${weight}\n`)).toEqual({ cpus: null, either, file: '/cg/cpu.weight' });
  });

  test('both come to that weight by their formula, and what was requested differs by its rounding alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 256_000 }), (thousandths) => {
        for (const [weightOf, which] of [
          [before, 'before'],
          [since, 'since'],
        ] as const) {
          const weight = weightOf(thousandths);
          const found = request(2, String(weight));
          const cpus = found?.either?.[which] ?? found?.cpus ?? Number.NaN;
          expect(weightOf(Math.round(cpus * 1000))).toBe(weight);
          expect(Math.abs(cpus * 1000 - thousandths)).toBeLessThan(which === 'before' ? 27 : 5 + thousandths / 20);
        }
      }),
    );
    expect(request(2, '1')).toMatchObject({ cpus: 0, either: null });
    expect(request(2, '10000')).toMatchObject({ cpus: 256, either: null });
    expect([request(2, '0'), request(2, '10001')]).toEqual([null, null]);
  });

  test('in the hierarchy of the CPU controller, in Kubernetes alone', () => {
    const files = {
      '/proc/self/cgroup': '3:memory:/m\n2:cpu:/c\n',
      '/proc/self/mountinfo':
        '30 23 0:26 / /mem rw - cgroup none rw,memory\n31 23 0:27 / /cpu rw - cgroup none rw,cpu\n',
      '/cpu/c/cpu.shares': '2048\n',
      '/mem/m/cpu.shares': '1024\n',
    };
    const requested = (env: { [name: string]: string }) => {
      const host = memoryHost(files, env);
      return observeMachine(host, observeHierarchies(host), '0').request;
    };
    expect(requested({ KUBERNETES_SERVICE_HOST: 'x' })).toEqual({ cpus: 2, either: null, file: '/cpu/c/cpu.shares' });
    expect(requested({})).toBeNull();
  });

  test.each(['', 'x1', '1x', '12345678', '1 2'])('%j is none', (text) => expect(request(2, text)).toBeNull());
  test('no file, no group', () => {
    expect(observeRequest(memoryHost({}), [{ version: 2, cgroup: '/', directory: '/cg' }])).toBeNull();
    expect(observeRequest(memoryHost({ '/cg/cpu.weight': '1' }), [])).toBeNull();
  });
});

describe('cores', () => {
  const siblings = (cpu: number) => `/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`;
  const machine = (cpus: number, threads: number) =>
    memoryHost(
      Object.fromEntries(
        Array.from({ length: cpus }, (_, cpu) => {
          const first = cpu - (cpu % threads);
          return [siblings(cpu), `${first}-${first + threads - 1}${cpu % 2 ? '\n' : ''}`];
        }),
      ),
    );

  test('as many as there are different lists of siblings, among the first 64 CPUs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.constantFrom(1, 2, 4), (cpus, threads) => {
        const seen = Math.min(cpus, 64);
        expect(observeTopology(machine(cpus, threads), `0-${cpus - 1}`)).toEqual({
          cpus: seen,
          cores: Math.ceil(seen / threads),
        });
      }),
    );
  });

  test('not known where one of them cannot be read, or the affinity is not known', () => {
    expect(observeTopology(machine(4, 2), '0-4')).toBeNull();
    expect(observeTopology(machine(4, 2), null)).toBeNull();
    expect(observeTopology(machine(4, 2), '')).toBeNull();
    expect(observeTopology(machine(4, 2), 'x')).toBeNull();
  });
});

describe('the CPUs beside the first of the affinity', () => {
  const TOPOLOGY = '/sys/devices/system/cpu/cpu2/topology';
  const FILES = { [`${TOPOLOGY}/thread_siblings_list`]: '2,6\n', [`${TOPOLOGY}/core_siblings_list`]: '0-7\n' };
  const FIRST = { core: '2,6', socket: '0-7' };

  test('on its core, and on its socket', () => {
    expect(observeSiblings(memoryHost(FILES), '3,2,7')).toEqual(FIRST);
    const host = memoryHost(FILES);
    expect(observeMachine(host, observeHierarchies(host), '2-3').siblings).toEqual(FIRST);
  });

  test.each<[string, string | null, string[]]>([
    ['another CPU is the first', '1-3', Object.keys(FILES)],
    ['the affinity is not known', null, Object.keys(FILES)],
    ['an empty affinity', '', Object.keys(FILES)],
    ['no affinity at all', 'x', Object.keys(FILES)],
    ['no core', '2', [`${TOPOLOGY}/core_siblings_list`]],
    ['no socket', '2', [`${TOPOLOGY}/thread_siblings_list`]],
  ])('not known where %s', (_, affinity, files) => {
    const host = memoryHost(Object.fromEntries(files.map((file) => [file, '2\n'])));
    expect(observeSiblings(host, affinity)).toBeUndefined();
    expect(observeMachine(host, observeHierarchies(host), affinity)).not.toHaveProperty('siblings');
  });

  test('none where no CPU is shown', () => {
    const host = memoryHost({ '/sys/x': '' });
    expect(observeSiblings(host, '2')).toBeNull();
    expect(observeSiblings(host, '')).toBeUndefined();
    expect(observeMachine(host, observeHierarchies(host), '2').siblings).toBeNull();
  });
});

describe('fast and slower cores', () => {
  const INTEL = { '/sys/devices/cpu_core/cpus': '0-15\n', '/sys/devices/cpu_atom/cpus': '16-23\n' };
  const kinds = (files: { [file: string]: string }, affinity: string | null) => {
    const found = observeCoreKinds(memoryHost(files), affinity);
    return found && [found.fast, found.slow];
  };
  const arm = (...capacities: (number | string)[]) =>
    Object.fromEntries(
      capacities.map((capacity, cpu) => [`/sys/devices/system/cpu/cpu${cpu}/cpu_capacity`, `${capacity}\n`]),
    );

  test.each([
    ['P and E', INTEL, '0-23', [16, 8]],
    ['those of the affinity alone', INTEL, '14-17', [2, 2]],
    ['P alone', INTEL, '0-15', null],
    ['E alone', INTEL, '16-23', null],
    ['low-power E as well', { ...INTEL, '/sys/devices/cpu_lowpower/cpus': '24-25' }, '0-25', [16, 10]],
    ['P alone has a list', { '/sys/devices/cpu_core/cpus': '0-3' }, '0-3', null],
    ['E alone has a list', { '/sys/devices/cpu_atom/cpus': '2-3' }, '0-3', null],
    ['two CPUs', INTEL, '15-16', [1, 1]],
    ['no CPU', INTEL, '', null],
    ['no CPU, by capacity', {}, '', null],
    ['a tenth less is of the same kind', arm(1000, 900, 899), '0-2', [2, 1]],
    ['a capacity and more', arm(1024, '446 446'), '0-1', null],
    ['nonsense in a list', { ...INTEL, '/sys/devices/cpu_atom/cpus': 'x' }, '0-23', null],
    ['big and little', arm(1024, 1024, 446, 446, 446), '0-4', [2, 3]],
    ['three kinds', arm(1024, 762, 762, 160), '0-3', [1, 3]],
    ['nearly the same', arm(1024, 992, 1024, 992), '0-3', null],
    ['a capacity that is none', arm(1024, 'x'), '0-1', null],
    ['a capacity that is not there', arm(1024), '0-1', null],
    ['one CPU', arm(1024, 446), '0', null],
    ['an affinity that is not known', INTEL, null, null],
    ['no such files', {}, '0-3', null],
  ])('%s', (_, files, affinity, expected) => expect(kinds(files, affinity)).toEqual(expected));

  test('what tells is named', () => {
    const file = (files: { [file: string]: string }) => observeCoreKinds(memoryHost(files), '0-23')?.file;
    expect(file(INTEL)).toBe('/sys/devices/cpu_atom/cpus');
    expect(observeCoreKinds(memoryHost(arm(1024, 446)), '0-1')?.file).toBe('/sys/devices/system/cpu/cpu*/cpu_capacity');
  });

  test('no more than 64 files are read', () => {
    expect(kinds(arm(...Array.from({ length: 80 }, (_, cpu) => (cpu % 2 ? 446 : 1024))), '0-79')).toEqual([32, 32]);
  });
});

describe('the cluster of Ray that ray start left', () => {
  const NAME = 'ray/ray_current_cluster';
  const found = (files: { [file: string]: string }, env = {}, platform = 'linux') =>
    observeRayCluster({ ...memoryHost(files, env), platform });

  test.each([
    ['the default', {}, 'linux', '/tmp'],
    ['its own variable first', { RAY_TMPDIR: '/r', TMPDIR: '/t' }, 'linux', '/r'],
    ['the system’s', { TMPDIR: '/t///' }, 'linux', '/t'],
    ['an empty variable is none', { RAY_TMPDIR: '', TMPDIR: '' }, 'linux', '/tmp'],
    ['the system’s counts on Linux alone', { TMPDIR: '/t' }, 'darwin', '/tmp'],
    ['its own counts everywhere', { RAY_TMPDIR: '/a//b/' }, 'darwin', '/a//b'],
  ])('%s', (_, env, platform, folder) => {
    const file = `${folder}/${NAME}`;
    expect(found({ [file]: '127.0.0.1:6379\n' }, env, platform)).toBe(file);
    expect(found({ [file]: ' \n' }, env, platform)).toBeNull();
    expect(found({ [`/other/${NAME}`]: 'x' }, env, platform)).toBeNull();
  });

  test('a relative folder is not looked into', () => {
    expect(found({ [`r/${NAME}`]: 'x', [`r//${NAME}`]: 'x' }, { RAY_TMPDIR: 'r/' })).toBeNull();
  });
});
