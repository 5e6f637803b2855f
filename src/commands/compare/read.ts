import type { Named } from '../../compare/compared.ts';
import { SavedReportError, savedReport } from '../../compare/saved-report.ts';
import { diagnose } from '../../doctor/diagnose.ts';
import { hostOf, isSnapshot, readDocument, SnapshotError, snapshotOf, timeOf } from '../../doctor/snapshot.ts';
import { FileError } from '../../files/errors.ts';
import { readUserBytes } from '../../files/read.ts';
import { thisMachine } from '../../host/open.ts';
import type { Question } from '../../situation/question.ts';
import { UsageError } from '../../situation/usage-error.ts';
import { askedAgain, type Looked, look } from '../doctor/look.ts';
import type { CompareFlags } from './flags.ts';
import { type Source, THIS_MACHINE } from './sources.ts';

/** What is asked of a machine, and what it is called then; null: as it is called anyway. */
export interface Asked {
  question: Question;
  name: string | null;
}

export interface Reading {
  flags: Partial<Pick<CompareFlags, 'python' | 'script'>>;
  /** One or, where a machine is compared with itself, two. */
  asked: readonly Asked[];
  /** True: something is asked that a report, made long ago, cannot answer. */
  isAnotherQuestion: boolean;
  program: { version: string; root: string; time: Date };
}

/** A hundred times a snapshot of a large node. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * A machine, once for everything that is asked of it.
 *
 * @throws FileError, SnapshotError, SavedReportError, UsageError, FlagError
 */
export async function machinesOf(source: Source, reading: Reading): Promise<Named[]> {
  return source.file === THIS_MACHINE ? here(source, reading) : recorded(source, reading);
}

async function here(source: Source, { flags, asked, program }: Reading): Promise<Named[]> {
  const machines: Named[] = [];
  let looked: Looked | null = null;
  for (const { question, name } of asked) {
    // Of what is asked only the release differs, and of what is seen only a script is judged by it.
    if (looked === null || flags.script !== undefined) looked = await look({ ...flags }, question, program.root);
    const compared = diagnose(looked.facts, looked.hide(question), program);
    machines.push({ name: name ?? source.name, file: null, host: null, from: 'machine', compared });
  }
  return machines;
}

function recorded(source: Source, { asked, isAnotherQuestion, program }: Reading): Named[] {
  const { file } = source;
  const kind = source.isFound ? thisMachine().kind(file) : 'file';
  if (kind !== 'file')
    throw new FileError(`${file}: ${kind === 'directory' ? 'a link to a folder' : 'no regular file'}`);
  const document = readDocument(readUserBytes(file, file, MOST_BYTES).toString('utf8'), file);
  if (!isSnapshot(document)) {
    const compared = savedReport(document, file);
    if (isAnotherQuestion)
      throw new FileError(`${file}: a report cannot be asked again; name a snapshot (lk doctor --snapshot FILE)`);
    return [{ name: source.name, file, host: null, from: 'report', compared }];
  }
  const found = snapshotOf(document, file);
  const host = hostOf(document);
  const time = timeOf(document);
  return asked.map(({ question: own, name }) => {
    const { facts, question } = askedAgain(found, own);
    const report = diagnose(facts, question, program);
    const compared = { ...report, time: time ?? report.time };
    return { name: name ?? host ?? source.name, file, host, from: 'snapshot', compared };
  });
}

/** Why a file could not be compared, without its name: whatever was thrown, it costs none but this one. */
export function whyNot(error: unknown, file: string): string {
  const isFiles = [FileError, SnapshotError, SavedReportError, UsageError].some((kind) => error instanceof kind);
  const { name, message } = error as Error;
  if (!isFiles) return `judging it failed, please report it (${name}: ${message.slice(0, 200)})`;
  return message.startsWith(`${file}: `) ? message.slice(file.length + 2) : message;
}
