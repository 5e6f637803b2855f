import { parentPort, workerData } from 'node:worker_threads';
import { checkScripts } from '../../script/check.ts';
import type { Environment } from '../../script/judge.ts';
import { scriptReader } from './reader.ts';

/** What scripts are judged for: whether LensKit's workers import them, and the variables that they are run with. */
export interface How {
  spawns: boolean;
  environment: Environment;
  before2024: boolean;
  /** Where the packages of the Python lie that runs them. */
  sites: readonly string[];
  /** Its version; null: not known. */
  python: string | null;
  /** False: findings need not say what `--fix` would do. */
  advise?: boolean;
}

/** Some of many files, in a thread of their own: each report as soon as it is there, then null. */
parentPort?.on('message', async (files: readonly string[]) => {
  const how = { reader: scriptReader(), ...(workerData as How) };
  await checkScripts(files, how, (report) => parentPort?.postMessage(report));
  parentPort?.postMessage(null);
});
