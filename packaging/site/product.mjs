import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** `site/`: docs/ with README.md as its front page, by MkDocs, which is kept in a virtual environment of its own. */
export function makeSite({ root, output }) {
  const python = environment(root);
  const config = path.join(root, 'packaging/site/mkdocs.yml');
  // MkDocs would take the time of the build for that of the pages; with this it is that of the sources.
  const date = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }).stdout?.trim();
  // Material tells at each build that it has a successor (CONTRIBUTING.md).
  const env = {
    ...process.env,
    NO_MKDOCS_2_WARNING: '1',
    SOURCE_DATE_EPOCH: process.env.SOURCE_DATE_EPOCH ?? (date || '0'),
  };
  run(python, ['-m', 'mkdocs', 'build', '--quiet', '--strict', '-f', config, '-d', path.join(output, 'site')], env);
}

/** The interpreter of an environment with what requirements.txt names; made once for each of its states. */
function environment(root) {
  const requirements = path.join(root, 'packaging/site/requirements.txt');
  const state = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = path.join(root, 'node_modules/.cache', `lk-site-${state}`);
  const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (existsSync(python) && spawnSync(python, ['-c', 'import material, mkdocs']).status === 0) return python;
  const own = process.platform === 'win32' ? 'python' : 'python3';
  run(process.env.LK_PYTHON ?? own, ['-m', 'venv', '--clear', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  return python;
}

function run(program, args, env = process.env) {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stdout + stderr}`);
}
