import { isPythonName } from '../command-line/names.ts';
import type { Host } from '../host/host.ts';
import { findOnPath } from '../host/path.ts';
import { flagsOf } from './kernel.ts';
import { parent } from './pyenv.ts';
import type { Found } from './search.ts';

/** A process as far as it tells which Python it runs. */
export interface PythonProcess {
  argv: readonly string[];
  /** Its program's file, without symbolic links. */
  program: string | null;
  /** The files that it has mapped. */
  mapped: readonly string[];
}

/**
 * The Python that a process runs, with its environment: by the path that it was started by, since a virtual environment
 * is known by the link to its Python; else by `VIRTUAL_ENV` or the `site-packages` that it has mapped, where these lead
 * to the same program; else the program itself. null: it runs no Python.
 */
export function pythonOfProcess(host: Host, { argv, program, mapped }: PythonProcess): Found | null {
  if (program === null || !isPythonName(program)) return null;
  const flags = flagsOf(argv);
  const found = (interpreter: string): Found => ({ interpreter, foundBy: 'process', ...flags });
  const candidates = [
    started(host, argv[0] ?? ''),
    ...[host.env.VIRTUAL_ENV, ...prefixesOf(mapped)].flatMap((prefix) =>
      prefix?.startsWith('/') ? [`${prefix}/bin/python3`, `${prefix}/bin/python`] : [],
    ),
  ];
  const same = candidates.find(
    (candidate) => candidate !== null && host.kind(candidate) === 'file' && host.realpath(candidate) === program,
  );
  return found(same ?? program);
}

/** What it was started by; a bare name was looked up on the PATH that it has inherited. */
function started(host: Host, name: string): string | null {
  if (name.startsWith('/')) return name;
  if (name === '') return null;
  return name.includes('/') ? `${host.cwd === '/' ? '' : host.cwd}/${name}` : findOnPath(host, [name]);
}

/** Of `…/lib/python3.11/site-packages/…` what is before `lib`, each once. */
function prefixesOf(files: readonly string[]): string[] {
  const prefixes = new Set<string>();
  for (const file of files) {
    const at = file.indexOf('/site-packages/');
    if (at > 0) prefixes.add(parent(parent(file.slice(0, at))));
  }
  return [...prefixes];
}
