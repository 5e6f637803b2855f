import * as v from 'valibot';
import { BACKEND_STATES, RAY_STATES } from '../probe/observed-details.ts';
import { amount, count, listOf, MOST_VARIABLES, mapOf, positive, text } from './snapshot-shapes.ts';

const maybe = v.nullable(text);
const some = v.nullable(amount);
const yesOrNo = v.nullable(v.boolean());

/** What a bug report wants to know besides, as a snapshot keeps it. */
export const details = v.object({
  system: v.object({
    name: maybe,
    kernel: maybe,
    architecture: maybe,
    cLibrary: v.nullable(v.object({ name: v.picklist(['glibc', 'musl']), version: maybe, file: text })),
  }),
  processor: v.object({
    model: maybe,
    sockets: v.nullable(positive),
    cores: v.nullable(positive),
    numaNodes: v.nullable(positive),
    caches: listOf(v.object({ name: text, bytes: count, sharedBy: positive })),
    frequency: v.object({ now: some, most: some }),
    vector: listOf(text),
  }),
  openblas: listOf(
    v.object({
      owner: text,
      file: text,
      version: maybe,
      threading: v.picklist(['pthreads', 'openmp']),
      dynamic: yesOrNo,
      int64: yesOrNo,
      kernel: maybe,
    }),
  ),
  torch: v.nullable(
    v.object({ version: text, cuda: maybe, hip: maybe, xpu: maybe, debug: yesOrNo, commit: maybe, capability: maybe }),
  ),
  gpus: listOf(
    v.object({
      vendor: v.nullable(v.picklist(['NVIDIA', 'AMD', 'Intel'])),
      model: maybe,
      bus: maybe,
      memoryBytes: some,
      capability: maybe,
      source: text,
    }),
  ),
  environment: v.pipe(v.record(v.string(), text), v.maxEntries(MOST_VARIABLES)),
  packages: v.nullable(listOf(v.object({ name: text, version: text }))),
  paths: v.nullable(
    v.object({
      prefix: maybe,
      basePrefix: maybe,
      python: listOf(text),
      sitePackages: listOf(text),
      programs: listOf(text),
    }),
  ),
});

/** What `probe/details.py` saw. */
export const observedDetails = v.object({
  libraries: listOf(v.object({ family: text, file: text, version: maybe, threading: maybe, kernel: maybe })),
  torch: v.nullable(v.object({ capability: maybe, backends: mapOf(v.picklist(BACKEND_STATES)), build: listOf(text) })),
  gpus: listOf(v.object({ model: text, capability: maybe, memoryBytes: some, l2Bytes: some, processors: some })),
  path: listOf(text),
  ray: v.nullable(v.object({ state: v.picklist(RAY_STATES), resources: mapOf(amount), error: maybe })),
});
