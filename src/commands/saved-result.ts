import type { BenchResult } from '../documents/bench-result.ts';
import { FileError } from '../files/errors.ts';
import { readUserFile } from '../files/read.ts';

/** What `lk bench batch --save` has kept. @throws FileError where the file holds no result of it */
export function readResult(file: string, label: string): BenchResult {
  let document: Partial<BenchResult> | null;
  try {
    document = JSON.parse(readUserFile(file, label)) as Partial<BenchResult> | null;
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`${label}: not JSON: ${(error as Error).message.replace(/\s+/g, ' ')}`);
  }
  const isResult =
    document?.schemaVersion === 1 &&
    Array.isArray(document.trials) &&
    typeof document.baseline === 'object' &&
    document.baseline !== null &&
    typeof document.engine === 'string' &&
    typeof document.time === 'string';
  if (!isResult) throw new FileError(`${label}: no result of lk bench batch; write one with --save FILE`);
  return document as BenchResult;
}
