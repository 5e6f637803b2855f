import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Named } from '../../compare/compared.ts';
import { type Comparison, summaryOf } from '../../compare/comparison.ts';
import type { ComparedMachine } from '../../documents/comparison.ts';
import { MANY_MACHINES, machinesInThreads } from '../machines-in-threads.ts';
import { progressOf } from './progress.ts';
import { machinesOf, type Reading, whyNot } from './read.ts';
import { type Source, THIS_MACHINE } from './sources.ts';
import type { Recorded } from './worker.ts';

/**
 * Reads all machines, in the order in which they were named; what cannot be read costs none but itself. Returns the two
 * where there are no more.
 *
 * @throws FlagError of this machine
 */
export async function readAll(
  sources: readonly Source[],
  comparison: Comparison,
  reading: Reading,
): Promise<[Named, Named] | null> {
  const names = new Names();
  if (sources.length < MANY_MACHINES) return readHere(sources, comparison, names, reading);
  // What is read once alone, and what asks this process's environment, is no file that a thread could read.
  const isFile = ({ file }: Source): boolean => file !== THIS_MACHINE && file !== '-';
  const files = sources.filter(isFile);
  const others = sources.filter((source) => !isFile(source));
  await readHere(others, comparison, names, reading);
  const progress = await progressOf(files.length, process.stderr);
  try {
    await readInThreads(files, comparison, names, reading, progress.at);
    return null;
  } finally {
    progress.end();
  }
}

async function readHere(
  sources: readonly Source[],
  comparison: Comparison,
  names: Names,
  reading: Reading,
): Promise<[Named, Named] | null> {
  const first: Named[] = [];
  for (const source of sources) {
    for (const machine of await hereOf(source, comparison, reading)) {
      const named = { ...machine, name: names.of(machine, source) };
      comparison.add(summaryOf(named));
      // Of more than two there is nothing to be told of each.
      if (first.length <= 2) first.push(named);
    }
    await setImmediate();
  }
  const [a, b, c] = first;
  return a && b && !c ? [a, b] : null;
}

async function hereOf(source: Source, comparison: Comparison, reading: Reading): Promise<Named[]> {
  try {
    return await machinesOf(source, reading);
  } catch (error) {
    // What was typed is wrong, and no file.
    if (source.file === THIS_MACHINE) throw error;
    comparison.refuse(source.file, whyNot(error, source.file));
    return [];
  }
}

async function readInThreads(
  sources: readonly Source[],
  comparison: Comparison,
  names: Names,
  reading: Reading,
  at: (done: number) => void,
): Promise<void> {
  const add = ({ source, summaries, why }: Recorded): void => {
    if (why !== null) comparison.refuse(source.file, why);
    for (const { machine, ...rest } of summaries)
      comparison.add({ ...rest, machine: { ...machine, name: names.of(machine, source) } });
  };
  const { asked, isAnotherQuestion, program } = reading;
  const worker = path.join(__dirname, 'compare-worker.cjs');
  const died = (source: Source, why: string): Recorded => ({ source, summaries: [], why });
  let done = 0;
  await machinesInThreads(sources, { worker, workerData: { asked, isAnotherQuestion, program }, died }, (results) => {
    for (const result of results) add(result);
    done += results.length;
    at(done);
  });
}

/** Several tasks may run on one host: the second one is told by its file, too. */
class Names {
  private readonly taken = new Set<string>();

  of({ name, host }: Pick<ComparedMachine, 'name' | 'host'>, { name: own, file }: Source): string {
    const names = [name, ...(host === null ? [] : [`${host} (${own})`]), `${own} (${file})`];
    const free = names.find((one) => !this.taken.has(one)) ?? file;
    this.taken.add(free);
    return free;
  }
}
