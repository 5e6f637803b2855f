import { observeJobs } from '../../doctor/running-jobs.ts';
import { thisMachine } from '../../host/open.ts';
import { asJson, asText } from '../../output/presented.ts';
import { print } from '../../output/standard-output.ts';
import { terminal } from '../../output/terminal.ts';
import { hiding } from '../../privacy/secrets.ts';
import { renderJobs } from '../../report/jobs.ts';
import { FlagError } from '../flags.ts';
import { lookTime } from './observed-process.ts';

/** The flags of `lk ps`, as parsed. */
export interface PsFlags {
  json?: boolean | undefined;
  for?: string | undefined;
}

/** Looks at every job of this machine, and prints a line of each. @throws FlagError */
export async function ps(flags: PsFlags, { version }: { version: string }): Promise<void> {
  if (process.platform !== 'linux') throw new FlagError("lk ps: processes are looked at in Linux's /proc alone");
  const hide = hiding(process.env, process.argv.slice(2));
  const report = await observeJobs(thisMachine(), lookTime(flags.for), { version, time: new Date() }, hide);
  print(flags.json ? asJson(report) : asText(report, (shown) => renderJobs(shown, terminal())));
}
