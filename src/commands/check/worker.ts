import { checkScripts } from '../../script/check.ts';
import type { Environment, ScriptReport } from '../../script/judge.ts';
import { scriptReader } from './reader.ts';

/** What scripts are judged for: whether LensKit's workers import them, and the variables that they are run with. */
export interface How {
  spawns: boolean;
  environment: Environment;
  before2024: boolean;
}

/** Some of many files, in a worker of the invoker. */
export default function judgeSome(how: How, files: readonly string[]): Promise<ScriptReport[]> {
  return checkScripts(files, { reader: scriptReader(), ...how });
}
