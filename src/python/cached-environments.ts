import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Host } from '../host/host.ts';
import { isTable, type PythonValue, type Table } from '../python-values/json.ts';
import { parseToml } from '../python-values/toml-document.ts';
import { upward } from './pyenv.ts';
import { type Asked, below, folderOf, hasPython, isFile, type ToolEnvironment, unknown } from './tool-options.ts';

/**
 * Poetry 1.8 to 2.5 (`poetry/utils/env/env_manager.py`, `get`, `generate_env_name`): the activated environment, unless
 * it is conda's base; the project's `.venv`; `virtualenvs/NAME-HASH-pyX.Y` in its cache.
 */
export function poetryEnvironment(asked: Asked): ToolEnvironment {
  const { host, env } = asked;
  const from = folderOf(asked, ['-P', '--project', '-C', '--directory']);
  const project = upward(from).find((folder) => isFile(host, folder, 'pyproject.toml'));
  if (project === undefined) return unknown(`poetry run finds no pyproject.toml from ${from} upward`);
  const config = poetryConfig(asked, project);
  const name = `${sanitized(projectName(host, project).toLowerCase(), /[ $`!*@"\\\r\n\t]/g)}-${hashed(host.realpath(project) ?? project)}`;
  const envs = toml(host, `${config.path}/envs.toml`)[name];
  const minor = isTable(envs) && typeof envs.minor === 'string' ? envs.minor : null;
  const active = env.VIRTUAL_ENV ?? env.CONDA_PREFIX;
  if (active && env.CONDA_DEFAULT_ENV !== 'base' && minor === null)
    return { prefix: active, why: `${env.VIRTUAL_ENV === undefined ? 'CONDA_PREFIX' : 'VIRTUAL_ENV'}, by poetry run` };
  const own = below(project, '.venv');
  if (config.inProject !== false && host.kind(own) === 'directory') return { prefix: own, why: 'poetry run' };
  const begins = minor === null ? `${name}-py` : `${name}-py${minor}`;
  const found = (host.list(config.path) ?? []).filter((entry) => entry.startsWith(begins));
  const [only] = found;
  if (only === undefined)
    return unknown(`poetry run makes the environment of ${project} first: run poetry install there`);
  return found.length === 1
    ? { prefix: `${config.path}/${only}`, why: 'poetry run' }
    : unknown(`poetry has several environments for ${project}`);
}

function poetryConfig({ host, env }: Asked, project: string): { path: string; inProject: boolean | null } {
  const mac = host.platform === 'darwin';
  const folder =
    env.POETRY_CONFIG_DIR ||
    (mac
      ? `${host.home}/Library/Application Support/pypoetry`
      : `${env.XDG_CONFIG_HOME || `${host.home}/.config`}/pypoetry`);
  const files = [toml(host, `${project}/poetry.toml`), toml(host, `${folder}/config.toml`)];
  const setting = (key: string): PythonValue | undefined =>
    files
      .map(({ virtualenvs }) => (isTable(virtualenvs) ? virtualenvs[key] : undefined))
      .find((value) => value !== undefined);
  const cacheSetting = files.map((file) => file['cache-dir']).find((value) => typeof value === 'string');
  const cache =
    env.POETRY_CACHE_DIR ||
    String(
      cacheSetting ??
        (mac ? `${host.home}/Library/Caches/pypoetry` : `${env.XDG_CACHE_HOME || `${host.home}/.cache`}/pypoetry`),
    );
  const path = env.POETRY_VIRTUALENVS_PATH || setting('path') || `${cache}/virtualenvs`;
  const inProject = env.POETRY_VIRTUALENVS_IN_PROJECT ?? setting('in-project') ?? null;
  return {
    path: String(path)
      .replace('{cache-dir}', cache)
      .replace(/^~(?=\/|$)/, host.home),
    inProject: inProject === null ? null : /^(?:1|true)$/i.test(String(inProject)),
  };
}

function projectName(host: Host, project: string): string {
  const { project: own, tool } = toml(host, `${project}/pyproject.toml`);
  const poetry = isTable(tool) && isTable(tool.poetry) ? tool.poetry : {};
  // Names are compared without regard to case and to which of `-_.` stands in them (PEP 503).
  const name = (isTable(own) ? own.name : undefined) ?? poetry.name ?? 'non-package-mode';
  return String(name).replace(/[-_.]+/g, '-');
}

/**
 * Pipenv 2023 to 2026 (`pipenv/utils/venv_locator.py`): the activated environment; `.venv` beside the Pipfile, a folder
 * or a file that names it; `WORKON_HOME/NAME-HASH`.
 */
export function pipenvEnvironment({ host, env, cwd }: Asked): ToolEnvironment {
  if (env.VIRTUAL_ENV && !env.PIPENV_IGNORE_VIRTUALENVS)
    return { prefix: env.VIRTUAL_ENV, why: 'VIRTUAL_ENV, by pipenv run' };
  const pipfile =
    env.PIPENV_PIPFILE ||
    upward(cwd)
      .map((folder) => below(folder, 'Pipfile'))
      .find((file) => host.kind(file) === 'file');
  if (pipfile === undefined) return unknown(`pipenv run finds no Pipfile from ${cwd} upward`);
  const project = posix.dirname(pipfile);
  const own = below(project, '.venv');
  if (hasPython(host, own)) return { prefix: own, why: 'pipenv run' };
  const home = (env.WORKON_HOME || `${env.XDG_DATA_HOME || `${host.home}/.local/share`}/virtualenvs`).replace(
    /^~(?=\/|$)/,
    host.home,
  );
  const file = host.read(own, 4096);
  const written = file.ok ? file.text.trim() : '';
  const suffix = env.PIPENV_PYTHON ? `-${env.PIPENV_PYTHON.replaceAll('/', '')}` : '';
  const named = `${sanitized(posix.basename(project), /[ &$`!*@"()[\]\\\r\n\t]/g)}-${hashed(pipfile)}${suffix}`;
  const place = written.includes('/')
    ? posix.resolve(project, written)
    : `${home}/${written || env.PIPENV_CUSTOM_VENV_NAME || named}`;
  return hasPython(host, place)
    ? { prefix: place, why: 'pipenv run' }
    : unknown(`pipenv run makes the environment of ${project} first: run pipenv install there`);
}

/** Both Poetry and Pipenv: of the digest of the path, in the alphabet of URLs. */
function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

function sanitized(name: string, not: RegExp): string {
  return name.replace(not, '_').slice(0, 42);
}

/** A file's content; of one that is not there, or is no TOML, nothing. */
function toml(host: Host, file: string): Table {
  const read = host.read(file, 256 * 1024);
  if (!read.ok) return {};
  try {
    return parseToml(read.text).content;
  } catch {
    return {};
  }
}
