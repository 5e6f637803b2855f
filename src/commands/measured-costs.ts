import { costsOf } from '../bench/costs-of.ts';
import { FileError } from '../files/errors.ts';
import { isModelName, TYPICAL_MODEL } from '../plan/models.ts';
import type { Question } from '../situation/question.ts';
import { readResult } from './saved-result.ts';

/** No list comes sooner, and nobody waits longer for one or for a worker. */
const LEAST_SECONDS = 1e-7;
const MOST_SECONDS = 1e6;

/** What a saved benchmark says of costs, for the advice by size. @throws FileError where it says nothing */
export function measuredCosts(file: string): Question['costs'] {
  const label = `--bench ${file}`;
  const result = readResult(file, label);
  let costs: ReturnType<typeof costsOf>;
  try {
    costs = costsOf(result);
  } catch {
    // Whoever wrote it: numbers are not where they have to be.
    throw new FileError(`${label}: no result of lk bench batch; write one with --save FILE`);
  }
  if (typeof costs === 'string') throw new FileError(`${label}: ${costs}`);
  const { by: _, compiling: __, ...seconds } = costs;
  if (
    !Object.values(seconds).every((value) => Number.isFinite(value) && value >= LEAST_SECONDS && value <= MOST_SECONDS)
  )
    throw new FileError(`${label}: its times make no sense; write another with --save FILE`);
  const model = String((result.job as { model?: unknown } | null)?.model ?? '');
  return { ...costs, file, model: isModelName(model) ? model : TYPICAL_MODEL };
}
