import path from 'node:path';
import { visible } from '../../escape/visible.ts';
import { FileError } from '../../files/errors.ts';
import { openOutput } from '../../files/output.ts';
import { readUserBytes } from '../../files/read.ts';
import { realOf } from '../../files/real-path.ts';
import { asPatch, type Presented } from '../../output/presented.ts';
import { say } from '../../output/standard-error.ts';
import { checkText } from '../../script/check.ts';
import { decodeSource } from '../../script/encoding.ts';
import type { Environment, ScriptReport } from '../../script/judge.ts';
import { loadParser } from '../../script/parse.ts';
import { refusedBy } from './compiled.ts';
import { type Given, STANDARD_INPUT, scriptReader } from './reader.ts';

/** How scripts are to be wrapped. */
export interface Fixing {
  spawns: boolean;
  environment: Environment;
  before2024: boolean;
  given: Given;
  /** The Python that the user named: it compiles what would be written, and runs nothing of it. */
  interpreter: string | null;
  /** False: only shown. */
  write: boolean;
  /** Takes the changes as patches. */
  show: (patch: Presented) => void;
}

/** Wraps what can be wrapped; shows the change, or makes it. Returns what the files that changed hold now. */
export async function fix(
  reports: readonly ScriptReport[],
  { spawns, environment, before2024, given, interpreter, write, show }: Fixing,
): Promise<{ changed: Map<string, Buffer>; complete: boolean }> {
  const [{ fixScript, isFixable }, { patchOf }] = await Promise.all([
    import('../../script/fix.ts'),
    import('../../script/patch.ts'),
  ]);
  // Of many files none was judged in this thread.
  await loadParser();
  const changed = new Map<string, Buffer>();
  let complete = true;
  const wrapped = (report: ScriptReport, bytes: Buffer): Buffer | null => {
    const source = decodeSource(bytes);
    const again = (text: string): ScriptReport =>
      checkText(report.file, text, { reader: scriptReader(given), spawns, environment, before2024 });
    const result = 'why' in source ? { ok: false as const, why: source.why } : fixScript(source.text, report, again);
    const encoded = result.ok && !('why' in source) ? source.encode(result.text) : null;
    if (!result.ok || encoded === null || 'why' in source) {
      const why = result.ok ? 'its encoding has no letter for what would be written' : result.why;
      say(`${report.file}: not wrapped: ${why}`);
      return null;
    }
    const refusal = interpreter === null ? null : refusedBy(interpreter, encoded);
    if (refusal !== null) {
      say(`${report.file}: not wrapped: ${refusal}`);
      return null;
    }
    for (const { line, name } of result.kept)
      say(`${report.file}: line ${line} stays outside the guard, and every worker repeats it: they look up ${name}`);
    const labels = write ? (['before', 'after'] as const) : (['', ''] as const);
    show(asPatch(patchOf({ name: visible(report.file), before: source.text, after: result.text, labels })));
    return encoded;
  };
  const fixed = new Set<string>();
  for (const report of reports) {
    const isScript = report.file.endsWith('.py') || given.has(report.file);
    const hasFix = isScript && report.findings.some(isFixable);
    const isStandardInput = report.file === STANDARD_INPUT;
    if (!hasFix && !isStandardInput) continue;
    if (write && given.has(report.file) && !isStandardInput) {
      say(`${report.file}: not wrapped: it is no file; name it, or - to have the script on standard output`);
      continue;
    }
    try {
      // Several names may lead to one file, which is wrapped once.
      const file = isStandardInput ? report.file : realOf(path.resolve(report.file));
      if (fixed.has(file)) continue;
      fixed.add(file);
      const bytes = given.get(report.file) ?? readUserBytes(report.file);
      const result = hasFix ? wrapped(report, bytes) : null;
      const content = result ?? (isStandardInput ? bytes : null);
      if (content === null) continue;
      if (result !== null) changed.set(report.file, result);
      if (!write || (!isStandardInput && content.equals(bytes))) continue;
      const output = openOutput(isStandardInput ? '-' : report.file, { label: report.file });
      for (const warning of output.write(content)) say(warning);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      complete = false;
      changed.delete(report.file);
      say(`lk: ${error.message}`);
    }
  }
  return { changed, complete };
}
