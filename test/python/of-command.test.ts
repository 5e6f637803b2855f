import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FileSystemHost } from '../../src/host/filesystem.ts';
import { observePython } from '../../src/python/observe.ts';
import { commandPython } from '../../src/python/of-command.ts';
import { type FileTree, withTree } from '../file-tree.ts';
import { memoryHost } from '../memory-host.ts';

/** Says by which path it was started. */
const SAYS = '#!/bin/sh\necho "$0"\n';

/** Environments in a folder, each with a Python that says which it is; `run` gets the folder. */
function withPythons(files: FileTree, run: (root: string) => void): Promise<void> {
  const tree = {
    '/one/bin/python': SAYS,
    '/one/bin/python3': SAYS,
    '/two/bin/python': SAYS,
    '/two/bin/python3': SAYS,
    '/two/bin/activate': 'PATH="$(dirname "$1"):$PATH"\n',
    '/job/x.py': '',
    ...files,
  };
  return withTree(tree, (root) => {
    for (const file of Object.keys(tree)) if (/bin\//.test(file)) chmodSync(path.join(root, file), 0o755);
    run(root);
  });
}

function found(root: string, command: readonly string[], env: { [name: string]: string } = {}) {
  const host = new FileSystemHost({
    root: '/',
    platform: 'linux',
    env: { PATH: `${root}/one/bin:/usr/bin:/bin`, ...env },
    cwd: `${root}/job`,
    home: `${root}/home`,
    live: false,
  });
  return commandPython(host, command);
}

describe('the Python that a command runs is the one that is found', () => {
  test.each<string[][]>([
    [['python', 'x.py']],
    [['python3']],
    [['ROOT/two/bin/python3', 'x.py']],
    [['../two/bin/python', 'x.py']],
    [['env', 'A=1', 'python']],
    [['env', 'PATH=ROOT/two/bin:/bin', 'python']],
    [['env', '-S', 'python -O', 'x']],
    [['timeout', '60', 'python']],
    [['nice', '-n', '1', 'timeout', '-s', 'INT', '60', '../two/bin/python']],
    [['nohup', 'python']],
    [['setsid', '-w', 'python']],
    [['stdbuf', '-oL', 'python']],
    [['taskset', '-c', '0', 'python']],
    [['sh', '-c', 'python x.py']],
    [['bash', '-c', 'cd ../two && exec bin/python "$@"', 'bash', 'x']],
    [['bash', '-lc', 'X=1 ../two/bin/python']],
    [['bash', '-c', 'export PATH=ROOT/two/bin:$PATH; mkdir -p d; python x.py | cat']],
    [['sh', '-c', '"$PYTHON" x.py']],
    [['sh', 'run.sh', 'x']],
    [['./run.sh']],
    [['bin/tool', 'x']],
    [['bin/by-env']],
    [['bin/by-split']],
    [['bin/long']],
    [['bin/nested']],
    [['bash', 'bin/full.sh']],
  ])('%j', (template) =>
    withPythons(
      {
        '/job/run.sh':
          '#!/bin/sh\n# python of another\nset -e\ncd "$(dirname "$0")"\nif true; then\n  ../two/bin/python \\\n    x.py\nfi\n',
        '/job/bin/tool': '',
        '/job/bin/by-env': '#!/usr/bin/env python3\n',
        '/job/bin/by-split': '#!/usr/bin/env -S python3 -O\n',
        '/job/bin/long': '',
        '/job/bin/nested': '',
        '/job/bin/full.sh':
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
          'HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." > /dev/null && pwd)"\nexec "$HERE/../two/bin/python" x\n',
      },
      (root) => {
        chmodSync(`${root}/job/run.sh`, 0o755);
        writeFileSync(`${root}/job/bin/tool`, `#!${root}/two/bin/python\n`);
        writeFileSync(`${root}/job/bin/long`, `#!/bin/sh\n'''exec' ${root}/two/bin/python "$0" "$@"\n' '''\n`);
        writeFileSync(`${root}/job/bin/nested`, `#!${root}/job/bin/tool\n`);
        const command = template.map((word) => word.replaceAll('ROOT', root));
        const env = { PYTHON: `${root}/two/bin/python` };
        const { found: python, why } = found(root, command, env);
        const [program = '', ...args] = command;
        const { stdout, stderr } = spawnSync(program, args, {
          cwd: `${root}/job`,
          env: { PATH: `${root}/one/bin:/usr/bin:/bin`, HOME: root, ...env },
          encoding: 'utf8',
        });
        expect([stderr, path.resolve(`${root}/job`, stdout.trim())]).toEqual([
          '',
          path.resolve(python?.interpreter ?? why),
        ]);
      },
    ),
  );
});

describe('the environment that a tool chooses', () => {
  const venv = (prefix: string): FileTree => ({
    [`${prefix}/bin/python`]: SAYS,
    [`${prefix}/pyvenv.cfg`]: 'home = /usr/bin\n',
  });
  const PROJECT = '[project]\nname = "My.Job"\n';

  test.each<[string[], FileTree, { [name: string]: string }, string | RegExp]>([
    [['uv', 'run', 'python'], { '/job/pyproject.toml': PROJECT, ...venv('/job/.venv') }, {}, '/job/.venv/bin/python'],
    [['uv', 'run', 'x.py'], { '/job/pyproject.toml': PROJECT, ...venv('/job/.venv') }, {}, '/job/.venv/bin/python'],
    [
      ['uv', 'run', '-m', 'job'],
      { '/job/pyproject.toml': PROJECT, ...venv('/job/.venv') },
      {},
      '/job/.venv/bin/python',
    ],
    [
      ['uv', 'run', 'python'],
      { '/job/pyproject.toml': PROJECT, ...venv('/job/.venv') },
      { VIRTUAL_ENV: 'ROOT/two' },
      '/job/.venv/bin/python',
    ],
    [
      ['uv', 'run', '--active', 'python'],
      { '/job/pyproject.toml': PROJECT, ...venv('/job/.venv') },
      { VIRTUAL_ENV: 'ROOT/two' },
      '/two/bin/python',
    ],
    [['uv', 'run', 'python'], {}, { VIRTUAL_ENV: 'ROOT/two' }, '/two/bin/python'],
    [['uv', 'run', 'python'], venv('/.venv'), {}, '/.venv/bin/python'],
    [
      ['uv', '--directory', '../p', 'run', 'python'],
      { '/p/pyproject.toml': PROJECT, ...venv('/p/.venv') },
      {},
      '/p/.venv/bin/python',
    ],
    [
      ['uv', 'run', '--project', '../p', 'python'],
      { '/p/pyproject.toml': PROJECT, ...venv('/p/.venv') },
      {},
      '/p/.venv/bin/python',
    ],
    [
      ['uv', 'run', 'python'],
      { '/job/pyproject.toml': PROJECT, ...venv('/job/e') },
      { UV_PROJECT_ENVIRONMENT: 'e' },
      '/job/e/bin/python',
    ],
    [['uv', 'run', 'python'], { '/job/pyproject.toml': PROJECT }, {}, /uv sync/],
    [
      ['uv', 'run', '--with', 'lenskit', 'python'],
      { '/job/pyproject.toml': PROJECT, ...venv('/job/.venv') },
      {},
      /of its own/,
    ],
    [
      ['uv', 'run', 's.py'],
      { '/job/s.py': '# /// script\n# dependencies = ["lenskit"]\n# ///\n', ...venv('/job/.venv') },
      {},
      /of its own/,
    ],
    [
      ['timeout', '9', 'uv', 'run', 'nice', 'python'],
      { '/job/pyproject.toml': PROJECT, ...venv('/job/.venv') },
      {},
      '/job/.venv/bin/python',
    ],
    [
      ['poetry', 'run', 'python'],
      { '/job/pyproject.toml': PROJECT, ...venv('/job/.venv') },
      {},
      '/job/.venv/bin/python',
    ],
    [
      ['poetry', 'run', 'python'],
      { '/job/pyproject.toml': PROJECT, ...venv('/job/.venv') },
      { VIRTUAL_ENV: 'ROOT/two' },
      '/two/bin/python',
    ],
    [
      ['poetry', 'run', 'python'],
      { '/job/pyproject.toml': PROJECT, ...venv('/job/.venv') },
      { CONDA_PREFIX: 'ROOT/two', CONDA_DEFAULT_ENV: 'base' },
      '/job/.venv/bin/python',
    ],
    [['poetry', 'run', 'python'], { '/job/pyproject.toml': PROJECT }, {}, /poetry install/],
    [['pipenv', 'run', 'python'], { '/job/Pipfile': '', ...venv('/job/.venv') }, {}, '/job/.venv/bin/python'],
    [
      ['pipenv', 'run', 'python'],
      { '/Pipfile': '', '/.venv': 'named', ...venv('/home/.local/share/virtualenvs/named') },
      {},
      '/home/.local/share/virtualenvs/named/bin/python',
    ],
    [['pipenv', 'run', 'python'], {}, {}, /no Pipfile/],
    [['conda', 'run', '-p', '../two', 'python'], {}, {}, '/two/bin/python'],
    [
      ['conda', 'run', '-n', 'ml', 'python'],
      venv('/conda/envs/ml'),
      { CONDA_EXE: 'ROOT/conda/bin/conda' },
      '/conda/envs/ml/bin/python',
    ],
    [['micromamba', '-r', 'ROOT/mm', 'run', '-n', 'ml', 'python'], venv('/mm/envs/ml'), {}, '/mm/envs/ml/bin/python'],
    [
      ['conda', 'run', '-n', 'ml', 'python'],
      { ...venv('/far/ml'), '/home/.condarc': 'channels:\n  - x\nenvs_dirs:\n  - ROOT/far\n' },
      {},
      '/far/ml/bin/python',
    ],
    [['conda', 'run', '--live-stream', 'python'], {}, { CONDA_PREFIX: 'ROOT/two' }, '/two/bin/python'],
    [['conda', 'run', '-n', 'no', 'python'], {}, {}, /no environment of this name/],
    [['bash', '-c', 'source ../two/bin/activate && python x.py'], {}, {}, '/two/bin/python'],
    [
      ['bash', '-c', 'conda activate ml; python x.py'],
      venv('/conda/envs/ml'),
      { CONDA_EXE: 'ROOT/conda/bin/conda' },
      '/conda/envs/ml/bin/python',
    ],
    [
      ['pixi', 'run', 'python'],
      { '/job/pixi.toml': '', ...venv('/job/.pixi/envs/default') },
      {},
      '/job/.pixi/envs/default/bin/python',
    ],
    [['pdm', 'run', 'x.py'], { '/job/.pdm-python': 'ROOT/two/bin/python\n' }, {}, '/two/bin/python'],
    [['docker', 'run', 'image', 'python', 'x.py'], {}, {}, /in a container/],
    [['mytool', 'x'], {}, {}, /no such program/],
    [['/bin/true', 'x'], {}, {}, /not known/],
    [['/bin/true', 'python', 'x.py'], {}, {}, '/one/bin/python'],
  ])('%j, %j', (command, files, env, wanted) =>
    withPythons(files, (root) => {
      const real = (text: string): string => text.replaceAll('ROOT', root);
      for (const [file, text] of Object.entries(files)) writeFileSync(path.join(root, file), real(String(text)));
      const given = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, real(value)]));
      const { found: python, why } = found(root, command.map(real), given);
      if (typeof wanted === 'string') expect(python?.interpreter ?? why).toBe(`${root}${wanted}`);
      else expect([python, why]).toEqual([null, expect.stringMatching(wanted)]);
    }),
  );

  test('modules that are loaded, and files that are sourced, are told', () =>
    withPythons({ '/job/env.sh': '' }, (root) => {
      const { why } = found(root, ['bash', '-c', 'module load lenskit; . ./env.sh; python x.py']);
      expect(why).toContain('unless what ./env.sh sets changes it');
    }));

  test('a virtual environment is known by its link, and the command’s own variables and flags count', () =>
    withPythons(
      {
        '/venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.11.2\n',
        '/venv/lib/python3.11/site-packages/lenskit-2026.4.0.dist-info/METADATA': 'Name: lenskit\nVersion: 2026.4.0\n',
        '/extra/lenskit-2025.8.1.dist-info/METADATA': 'Name: lenskit\nVersion: 2025.8.1\n',
      },
      (root) => {
        mkdirSync(`${root}/venv/bin`);
        symlinkSync('/bin/sh', `${root}/venv/bin/python`);
        const host = new FileSystemHost({ root: '/', platform: 'linux', env: {}, cwd: root, home: '', live: false });
        const version = (...command: string[]) => {
          const { found: python } = commandPython(host, command);
          return observePython(host, null, python).lenskit?.version;
        };
        expect(version('venv/bin/python', 'x.py')).toBe('2026.4.0');
        expect(version('env', `PYTHONPATH=${root}/extra`, 'venv/bin/python', 'x.py')).toBe('2025.8.1');
        expect(version('env', 'PYTHONPATH=extra', 'venv/bin/python', '-I', 'x.py')).toBe('2026.4.0');
        expect(version('env', '-C', 'extra', 'PYTHONPATH=.', '../venv/bin/python')).toBe('2025.8.1');
        expect(commandPython(host, ['env', 'LK_NUM_PROCS=2', 'venv/bin/python']).sets).toEqual({ LK_NUM_PROCS: '2' });
      },
    ));

  test('programs that start one another without end', () =>
    withPythons({ '/job/bin/a': '', '/job/bin/b.sh': '' }, (root) => {
      writeFileSync(`${root}/job/bin/a`, `#!${root}/job/bin/a\n`);
      writeFileSync(`${root}/job/bin/b.sh`, `#!/bin/sh\n${root}/job/bin/b.sh\n${root}/job/bin/b.sh\n`);
      expect(found(root, ['bin/a']).found).toBeNull();
      expect(found(root, ['bin/b.sh']).found).toBeNull();
    }));
});

