import { counted } from '../../checks/check.ts';
import type { Report, ReportedDetails } from '../../documents/doctor-report.ts';
import { binarySize } from './sizes.ts';

/** Names with values under a title, for every renderer alike. */
export interface Section {
  title: string;
  rows: readonly (readonly [name: string, value: string])[];
}

/** What is shown of the details: all with `--verbose`, else what was asked for. */
export interface Shown {
  all: boolean;
  packages: boolean;
  paths: boolean;
}

const UNKNOWN = 'not known';

/** The sections in the order of LensKit's own doctor; what is not known is said, what is not there is left out. */
export function detailSections(report: Report, shown: Shown): Section[] {
  const settings = shown.all ? settingsSection(report.settings ?? []) : [];
  const { details } = report;
  if (details === undefined) return settings;
  if (details === null)
    return [
      ...settings,
      {
        title: 'Machine and libraries',
        rows: [
          ['details', report.live ? 'not looked at with --pid' : 'the snapshot has none: --verbose when it is taken'],
        ],
      },
    ];
  const all = shown.all
    ? [
        system(report, details),
        processor(report, details),
        gpus(report, details),
        versions(report),
        torch(details),
        libraries(details),
        ray(details),
        { title: 'Environment', rows: Object.entries(details.environment) },
      ]
    : [];
  return [
    ...settings,
    ...[...all, shown.paths ? paths(details) : EMPTY, shown.packages ? packages(details) : EMPTY].filter(
      ({ rows }) => rows.length > 0,
    ),
  ];
}

const EMPTY: Section = { title: '', rows: [] };

function settingsSection(settings: NonNullable<Report['settings']>): Section[] {
  if (settings.length === 0) return [];
  const rows = settings.map(({ file, line, key, value, reason, ignored }): [string, string] => {
    const place = `${file}${line === null ? '' : `, line ${line}`}`;
    const parts = [value, reason, ignored === null ? null : `does not apply: ${ignored}`].filter(
      (part) => part !== null,
    );
    return [key, `${parts.join(' · ')}  (${place})`];
  });
  return [{ title: 'Settings of the project', rows }];
}

function system(
  { machine, python }: Report,
  { system: { name, kernel, architecture, cLibrary } }: ReportedDetails,
): Section {
  const { total, available, limit, shm } = machine.memory;
  const memory = total === null ? UNKNOWN : binarySize(total);
  const left = available === null ? '' : `, ${binarySize(available)} available`;
  const allowed = limit === null ? '' : `; limited to ${binarySize(limit.bytes)} (${limit.file})`;
  return {
    title: 'System',
    rows: [
      ['platform', [name, kernel && `kernel ${kernel}`, architecture].filter(Boolean).join(', ') || UNKNOWN],
      ['C library', cLibrary === null ? UNKNOWN : `${cLibrary.name} ${cLibrary.version ?? '?'} (${cLibrary.file})`],
      ['memory', `${memory}${left}${allowed}`],
      ...(shm === null ? [] : [['/dev/shm', `${binarySize(shm.bytes)} (${shm.source})`] as const]),
      ...(python.interpreter === null ? [] : [['Python', interpreter(python)] as const]),
    ],
  };
}

function interpreter({ interpreter: file, version, implementation, freeThreaded, kind }: Report['python']): string {
  const threads = freeThreaded ? 'free-threaded' : 'with its lock (GIL)';
  return `${implementation} ${version ?? '?'}, ${threads}, ${kind}: ${file}`;
}

function processor({ cpus }: Report, { processor: found }: ReportedDetails): Section {
  const { model, sockets, cores, numaNodes, caches, frequency, vector } = found;
  const { now, most } = frequency;
  const clock = [now === null ? '' : `${gigahertz(now)} now`, most === null ? '' : `${gigahertz(most)} at most`];
  return {
    title: 'Processor',
    rows: [
      ['model', model ?? UNKNOWN],
      [
        'CPUs',
        [
          `${cpus.online ?? '?'} online`,
          cores === null ? 'cores not known' : counted(cores, 'core'),
          sockets === null ? 'sockets not known' : counted(sockets, 'socket'),
          ...(numaNodes === null ? [] : [counted(numaNodes, 'NUMA node')]),
          `${cpus.effective} effective`,
        ].join(', '),
      ],
      ['frequency', clock.filter(Boolean).join(', ') || UNKNOWN],
      [
        'caches',
        caches
          .map(
            ({ name, bytes, sharedBy }) => `${name} ${binarySize(bytes)}${sharedBy > 1 ? ` for ${sharedBy} CPUs` : ''}`,
          )
          .join(', ') || UNKNOWN,
      ],
      ['vector code', vector.join(' ') || UNKNOWN],
    ],
  };
}

function gigahertz(megahertz: number): string {
  return `${(megahertz / 1000).toFixed(2)} GHz`;
}

/** What Torch says of a GPU is beside what the kernel or nvidia-smi say. */
function gpus({ machine }: Report, { gpus: found, observed }: ReportedDetails): Section {
  const driver =
    machine.driver === null ? [] : [['NVIDIA driver', `${machine.driver.version} (${machine.driver.file})`] as const];
  const rows = found.map(({ vendor, model, bus, memoryBytes, capability, source }, index): [string, string] => [
    `GPU ${index}`,
    [
      model ?? `${vendor ?? 'a GPU'}, model not known`,
      ...(memoryBytes === null ? [] : [binarySize(memoryBytes)]),
      ...(capability === null ? [] : [`capability ${capability}`]),
      ...(bus === null ? [] : [bus]),
      `by ${source}`,
    ].join(', '),
  ]);
  const torchs = (observed?.gpus ?? []).map((gpu, index): [string, string] => [
    `cuda:${index}`,
    [
      gpu.model,
      ...(gpu.capability === null ? [] : [`capability ${gpu.capability}`]),
      ...(gpu.memoryBytes === null ? [] : [binarySize(gpu.memoryBytes)]),
      ...(gpu.l2Bytes === null ? [] : [`L2 ${binarySize(gpu.l2Bytes)}`]),
      ...(gpu.processors === null ? [] : [`${gpu.processors} multiprocessors`]),
    ].join(', '),
  ]);
  const none = machine.gpus === null ? 'whether there are any cannot be seen' : 'none seen';
  return {
    title: 'GPUs',
    rows: rows.length + torchs.length === 0 ? [['GPUs', none], ...driver] : [...driver, ...rows, ...torchs],
  };
}

