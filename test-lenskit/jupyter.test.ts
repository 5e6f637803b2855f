import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { Report } from '../src/documents/doctor-report.ts';
import { BIN, expectValid, START } from '../test/cli.ts';
import { CACHE } from './cache.ts';

const SERVER = path.join(CACHE, 'jupyter');
const there = existsSync(path.join(SERVER, 'complete'));

/** A real kernel in an environment of its own, started by a real server's library with another activated. */
(there ? test : test.skip)('a cell of a notebook: the Python of the kernel is read, not that of the server', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lk-jupyter-'));
  try {
    const kernel = path.join(folder, 'kernel');
    const server = path.join(SERVER, 'bin/python');
    execFileSync(server, ['-m', 'venv', '--without-pip', kernel]);
    const where = 'import sysconfig; print(sysconfig.get_path("purelib"))';
    const site = (python: string) => execFileSync(python, ['-c', where], { encoding: 'utf8' }).trim();
    const python = path.join(kernel, 'bin/python');
    const own = site(python);
    // ipykernel as it is installed in the server's; LensKit by its metadata.
    writeFileSync(path.join(own, 'server.pth'), `${site(server)}\n`);
    mkdirSync(path.join(own, 'lenskit-2025.8.1.dist-info'));
    writeFileSync(path.join(own, 'lenskit-2025.8.1.dist-info/METADATA'), 'Version: 2025.8.1\n');
    const spec = path.join(folder, 'share/kernels/own');
    mkdirSync(spec, { recursive: true });
    writeFileSync(
      path.join(spec, 'kernel.json'),
      JSON.stringify({
        argv: [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
        display_name: 'own',
        language: 'python',
      }),
    );
    const cell = `!${START} ${BIN} doctor --json --fail-on never`;
    const printed = execFileSync(server, [path.join(__dirname, 'run_cell.py'), 'own', cell], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        PATH: `${path.join(SERVER, 'bin')}:${process.env.PATH}`,
        HOME: folder,
        VIRTUAL_ENV: SERVER,
        JUPYTER_PATH: path.join(folder, 'share'),
        JUPYTER_RUNTIME_DIR: path.join(folder, 'runtime'),
      },
    });
    const report = JSON.parse(printed) as Report;
    expectValid(report);
    expect(report.python).toMatchObject({
      interpreter: '~/kernel/bin/python',
      foundBy: 'Jupyter kernel',
      kind: 'venv',
    });
    expect(report.lenskit.version).toBe('2025.8.1');
    expect(report.machine.surroundings).toContain('Jupyter');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
