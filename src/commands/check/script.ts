import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { SCRIPT_FLAGS } from './script-flags.ts';

export default class CheckScript extends Command {
  static override summary = 'Say whether a script is safe to run with worker processes.';

  static override description = `LensKit's worker processes import the script again, up to 2025.8: what stands outside
if __name__ == "__main__" then starts over in each of them. Reads scripts, notebooks (.ipynb), Quarto documents, and
the modules beside them that they import; runs nothing.

What [tool.lenskit-doctor] of the nearest pyproject.toml excludes is left out; a comment # lk: ignore[unprotected] keeps
a finding of its line back.

Exit status: 0 nothing at or above --fail-on, nor with --diff anything to change; 1 something; 2 wrong usage or settings,
or what could not be read or written (the rest was looked at).`;

  static override examples = [
    '<%= config.bin %> check script evaluate.py',
    '<%= config.bin %> check script experiments "notebooks/*.ipynb"',
    '<%= config.bin %> check script --fix --dry-run evaluate.py',
    '<%= config.bin %> check script --diff . | patch -p0',
    '<%= config.bin %> check script - --stdin-filename exp/evaluate.py --format concise < buffer',
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
