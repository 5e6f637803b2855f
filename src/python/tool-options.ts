import { posix } from 'node:path';
import type { Options } from '../command-line/program.ts';
import type { Host } from '../host/host.ts';

/** An environment that a tool runs a command in; `unknown` false: it chooses none, and the PATH is as it was. */
export type ToolEnvironment = { prefix: string; why: string } | { prefix: null; why: string; unknown: boolean };

/** What a tool is asked with. */
export interface Asked {
  host: Host;
  options: Options;
  env: Host['env'];
  cwd: string;
}

const PYTHONS = ['python3', 'python'];

export const unknown = (why: string): ToolEnvironment => ({ prefix: null, why, unknown: true });

export function hasPython(host: Host, prefix: string): boolean {
  return PYTHONS.some((name) => host.kind(`${prefix}/bin/${name}`) === 'file');
}

/** The first option of these names that has a value. */
export function optionOf(options: Options, names: readonly string[]): string | null {
  const value = names.map((name) => options.get(name)).find((given) => typeof given === 'string');
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The folder that an option names, else the working directory. */
export function folderOf({ options, cwd }: Pick<Asked, 'options' | 'cwd'>, names: readonly string[]): string {
  return posix.resolve(cwd, optionOf(options, names) ?? '.');
}

export function below(folder: string, name: string): string {
  return `${folder === '/' ? '' : folder}/${name}`;
}

export function isFile(host: Host, folder: string, name: string): boolean {
  return host.kind(below(folder, name)) === 'file';
}
