import { Command } from '@oclif/core/command';
import { NODES_FLAGS } from './flags.ts';
import { wordsOf } from './words.ts';

export default class Nodes extends Command {
  static override summary = 'Look at every node of a Slurm allocation or of a Ray cluster.';

  static override description =
    `Starts one short task for each task of a Slurm step (--slurm), or on each node of a Ray cluster that runs (--ray), and says
which nodes are alike, what each task really gets of what was granted, and how many threads all tasks of a node keep busy
together. --slurm takes the arguments that srun would get for the job: lk nodes --slurm -n4 -c2. Ctrl-C ends all of it.

Exit status: 0 nothing at or above --fail-on on any node, 1 something, 2 wrong usage, or a node did not answer (it is named,
and the rest was compared), 130 interrupted.`;

  static override examples = [
    '<%= config.bin %> nodes --slurm',
    '<%= config.bin %> nodes --slurm -n8 -c4',
    '<%= config.bin %> nodes --slurm --partition short --nodes 4 --json',
    '<%= config.bin %> nodes --ray',
    '<%= config.bin %> nodes --ray 10.0.0.1:6379 --python .venv',
  ];

  static override usage = ['nodes --slurm [FLAGS] [SRUN ARGUMENT…]', 'nodes --ray [ADDRESS] [FLAGS]'];

  static override strict = false;

  static override flags = NODES_FLAGS;

  override async run(): Promise<void> {
    const { own, rest } = wordsOf(this.argv, NODES_FLAGS);
    const { flags } = await this.parse(Nodes, own);
    const { nodes } = await import('./run.ts');
    await nodes(flags, rest, { version: this.config.version, root: this.config.root });
  }
}
