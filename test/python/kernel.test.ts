import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { Report } from '../../src/documents/doctor-report.ts';
import type { Host } from '../../src/host/host.ts';
import { kernelPython } from '../../src/python/kernel.ts';
import { BIN, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { memoryHost } from '../memory-host.ts';
import { findPython } from '../process/python.ts';

/** The processes above this one, the nearest first, by their numbers; links lead where `links` says. */
function host(
  processes: { [pid: number]: [parent: number, ...argv: string[]] },
  links: { [path: string]: string } = {},
  env: Host['env'] = {},
): Host {
  const pids = Object.keys(processes).map(Number);
  const files: { [path: string]: string } = {
    '/proc/self/status': `Name:\tnode\nPPid:\t${pids[0]}\n`,
    '/venv/bin/python': '',
    '/other/bin/python': '',
    '/usr/bin/python3.11': '',
  };
  for (const [pid, [parent, ...argv]] of Object.entries(processes)) {
    files[`/proc/${pid}/status`] = `Name:\tx\nPPid:\t${parent}\n`;
    files[`/proc/${pid}/cmdline`] = `${argv.join('\0')}\0`;
  }
  const memory = memoryHost(files, { JPY_PARENT_PID: '1000', ...env });
  return {
    ...memory,
    realpath: (file) => links[file] ?? (file.startsWith('/proc/') ? null : memory.realpath(file)),
    isExecutable: (file) => file in files,
    isWritableFolder: () => null,
    ownership: () => null,
  };
}

const LAUNCHED = ['-m', 'ipykernel_launcher', '-f', '/x/kernel.json'];
const LINKS = { '/venv/bin/python': '/usr/bin/python3.11', '/proc/1001/exe': '/usr/bin/python3.11' };
// Numbers rise towards the first process, so that the nearest comes first.
const cases: [what: string, machine: Host, expected: string | null][] = [
  [
    'a cell’s shell below the kernel',
    host({ 900: [1001, '/bin/sh', '-c', 'lk doctor'], 1001: [1002, '/venv/bin/python', ...LAUNCHED] }, LINKS),
    '/venv/bin/python',
  ],
  [
    'a kernel in a wrapper that is a Python as well',
    host({
      900: [901, '/venv/bin/python', ...LAUNCHED],
      901: [1000, '/other/bin/python', '/opt/conda/bin/conda', 'run', 'python'],
      1000: [1, '/other/bin/python', '-m', 'jupyterlab'],
    }),
    '/venv/bin/python',
  ],
  [
    'a script in a cell: the kernel above it',
    host({
      900: [901, '/other/bin/python', 'script.py'],
      901: [1000, '/venv/bin/python', '-Xfrozen_modules=off', ...LAUNCHED],
    }),
    '/venv/bin/python',
  ],
  [
    'a file of ipykernel',
    host({ 900: [1000, '/venv/bin/python', '/v/site-packages/ipykernel/__main__.py'] }),
    '/venv/bin/python',
  ],
  ['Colab', host({ 900: [1000, '/venv/bin/python', '-m', 'colab_kernel_launcher'] }), '/venv/bin/python'],
  [
    'another kernel in Python, which the server started',
    host({ 900: [1000, '/venv/bin/python', '-m', 'my_kernel'] }),
    '/venv/bin/python',
  ],
  [
    'a bare name, on the PATH that is inherited',
    host({ 1001: [1000, 'python', ...LAUNCHED] }, LINKS, { PATH: '/venv/bin:/other/bin' }),
    '/venv/bin/python',
  ],
  [
    'a bare name, another on the PATH by now: the program itself',
    host({ 1001: [1000, 'python', ...LAUNCHED] }, LINKS, { PATH: '/other/bin' }),
    '/usr/bin/python3.11',
  ],
  ['a relative path', host({ 1001: [1000, 'bin/python', ...LAUNCHED] }, LINKS), '/usr/bin/python3.11'],
  ['a kernel of another language', host({ 900: [1000, '/usr/bin/julia', 'kernel.jl'] }), null],
  [
    'a terminal of the server',
    host({ 900: [1000, '/bin/bash'], 1000: [1, '/other/bin/python', '-m', 'jupyterlab'] }),
    null,
  ],
  ['a name that only looks like it', host({ 900: [901, '/venv/bin/python', 'my_ipykernel_notes.py'] }), null],
  ['processes that are hidden', host({}), null],
  ['no kernel', host({ 900: [1000, '/venv/bin/python', ...LAUNCHED] }, {}, { JPY_PARENT_PID: undefined }), null],
  ['processes in a ring', host({ 900: [901, '/bin/sh'], 901: [900, '/bin/sh'] }), null],
];

test.each(cases)('%s', (_, machine, expected) => {
  const notes: string[] = [];
  expect(kernelPython(machine, notes)?.interpreter ?? null).toBe(expected);
  expect(notes).toHaveLength(expected === null && machine.env.JPY_PARENT_PID !== undefined ? 1 : 0);
});

test.each([
  [[], false, false],
  [['-Xfrozen_modules=off'], false, false],
  [['-s'], true, false],
  [['-E'], false, true],
  [['-I'], true, true],
  [['-Bs'], true, false],
  [['-X', 'frozen_modules=off', '-s'], true, false],
  [['-W', '-s'], false, false],
  [['-Wignore::SyntaxWarning'], false, false],
  [['-OOsXdev'], true, false],
  [['-Ximporttime', '-s'], true, false],
  [['-u', '--', '-s'], false, false],
  [['X', '-s'], false, false],
  [['-mspyder_kernels.console'], false, false],
])('flags %j', (flags, noUserSite, ignoresEnvironment) => {
  const machine = host({ 900: [1000, '/venv/bin/python', ...flags, ...LAUNCHED, '-s', '-E'] });
  expect(kernelPython(machine, [])).toEqual({ interpreter: '/venv/bin/python', noUserSite, ignoresEnvironment });
});

const python = findPython();

/** Real processes: a Python of a virtual environment that runs a module of that name, whose cell has another activated. */
(process.platform === 'linux' && python !== null ? test : test.skip)(
  'below a real process that is started as a kernel is',
  () =>
    withTree(
      { '/modules/ipykernel_launcher.py': 'import subprocess, sys\nsubprocess.run(sys.argv[1], shell=True)\n' },
      (root) => {
        const [kernel, server] = [path.join(root, 'kernel'), path.join(root, 'server')];
        const made = [kernel, server].map((at) => spawnSync(python ?? '', ['-m', 'venv', '--without-pip', at]).status);
        if (made.some((status) => status !== 0)) return; // a Python without venv
        const cell = `${START} ${BIN} doctor --json --fail-on never; true`;
        const run = (env: { [name: string]: string }) =>
          JSON.parse(
            execFileSync(path.join(kernel, 'bin/python3'), ['-m', 'ipykernel_launcher', cell], {
              encoding: 'utf8',
              env: { PATH: process.env.PATH, PYTHONPATH: path.join(root, 'modules'), VIRTUAL_ENV: server, ...env },
            }),
          ) as Report;
        expect(run({ JPY_PARENT_PID: String(process.pid) }).python).toMatchObject({
          interpreter: path.join(kernel, 'bin/python3'),
          foundBy: 'Jupyter kernel',
        });
        expect(run({}).python).toMatchObject({ interpreter: path.join(server, 'bin/python3'), foundBy: 'VIRTUAL_ENV' });
      },
    ),
);

/** The same with a LensKit in the user's own folder, which `-s` leaves out; what Python itself imports is the truth. */
(process.platform === 'linux' && python !== null ? test : test.skip).each([[[]], [['-s']], [['-Bs']]])(
  'a kernel with flags %j',
  (flags: string[]) =>
    withTree(
      {
        '/modules/ipykernel_launcher.py':
          'import subprocess, sys, site\nprint(any(p.startswith(site.USER_BASE) for p in sys.path), flush=True)\nsubprocess.run(sys.argv[1], shell=True)\n',
      },
      (root) => {
        const version = execFileSync(python ?? '', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
          encoding: 'utf8',
        }).trim();
        const base = path.join(root, 'base');
        const metadata = path.join(base, `lib/python${version}/site-packages/lenskit-2025.8.1.dist-info`);
        mkdirSync(metadata, { recursive: true });
        writeFileSync(path.join(metadata, 'METADATA'), 'Version: 2025.8.1\n');
        const cell = `${START} ${BIN} doctor --json --fail-on never; true`;
        const printed = execFileSync(python ?? '', [...flags, '-m', 'ipykernel_launcher', cell], {
          encoding: 'utf8',
          env: {
            PATH: process.env.PATH,
            PYTHONPATH: path.join(root, 'modules'),
            PYTHONUSERBASE: base,
            JPY_PARENT_PID: String(process.pid),
          },
        });
        const [imported, ...json] = printed.split('\n');
        const report = JSON.parse(json.join('\n')) as Report;
        expect(report.python.foundBy).toBe('Jupyter kernel');
        expect(report.python.packages.lenskit !== undefined).toBe(imported === 'True');
        expect(imported).toBe(flags.length === 0 ? 'True' : 'False');
      },
    ),
);
