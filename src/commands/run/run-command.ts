import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { WHAT_IF, WHERE } from '../question-flags.ts';
import { aroundDashes } from './around-dashes.ts';
import { run } from './run.ts';

export default class Run extends Command {
  static override summary = 'Run a command with the recommended variables.';

  static override description =
    `What lk doctor recommends, or with --bench what a saved benchmark has shown to be faster, is set; what does harm is
unset. Then the command runs as if lk were not there: it has the terminal, the standard streams and the signals.

Exit status: the command's own; 128 + n where signal n has ended it, 126 where it cannot be run, 127 where it is not
there, 2 wrong usage.`;

  static override usage = 'run [FLAGS] -- COMMAND [ARGUMENT…]';

  static override examples = [
    '<%= config.bin %> run -- python evaluate.py',
    '<%= config.bin %> run --users 60000 -- python evaluate.py',
    '<%= config.bin %> run --bench result.json --keep -- python evaluate.py',
    '<%= config.bin %> run --dry-run -- python evaluate.py',
  ];

  static override flags = {
    keep: Flags.boolean({ summary: 'Leave what is set already as it is.' }),
    'dry-run': Flags.boolean({ summary: 'Print what would be set, and run nothing.' }),
    ...WHAT_IF,
    bench: Flags.string({
      summary: "A saved benchmark's winner (--save FILE) instead of the doctor's advice.",
      helpValue: 'FILE',
      helpGroup: 'WHAT IF',
    }),
    ...WHERE,
  };

  override async run(): Promise<void> {
    const [own, command] = aroundDashes(this.argv);
    const { flags } = await this.parse(Run, own);
    await run(flags, command, { version: this.config.version, root: this.config.root });
  }
}
