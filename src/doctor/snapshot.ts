import { PythonDate, type PythonValue, type Table, table } from '../config/python-json.ts';
import type { SettingsFile } from '../config/toml.ts';
import type { Facts } from './facts.ts';
import { MOST_CPUS, type Question } from './question.ts';

/** Raised with every change after which an older snapshot could not be read. */
export const SNAPSHOT_VERSION = 1;

const KIND = 'lenskit-doctor snapshot';

/** A file that is no snapshot, or one of another version. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

/** A machine's facts and what was asked of them, as a file: read elsewhere, it gives the same report. */
export function writeSnapshot(facts: Facts, question: Question, version: string, time: Date): string {
  const settings = facts.settings.map((file) => ({ ...file, content: encode(file.content) }));
  const head = { kind: KIND, schemaVersion: SNAPSHOT_VERSION, program: version, time: time.toISOString() };
  const text = JSON.stringify({ ...head, question, facts: { ...facts, settings } }, null, 2);
  return `${text}\n`;
}

/**
 * The facts and the question of a snapshot.
 *
 * @throws SnapshotError with the file's name
 */
export function readSnapshot(text: string, file: string): { facts: Facts; question: Question } {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new SnapshotError(`${file}: not JSON: ${(error as Error).message.split('\n')[0]}`);
  }
  const snapshot = asObject(document);
  if (snapshot?.kind !== KIND)
    throw new SnapshotError(`${file}: no snapshot; write one with lk doctor --snapshot FILE`);
  if (snapshot.schemaVersion !== SNAPSHOT_VERSION) {
    const found = JSON.stringify(snapshot.schemaVersion ?? null);
    throw new SnapshotError(
      `${file}: a snapshot of version ${found}, and this program reads version ${SNAPSHOT_VERSION}`,
    );
  }
  const problem = misshapen(snapshot);
  if (problem) throw new SnapshotError(`${file}: ${problem}`);
  const facts = snapshot.facts as Facts;
  const settings = facts.settings.map(
    (item): SettingsFile => ({ ...item, content: decode(item.content as unknown) as Table }),
  );
  // Snapshots from before scripts were looked at have none.
  return { facts: { ...facts, settings, script: facts.script ?? null }, question: snapshot.question as Question };
}

type Json = { [key: string]: unknown };

