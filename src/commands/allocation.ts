import { quotedWords } from '../command-line/words.ts';
import { readUserFile } from '../files/read.ts';
import type { Allocation } from '../machine/scheduler/allocation.ts';
import { allocationOf } from '../machine/scheduler/asked-allocation.ts';
import { AllocationError, parseSbatch, sbatchLines } from '../machine/scheduler/sbatch.ts';
import { FlagError } from './flags.ts';

/**
 * What a job asks for: the `#SBATCH` lines of `--job FILE`, and over them the words of `--allocation`, as sbatch's own
 * command line stands over its script.
 *
 * @throws FileError
 * @throws FlagError with the flag, what it got, and what to write
 */
export function askedAllocation({
  allocation,
  job,
}: {
  allocation?: string | undefined;
  job?: string | undefined;
}): Allocation {
  const file = job === undefined ? [] : wordsIn(job);
  const given = allocation === undefined ? [] : quotedWords(allocation);
  const flag = allocation === undefined ? `--job ${job}` : `--allocation ${JSON.stringify(allocation)}`;
  const asked = explained(flag, () => allocationOf([...file, ...given]));
  const isSaid = Object.values(asked).some((value) => value !== null && value !== false);
  if (isSaid) return asked;
  throw new FlagError(
    allocation === undefined
      ? `--job ${job}: no #SBATCH line asks for CPUs, tasks, nodes or memory`
      : `${flag}: asks for no CPUs, tasks, nodes or memory; write words such as -n 2 -c 16 --mem 32G`,
  );
}

/** The words of a job's file, which are right by themselves. */
function wordsIn(job: string): string[] {
  const label = `--job ${job}`;
  const text = readUserFile(job, label);
  return explained(label, () => {
    const words = sbatchLines(text, quotedWords);
    parseSbatch(words);
    return words;
  });
}

function explained<T>(flag: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof AllocationError ? new FlagError(`${flag}: ${error.message}`) : error;
  }
}
