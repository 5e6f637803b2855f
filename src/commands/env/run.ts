import type { EnvironmentFormat } from '../../documents/environment-formats.ts';
import { asSnippet } from '../../output/presented.ts';
import { say } from '../../output/standard-error.ts';
import { print } from '../../output/standard-output.ts';
import { environmentLines } from '../../report/environment/lines.ts';
import type { LookFlags } from '../doctor/flags.ts';
import { advised, parameterWords } from './changes.ts';

/** The flags of `lk env`, as parsed. */
export interface EnvFlags extends LookFlags {
  format: EnvironmentFormat;
}

const SETTINGS: { readonly [reads: string]: string } = {
  true: 'lenskit.toml is read by lenskit on the command line; a script has to call lenskit.configure() before anything else',
  false: 'this LensKit reads no lenskit.toml: set the variables in the environment (--format shell)',
  null: 'lenskit.toml is read from LensKit 2026.1 on, in scripts once they call lenskit.configure()',
};

/** Prints what to change, and says what the format cannot hold. @throws FlagError, FileError */
export async function env(flags: EnvFlags, program: { version: string; root: string }): Promise<void> {
  const { changes, why, detail, readsSettings, parameters } = await advised(flags, program);
  const { text, left } = environmentLines(changes, flags.format, why);
  if (text !== '') print(asSnippet(text));
  else if (left.length === 0) say(`lk env: ${why}`);
  if (detail !== null) say(`lk env: ${detail}`);
  for (const line of left) say(`lk env: ${line}`);
  if (flags.format === 'toml') say(`lk env: ${SETTINGS[String(readsSettings)]}`);
  for (const line of parameterWords(parameters)) say(`lk env: ${line}`);
}