/** As Poetry 2.5.1 and Pipenv 2026.10.3 called the environments of these two projects. */
describe('environments in a cache', () => {
  const PYTHON = '/home/u/.cache/pypoetry/virtualenvs/my-job-x-3yaD97h3-py3.11/bin/python';
  const FILES = {
    '/tmp/wb/p1/pyproject.toml': '[project]\nname = "My_Job.x"\nversion = "1"\n',
    '/tmp/wb/p2/Pipfile': '\n',
    [PYTHON]: '',
    '/home/u/.local/share/virtualenvs/p2-tGowf_9R/bin/python': '',
  };
  const host = (cwd: string, files: { [path: string]: string }, env: { [name: string]: string } = {}) => ({
    ...memoryHost(files, env),
    cwd,
    home: '/home/u',
    isExecutable: () => true,
  });

  test('of Poetry', () => {
    const interpreter = (files: { [path: string]: string }, env = {}) =>
      commandPython(host('/tmp/wb/p1', files, env), ['poetry', 'run', 'python']).found?.interpreter;
    expect(interpreter(FILES)).toBe(PYTHON);
    const other = PYTHON.replace('py3.11', 'py3.12');
    expect(interpreter({ ...FILES, [other]: '' })).toBeUndefined();
    const chosen = { '/home/u/.cache/pypoetry/virtualenvs/envs.toml': '[my-job-x-3yaD97h3]\nminor = "3.12"\n' };
    expect(interpreter({ ...FILES, ...chosen, [other]: '' }, { VIRTUAL_ENV: '/x' })).toBe(other);
    const moved = { '/tmp/wb/p1/poetry.toml': '[virtualenvs]\npath = "{cache-dir}/v"\n' };
    const there = PYTHON.replace('virtualenvs', 'v');
    expect(interpreter({ ...FILES, ...moved, [there]: '' })).toBe(there);
    expect(
      interpreter({ ...FILES, [PYTHON.replace('/home/u/.cache/pypoetry', '/c')]: '' }, { POETRY_CACHE_DIR: '/c' }),
    ).toBe(PYTHON.replace('/home/u/.cache/pypoetry', '/c'));
  });

  test('of Pipenv', () => {
    const { found: python } = commandPython(host('/tmp/wb/p2', FILES), ['pipenv', 'run', 'python']);
    expect(python?.interpreter).toBe('/home/u/.local/share/virtualenvs/p2-tGowf_9R/bin/python');
  });
});
