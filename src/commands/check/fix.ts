import path from 'node:path';
import { visible } from '../../escape/visible.ts';
import { FileError } from '../../files/errors.ts';
import { openOutput } from '../../files/output.ts';
import { readUserBytes } from '../../files/read.ts';
import { realOf } from '../../files/real-path.ts';
import { asPatch, type Presented } from '../../output/presented.ts';
import { say } from '../../output/standard-error.ts';
import { advised } from '../../script/advice.ts';
import { fixText } from '../../script/check.ts';
import type { TextEdit } from '../../script/edits.ts';
import { decodeSource } from '../../script/encoding.ts';
import { isFixable } from '../../script/fix.ts';
import type { Environment, ScriptReport } from '../../script/judge.ts';
import { loadParser } from '../../script/parse.ts';
import { refusedBy } from './compiled.ts';
import { type Given, scriptReader } from './reader.ts';

/** How scripts are to be wrapped. */
export interface Fixing {
  given: Given;
  /** What the script on standard input is called; null: none is read from there. */
  input: string | null;
  wrap: Wrap;
  /** False: only shown. */
  write: boolean;
  /** Takes the changes as patches, for eyes. */
  show: (patch: Presented) => void;
  /** Takes them as bytes. */
  change: (file: string, before: Buffer, after: Buffer) => void;
}

/** How scripts are judged. */
interface How {
  spawns: boolean;
  environment: Environment;
  before2024: boolean;
  sites: readonly string[];
  python: string | null;
  given: Given;
  /** The Python that the user named: it compiles what would be written, and runs nothing of it. */
  interpreter: string | null;
}

/** A script that can be wrapped: what it says now and then, as text and as bytes. */
interface Wrapped {
  before: string;
  after: string;
  edits: TextEdit[];
  kept: { line: number; name: string }[];
  bytes: Buffer;
}

/** What a script says once it is wrapped, or why it is not; and its report with that as advice. */
interface Wrapping {
  result: Wrapped | { why: string };
  report: ScriptReport;
}

/** Works out a fix, of the same bytes once. */
export type Wrap = (report: ScriptReport, bytes: Buffer) => Wrapping;

/** True where a script is Python alone, which can be wrapped. */
function isPython({ file }: ScriptReport): boolean {
  return !/\.(ipynb|qmd)$/.test(file);
}

function hasFix(report: ScriptReport): boolean {
  return isPython(report) && report.findings.some(isFixable);
}

export async function wrapper(how: How): Promise<Wrap> {
  // Of many files none was judged in this thread.
  await loadParser();
  const known = new Map<string, { bytes: Buffer; wrapping: Wrapping }>();
  return (report, bytes) => {
    const before = known.get(report.file);
    if (before?.bytes.equals(bytes)) return before.wrapping;
    const wrapping = wrappingOf(report, bytes, how);
    known.set(report.file, { bytes, wrapping });
    return wrapping;
  };
}

function wrappingOf(report: ScriptReport, bytes: Buffer, { given, interpreter, ...how }: How): Wrapping {
  const refused = (why: string): Wrapping => ({ result: { why }, report: advised('', report, { ok: false, why }) });
  const source = decodeSource(bytes);
  if ('why' in source) return refused(source.why);
  const fixed = fixText(report.file, source.text, report, { reader: scriptReader(given), ...how });
  if (!fixed.ok) return refused(fixed.why);
  const bytesAfter = source.encode(fixed.text);
  if (bytesAfter === null) return refused('its encoding has no letter for what would be written');
  const refusal = interpreter === null ? null : refusedBy(interpreter, bytesAfter);
  if (refusal !== null) return refused(refusal);
  const { text: after, edits, kept } = fixed;
  const result = { before: source.text, after, edits, kept, bytes: bytesAfter };
  return { result, report: advised(source.text, report, fixed) };
}

/** Wraps what can be wrapped; shows the change, or makes it. Returns what the files that changed hold now. */
export async function fix(
  reports: readonly ScriptReport[],
  { write, show, change, input, wrap, given }: Fixing,
): Promise<{ changed: Map<string, Buffer>; complete: boolean }> {
  const { patchOf } = await import('../../script/patch.ts');
  const changed = new Map<string, Buffer>();
  let complete = true;
  const wrapped = (report: ScriptReport, bytes: Buffer): Buffer | null => {
    const { result } = wrap(report, bytes);
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

/**
 * Reports that say what `--fix` would do, and the edits of those scripts that it would change.
 *
 * @param reports without advice
 */
export async function withFixes(
  reports: readonly ScriptReport[],
  wrap: Wrap,
  given: Given,
): Promise<{ reports: ScriptReport[]; edits: Map<string, { source: string; edits: TextEdit[] }> }> {
  const edits = new Map<string, { source: string; edits: TextEdit[] }>();
  const found: ScriptReport[] = [];
  for (const one of reports) {
    const wrapping = hasFix(one) ? await wrappingIn(one, wrap, given) : null;
    found.push(wrapping === null ? one : wrapping.report);
    if (wrapping !== null && !('why' in wrapping.result))
      edits.set(one.file, { source: wrapping.result.before, edits: wrapping.result.edits });
  }
  return { reports: found, edits };
}

async function wrappingIn(report: ScriptReport, wrap: Wrap, given: Given): Promise<Wrapping | null> {
  // A file may have cost the parser.
  await loadParser();
  try {
    const { result, report: said } = wrap(report, given.get(report.file) ?? readUserBytes(report.file));
    // The findings are those of the file as it is now.
    const fix = said.findings.find(isFixable)?.fix ?? null;
    return {
      result,
      report: { ...report, findings: report.findings.map((one) => (isFixable(one) ? { ...one, fix } : one)) },
    };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return null;
  }
}
