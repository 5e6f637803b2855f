import * as v from 'valibot';
import { ROLES } from '../live/facts.ts';
import type { Allocation } from '../machine/scheduler/allocation.ts';
import { isModelName } from '../plan/models.ts';
import { RAY_CAUSES } from '../probe/observed.ts';
import type { Parameters } from '../rules/resolution.ts';
import { FINDING_IDS } from '../script/finding-ids.ts';
import type { Facts } from '../situation/facts.ts';
import { MOST_CPUS, type Question } from '../situation/question.ts';
import { details, observedDetails } from './snapshot-details.ts';
import {
  amount,
  count,
  counted,
  cpuList,
  digits,
  listOf,
  MOST_VARIABLES,
  mapOf,
  number,
  positive,
  seconds,
  text,
} from './snapshot-shapes.ts';
import { decodeTable } from './snapshot-values.ts';

const variables = v.pipe(v.record(v.string(), text), v.maxEntries(MOST_VARIABLES));

const cpus = v.object({
  platform: text,
  online: v.nullable(v.pipe(positive, v.maxValue(MOST_CPUS))),
  affinity: v.nullable(cpuList),
  cpuset: v.nullable(v.object({ cpus: cpuList, file: text })),
  // Snapshots from before they were looked at have none.
  isolated: v.optional(v.nullable(cpuList), null),
  quotas: listOf(
    v.object({
      cpus: v.pipe(amount, v.gtValue(0)),
      ceil: counted,
      floor: counted,
      quotaMicroseconds: digits,
      periodMicroseconds: digits,
      version: v.picklist([1, 2]),
      cgroup: text,
      file: text,
    }),
  ),
  cgroup: v.nullable(v.picklist([1, 2, 'hybrid'])),
  // Snapshots from before it was looked at have none.
  cgroupView: v.optional(v.nullable(v.picklist(['whole', 'parents-hidden', 'none'])), null),
  unmounted: v.exactOptional(listOf(text)),
  throttling: v.nullable(v.object({ periods: counted, throttled: counted, seconds: amount, cgroup: text, file: text })),
  // Snapshots from before it was looked at have none.
  stopped: v.optional(v.nullable(v.object({ seconds: amount, file: text })), null),
  threadLimits: listOf(
    v.object({
      most: counted,
      now: v.nullable(counted),
      name: text,
      file: text,
      hard: v.exactOptional(v.nullable(counted)),
    }),
  ),
  physicalCores: v.nullable(positive),
  performanceCores: v.nullable(positive),
  model: v.nullable(text),
  warnings: listOf(text),
});

const resourceLimit = v.nullable(v.object({ soft: v.nullable(counted), hard: v.nullable(counted) }));

const machine = v.object({
  surroundings: listOf(text),
  memory: v.object({
    total: v.nullable(amount),
    available: v.nullable(amount),
    limit: v.nullable(v.object({ bytes: amount, used: v.nullable(amount), file: text })),
    shm: v.nullable(
      v.object({
        bytes: amount,
        source: text,
        free: v.exactOptional(v.nullable(amount)),
        unusable: v.exactOptional(v.nullable(v.picklist(['absent', 'read-only']))),
      }),
    ),
    openFiles: v.nullable(counted),
  }),
  gpus: v.nullable(listOf(v.object({ model: v.nullable(text), mig: v.boolean() }))),
  // Snapshots from before it was looked at have none.
  driver: v.optional(v.nullable(v.object({ version: text, file: text, compatibility: v.nullable(text) })), null),
  request: v.nullable(
    v.object({
      cpus: v.nullable(amount),
      // Snapshots from before runtimes wrote two different ones have none.
      either: v.optional(v.nullable(v.object({ since: amount, before: amount })), null),
      file: text,
    }),
  ),
  topology: v.nullable(v.object({ cpus: positive, cores: positive })),
  // Snapshots from before it was looked at have none.
  coreKinds: v.optional(v.nullable(v.object({ fast: positive, slow: positive, file: text })), null),
  // Snapshots from before it was looked for have none.
  rayCluster: v.optional(v.nullable(text), null),
  jobFile: v.optional(
    v.nullable(v.object({ variable: text, cpus: v.nullable(positive), memoryBytes: v.nullable(amount) })),
    null,
  ),
  lenskitTemp: v.exactOptional(
    v.nullable(v.object({ folder: text, unusable: v.nullable(v.picklist(['absent', 'no folder', 'not writable'])) })),
  ),
  siblings: v.exactOptional(v.nullable(v.object({ core: cpuList, socket: cpuList }))),
  limits: v.exactOptional(
    v.nullable(
      v.object({
        openFiles: resourceLimit,
        addressSpace: resourceLimit,
        stack: v.exactOptional(resourceLimit),
        mayRaise: v.boolean(),
      }),
    ),
  ),
});

