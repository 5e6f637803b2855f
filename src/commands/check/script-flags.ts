import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import { FAIL_LEVELS } from '../../project/fail-levels.ts';

const FORMATS = ['text', 'concise', 'json', 'sarif', 'github'] as const;

/** The flags of `lk check script`. */
export const SCRIPT_FLAGS = {
  json: Flags.boolean({ summary: 'Print one JSON document (the same as --format json).', exclusive: ['format'] }),
  format: Flags.option({ options: FORMATS, summary: 'How to print what was found.', default: 'text' })(),
  verbose: Flags.boolean({ char: 'v', summary: 'List every file with its verdict.' }),
  'fail-on': Flags.option({
    options: FAIL_LEVELS,
    summary: 'From which level on the exit status is 1; an error is fail, a warning warn.',
    default: 'fail',
  })(),
  fix: Flags.boolean({ summary: 'Put the work under if __name__ == "__main__" where that keeps the meaning.' }),
  'dry-run': Flags.boolean({ summary: 'Show what --fix would change, and change nothing.', dependsOn: ['fix'] }),
  diff: Flags.boolean({
    summary: 'Print what --fix would change as a patch, in the bytes of the files, and change nothing.',
    exclusive: ['dry-run', 'json'],
  }),
  'stdin-filename': Flags.string({
    summary: 'What the script on standard input (-) is called: its folder has its modules and its settings.',
    helpValue: 'FILE',
  }),
  exclude: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Leave out what is found so below folders; in place of what the settings say.',
    helpValue: 'PATTERN',
  }),
  include: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Look below folders at these files alone; in place of what the settings say.',
    helpValue: 'PATTERN',
  }),
  'force-exclude': Flags.boolean({ summary: 'Leave out files that are named, too, as a hook names them.' }),
  lenskit: Flags.string({ summary: 'Rules of this LensKit version or generation.', helpValue: 'VERSION' }),
  env: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'A variable that the scripts are run with.',
    helpValue: 'KEY=VALUE',
  }),
  python: Flags.string({ summary: "An interpreter or an environment's folder.", helpValue: 'PATH' }),
};

/** As they were given. */
export type ScriptFlags = InferredFlags<typeof SCRIPT_FLAGS>;
