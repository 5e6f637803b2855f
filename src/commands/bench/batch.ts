import { Command } from '@oclif/core/command';
import { FlagError } from '../flags.ts';
import { BENCH_FLAGS } from './batch-flags.ts';
import { ALL_STATUSES } from './values.ts';

export default class BenchBatch extends Command {
  static override summary = 'Find the fastest setting of the environment variables by measuring.';

  static override description =
    `Measures real LensKit where it is installed, your own command after --, or a builtin job where there is neither.
It runs what it measures, many times: the current environment first, then settings that fit the machine, until the
quickest is separated from the rest or the budget is spent.

Exit status: 0 with a result, 1 where no setting succeeded, 2 wrong usage, 130 interrupted (with what was found by then).`;

  static override examples = [
    '<%= config.bin %> bench batch',
    '<%= config.bin %> bench batch --model item-knn --data ml-latest-small --for-users 100000',
    '<%= config.bin %> bench batch -- python evaluate.py --users 500',
    '<%= config.bin %> bench batch --write .env -- python evaluate.py',
    '<%= config.bin %> bench batch --input users.txt --ignore-failure=1 -- ./score',
  ];

  static override usage = 'bench batch [FLAGS] [-- COMMAND ARGUMENT…]';

  static override flags = BENCH_FLAGS;

  override async run(): Promise<void> {
    const at = this.argv.indexOf('--');
    const [own, command] = at < 0 ? [this.argv, null] : [this.argv.slice(0, at), this.argv.slice(at + 1)];
    const { flags } = await this.parse(BenchBatch, own.map(withValue));
    if (command !== null && command.length === 0) throw new FlagError('--: no command follows; write it behind');
    const { runBench } = await import('./run.ts');
    await runBench(flags, command, { version: this.config.version, root: this.config.root });
  }
}

/** A value that may be left out, as hyperfine has it. */
function withValue(word: string): string {
  return word === '--ignore-failure' || word === '-i' ? `--ignore-failure=${ALL_STATUSES}` : word;
}
