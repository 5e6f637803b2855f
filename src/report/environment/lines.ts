import type { EnvironmentFormat } from '../../documents/environment-formats.ts';
import { dockerValue, tomlValue, yamlScalar } from '../../escape/scalars.ts';
import { isVariableName, isWritable, shellQuoted } from '../../escape/shell.ts';

/** What has to change in an environment. */
export interface Changes {
  set: { readonly [name: string]: string };
  unset: readonly string[];
}

interface Format {
  /** Before the lines, where there are any. */
  head?: string;
  set: (name: string, value: string) => string[];
  /** Absent: it cannot take a variable away; a line without a value would be another thing. */
  unset?: (name: string) => string;
  /** What a comment begins with; absent: a comment would end the job. */
  comment?: '#';
  /** False for a variable that it has no place for. */
  holds?: (name: string) => boolean;
}

const yaml = (name: string, value: string): string[] => [`  ${name}: ${yamlScalar(value)}`];
const exported: Format = {
  set: (name, value) => [`export ${name}=${shellQuoted(value)}`],
  unset: (name) => `unset ${name}`,
  comment: '#',
};

const FORMATS: { readonly [format in EnvironmentFormat]: Format } = {
  shell: exported,
  slurm: exported,
  fish: {
    set: (name, value) => [`set -gx ${name} ${shellQuoted(value)}`],
    unset: (name) => `set -e ${name}`,
    comment: '#',
  },
  powershell: {
    set: (name, value) => [`$env:${name} = '${value.replaceAll("'", "''")}'`],
    unset: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
    comment: '#',
  },
  dotenv: { set: (name, value) => [`${name}=${shellQuoted(value)}`], comment: '#' },
  docker: { set: (name, value) => [`ENV ${name}=${dockerValue(value)}`], comment: '#' },
  compose: { head: 'environment:', set: yaml, comment: '#' },
  kubernetes: {
    head: 'env:',
    set: (name, value) => [`  - name: ${name}`, `    value: ${yamlScalar(value)}`],
    comment: '#',
  },
  // The file of GITHUB_ENV: the runner ends the job at a line without `=` or `<<`, a comment as well.
  github: { set: (name, value) => [`${name}=${value}`] },
  'github-workflow': { head: 'env:', set: yaml, comment: '#' },
  toml: {
    head: '[parallel]',
    set: (name, value) => [`${tomlKey(name)} = ${tomlValue(value)}`],
    comment: '#',
    holds: (name) => tomlKey(name) !== null,
  },
};

/** The key of `[parallel]` in lenskit.toml (LensKit 2026.1, `lenskit/config/_load.py`); null: it has none. */
function tomlKey(name: string): string | null {
  return /^LK_(NUM_[A-Z_]+|USE_RAY)$/.exec(name)?.[1]?.toLowerCase() ?? null;
}

/** Lines for a format, and what it cannot hold, in words. Without changes: the comment `why`, or nothing at all. */
export function environmentLines(
  { set, unset }: Changes,
  format: EnvironmentFormat,
  why: string,
): { text: string; left: string[] } {
  const writer = FORMATS[format];
  const holds = ([name, value]: [string, string]): boolean =>
    isVariableName(name) && isWritable(value) && (writer.holds?.(name) ?? true);
  const settings = Object.entries(set);
  const written = settings.filter(holds);
  const gone = writer.unset === undefined ? [] : unset.filter(isVariableName);
  const lines = [
    ...gone.map((name) => writer.unset?.(name) ?? ''),
    ...(written.length > 0 && writer.head !== undefined ? [writer.head] : []),
    ...written.flatMap(([name, value]) => writer.set(name, value)),
  ];
  const left = [
    ...settings
      .filter((one) => !holds(one))
      .map(([name]) => `${format} has no place for ${name}: set it in the environment`),
    ...unset
      .filter((name) => !gone.includes(name))
      .map((name) => `${format} cannot take ${name} away: take it out where it is set`),
  ];
  if (lines.length > 0) return { text: `${lines.join('\n')}\n`, left };
  return {
    text: writer.comment === undefined ? '' : `${writer.comment} lk env: ${why.replaceAll(/\s+/g, ' ')}\n`,
    left,
  };
}
