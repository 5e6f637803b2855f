import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import { FAIL_LEVELS } from '../../project/fail-levels.ts';
import { WHAT_IF, WHERE } from '../question-flags.ts';
import { by, seconds } from '../values.ts';

const FORMATS = ['text', 'json', 'markdown'] as const;

const { bench: _, allocation: __, job: ___, ...ASKED } = WHAT_IF;

/** The flags of `lk nodes`. */
export const NODES_FLAGS = {
  slurm: Flags.boolean({
    summary: 'A step of this Slurm allocation, or of one that srun asks for; what else is written is for srun.',
    exclusive: ['ray', 'answer'],
  }),
  ray: Flags.string({
    summary: 'The Ray cluster that runs at ADDRESS, else the one that Ray finds by itself.',
    helpValue: '[ADDRESS]',
    exclusive: ['slurm', 'answer'],
  }),
  answer: Flags.boolean({
    summary: "Print this task's answer: what --slurm starts on every node.",
    exclusive: ['slurm', 'ray'],
  }),
  timeout: Flags.custom<number>({ parse: by(seconds) })({
    summary: 'Nodes that have not answered by then are named as lost; 60s by default.',
    helpValue: 'TIME',
  }),
  json: Flags.boolean({ summary: 'Print one JSON document (the same as --format json).', exclusive: ['format'] }),
  format: Flags.option({ options: FORMATS, summary: 'How to print what was found.', default: 'text' })(),
  'fail-on': Flags.option({
    options: FAIL_LEVELS,
    summary: 'The level from which on a finding on any node makes the exit status 1.',
    default: 'fail',
  })(),
  ...ASKED,
  python: WHERE.python,
};

/** As they were given. */
export type NodesFlags = InferredFlags<typeof NODES_FLAGS>;
