import { describe, expect, test } from '@jest/globals';
import { lk } from '../cli.ts';
import { withTree } from '../file-tree.ts';

/** Everything that `lk doctor` reads, as long as it is read and of the shapes that make a reader slow. */

const MEBIBYTE = 1024 * 1024;
/** The kernel hands over no longer variable. */
const VARIABLE = 120 * 1024;

const filled = (unit: string, head = '', tail = '', size = MEBIBYTE) =>
  head + unit.repeat(Math.max(0, Math.floor((size - head.length - tail.length) / unit.length))) + tail;
const lines = (count: number, line: (index: number) => string, head = '') =>
  `${head}\n${Array.from({ length: count }, (_, index) => line(index)).join('\n')}\n`;

const SITE = '/env/lib/python3.13/site-packages';
const MACHINE = {
  '/proc/self/status': 'Cpus_allowed_list:\t0-3\n',
  '/sys/devices/system/cpu/online': '0-3\n',
  '/proc/self/cgroup': '0::/job\n',
  '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
  '/sys/fs/cgroup/job/cpu.max': '150000 100000\n',
  '/env/bin/python3': '',
  '/env/pyvenv.cfg': 'home = /usr/bin\nversion_info = 3.13.0\n',
  [`${SITE}/lenskit-2026.4.0.dist-info/METADATA`]: 'Version: 2026.4.0\n',
};

