import type { Output } from '../files/output.ts';
import { FlagError } from './flags.ts';

/** An output with the flag that named it. */
interface Named {
  flag: string;
  output: Output;
}

/**
 * The output that has standard output to itself, so that the report goes to standard error; null: none.
 *
 * @param taken the flag whose promise standard output keeps already, such as `--json`
 * @throws FlagError where two things want standard output
 */
export function holderOfStandardOutput(outputs: readonly Named[], taken: string | null): Named | null {
  const [holder, second] = outputs.filter(({ output }) => output.takesStandardOutput);
  if (holder === undefined) return null;
  const shown = `--${holder.flag} ${holder.output.name}`;
  if (taken !== null) throw new FlagError(`${shown}: standard output is for ${taken}; name a file, or leave out one`);
  if (second === undefined) return holder;
  const other = `--${second.flag} ${second.output.name}`;
  throw new FlagError(`${shown} and ${other}: standard output is for one alone; name a file for the other`);
}
