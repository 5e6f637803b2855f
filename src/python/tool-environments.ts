import { posix } from 'node:path';
import type { Tool } from '../command-line/launchers.ts';
import { pipenvEnvironment, poetryEnvironment } from './cached-environments.ts';
import { condaEnvironment } from './conda-environments.ts';
import { upward } from './pyenv.ts';
import {
  type Asked,
  below,
  folderOf,
  hasPython,
  isFile,
  optionOf,
  type ToolEnvironment,
  unknown,
} from './tool-options.ts';

/** Which environment `uv run` and its like run a command in, by their own rules, from files. */
export function toolEnvironment(tool: Tool, asked: Asked): ToolEnvironment {
  return CHOOSE[tool](asked);
}

const CHOOSE: { readonly [tool in Tool]: (asked: Asked) => ToolEnvironment } = {
  uv: uvEnvironment,
  poetry: poetryEnvironment,
  pipenv: pipenvEnvironment,
  conda: condaEnvironment,
  pixi: pixiEnvironment,
  pdm: (asked) => besidePdm(asked) ?? inProject(asked, 'pdm', folderOf(asked, ['-p', '--project'])),
  rye: (asked) => inProject(asked, 'rye', asked.cwd),
};

/**
 * uv 0.9 to 0.13 (`docs.astral.sh/uv`: projects/run, concepts/projects/config): the project's `.venv`, or what
 * UV_PROJECT_ENVIRONMENT says; without a project the activated environment, else `.venv` upward.
 */
function uvEnvironment(asked: Asked): ToolEnvironment {
  const { host, options, env, cwd } = asked;
  const has = (...names: string[]): boolean => names.some((name) => options.has(name));
  if (has('--with', '-w', '--with-editable', '--with-requirements', '--isolated') || env.UV_ISOLATED)
    return unknown('uv run makes an environment of its own for it');
  if (has('-p', '--python') && optionOf(options, ['-p', '--python'])?.includes('/')) {
    const named = posix.resolve(cwd, optionOf(options, ['-p', '--python']) as string);
    if (has('--no-project') && hasPython(host, named)) return { prefix: named, why: 'uv run --python' };
  }
  const active = env.VIRTUAL_ENV
    ? { prefix: posix.resolve(cwd, env.VIRTUAL_ENV), why: 'VIRTUAL_ENV, by uv run' }
    : null;
  if (has('--active') && active !== null) return active;
  const from = folderOf(asked, ['--project']);
  const projects =
    has('--no-project') || env.UV_NO_PROJECT
      ? []
      : upward(from).filter((folder) => isFile(host, folder, 'pyproject.toml'));
  if (projects.length > 0) {
    const own = env.UV_PROJECT_ENVIRONMENT;
    const places = own
      ? projects.map((folder) => posix.resolve(folder, own))
      : projects.map((folder) => below(folder, '.venv'));
    const found = places.find((place) => hasPython(host, place));
    return found === undefined
      ? unknown(`uv run makes the environment of ${projects[0]} first: run uv sync there`)
      : { prefix: found, why: 'uv run' };
  }
  if (active !== null) return active;
  const found = upward(cwd)
    .map((folder) => below(folder, '.venv'))
    .find((place) => hasPython(host, place));
  return found === undefined
    ? { prefix: null, why: 'uv run finds no environment', unknown: false }
    : { prefix: found, why: 'uv run' };
}

/** `.pixi/envs/NAME` beside `pixi.toml` or a `pyproject.toml` that has `[tool.pixi]` (pixi 0.5x). */
function pixiEnvironment(asked: Asked): ToolEnvironment {
  const { host, options, env } = asked;
  const from =
    optionOf(options, ['--manifest-path']) === null ? asked.cwd : posix.dirname(folderOf(asked, ['--manifest-path']));
  const name = optionOf(options, ['-e', '--environment']) ?? env.PIXI_ENVIRONMENT_NAME ?? 'default';
  const places = upward(from).map((folder) => below(folder, `.pixi/envs/${name}`));
  const found = places.find((place) => hasPython(host, place));
  return found === undefined
    ? unknown(`pixi run makes the environment ${name} first: run pixi install`)
    : { prefix: found, why: 'pixi run' };
}

/** PDM keeps the interpreter's path in `.pdm-python`. */
function besidePdm(asked: Asked): ToolEnvironment | null {
  for (const folder of upward(folderOf(asked, ['-p', '--project']))) {
    const read = asked.host.read(below(folder, '.pdm-python'), 4096);
    const interpreter = read.ok ? read.text.trim() : '';
    if (interpreter.startsWith('/')) return { prefix: posix.dirname(posix.dirname(interpreter)), why: 'pdm run' };
  }
  return null;
}

function inProject({ host, cwd }: Asked, tool: string, from: string): ToolEnvironment {
  const found = upward(posix.resolve(cwd, from))
    .map((folder) => below(folder, '.venv'))
    .find((place) => hasPython(host, place));
  return found === undefined ? unknown(`${tool} run: no .venv was found`) : { prefix: found, why: `${tool} run` };
}
