import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { SCRIPT_FLAGS } from './script-flags.ts';

export default class CheckScript extends Command {
  static override summary = 'Say whether a script is safe to run with worker processes.';

  static override description = `LensKit's worker processes import the script again, up to 2025.8: what stands outside
if __name__ == "__main__" then starts over in each of them. Reads scripts, notebooks (.ipynb), Quarto documents, and
the modules beside them that they import; runs nothing.

Exit status: 0 nothing at or above --fail-on, 1 something at or above it, 2 wrong usage or unreadable input.`;

  static override examples = [
    '<%= config.bin %> check script evaluate.py',
    '<%= config.bin %> check script experiments "notebooks/*.ipynb"',
    '<%= config.bin %> check script --fix --dry-run evaluate.py',
    '<%= config.bin %> check script --format sarif . > lk.sarif',
  ];

  static override strict = false;

  static override args = {
    path: Args.string({ name: 'FILE|DIR|GLOB', description: 'What to look at; several may follow.', required: true }),
  };

  static override flags = SCRIPT_FLAGS;

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(CheckScript);
    const { runCheck } = await import('./run.ts');
    await runCheck(flags, argv as string[], this.config.version);
  }
}