/** As LensKit's own doctor names them, and those that share threads with them. */
const NAMED = [
  'lenskit',
  'numpy',
  'scipy',
  'torch',
  'mkl',
  'threadpoolctl',
  'pyarrow',
  'ray',
  'numba',
  'polars',
  'pandas',
];

function versions({ python }: Report): Section {
  const rest = Object.keys(python.packages).filter((name) => !NAMED.includes(name));
  const rows = [...NAMED, ...rest].flatMap((name): [string, string][] => {
    const version = name === 'torch' ? (python.torch?.version ?? python.packages.torch) : python.packages[name];
    return version === undefined ? [] : [[name, version]];
  });
  return { title: 'Packages', rows };
}

function torch({ torch: found, observed }: ReportedDetails): Section {
  if (found === null) return EMPTY;
  const { version, cuda, hip, xpu, debug, commit, capability } = found;
  const builds = [cuda && `CUDA ${cuda}`, hip && `ROCm ${hip}`, xpu && `XPU ${xpu}`].filter(Boolean);
  const seen = observed?.torch ?? null;
  const backends = Object.entries(seen?.backends ?? {}).map(([name, state]) => `${name} ${state}`);
  const lines = (seen?.build ?? []).filter((line) => !line.startsWith('PyTorch built with'));
  return {
    title: 'Torch',
    rows: [
      [
        'build',
        `${version}, for ${builds.join(', ') || 'CPUs alone'}${debug ? ', with debugging' : ''}${commit === null ? '' : `, ${commit.slice(0, 12)}`}`,
      ],
      [
        'CPU capability',
        seen?.capability ??
          (capability === null
            ? 'not known from files; --probe asks Torch'
            : `${capability}, by the processor's flags`),
      ],
      ...(backends.length === 0 ? [] : [['backends', backends.join(', ')] as const]),
      ...lines.map((line) => ['built with', line] as const),
    ],
  };
}

/** What the loaded library says of itself beside what its file does; those that no file was read of come after. */
function libraries({ openblas, observed }: ReportedDetails): Section {
  const loaded = observed?.libraries ?? [];
  const read = openblas.map(({ owner, file, version, threading, dynamic, int64, kernel }): [string, string] => {
    const seen = loaded.find((one) => one.file === file);
    const fixed = seen?.kernel ?? kernel;
    const chosen = dynamic ? 'kernel chosen when it is loaded (--probe asks it)' : 'kernel not known';
    return [
      `OpenBLAS of ${owner}`,
      [
        seen?.version ?? version ?? 'version not known',
        seen?.threading ?? threading,
        ...(int64 ? ['64-bit integers'] : []),
        fixed === null ? chosen : `kernel ${fixed}`,
        file,
      ].join(', '),
    ];
  });
  const others = loaded.filter(({ file }) => !openblas.some((one) => one.file === file));
  const rest = others.map(({ family, file, version, threading, kernel }): [string, string] => [
    `${family} (loaded)`,
    [version, threading, kernel === null ? null : `kernel ${kernel}`, file].filter((part) => part !== null).join(', '),
  ]);
  return { title: 'Native libraries', rows: [...read, ...rest] };
}

const RAY_WORDS: { readonly [state: string]: string } = {
  none: 'installed, and no cluster runs',
  'no answer': 'a cluster is named, and does not answer',
  error: 'it refused',
};

function ray({ observed }: ReportedDetails): Section {
  const found = observed?.ray ?? null;
  if (found === null) return EMPTY;
  const { state, resources, error } = found;
  if (state !== 'joined')
    return { title: 'Ray', rows: [['cluster', `${RAY_WORDS[state] ?? state}${error === null ? '' : `: ${error}`}`]] };
  return {
    title: 'Ray',
    rows: Object.entries(resources).map(([name, amount]) => [
      name,
      name.endsWith('memory') ? binarySize(amount) : String(amount),
    ]),
  };
}

function paths({ paths: found, observed }: ReportedDetails): Section {
  if (found === null) return { title: 'Paths', rows: [['paths', 'the snapshot has none: --paths when it is taken']] };
  const { prefix, basePrefix, python, sitePackages, programs } = found;
  const seen = observed === null ? python : observed.path;
  return {
    title: 'Paths',
    rows: [
      ...(prefix === null ? [] : [['sys.prefix', prefix] as const]),
      ...(basePrefix === null || basePrefix === prefix ? [] : [['sys.base_prefix', basePrefix] as const]),
      ...seen.map((folder) => ['sys.path', folder] as const),
      ...sitePackages.map((folder) => ['site-packages', folder] as const),
      ...programs.map((folder) => ['PATH', folder] as const),
    ],
  };
}

function packages({ packages: found }: ReportedDetails): Section {
  if (found === null)
    return { title: 'Installed packages', rows: [['packages', 'the snapshot has none: --packages when it is taken']] };
  return {
    title: `Installed packages (${found.length})`,
    rows: found.map(({ name, version }) => [name, version]),
  };
}
