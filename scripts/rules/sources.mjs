// The Python sources of a LensKit that bear on parallelism, as they lie in an environment, an unpacked release or a
// checkout. Nothing is imported.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** The files that `src/rules/` was read from, of every generation. */
const READ =
  /^lenskit\/(?:parallel\/.*|config\/.*|batch\/.*|schemas\/(?:settings|tuning)|sharing\/.*|util\/parallel)\.py$/;

/** What a file says that has to do with parallelism, wherever it lies: the threads of `src/plan/` come from these. */
const SPEAKS = new RegExp(
  [
    'LK_[A-Z]{3}|_NUM_THREADS|cpu_count|sched_getaffinity|num_threads|set_num_interop_threads|threadpool_limits',
    'get_parallel_config|parallel_config|ensure_parallel_init|init_threading|init_accel_pool|proc_count|num_batch_jobs',
    'invoker|run_sp|run_accel_task|Nested(?:Accel)?Pool|(?:Thread|Process)Pool|multiprocessing|threading\\.Thread',
    'prange|parallel=|jit\\.fork|import ray\\b|num_cpus',
  ].join('|'),
);

/** Whether the rules were read from a file of this name. */
export const isRead = (name) => READ.test(name);

/**
 * The sources of a LensKit: every Python file by its name (`lenskit/parallel/config.py`) with its digest, whether it
 * `counts` (the rules were read from it, or it speaks of parallelism), and the version that is written beside it.
 */
export function sourcesOf(target) {
  const folder = packageFolder(target);
  const files = new Map();
  for (const name of pythonFiles(folder)) {
    const bytes = contentOf(path.join(folder, name));
    const [full, text] = [`lenskit/${name}`, bytes.toString()];
    const counts = isRead(full) || (!name.startsWith('testing/') && SPEAKS.test(text));
    files.set(full, { digest: createHash('sha256').update(bytes).digest('hex'), counts, text });
  }
  return { folder, version: versionOf(folder), files };
}

/** Line ends are a matter of who packed it (0.14.1 has CRLF). */
const contentOf = (file) => Buffer.from(readFileSync(file, 'latin1').replaceAll('\r\n', '\n'), 'latin1');

/** The stubs tell of what is compiled. */
function pythonFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => /\.pyi?$/.test(name) && statSync(path.join(folder, name), { throwIfNoEntry: false })?.isFile())
    .sort();
}

/** The package's folder: of an interpreter, an environment, a site-packages, an unpacked release, or the folder itself. */
function packageFolder(target) {
  // npm runs scripts in the package's folder.
  const place = path.resolve(process.env.INIT_CWD ?? '.', target);
  const isFolder = existsSync(place) && statSync(place).isDirectory();
  const candidates = isFolder ? [place, ...below(place)] : [importedBy(existsSync(place) ? place : target)];
  const found = candidates.find((folder) => folder !== null && existsSync(path.join(folder, '__init__.py')));
  if (found === undefined) throw new Error(`${target}: no LensKit was found there`);
  if (path.basename(found) !== 'lenskit') throw new Error(`${target}: a package, but not LensKit`);
  return found;
}

function below(place) {
  const versions = ['lib', 'lib64'].flatMap((lib) => {
    const folder = path.join(place, lib);
    return existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : [];
  });
  const sites = [...versions, path.join(place, 'Lib')].map((folder) => path.join(folder, 'site-packages'));
  return [place, path.join(place, 'src'), ...sites].map((folder) => path.join(folder, 'lenskit'));
}

/** Where an interpreter would find it; looking for a package does not import it. */
function importedBy(python) {
  const script =
    'import importlib.util as u; s = u.find_spec("lenskit"); print(s.submodule_search_locations[0] if s else "")';
  try {
    const found = execFileSync(python, ['-I', '-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return found.trim() || null;
  } catch {
    return null;
  }
}

/** From the metadata beside the package; null: there is none, as in a checkout. */
function versionOf(folder) {
  const beside = path.dirname(folder);
  const metadata = [
    ...readdirSync(beside)
      .filter((name) => /^lenskit(?:-[^-]*)?\.(?:dist|egg)-info$/.test(name))
      .flatMap((name) => ['METADATA', 'PKG-INFO'].map((file) => path.join(beside, name, file))),
    path.join(beside, 'PKG-INFO'),
  ].find((file) => existsSync(file));
  return (metadata && /^Version: *(\S+)/m.exec(readFileSync(metadata, 'utf8'))?.[1]) ?? null;
}
