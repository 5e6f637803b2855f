import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { aroundDashes } from './run/around-dashes.ts';
import { by, interval } from './values.ts';

export default class Watch extends Command {
  static override summary = 'Watch a running job, or a command while it runs.';

  static override description =
    `CPUs used, the time that threads wait for one, periods in which the quota stops it, memory: at a terminal a screen,
elsewhere a line each time. At the end a summary with what was lost to what, and the fix. Reads files of /proc; nothing is
attached to or stopped. Ctrl-C ends the watching of a PID, and reaches a command as if lk were not there; what is said of
a command goes to standard error.

Exit status: of a PID 0; the command's own, as lk run has it; 2 wrong usage.`;

  static override usage = ['watch PID [FLAGS]', 'watch [FLAGS] -- COMMAND [ARGUMENT…]', 'watch --from FILE [FLAGS]'];

  static override examples = [
    '<%= config.bin %> watch 4711',
    '<%= config.bin %> watch --save run.jsonl --plot run.svg -- python evaluate.py',
    "<%= config.bin %> watch 4711 --json | jq '.waitedShare'",
    '<%= config.bin %> watch --from run.jsonl --plot run.html',
  ];

  static override args = { pid: Args.string({ description: 'A process of the job.', ignoreStdin: true }) };

  static override flags = {
    every: Flags.custom<number>({ parse: by(interval) })({
      summary: 'How often to look; by default each second, and without a terminal a line every ten.',
      helpValue: 'TIME',
    }),
    json: Flags.boolean({ summary: 'Print one JSON object a line, the last with the summary.' }),
    save: Flags.string({ summary: 'Write the same objects to FILE as well.', helpValue: 'FILE', exclusive: ['from'] }),
    plot: Flags.string({ summary: 'Draw it at the end: FILE.svg or FILE.html.', helpValue: 'FILE' }),
    from: Flags.string({
      summary: 'What --save has written, instead of a job.',
      helpValue: 'FILE',
      exclusive: ['every'],
    }),
  };

  override async run(): Promise<void> {
    const [own, command] = aroundDashes(this.argv);
    const { flags, args } = await this.parse(Watch, own);
    const { watch } = await import('./live/run.ts');
    await watch(flags, { pid: args.pid, command }, { version: this.config.version });
  }
}
