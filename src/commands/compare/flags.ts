import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import { FAIL_LEVELS } from '../../project/fail-levels.ts';
import { WHAT_IF, WHERE } from '../question-flags.ts';

const FORMATS = ['text', 'json', 'markdown'] as const;

const { bench: _, allocation: __, job: ___, lenskit: ____, ...ASKED } = WHAT_IF;

/** The flags of `lk compare`. */
export const COMPARE_FLAGS = {
  json: Flags.boolean({ summary: 'Print one JSON document (the same as --format json).', exclusive: ['format'] }),
  format: Flags.option({ options: FORMATS, summary: 'How to print what differs.', default: 'text' })(),
  'fail-on': Flags.option({
    options: FAIL_LEVELS,
    summary: 'The level from which on a finding on any machine makes the exit status 1.',
    default: 'fail',
  })(),
  lenskit: Flags.string({
    summary: 'Rules of this LensKit; given twice, one machine is compared with itself under both.',
    helpValue: 'VERSION',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'WHAT IF',
  }),
  ...ASKED,
  python: WHERE.python,
  script: Flags.string({
    summary: 'Also say of this machine whether this script is safe to run with worker processes.',
    helpValue: 'FILE',
    helpGroup: 'WHERE',
  }),
};

/** As they were given. */
export type CompareFlags = InferredFlags<typeof COMPARE_FLAGS>;
