import type { Host } from '../host/host.ts';
import { environmentOf } from '../python/environment.ts';
import type { PythonFacts } from '../python/facts.ts';
import type { Details, Paths } from './details.ts';
import { bearingVariables } from './environment.ts';
import { observeGpuDetails } from './gpus.ts';
import { observeOpenblas } from './openblas.ts';
import { observeDistributions } from './packages.ts';
import { observeProcessor } from './processor.ts';
import { observeSystem } from './system.ts';
import { observeTorchBuild } from './torch.ts';

/** What is listed besides, which is long. */
export interface Lists {
  packages: boolean;
  paths: boolean;
}

/** Reads what a bug report wants to know; nothing is run. @param model the processor's, where it was read already */
export function observeDetails(host: Host, python: PythonFacts, model: string | null, lists: Lists): Details {
  const environment = python.interpreter === null ? null : environmentOf(host, python.interpreter);
  const sites = environment?.path.sites ?? [];
  const processor = observeProcessor(host, model);
  return {
    system: observeSystem(host, python.interpreter),
    processor,
    openblas: observeOpenblas(host, python.pools),
    torch: observeTorchBuild(host, sites, processor.vector),
    gpus: observeGpuDetails(host),
    environment: bearingVariables(host.env),
    packages: lists.packages ? observeDistributions(host, sites) : null,
    paths: lists.paths ? pathsOf(host, environment) : null,
  };
}

/** `sys.path` as CPython's `getpath.py` and `site.py` make it: PYTHONPATH, the standard library, what packages are installed in. */
function pathsOf(host: Host, environment: ReturnType<typeof environmentOf> | null): Paths {
  const programs = (host.env.PATH ?? '').split(host.platform === 'win32' ? ';' : ':').filter(Boolean);
  if (environment === null) return { prefix: null, basePrefix: null, python: [], sitePackages: [], programs };
  const { prefix, base, library, path } = environment;
  const of = (isNamed: boolean): string[] =>
    path.sites.filter(({ kind }) => (kind === 'PYTHONPATH') === isNamed).map((site) => site.path);
  const standard =
    library === null
      ? []
      : [`${base}/lib/${library.replace('.', '')}.zip`, `${base}/lib/${library}`, `${base}/lib/${library}/lib-dynload`];
  const sitePackages = of(false);
  return { prefix, basePrefix: base, python: [...of(true), ...standard, ...sitePackages], sitePackages, programs };
}
