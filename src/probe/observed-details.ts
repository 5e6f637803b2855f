/** What `probe/details.py` saw, for a bug report. */
export interface ObservedDetails {
  /** By threadpoolctl: `kernel` is the processor whose code OpenBLAS, MKL or BLIS runs. */
  libraries: {
    family: string;
    file: string;
    version: string | null;
    threading: string | null;
    kernel: string | null;
  }[];
  /** null: no Torch. */
  torch: {
    capability: string | null;
    backends: { [name: string]: (typeof BACKEND_STATES)[number] };
    /** The lines of `torch.__config__.show()`. */
    build: string[];
  } | null;
  gpus: {
    model: string;
    capability: string | null;
    memoryBytes: number | null;
    l2Bytes: number | null;
    processors: number | null;
  }[];
  /** `sys.path`, without the folder of the script. */
  path: string[];
  /** null: no Ray. */
  ray: { state: (typeof RAY_STATES)[number]; resources: { [name: string]: number }; error: string | null } | null;
}

/** `unavailable`: it is built in, and has no device here. */
export const BACKEND_STATES = ['available', 'unavailable', 'absent'] as const;

/** Whether a cluster was joined for its resources. */
export const RAY_STATES = ['joined', 'none', 'no answer', 'error'] as const;

const MOST_ITEMS = 1000;

type Json = { [key: string]: unknown };

/** The part of the probe's document that is `probe/details.py`'s; null: it is none. */
export function detailsOf(value: unknown): ObservedDetails | null {
  const given = object(value);
  if (given === null) return null;
  return {
    libraries: objects(given.libraries).map((one) => ({
      family: String(one.family),
      file: String(one.file),
      version: text(one.version),
      threading: text(one.threading),
      kernel: text(one.kernel),
    })),
    torch: torchOf(object(given.torch)),
    gpus: objects(given.gpus).map((one) => ({
      model: String(one.model),
      capability: text(one.capability),
      memoryBytes: amount(one.memoryBytes),
      l2Bytes: amount(one.l2Bytes),
      processors: amount(one.processors),
    })),
    path: list(given.path).map(String),
    ray: rayOf(object(given.ray)),
  };
}

function torchOf(given: Json | null): ObservedDetails['torch'] {
  if (given === null) return null;
  const backends = Object.entries(object(given.backends) ?? {}).flatMap(([name, said]) => {
    const state = BACKEND_STATES.find((one) => one === said);
    return state === undefined ? [] : [[name, state] as const];
  });
  return {
    capability: text(given.capability),
    backends: Object.fromEntries(backends),
    build: list(given.build).map(String),
  };
}

function rayOf(given: Json | null): ObservedDetails['ray'] {
  const state = RAY_STATES.find((one) => one === given?.state);
  if (given === null || state === undefined) return null;
  const resources = Object.entries(object(given.resources) ?? {}).filter(
    (entry): entry is [string, number] => amount(entry[1]) !== null,
  );
  return { state, resources: Object.fromEntries(resources.slice(0, MOST_ITEMS)), error: text(given.error) };
}

function object(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST_ITEMS) : [];
}

function objects(value: unknown): Json[] {
  return list(value)
    .map(object)
    .filter((one) => one !== null);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function amount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