const python = v.object({
  interpreter: v.nullable(text),
  prefix: v.nullable(text),
  version: v.nullable(text),
  freeThreaded: v.boolean(),
  implementation: v.nullable(v.picklist(['CPython', 'PyPy'])),
  kind: v.nullable(v.picklist(['venv', 'uv', 'conda', 'pyenv', 'system'])),
  foundBy: v.nullable(
    v.picklist([
      '--python',
      'process',
      'project settings',
      'command',
      'lenskit parallel',
      'Jupyter kernel',
      'VIRTUAL_ENV',
      'CONDA_PREFIX',
      "lk's own environment",
      '.venv',
      'PATH',
    ]),
  ),
  lenskit: v.nullable(v.object({ version: text, file: text })),
  // Snapshots from before it was looked for have none.
  hidden: v.optional(
    v.nullable(v.object({ version: text, file: text, by: v.picklist(['PYTHONPATH', 'user site']) })),
    null,
  ),
  unversioned: v.optional(
    v.nullable(
      v.object({
        file: text,
        by: v.picklist(['PYTHONPATH', 'environment', 'user site']),
        hides: v.nullable(text),
      }),
    ),
    null,
  ),
  unread: v.optional(
    listOf(v.object({ file: text, what: v.picklist(['archive', 'code', 'not read']), why: text })),
    [],
  ),
  packages: mapOf(text),
  torch: v.nullable(v.object({ version: text, cuda: v.nullable(text) })),
  pools: listOf(
    v.object({
      family: v.picklist([
        'OpenBLAS',
        'MKL',
        'BLIS',
        'FlexiBLAS',
        'Accelerate',
        'libgomp',
        'libiomp5',
        'libomp',
        'TBB',
        'Rayon',
        'Arrow',
        'Polars',
      ]),
      api: v.picklist(['blas', 'openmp', 'tasks']),
      owner: text,
      file: text,
      version: v.nullable(text),
      most: v.exactOptional(v.nullable(positive)),
      threading: v.exactOptional(v.literal('openmp')),
      needs: v.exactOptional(text),
      backend: v.exactOptional(
        v.object({
          name: v.nullable(text),
          file: v.nullable(text),
          by: text,
          ignored: v.nullable(text),
          threads: v.nullable(v.picklist(['of a pool', 'one'])),
        }),
      ),
    }),
  ),
  numbaLayers: v.exactOptional(listOf(v.object({ layer: v.picklist(['tbb', 'omp', 'workqueue']), file: text }))),
  competing: v.nullable(v.object({ interpreter: text, lenskit: v.nullable(text) })),
  notes: listOf(text),
});

