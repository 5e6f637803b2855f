import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/rules/errors.ts';
import { type ResolveOptions, resolveParallelism } from '../../src/rules/resolve.ts';
import { type Case, readCases, sharedFile } from '../shared.ts';

interface OracleCase extends Case {
  lenskit: string;
  ncpus: number;
  affinity?: number;
  env: { [name: string]: string };
  params?: { [name: string]: number | number[] | string | boolean | null };
  toml?: string;
  localToml?: string;
  freeThreaded?: boolean;
  expect: {
    main?: object;
    workers?: object[];
    childEnv?: object;
    warnings?: { category: string; message: string }[];
    error?: { type: string; stage?: string };
    levels?: object[];
  };
}

function optionsOf(oracle: OracleCase): ResolveOptions {
  const camel = Object.entries(oracle.params ?? {}).map(([name, value]) => [
    name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return {
    lenskit: oracle.lenskit,
    cpus: oracle.ncpus,
    env: oracle.env,
    params: Object.fromEntries(camel),
    toml: oracle.toml ?? null,
    localToml: oracle.localToml ?? null,
    freeThreaded: oracle.freeThreaded ?? false,
    ...(oracle.affinity === undefined ? {} : { affinity: oracle.affinity }),
  };
}

/** The answer in the oracle's form. */
function answer(options: ResolveOptions): object {
  try {
    const { main, workers, childEnv, warnings } = resolveParallelism(options);
    return { main, ...(workers.length > 0 ? { workers } : {}), childEnv, ...(warnings.length > 0 ? { warnings } : {}) };
  } catch (error) {
    if (error instanceof ConfigError) return { error: error.type };
    throw error;
  }
}

function expected({ expect: { error, main, workers, childEnv, warnings } }: OracleCase): object {
  if (error) return { error: error.type };
  return { main, ...(workers ? { workers } : {}), childEnv, ...(warnings ? { warnings } : {}) };
}

/** 2025.2 gives its workers' variables too; the worker's own are not part of the contract. */
describe.each(['2025.2', '2025.3', '2026.1.0', '2026.1'])("LensKit's own answers, %s", (name) => {
  const file = sharedFile('oracle', `${name}.jsonl`);
  const cases = file ? readCases<OracleCase>(file) : [];

  (file ? test : test.skip)('every case agrees', () => {
    const wrong = cases
      .map((oracle) => ({ id: oracle.id, is: answer(optionsOf(oracle)), should: expected(oracle), oracle }))
      .filter(({ is, should }) => !equal(is, should));
    console.info(`${name}: ${cases.length - wrong.length} of ${cases.length} agree`);
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});

/** As above; of a worker that dies and of a level that `proc_count` refuses the type, and where it happens. */
function answer014(options: ResolveOptions): object {
  try {
    const { main, levels = [], workers, warnings } = resolveParallelism(options);
    return { main, levels: levels.map(withoutMessage), workers: workers.map(withoutMessage), warnings };
  } catch (error) {
    if (error instanceof ConfigError) return { error: { type: error.type, stage: error.stage } };
    throw error;
  }
}

function expected014({ expect: { error, main, levels = [], workers = [], warnings = [] } }: OracleCase): object {
  if (error) return { error: { type: error.type, stage: error.stage } };
  return { main, levels: levels.map(withoutMessage), workers: workers.map(withoutMessage), warnings };
}

function withoutMessage(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || !('error' in item)) return item;
  const { message: _, ...rest } = item.error as { message: string };
  return { error: rest };
}

/** Not answered by the rules alone: a folder that is not there, and a float that JSON cannot tell from an integer. */
const BEYOND_RULES = ['e2e-0.14/23', 'e2e-0.14/30'];

/** In place, and real worker processes that LensKit's own invoker started. */
describe.each(['0.14', 'e2e-0.14'])("LensKit's own answers, %s", (name) => {
  const file = sharedFile('oracle', `${name}.jsonl`);
  const cases = (file ? readCases<OracleCase>(file) : []).filter(({ id }) => !BEYOND_RULES.includes(id));

  (file ? test : test.skip)('every case agrees', () => {
    const wrong = cases
      .map((oracle) => ({ id: oracle.id, is: answer014(optionsOf(oracle)), should: expected014(oracle), oracle }))
      .filter(({ is, should }) => !equal(is, should));
    console.info(`${name}: ${cases.length - wrong.length} of ${cases.length} agree`);
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});

function equal(a: object, b: object): boolean {
  return text(a) === text(b);
}

/** Canonical text: keys in order, integers as digits whatever their type. */
function text(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(text).join()}]`;
  const entries = Object.entries(value).toSorted(([x], [y]) => (x < y ? -1 : 1));
  return `{${entries.map(([key, item]) => `${key}:${text(item)}`).join()}}`;
}