/** Ends long before the time-out of the runner, with a report. */
function expectReport(files: { [path: string]: string }, env: { [name: string]: string } = {}): Promise<void> {
  return withTree({ ...MACHINE, ...files }, (root) => {
    const { status, stderr, stdout } = lk(['doctor', '--sysroot', root, '--json', '--fail-on', 'never'], {
      env: { HOME: '/home/u', VIRTUAL_ENV: '/env', ...env },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  });
}

const GROUP = '/sys/fs/cgroup/job';
const FILES: [string, string[]][] = [
  [
    '/proc/self/status',
    [
      filled('Cpus_allowed_list:\t'),
      filled(' ', 'Cpus_allowed_list:\t', '1'),
      filled('0-65535,', 'Cpus_allowed_list:\t', '1'),
      filled('0-65535:1/2,', 'Cpus_allowed_list:\t', '1'),
      filled('\n'),
    ],
  ],
  [
    '/sys/devices/system/cpu/online',
    [filled('0-65535,', '', '1'), filled('0-4294967295,'), filled(' '), filled(','), filled('\n', '0', '0')],
  ],
  [
    '/proc/self/cgroup',
    [
      filled('/a', '0::'),
      `0::${'/a'.repeat(20_000)}\n`,
      `0::${'/a'.repeat(2000)}\n`,
      filled('0::/a\n'),
      filled('1:cpu:/a\n'),
      filled('cpu,', '1:', ':/a\n'),
      filled(':', '1'),
      filled('/..', '0::'),
    ],
  ],
  [
    '/proc/self/mountinfo',
    [
      filled('30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n'),
      filled('30 23 0:26 / /sys/fs/cgroup rw - cgroup cgroup rw,cpu\n'),
      filled(' '),
      filled('- '),
      filled('\\040', '30 23 0:26 /', ' /x rw - cgroup2 cgroup2 rw'),
    ],
  ],
  ...['cpu.max', 'cpu.stat', 'pids.max', 'memory.max', 'cpuset.cpus.effective'].map((name): [string, string[]] => [
    `${GROUP}/${name}`,
    [filled('9'), filled(' ', '1', '1'), filled('nr_periods '), filled('nr_periods 1\n'), filled('\n')],
  ]),
  ['/proc/meminfo', [filled('MemTotal: '), filled(' ', 'MemTotal:', 'kB'), filled('MemTotal:  1 kB\n')]],
  ['/proc/self/limits', [filled('Max processes '), filled(' ', 'Max processes'), filled('Max open files\n')]],
  [
    '/proc/self/mounts',
    [
      filled('x /dev/shm tmpfs size=1\n', '', '', 15 * MEBIBYTE),
      filled('x'),
      filled('x /dev/shm tmpfs '),
      filled(',size=1x', 'x /dev/shm tmpfs '),
    ],
  ],
  [
    '/env/pyvenv.cfg',
    [filled('\n', '', 'home=/x', 65_000), filled(' ', 'home = ', 'x\n', 65_000), filled(' = ', '', '', 65_000)],
  ],
  [
    `${SITE}/lenskit-2026.4.0.dist-info/METADATA`,
    [filled('Version: '), filled(' ', 'Version:', 'x'), filled('\r', 'Version: 1', 'x'), filled('Version:\n')],
  ],
  [
    `${SITE}/torch/version.py`,
    [filled('cuda\n', '', '', 65_000), filled(' ', 'cuda=', '', 65_000), filled(' ', '__version__', '', 65_000)],
  ],
  [`${SITE}/numpy/__config__.py`, [filled('"blas":{', '', '', 260_000), filled('"version":', '"blas":{', '', 260_000)]],
  [
    '/home/u/lenskit.toml',
    [
      filled('a.'),
      filled('[[machines.a]]\n'),
      filled('9', '[parallel]\nnum_threads=0x'),
      filled('9', '[tuning]\ngpu_mult=1.'),
      filled('1,', '[parallel]\nnum_threads=[', ']'),
      filled('x', 'machine="', '"'),
      lines(60_000, (index) => `k${index}=1`, '[parallel]'),
      lines(60_000, (index) => `k${index}="x"`, '[tuning.defaults]'),
      lines(50_000, (index) => `k${index}.description=1`, '[machines]'),
      `machines.${'a.'.repeat(880)}a=1\n`,
      `[tuning]\njobs=${'['.repeat(450)}${']'.repeat(450)}`,
    ],
  ],
];

describe('a file that is as long as is read', () => {
  test.each(FILES.flatMap(([file, texts]) => texts.map((text, index) => [file, index, text] as const)))(
    '%s, shape %i',
    (file, _, text) =>
      expectReport({ [`${SITE}/numpy.libs/libopenblas.so`]: '', [file]: text }, { LK_PROJECT_ROOT: '/home/u' }),
  );
});

const SHAPES = [
  [' ', '1', '1'],
  ['1', '', ''],
  ['1,', '', ''],
  ['1_', '', ''],
  ['{"a":', '', ''],
  ['[', '', ''],
  ['1', '{"num_threads":', '}'],
  ['1', '{"gpu_mult":1.', '}'],
] as const;
const NAMES = [
  'LK_NUM_THREADS',
  'LK_PARALLEL',
  'LK_TUNING__GPU_MULT',
  'LK_TUNING',
  'LK_RANDOM__SEED',
  'OMP_NUM_THREADS',
  'PYTHON_CPU_COUNT',
  'SLURM_CPUS_PER_TASK',
  'PYENV_VERSION',
];

describe('a variable that is as long as may be', () => {
  test.each(NAMES.flatMap((name) => SHAPES.map(([unit, head, tail]) => [name, unit, head, tail] as const)))(
    '%s of %j',
    (name, unit, head, tail) =>
      expectReport(
        {},
        { [name]: filled(unit, head, tail, VARIABLE), ...(name.startsWith('SLURM') ? { SLURM_JOB_ID: '1' } : {}) },
      ),
  );

  test.each([
    ['HOME', '/'],
    ['HOME', '/a'],
    ['PATH', '/a:'],
    ['PATH', '/'],
    ['PYTHONPATH', '/a:'],
    ['VIRTUAL_ENV', '/'],
    ['LK_PROJECT_ROOT', '../'],
    ['API_TOKEN', 'x=y '],
    ['RAY_ADDRESS', 'a://b:'],
  ])('%s of %j', (name, unit) => expectReport({}, { [name]: filled(unit, '', 'a', VARIABLE) }));

  test.each([
    ['LK_X', 20_000],
    ['LK_PARALLEL__', 20_000],
    ['LK_TUNING__A', 20_000],
  ])('many of %s', (name, count) =>
    expectReport({}, Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, '1']))),
  );

  test.each(['LK_TUNING', 'LK_PARALLEL'])('%s with a name of many parts', (name) =>
    expectReport({}, { [name + '__A'.repeat(30_000)]: '1' }),
  );
});
