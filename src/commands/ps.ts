import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { by, READERS } from './values.ts';

export default class Ps extends Command {
  static override summary = 'List the running jobs of this machine that have LensKit loaded.';

  static override description =
    `Reads files of /proc for a second; nothing is attached to or stopped. Jobs of other users are not looked into.

Exit status: 0 whatever is found, 2 wrong usage.`;

  static override usage = 'ps [FLAGS]';

  static override examples = ['<%= config.bin %> ps', "<%= config.bin %> ps --json | jq '.jobs[].verdict.id'"];

  static override flags = {
    json: Flags.boolean({ summary: 'Print one JSON document.' }),
    for: Flags.custom<number>({ parse: by(READERS.for) })({ summary: 'For how long to look.', helpValue: 'TIME' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Ps);
    const { ps } = await import('./live/run.ts');
    await ps(flags, { version: this.config.version });
  }
}
