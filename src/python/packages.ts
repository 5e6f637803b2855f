import type { Host } from '../host/host.ts';
import { lineAfter } from '../host/lines.ts';
import type { Site } from './site.ts';

/** The packages that bear on parallelism, by their normalised names (PEP 503). */
const WANTED = [
  'lenskit',
  'torch',
  'numpy',
  'scipy',
  'threadpoolctl',
  'ray',
  'numba',
  'scikit-learn',
  'mkl',
  'mkl-service',
  'tbb',
  'polars',
  'pandas',
  'pyarrow',
];

/** Versions from the names that installers give to metadata: `numpy-2.4.6.dist-info`, conda's `numpy-2.4.6-py311_0.json`. */
export function observePackages(host: Host, sites: readonly Site[], prefix: string): { [name: string]: string } {
  const packages: { [name: string]: string } = {};
  const note = (name: string, version: string): void => {
    const normal = normalName(name);
    if (WANTED.includes(normal)) packages[normal] ??= version;
  };
  for (const site of sites) {
    for (const entry of site.entries) {
      const found = distributionOf(entry);
      if (found !== null) note(found.name, found.version);
    }
  }
  for (const entry of host.list(`${prefix}/conda-meta`, 20_000) ?? []) {
    const [version = '', ...name] = entry.split('-').slice(0, -1).reverse();
    if (!entry.endsWith('.json') || name.length === 0 || version === '' || version.length > 60) continue;
    // conda calls it pytorch
    note(name.join() === 'pytorch' ? 'torch' : name.reverse().join('-'), version);
  }
  return packages;
}

/** A name as PEP 503 compares it. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** What the name of a folder of metadata says: `numpy-2.4.6.dist-info`; null: it is none. */
export function distributionOf(entry: string): { name: string; version: string } | null {
  const [, name, version] = /^([A-Za-z0-9_.]+)-([^-]{1,60})(?:-py\d[\d.]*)?\.(?:dist|egg)-info$/.exec(entry) ?? [];
  return name && version ? { name, version } : null;
}

/** Torch's `version.py`. */
export interface TorchBuild {
  version: string;
  /** What it says of `cuda`, `hip`, `git_version`, …; null: nothing, or None. */
  text(name: string): string | null;
  /** What it says of `debug`; null: nothing. */
  debug: boolean | null;
}

/** The build of the first Torch of these folders; null: there is none that says what it is. */
export function torchBuild(host: Host, sites: readonly Site[]): TorchBuild | null {
  for (const site of sites) {
    const read = host.read(`${site.path}/torch/version.py`, 64 * 1024);
    const version = read.ok ? /^__version__\s*=\s*['"]([\w.+-]{1,60})['"]/m.exec(read.text)?.[1] : undefined;
    if (!read.ok || version === undefined) continue;
    const debug = /^debug\s*=\s*(True|False)/m.exec(read.text)?.[1];
    return {
      version,
      text: (name) =>
        /^(?!\w)[^=]{0,40}=\s*['"]([\w.+-]{1,60})['"]/.exec(lineAfter(read.text, name) ?? '')?.[1] ?? null,
      debug: debug === undefined ? null : debug === 'True',
    };
  }
  return null;
}

/** Torch's build: `2.15.0+cu132` with CUDA 13.2; null: no Torch. `cuda` is null for a build without it. */
export function observeTorch(host: Host, sites: readonly Site[]): { version: string; cuda: string | null } | null {
  const build = torchBuild(host, sites);
  return build && { version: build.version, cuda: build.text('cuda') };
}
