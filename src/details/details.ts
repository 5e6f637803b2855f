/**
 * What a bug report wants to know besides what the checks use, as LensKit's own doctor prints it: `--verbose`, `--packages`,
 * `--paths`. Plain data, read from files; null: not known, or not to be seen.
 */
export interface Details {
  system: SystemDetails;
  processor: ProcessorDetails;
  openblas: OpenblasDetails[];
  /** null: no Torch. */
  torch: TorchDetails | null;
  gpus: GpuDetails[];
  /** Variables that bear on threads and on what is imported, with their values; secrets are hidden. */
  environment: { [name: string]: string };
  /** Every distribution of the environment, by name; null: not asked for (`--packages`). */
  packages: Distribution[] | null;
  /** null: not asked for (`--paths`). */
  paths: Paths | null;
}

export interface SystemDetails {
  /** `Debian GNU/Linux 12 (bookworm)`. */
  name: string | null;
  /** `6.1.0-18-amd64`. */
  kernel: string | null;
  /** `x86_64`, of the interpreter, else of this process. */
  architecture: string | null;
  /** What the interpreter is linked to, else what the system has. */
  cLibrary: { name: 'glibc' | 'musl'; version: string | null; file: string } | null;
}

export interface Cache {
  /** `L1d`, `L1i`, `L2`, `L3`. */
  name: string;
  /** Of one. */
  bytes: number;
  /** How many CPUs share one. */
  sharedBy: number;
}

export interface ProcessorDetails {
  model: string | null;
  /** Sockets and cores of the CPUs that are online. */
  sockets: number | null;
  cores: number | null;
  numaNodes: number | null;
  /** Of the first CPU. */
  caches: Cache[];
  /** In MHz: what the first CPU runs at now, and the most that it may. */
  frequency: { now: number | null; most: number | null };
  /** The vector instructions that numeric libraries choose their code by. */
  vector: string[];
}

export interface OpenblasDetails {
  owner: string;
  file: string;
  /** As the library itself says it. */
  version: string | null;
  threading: 'pthreads' | 'openmp';
  /** True: it has code for many processors and chooses one when it is loaded. */
  dynamic: boolean | null;
  /** Integers of 64 bits in its interface. */
  int64: boolean | null;
  /** The processor whose code it uses, where that is fixed or a variable says it; `--probe` asks the library. */
  kernel: string | null;
}

export interface TorchDetails {
  version: string;
  cuda: string | null;
  hip: string | null;
  xpu: string | null;
  debug: boolean | null;
  commit: string | null;
  /** `AVX2`: the instructions that it will use, by the processor's flags. */
  capability: string | null;
}

export interface GpuDetails {
  vendor: 'NVIDIA' | 'AMD' | 'Intel' | null;
  model: string | null;
  /** `0000:01:00.0`. */
  bus: string | null;
  memoryBytes: number | null;
  /** CUDA's compute capability, `9.0`; told by nvidia-smi and Torch alone (`--probe`). */
  capability: string | null;
  /** What said so. */
  source: string;
}

export interface Distribution {
  name: string;
  version: string;
}

export interface Paths {
  /** `sys.prefix` and `sys.base_prefix`. */
  prefix: string | null;
  basePrefix: string | null;
  /** `sys.path`, without the folder of the script that runs. */
  python: string[];
  /** The folders among them that packages are installed in. */
  sitePackages: string[];
  /** The PATH. */
  programs: string[];
}
