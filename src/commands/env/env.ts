import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { ENVIRONMENT_FORMATS } from '../../documents/environment-formats.ts';
import { WHAT_IF, WHERE } from '../question-flags.ts';
import { env } from './run.ts';

export default class Env extends Command {
  static override summary = 'Print the recommended variables for a shell or a file.';

  static override description =
    `What lk doctor recommends and is not set so already, or with --bench what a saved benchmark has shown to be faster;
nothing else is on standard output. What a format cannot hold is said on standard error.

Exit status: 0 also where there is nothing to change, 2 wrong usage or unreadable input.`;

  static override usage = 'env [FLAGS]';

  static override examples = [
    'eval "$(<%= config.bin %> env)"',
    '<%= config.bin %> env --format fish | source',
    '<%= config.bin %> env --format github >> "$GITHUB_ENV"',
    '<%= config.bin %> env --users 60000 --format dotenv',
    '<%= config.bin %> env --bench result.json',
  ];

  static override flags = {
    format: Flags.option({
      options: ENVIRONMENT_FORMATS,
      summary: 'For what they are written.',
      default: 'shell',
    })(),
    ...WHAT_IF,
    bench: Flags.string({
      summary: "A saved benchmark's winner (--save FILE) instead of the doctor's advice.",
      helpValue: 'FILE',
      helpGroup: 'WHAT IF',
    }),
    ...WHERE,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Env);
    await env(flags, { version: this.config.version, root: this.config.root });
  }
}
