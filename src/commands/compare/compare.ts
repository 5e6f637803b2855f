import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { COMPARE_FLAGS } from './flags.ts';

export default class Compare extends Command {
  static override summary = 'Say what differs between machines, or two LensKits, and matters.';

  static override description =
    `Two machines: what decides first, then versions, knobs, plan, pools and findings that are not the same on both.
More: groups of machines that are alike, and how often each check fails. Each is a snapshot (lk doctor --snapshot FILE),
what lk doctor --json has printed, . for this machine, or - for one of these on standard input; a folder stands for
the .json files below it, and a pattern in quotes for what it matches.

Exit status: 0 nothing at or above --fail-on on any machine, 1 something, 2 wrong usage, or a file that could not be read
(it is named, and the rest was compared).`;

  static override examples = [
    '<%= config.bin %> compare laptop.json .',
    '<%= config.bin %> compare --lenskit 2025.8.1 --lenskit 2026.4.0 .   # what an upgrade changes here',
    "srun --ntasks-per-node=1 lk doctor --quiet --snapshot 'nodes/%h.json'; <%= config.bin %> compare nodes",
    'ssh node17 lk doctor --json | <%= config.bin %> compare . -',
  ];

  static override strict = false;

  static override args = {
    machine: Args.string({
      name: 'FILE|DIR|GLOB|.|-',
      description: 'A machine, or a folder of them; several may follow.',
      required: false,
    }),
  };

  static override flags = COMPARE_FLAGS;

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(Compare);
    const { compare } = await import('./run.ts');
    await compare(flags, argv as string[], { version: this.config.version, root: this.config.root });
  }
}
