import path from 'node:path';
import { effectiveCpuCount } from '../../library/effective-cpu-count.ts';
import { checkScripts } from '../../script/check.ts';
import type { ScriptReport } from '../../script/judge.ts';
import { chunksOf } from '../threads.ts';
import { judgeMany } from './many.ts';
import { type Given, scriptReader } from './reader.ts';
import type { How } from './worker.ts';

/** Several names may lead to one file, and several scripts import one module. */
export function onceEach(reports: readonly ScriptReport[]): ScriptReport[] {
  const seen = new Set<string>();
  return reports.filter(({ file }) => !seen.has(file) && seen.add(file));
}

/** Fewer files are quicker read here than workers started. */
const MANY_FILES = 150;
const CHUNK = 100;
const MOST_WORKERS = 4;

/** The verdicts in the order of the files; many files are shared among the CPUs. */
export async function judgeAll(files: readonly string[], how: How, given: Given): Promise<ScriptReport[]> {
  const jobs = files.length < MANY_FILES || given.size > 0 ? 1 : Math.min(effectiveCpuCount(), MOST_WORKERS);
  if (jobs === 1) return checkScripts(files, { reader: scriptReader(given), ...how });
  return judgeMany(chunksOf(files, CHUNK), how, { jobs, worker: path.join(__dirname, 'check-worker.cjs') });
}