const observedProcess = v.object({
  pools: listOf(v.object({ family: text, api: text, file: text, threads: number })),
  torchThreads: number,
  torchInteropThreads: number,
  torchStarted: v.exactOptional(v.nullable(count)),
  importStarted: v.exactOptional(v.nullable(count)),
  start: v.exactOptional(v.nullable(v.object({ cpu: seconds, wall: v.nullable(seconds) }))),
  arrow: v.exactOptional(v.nullable(v.object({ cpu: count, io: count }))),
  rayonThreads: v.nullable(number),
  atWork: v.exactOptional(
    v.nullable(v.object({ rayon: v.nullable(count), numpy: v.nullable(count), scipy: v.nullable(count) })),
  ),
  numba: v.exactOptional(
    v.nullable(v.object({ threads: count, config: number, layer: v.nullable(text), atWork: v.nullable(count) })),
  ),
  setUp: v.exactOptional(v.boolean()),
  config: mapOf(v.union([number, v.boolean()])),
});
const smiGpus = listOf(
  v.object({ model: text, mig: v.boolean(), memoryBytes: v.exactOptional(amount), capability: v.exactOptional(text) }),
);
const probe = v.variant('ok', [
  v.object({
    ok: v.literal(true),
    interpreter: text,
    observed: v.object({
      python: text,
      lenskit: v.nullable(text),
      cpus: v.nullable(number),
      main: v.nullable(observedProcess),
      worker: v.nullable(observedProcess),
      workerError: v.exactOptional(v.nullable(v.object({ type: text, message: text }))),
      ray: v.exactOptional(
        v.nullable(
          v.object({
            cluster: v.picklist(['own', 'existing']),
            foundBy: v.nullable(text),
            nodes: listOf(amount),
            asked: number,
            assigned: v.nullable(amount),
            variables: v.exactOptional(variables),
            cause: v.nullable(v.picklist(RAY_CAUSES)),
            error: v.nullable(v.object({ type: text, message: text })),
          }),
        ),
      ),
      cudaDevices: listOf(text),
      details: v.exactOptional(v.nullable(observedDetails)),
      error: v.nullable(v.object({ type: text, message: text })),
    }),
    gpus: smiGpus,
  }),
  v.object({ ok: v.literal(false), interpreter: text, why: text, lastLines: listOf(text), gpus: smiGpus }),
]);

const cpuShare = v.variant('ok', [
  v.object({
    ok: v.literal(true),
    loops: v.pipe(positive, v.maxValue(MOST_CPUS)),
    got: amount,
    seconds: v.pipe(amount, v.gtValue(0)),
    idle: v.nullable(amount),
    stolen: v.nullable(amount),
    stopped: v.nullable(amount),
  }),
  v.object({ ok: v.literal(false), why: text }),
]);

const scriptFinding = v.picklist(FINDING_IDS);

const script = v.object({
  file: text,
  verdict: v.picklist([
    'unprotected',
    'repeats work',
    'guard ends workers',
    'fails in workers',
    'protected',
    'no parallelism',
    'not followed',
    'notebook',
    'skipped',
    'unreadable',
  ]),
  why: text,
  findings: listOf(
    v.object({
      id: scriptFinding,
      level: v.picklist(['error', 'warning', 'info']),
      place: v.object({ line: positive, column: positive, endLine: positive, endColumn: positive }),
      cell: v.nullable(count),
      source: text,
      message: text,
      via: listOf(v.object({ name: text, file: text, line: positive })),
      fix: v.nullable(text),
    }),
  ),
  // Snapshots from before they were looked for have none.
  ignored: v.optional(listOf(v.object({ id: scriptFinding, line: positive, by: positive })), []),
  models: v.optional(listOf(text), []),
});

const settings = v.object({
  name: text,
  path: v.nullable(text),
  content: v.pipe(
    v.unknown(),
    v.transform(decodeTable),
    v.check((content) => content !== null),
    v.transform((content) => content as NonNullable<typeof content>),
  ),
  lines: mapOf(count),
  error: v.nullable(
    v.object({
      type: v.picklist(['TOMLDecodeError', 'UnicodeDecodeError']),
      message: text,
      line: count,
      column: count,
    }),
  ),
});

