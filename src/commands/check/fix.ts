import path from 'node:path';
import { visible } from '../../escape/visible.ts';
import { FileError } from '../../files/errors.ts';
import { openOutput } from '../../files/output.ts';
import { readUserBytes } from '../../files/read.ts';
import { realOf } from '../../files/real-path.ts';
import { asPatch, type Presented } from '../../output/presented.ts';
import { say } from '../../output/standard-error.ts';
import { checkText } from '../../script/check.ts';
import type { TextEdit } from '../../script/edits.ts';
import { decodeSource } from '../../script/encoding.ts';
import { fixScript, isFixable } from '../../script/fix.ts';
import type { Environment, ScriptReport } from '../../script/judge.ts';
import { loadParser } from '../../script/parse.ts';
import { refusedBy } from './compiled.ts';
import { type Given, scriptReader } from './reader.ts';

/** How scripts are to be wrapped. */
export interface Fixing {
  spawns: boolean;
  environment: Environment;
  before2024: boolean;
  given: Given;
  /** What the script on standard input is called; null: none is read from there. */
  input: string | null;
  /** The Python that the user named: it compiles what would be written, and runs nothing of it. */
  interpreter: string | null;
  /** False: only shown. */
  write: boolean;
  /** Takes the changes as patches, for eyes. */
  show: (patch: Presented) => void;
  /** Takes them as bytes. */
  change: (file: string, before: Buffer, after: Buffer) => void;
}

type How = Pick<Fixing, 'given' | 'spawns' | 'environment' | 'before2024' | 'interpreter'>;

/** A script that can be wrapped: what it says now and then, as text and as bytes. */
interface Wrapped {
  before: string;
  after: string;
  edits: TextEdit[];
  kept: { line: number; name: string }[];
  bytes: Buffer;
}

/** True where a script is Python alone, which can be wrapped. */
function isPython({ file }: ScriptReport): boolean {
  return !/\.(ipynb|qmd)$/.test(file);
}

function hasFix(report: ScriptReport): boolean {
  return isPython(report) && report.findings.some(isFixable);
}

/** What a script says once it is wrapped, or why it is not. */
async function wrapper({
  given,
  spawns,
  environment,
  before2024,
  interpreter,
}: How): Promise<(report: ScriptReport, bytes: Buffer) => Wrapped | { why: string }> {
  // Of many files none was judged in this thread.
  await loadParser();
  return (report, bytes) => {
    const source = decodeSource(bytes);
    if ('why' in source) return { why: source.why };
    const again = (text: string): ScriptReport =>
      checkText(report.file, text, { reader: scriptReader(given), spawns, environment, before2024 });
    const result = fixScript(source.text, report, again);
    if (!result.ok) return { why: result.why };
    const bytesAfter = source.encode(result.text);
    if (bytesAfter === null) return { why: 'its encoding has no letter for what would be written' };
    const refusal = interpreter === null ? null : refusedBy(interpreter, bytesAfter);
    if (refusal !== null) return { why: refusal };
    const { text: after, edits, kept } = result;
    return { before: source.text, after, edits, kept, bytes: bytesAfter };
  };
}

/** Wraps what can be wrapped; shows the change, or makes it. Returns what the files that changed hold now. */
export async function fix(
  reports: readonly ScriptReport[],
  { write, show, change, input, ...how }: Fixing,
): Promise<{ changed: Map<string, Buffer>; complete: boolean }> {
  const [wrap, { patchOf }] = await Promise.all([wrapper(how), import('../../script/patch.ts')]);
  const { given } = how;
  const changed = new Map<string, Buffer>();
  let complete = true;
  const wrapped = (report: ScriptReport, bytes: Buffer): Buffer | null => {
    const result = wrap(report, bytes);
    if ('why' in result) {
      say(`${report.file}: not wrapped: ${result.why}`);
      return null;
    }
    for (const { line, name } of result.kept)
      say(`${report.file}: line ${line} stays outside the guard, and every worker repeats it: they look up ${name}`);
    const labels = write ? (['before', 'after'] as const) : (['', ''] as const);
    show(asPatch(patchOf({ name: visible(report.file), before: result.before, after: result.after, labels })));
    change(report.file, bytes, result.bytes);
    return result.bytes;
  };
  const fixed = new Set<string>();
  for (const report of reports) {
    const isStandardInput = report.file === input;
    if (!hasFix(report) && !isStandardInput) continue;
    if (write && given.has(report.file) && !isStandardInput) {
      say(`${report.file}: not wrapped: it is no file; name it, or - to have the script on standard output`);
      continue;
    }
    try {
      // Several names may lead to one file, which is wrapped once.
      const file = isStandardInput ? report.file : realOf(path.resolve(report.file));
      if (fixed.has(file)) continue;
      fixed.add(file);
      // A file may have cost the parser.
      await loadParser();
      const bytes = given.get(report.file) ?? readUserBytes(report.file);
      const result = hasFix(report) ? wrapped(report, bytes) : null;
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

/** What `--fix` would make of each script, as edits of its text; nothing of those that it would leave as they are. */
export async function editsOf(
  reports: readonly ScriptReport[],
  how: How,
): Promise<Map<string, { source: string; edits: TextEdit[] }>> {
  const found = new Map<string, { source: string; edits: TextEdit[] }>();
  if (!reports.some(hasFix)) return found;
  const wrap = await wrapper(how);
  for (const report of reports.filter(hasFix)) {
    try {
      const result = wrap(report, how.given.get(report.file) ?? readUserBytes(report.file));
      if ('why' in result) continue;
      found.set(report.file, { source: result.before, edits: result.edits });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  }
  return found;
}
