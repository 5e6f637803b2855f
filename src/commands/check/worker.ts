import { checkScripts } from '../../script/check.ts';
import type { ScriptReport } from '../../script/judge.ts';
import { scriptReader } from './reader.ts';

/** Some of many files, in a worker of the invoker. */
export default function judgeSome({ spawns }: { spawns: boolean }, files: readonly string[]): Promise<ScriptReport[]> {
  return checkScripts(files, { reader: scriptReader(), spawns });
}
