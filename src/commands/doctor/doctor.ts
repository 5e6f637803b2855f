import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { FAIL_LEVELS } from '../../project/fail-levels.ts';
import { WHAT_IF, WHERE } from '../question-flags.ts';
import { by, READERS } from '../values.ts';
import { FORMATS } from './flags.ts';
import { doctor } from './run.ts';

export default class Doctor extends Command {
  static override summary = "Say what LensKit's parallelism will really do, and what to set.";

  static override description =
    `What it will do on this machine, why, and what to set instead. Reads files and the environment; runs nothing of yours, unless --probe asks for it.

Exit status: 0 nothing at or above --fail-on, 1 something at or above it, 2 wrong usage or unreadable input.`;

  static override usage = 'doctor [FLAGS]';

  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --json | jq .plan',
    '<%= config.bin %> doctor --env LK_NUM_THREADS=4,2 --cpus 16',
    '<%= config.bin %> doctor --snapshot node17.json   # there',
    '<%= config.bin %> doctor --from node17.json       # here',
    '<%= config.bin %> doctor --pid 4711 --for 10s     # a job that is running',
    '<%= config.bin %> doctor --verbose --packages --format markdown   # for a bug report',
    '<%= config.bin %> doctor --from node17.json --allocation "-n 2 -c 16 --mem 32G"',
  ];

  static override flags = {
    json: Flags.boolean({ summary: 'Print one JSON document (the same as --format json).', exclusive: ['format'] }),
    format: Flags.option({ options: FORMATS, summary: 'How to print the report.', default: 'text' })(),
    verbose: Flags.boolean({
      char: 'v',
      summary: 'List every check, every place where a knob may be set, the machine and the libraries.',
    }),
    packages: Flags.boolean({ summary: 'List every package of the environment as well, with its version.' }),
    paths: Flags.boolean({ summary: 'List where Python imports from and where programs are looked for as well.' }),
    quiet: Flags.boolean({
      char: 'q',
      summary: 'Print warnings and failures alone; nothing where there are none.',
      exclusive: ['verbose', 'json', 'packages', 'paths'],
    }),
    'fail-on': Flags.option({
      options: FAIL_LEVELS,
      summary: "The level from which on the exit status is 1; by default what the project's settings say, else fail.",
    })(),
    only: Flags.string({
      summary: 'Run these checks alone: an id or a prefix; may be repeated.',
      helpValue: 'ID',
      multiple: true,
      multipleNonGreedy: true,
    }),
    skip: Flags.string({
      summary: 'Leave these checks out: an id or a prefix; may be repeated.',
      helpValue: 'ID',
      multiple: true,
      multipleNonGreedy: true,
    }),
    ...WHAT_IF,
    ...WHERE,
    script: Flags.string({
      summary: 'Also say whether this script is safe to run with worker processes.',
      helpValue: 'FILE',
      exclusive: ['sysroot', 'from'],
      helpGroup: 'WHERE',
    }),
    probe: Flags.boolean({
      summary: 'Run busy loops for a second, then that Python once, with LensKit, and compare with what was foretold.',
      exclusive: ['sysroot', 'from'],
      helpGroup: 'WHERE',
    }),
    pid: Flags.custom<number>({ parse: by(READERS.pid) })({
      summary: 'As from inside this running process, and what its job does for a second; nothing of it is stopped.',
      helpValue: 'PID',
      exclusive: ['sysroot', 'from', 'probe'],
      helpGroup: 'WHERE',
    }),
    for: Flags.custom<number>({ parse: by(READERS.for) })({
      summary: 'With --pid: for how long to look.',
      helpValue: 'TIME',
      helpGroup: 'WHERE',
    }),
    snapshot: Flags.string({
      summary: 'Write what was found to FILE as well, without secrets.',
      helpValue: 'FILE',
      exclusive: ['from'],
      helpGroup: 'WHERE',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    await doctor(flags, { version: this.config.version, root: this.config.root });
  }
}
