import { observeJobs } from '../../doctor/running-jobs.ts';
import { thisMachine } from '../../host/open.ts';
import { asJson, asText } from '../../output/presented.ts';
import { print } from '../../output/standard-output.ts';
import { terminal } from '../../output/terminal.ts';
import { hiding } from '../../privacy/secrets.ts';
import { renderJobs } from '../../report/jobs.ts';
import { LOOK_TIME, requireProcesses } from './observed-process.ts';

/** The flags of `lk ps`, as parsed. */
export interface PsFlags {
  json?: boolean | undefined;
  /** Seconds. */
  for?: number | undefined;
}

/** Looks at every job of this machine, and prints a line of each. @throws FlagError */
export async function ps(flags: PsFlags, { version }: { version: string }): Promise<void> {
  requireProcesses('lk ps');
  const hide = hiding(process.env, process.argv.slice(2));
  const report = await observeJobs(thisMachine(), flags.for ?? LOOK_TIME, { version, time: new Date() }, hide);
  print(flags.json ? asJson(report) : asText(report, (shown) => renderJobs(shown, terminal())));
}
