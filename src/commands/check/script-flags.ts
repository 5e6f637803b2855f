import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import { FAIL_LEVELS } from '../exit-status.ts';

const FORMATS = ['text', 'json', 'sarif', 'github'] as const;

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
