import type { Host } from '../host/host.ts';
import { environmentOf } from './environment.ts';
import { NO_PYTHON, type PythonFacts } from './facts.ts';
import { findHidden, findLenskit, findUnversioned, unreadBefore } from './metadata.ts';
import { observeNumbaLayers } from './numba-layers.ts';
import { observePackages, observeTorch } from './packages.ts';
import { observePools } from './pools.ts';
import { type Found, findPython, onPath, type ProjectPython } from './search.ts';

/**
 * Which Python and which LensKit, from files; `known` is that of a command.
 *
 * @throws PythonNotFound where the user or the project's settings named a Python that is not there
 */
export function observePython(
  host: Host,
  named: string | ProjectPython | null,
  known: Found | null = null,
): PythonFacts {
  const notes: string[] = [];
  const found = known ?? findPython(host, named, notes);
  if (found === null) return { ...NO_PYTHON, notes };
  const { interpreter, foundBy } = found;
  const environment = environmentOf(host, interpreter, variablesFor(host, found), found.cwd);
  const { prefix, version, kind, library, path } = environment;
  const { sites } = path;
  const lenskit = findLenskit(host, sites, notes);
  return {
    interpreter,
    prefix,
    version,
    freeThreaded: library?.endsWith('t') ?? false,
    implementation: library?.startsWith('pypy') || interpreter.includes('pypy') ? 'PyPy' : 'CPython',
    kind,
    foundBy,
    lenskit,
    hidden: findHidden(host, sites),
    unversioned: findUnversioned(host, sites, lenskit),
    unread: unreadBefore(path, lenskit),
    packages: observePackages(host, sites, prefix),
    torch: observeTorch(host, sites),
    pools: observePools(host, sites, prefix),
    ...(lenskit?.version.startsWith('0.') ? { numbaLayers: observeNumbaLayers(host, sites) } : {}),
    competing: ['PATH', '--python', 'process', 'project settings', 'command'].includes(foundBy)
      ? null
      : competitor(host, prefix),
    notes,
  };
}

/** The environment as far as that Python looks at it. */
function variablesFor(
  host: Host,
  { noUserSite = false, ignoresEnvironment = false, env = host.env }: Found,
): Host['env'] {
  const { PYTHONPATH, PYTHONUSERBASE, PYTHONNOUSERSITE } = ignoresEnvironment ? {} : env;
  return { PYTHONPATH, PYTHONUSERBASE, PYTHONNOUSERSITE: noUserSite ? '1' : PYTHONNOUSERSITE };
}

/** The environment that `python` would start, if that is not the one that was read. */
function competitor(host: Host, prefix: string): PythonFacts['competing'] {
  const other = onPath(host, []);
  if (other === null) return null;
  const environment = environmentOf(host, other.interpreter);
  if (environment.prefix === prefix) return null;
  return { interpreter: other.interpreter, lenskit: findLenskit(host, environment.path.sites, [])?.version ?? null };
}