const share = v.pipe(amount, v.maxValue(1));
export const live = v.object({
  pid: positive,
  seconds: v.pipe(amount, v.gtValue(0)),
  processes: listOf(
    v.object({
      pid: positive,
      role: v.picklist(ROLES),
      threads: count,
      wanting: v.nullable(count),
      cpusUsed: v.nullable(amount),
      waitedShare: v.nullable(share),
    }),
  ),
  cpusUsed: v.nullable(amount),
  waitedShare: v.nullable(share),
  throttledShare: v.nullable(share),
  memoryBytes: v.nullable(amount),
  sharedBytes: v.nullable(amount),
  states: v.object({ running: count, sleeping: count, blocked: count, stopped: count }),
  involuntarySwitches: v.nullable(amount),
  others: v.nullable(v.object({ used: amount, idle: amount })),
  pressure: v.object({ machine: v.nullable(share), cgroup: v.nullable(share) }),
  affinities: listOf(v.object({ cpus: cpuList, threads: count })),
  loaded: listOf(text),
  imported: v.boolean(),
  workersSince: v.nullable(amount),
  ended: count,
  warnings: listOf(text),
});

const facts = v.object({
  cpus,
  machine,
  python,
  probe: v.nullable(probe),
  // Snapshots from before it was measured have none.
  cpuShare: v.optional(v.nullable(cpuShare), null),
  env: variables,
  // Snapshots from before scripts were looked at have none.
  script: v.optional(v.nullable(script), null),
  settings: listOf(settings),
  // Snapshots from before running jobs were looked at have none.
  live: v.optional(v.nullable(live), null),
  details: v.exactOptional(details),
});

const whole = v.pipe(v.number(), v.safeInteger());
const parameter = v.exactOptional(v.nullable(v.union([text, whole, listOf(whole)])));
const asked = v.nullable(v.pipe(positive, v.maxValue(1e6)));
const askedBytes = v.nullable(amount);
const allocation = v.object({
  nodes: asked,
  tasks: asked,
  tasksPerNode: asked,
  cpusPerTask: asked,
  cpusPerGpu: asked,
  gpus: asked,
  gpusPerNode: asked,
  gpusPerTask: asked,
  memoryPerNode: askedBytes,
  memoryPerCpu: askedBytes,
  memoryPerGpu: askedBytes,
  exclusive: v.boolean(),
} satisfies { [name in keyof Allocation]: unknown });
const question = v.object({
  lenskit: v.nullable(text),
  cpus: v.nullable(v.pipe(positive, v.maxValue(MOST_CPUS))),
  users: v.optional(v.nullable(positive), null),
  model: v.optional(v.nullable(v.pipe(text, v.check(isModelName))), null),
  costs: v.optional(
    v.nullable(
      v.object({
        file: text,
        model: v.pipe(text, v.check(isModelName)),
        inProcess: seconds,
        inWorker: seconds,
        handing: seconds,
        start: seconds,
        compiling: v.optional(seconds),
        by: v.picklist(['pool', 'ray']),
      } satisfies { [name in keyof NonNullable<Question['costs']>]: unknown }),
    ),
    null,
  ),
  // Snapshots from before it could be asked have none.
  allocation: v.optional(v.nullable(allocation), null),
  env: variables,
  unset: listOf(text),
  params: v.object({
    processes: parameter,
    threads: parameter,
    backendThreads: parameter,
    childThreads: parameter,
    nJobs: parameter,
  } satisfies { [name in keyof Parameters]-?: unknown }),
});

/** What a snapshot holds besides its head. Keys that it does not know are dropped. */
const snapshot = v.object({ facts, question });

/** Holds that the schema has every field of the types, and the types every field of the schema. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
true satisfies Same<Facts, v.InferOutput<typeof facts>>;
true satisfies Same<keyof Question, keyof v.InferOutput<typeof question>>;

/** The facts and the question, or the path of what is not as it has to be. */
export function checkSnapshot(document: unknown): { facts: Facts; question: Question } | { wrong: string } {
  const result = v.safeParse(snapshot, document, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  return { wrong: (issue.path ?? []).map(({ key }) => String(key).slice(0, 60)).join('.') };
}
