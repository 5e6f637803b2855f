import type { FAIL_LEVELS } from '../exit-status.ts';
import type { QuestionFlags } from '../flags.ts';

export const FORMATS = ['text', 'json', 'markdown', 'github'] as const;

/** Where to look, and what to ask of it. */
export interface LookFlags extends QuestionFlags {
  bench?: string | undefined;
  allocation?: string | undefined;
  job?: string | undefined;
  python?: string | undefined;
  sysroot?: string | undefined;
  from?: string | undefined;
  script?: string | undefined;
  probe?: boolean | undefined;
  pid?: string | undefined;
  for?: string | undefined;
}

/** The flags of `lk doctor`, as parsed. */
export interface DoctorFlags extends LookFlags {
  json?: boolean | undefined;
  format: (typeof FORMATS)[number];
  verbose?: boolean | undefined;
  quiet?: boolean | undefined;
  'fail-on': (typeof FAIL_LEVELS)[number];
  only?: string[] | undefined;
  skip?: string[] | undefined;
  snapshot?: string | undefined;
}