function asObject(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

const nullOr = (test: (value: unknown) => boolean) => (value: unknown) => value === null || test(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isPositive = (value: unknown): boolean => isCount(value) && value !== 0;
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isCpuList = (value: unknown): boolean =>
  isText(value) && /^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/.test(value as string);
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const isTextMap = (value: unknown): boolean => Object.values(asObject(value) ?? { x: null }).every(isText);
const isDigits = (value: unknown): boolean => isText(value) && /^[1-9]\d{0,19}$/.test(value as string);
const listOf = (test: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(test);
const object =
  (fields: { [key: string]: (value: unknown) => boolean }) =>
  (value: unknown): boolean => {
    const given = asObject(value);
    return given !== null && Object.entries(fields).every(([key, test]) => test(given[key]));
  };

const isProcess = nullOr(
  object({
    pools: listOf(object({ family: isText, api: isText, file: isText, threads: isNumber })),
    torchThreads: isNumber,
    torchInteropThreads: isNumber,
    torchStarted: (count) => count === undefined || nullOr(isCount)(count),
    arrow: (sizes) => sizes === undefined || nullOr(object({ cpu: isCount, io: isCount }))(sizes),
    rayonThreads: nullOr(isNumber),
    config: (value) => asObject(value) !== null,
  }),
);
const isScript = object({
  file: isText,
  verdict: isText,
  why: isText,
  findings: listOf(
    object({
      id: isText,
      level: isText,
      message: isText,
      place: object({ line: isPositive, column: isPositive, endLine: isPositive, endColumn: isPositive }),
      via: listOf(object({ name: isText, file: isText, line: isPositive })),
    }),
  ),
});

const isProbe = (value: Json): boolean =>
  isText(value.interpreter) &&
  listOf(object({ model: isText, mig: isBoolean }))(value.gpus) &&
  (value.ok === true
    ? object({
        python: isText,
        lenskit: nullOr(isText),
        cpus: nullOr(isNumber),
        main: isProcess,
        worker: isProcess,
        cudaDevices: listOf(isText),
        error: nullOr(object({ type: isText, message: isText })),
      })(value.observed)
    : isText(value.why) && listOf(isText)(value.lastLines));

/** What every part must look like, so that the pure part of the program can rely on its types. */
const SHAPE: { [path: string]: (value: unknown) => boolean } = {
  'question.lenskit': nullOr(isText),
  'question.cpus': nullOr((value) => isPositive(value) && (value as number) <= MOST_CPUS),
  'question.env': isTextMap,
  'question.unset': listOf(isText),
  'question.params': (value) => asObject(value) !== null,
  'facts.env': isTextMap,
  'facts.cpus.platform': isText,
  'facts.cpus.online': nullOr(isPositive),
  'facts.cpus.affinity': nullOr(isCpuList),
  'facts.cpus.cpuset': nullOr(object({ cpus: isCpuList, file: isText })),
  'facts.cpus.quotas': listOf(
    object({
      cpus: isNumber,
      ceil: isCount,
      floor: isCount,
      quotaMicroseconds: isDigits,
      periodMicroseconds: isDigits,
      version: isCount,
      cgroup: isText,
      file: isText,
    }),
  ),
  'facts.cpus.throttling': nullOr(
    object({ periods: isCount, throttled: isCount, seconds: isNumber, cgroup: isText, file: isText }),
  ),
  'facts.cpus.threadLimits': listOf(object({ most: isCount, now: nullOr(isCount), name: isText, file: isText })),
  'facts.cpus.warnings': listOf(isText),
  'facts.probe': nullOr((value) => asObject(value) !== null && isProbe(asObject(value) as Json)),
  'facts.machine.surroundings': listOf(isText),
  'facts.machine.memory': object({
    total: nullOr(isNumber),
    available: nullOr(isNumber),
    limit: nullOr(object({ bytes: isNumber, used: nullOr(isNumber), file: isText })),
    shm: nullOr(object({ bytes: isNumber, source: isText })),
    openFiles: nullOr(isCount),
  }),
  'facts.machine.gpus': listOf(object({ model: nullOr(isText), mig: isBoolean })),
  'facts.machine.request': nullOr(object({ cpus: isNumber, file: isText })),
  'facts.machine.siblings': (value) =>
    value === undefined || nullOr(object({ core: isCpuList, socket: isCpuList }))(value),
  'facts.machine.topology': nullOr(object({ cpus: isPositive, cores: isPositive })),
  'facts.python.packages': isTextMap,
  'facts.python.torch': nullOr(object({ version: isText, cuda: nullOr(isText) })),
  'facts.python.pools': listOf(
    object({ family: isText, api: isText, owner: isText, file: isText, version: nullOr(isText) }),
  ),
  'facts.python.competing': nullOr(object({ interpreter: isText, lenskit: nullOr(isText) })),
  'facts.python.interpreter': nullOr(isText),
  'facts.python.version': nullOr(isText),
  'facts.python.freeThreaded': isBoolean,
  'facts.python.lenskit': nullOr(object({ version: isText, file: isText })),
  'facts.python.notes': listOf(isText),
  'facts.script': (value) => value === undefined || nullOr(isScript)(value),
  'facts.settings': listOf(
    object({
      name: isText,
      path: nullOr(isText),
      content: (value) => asObject(value) !== null,
      lines: (value) => Object.values(asObject(value) ?? { x: null }).every(isCount),
      error: nullOr(object({ type: isText, message: isText, line: isCount, column: isCount })),
    }),
  ),
};

function misshapen(snapshot: Json): string | null {
  for (const [path, test] of Object.entries(SHAPE)) {
    const value = path.split('.').reduce<unknown>((here, key) => asObject(here)?.[key], snapshot);
    if (!test(value)) return `${path} is not what a snapshot holds`;
  }
  return null;
}

/** JSON knows neither Python's integers beside floats nor dates: each becomes an object with one `$` key. */
function encode(value: PythonValue): unknown {
  if (typeof value === 'bigint') return { $int: String(value) };
  if (typeof value === 'number') return { $float: String(value) };
  if (value instanceof PythonDate) return { $date: value.iso };
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value === 'object' && value !== null) {
    return { $table: Object.entries(value).map(([key, item]) => [key, encode(item)]) };
  }
  return value;
}

function decode(value: unknown, depth = 0): PythonValue {
  if (depth > 1000) return null;
  if (Array.isArray(value)) return value.map((item) => decode(item, depth + 1));
  const object = asObject(value);
  if (object === null) return typeof value === 'string' || typeof value === 'boolean' ? value : null;
  const { $int, $float, $date, $table } = object;
  if (typeof $int === 'string' && /^-?\d{1,4300}$/.test($int)) return BigInt($int);
  if (typeof $float === 'string') return Number($float);
  if (typeof $date === 'string') return new PythonDate($date);
  const entries = Array.isArray($table)
    ? $table.filter((entry) => Array.isArray(entry) && typeof entry[0] === 'string')
    : [];
  return table(entries.map(([key, item]) => [key as string, decode(item, depth + 1)] as const));
}
