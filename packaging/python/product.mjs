import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pythonEnvironment } from '../python-environment.mjs';

const HERE = import.meta.dirname;

/**
 * Of npm's package, what no run of `lk` reads: types and pictures, the library, what V8 compiled for another Node; and the
 * licences, which are beside the metadata.
 */
const UNUSED = [
  /^(README\.md|LICENSE|dist\/THIRD-PARTY-NOTICES\.txt)$/,
  /^dist\/(types(\/|$)|index\.js$|.*\.cache$)/,
  /^docs\/pictures(\/|$)/,
];

/** The wheels and the source distribution, from the tarball that was made before. */
export function makeDistributions({ output, name, version }) {
  withTemporaryFolder((folder) => {
    execFileSync('tar', ['-xzf', path.join(output, `${name}-${version}.tgz`), '-C', folder]);
    buildDistributions(path.join(folder, 'package'), output);
  });
}

/**
 * Builds what PyPI takes: the wheels whose commands are a shell script, for Linux with glibc and macOS and for Linux with
 * musl; the one for any platform; the source distribution, of which either can be built.
 *
 * @param program the folder of the bundled program: `bin/lk.cjs`, `package.json` and all that a run reads
 * @param output the folder that the files are put into
 * @returns their paths
 */
export function buildDistributions(program, output) {
  return withTemporaryFolder((folder) => {
    const project = path.join(folder, 'project');
    lay(program, project);
    const built = path.join(folder, 'built');
    const python = pythonEnvironment('python-build', path.join(HERE, 'requirements.txt'));
    const build = (kind, wheel) => {
      layScripts(project, wheel);
      execFileSync(python, ['-m', 'build', '--no-isolation', kind, '--outdir', built, project], {
        env: { ...process.env, LENSKIT_DOCTOR_WHEEL: wheel, PYTHONDONTWRITEBYTECODE: '1' },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    };
    build('--sdist', 'any');
    build('--wheel', 'any');
    build('--wheel', 'bash');
    build('--wheel', 'sh');
    mkdirSync(output, { recursive: true });
    return readdirSync(built).map((file) => {
      cpSync(path.join(built, file), path.join(output, file));
      return path.join(output, file);
    });
  });
}

/** The project as it is built: this folder, and the program in its place. */
function lay(program, project) {
  cpSync(HERE, project, { recursive: true, filter: (file) => !/\.mjs$|__pycache__|requirements\.txt$/.test(file) });
  for (const file of ['LICENSE', 'THIRD-PARTY-NOTICES.txt']) {
    const from = [program, path.join(program, 'dist')].map((place) => path.join(place, file)).find(existsSync);
    if (from) cpSync(from, path.join(project, file));
  }
  const isUsed = (file) => {
    const name = path.relative(program, file).replaceAll(path.sep, '/');
    return !UNUSED.some((pattern) => pattern.test(name));
  };
  cpSync(program, path.join(project, 'src/lenskit_doctor/program'), { recursive: true, filter: isUsed });
}

/**
 * The commands, in the shell of a wheel. Bash where there is one: dash forgets variables whose names are no identifiers, as of
 * the functions that clusters export (`module`), and `lk run` has to hand them on. `-p`: it reads no BASH_ENV.
 */
function layScripts(project, shell) {
  const text = readFileSync(path.join(HERE, 'bin/lk'), 'utf8');
  const script = shell === 'bash' ? text.replace('#!/bin/sh\n', '#!/bin/bash -p\n') : text;
  writeFileSync(path.join(project, 'bin/lk'), script, { mode: 0o755 });
  // The second name, for who has another lk (LiveKit's).
  writeFileSync(path.join(project, 'bin/lenskit-doctor'), script.replaceAll('"lk:', '"lenskit-doctor:'), {
    mode: 0o755,
  });
}

function withTemporaryFolder(use) {
  const folder = mkdtempSync(path.join(tmpdir(), 'lenskit-doctor-python-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
