import * as v from 'valibot';
import { STATUSES } from '../checks/check.ts';
import { REPORT_VERSION } from '../documents/doctor-report.ts';
import { GENERATIONS } from '../rules/generation.ts';
import { mayBePasted } from '../rules/variables.ts';
import type { Compared } from './compared.ts';

/** A file that holds no report of `lk doctor`, or one of another version. */
export class SavedReportError extends Error {
  override readonly name = 'SavedReportError';
}

// Far more than any report has.
const text = v.pipe(v.string(), v.maxLength(100_000));
const word = v.pipe(v.string(), v.maxLength(1000));
const listOf = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.maxLength(10_000));
const mapOf = <T extends v.GenericSchema>(item: T) => v.pipe(v.record(v.string(), item), v.maxEntries(10_000));
const number = v.pipe(v.number(), v.finite());
const amount = v.pipe(number, v.minValue(0));

const value = v.union([number, listOf(number), v.boolean(), text, v.null()]);
const kind = v.picklist(['parameter', 'env', 'file', 'default', 'derived']);
const place = {
  kind,
  name: v.exactOptional(word),
  raw: v.exactOptional(text),
  line: v.exactOptional(number),
  column: v.exactOptional(number),
};
const formula = v.object({ formula: text, substituted: text, value });

const knob = v.object({
  name: word,
  env: word,
  parameter: word,
  status: v.picklist(['in use', 'deprecated', 'unused']),
  value,
  source: v.nullable(v.object(place)),
  candidates: listOf(
    v.object({
      ...place,
      key: v.exactOptional(word),
      set: v.boolean(),
      used: v.exactOptional(v.literal(true)),
      formula: v.exactOptional(text),
      substituted: v.exactOptional(text),
      value: v.exactOptional(value),
    }),
  ),
  worker: v.nullable(formula),
  documented: v.nullable(
    v.object({
      formula: text,
      value,
      worker: v.exactOptional(v.object({ formula: text, value })),
    }),
  ),
});

const count = v.nullable(number);

const plan = v.object({
  main: v.union([
    v.object({
      processes: number,
      inProcess: v.boolean(),
      numbaThreads: number,
      numbaKnn: v.boolean(),
      sharing: v.exactOptional(v.picklist(['shm', 'binpickle'])),
    }),
    v.object({
      processes: number,
      threads: number,
      backendThreads: number,
      totalThreads: number,
      childThreads: v.exactOptional(number),
    }),
    v.object({
      numCpus: number,
      useRay: v.boolean(),
      numBatchJobs: number,
      numProcs: number,
      numThreads: number,
      numBackendThreads: number,
      totalThreads: number,
      tuneJobs: count,
    }),
  ]),
  ray: v.nullable(
    v.object({
      cluster: v.picklist(['own', 'existing']),
      foundBy: v.nullable(word),
      cpus: count,
      largestNode: count,
      cpusOfTask: count,
      tasks: count,
    }),
  ),
  models: listOf(word),
  atImport: v.object({
    main: number,
    worker: number,
    libraries: listOf(v.object({ library: word, main: number, worker: number, by: text })),
    assumed: v.boolean(),
  }),
  trainingThreads: count,
  inferenceThreads: count,
  batchThreads: count,
  trainingThreadsByModel: mapOf(number),
  inferenceThreadsByModel: mapOf(number),
  batchThreadsByModel: mapOf(number),
});

/**
 * What a report advises. Of a foreign file nothing comes into lines to paste but the variables of LensKit and of the
 * native libraries, with plain values.
 */
const variable = v.pipe(
  v.string(),
  v.check((name) => mayBePasted(name)),
);
const parameter = v.picklist(['processes', 'threads', 'backend_threads', 'child_threads', 'n_jobs']);

const report = v.object({
  time: v.pipe(v.string(), v.isoTimestamp()),
  hypothetical: listOf(text),
  lenskit: v.object({ version: v.nullable(word), generation: v.nullable(v.picklist(GENERATIONS)), why: text }),
  cpus: v.object({
    online: count,
    affinity: count,
    cpuset: count,
    effective: v.pipe(number, v.minValue(1)),
    lenskit: count,
    lenskitWhy: text,
    limitedBy: v.picklist(['none', 'affinity', 'cpuset', 'isolated', 'quota']),
    isolated: amount,
    cgroupView: v.optional(v.nullable(v.picklist(['whole', 'parents-hidden', 'none'])), null),
    quota: v.nullable(
      v.object({
        cpus: amount,
        quotaMicroseconds: word,
        periodMicroseconds: word,
        version: v.picklist([1, 2]),
        cgroup: text,
        file: text,
      }),
    ),
  }),
  python: v.object({
    interpreter: v.nullable(text),
    version: v.nullable(word),
    implementation: v.nullable(word),
    freeThreaded: v.boolean(),
    startMethod: v.nullable(word),
    packages: mapOf(word),
  }),
  machine: v.object({
    surroundings: listOf(word),
    share: count,
    memory: v.object({
      limit: v.nullable(v.object({ bytes: amount, used: v.nullable(amount), file: text })),
    }),
  }),
  knobs: listOf(knob),
  plan: v.nullable(plan),
  pools: listOf(
    v.object({
      pool: word,
      file: v.nullable(text),
      main: count,
      worker: count,
      by: text,
      workerBy: v.nullable(text),
    }),
  ),
  checks: listOf(
    v.object({
      id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,30}\/[a-z0-9-]{1,60}$/)),
      status: v.picklist(STATUSES),
      title: text,
    }),
  ),
  recommendation: v.nullable(
    v.object({
      env: v.pipe(
        v.record(v.string(), v.string()),
        v.maxEntries(100),
        v.check((env) => Object.entries(env).every(([name, text]) => mayBePasted(name, text))),
      ),
      unset: v.pipe(v.array(variable), v.maxLength(100)),
      parameters: v.record(parameter, v.union([number, listOf(number)])),
    }),
  ),
});

/**
 * What is compared of a document that `lk doctor --json` printed.
 *
 * @throws SavedReportError with the file's name
 */
export function savedReport(document: unknown, file: string): Compared {
  const head = typeof document === 'object' && document !== null ? (document as Head) : {};
  const said = head.error?.message;
  if (typeof said === 'string') throw new SavedReportError(`${file}: holds an error of lk: ${said.slice(0, 300)}`);
  if (head.program?.name !== 'lk' || !Array.isArray(head.checks))
    throw new SavedReportError(
      `${file}: neither a snapshot nor a report; write one with lk doctor --snapshot FILE, or lk doctor --json > FILE`,
    );
  if (head.schemaVersion !== REPORT_VERSION) {
    const found = typeof head.schemaVersion === 'number' ? head.schemaVersion : 'none';
    throw new SavedReportError(
      `${file}: a report of version ${found}, and this program reads version ${REPORT_VERSION}`,
    );
  }
  const result = v.safeParse(report, document, { abortEarly: true });
  if (result.success) return result.output;
  const wrong = (result.issues[0].path ?? []).map(({ key }) => String(key).slice(0, 60)).join('.');
  throw new SavedReportError(`${file}: ${wrong} is not what a report of lk doctor holds`);
}

interface Head {
  schemaVersion?: unknown;
  program?: { name?: unknown };
  checks?: unknown;
  error?: { message?: unknown };
}
