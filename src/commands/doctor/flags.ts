import type { FAIL_LEVELS } from '../exit-status.ts';
import type { QuestionFlags } from '../flags.ts';

export const FORMATS = ['text', 'json', 'markdown', 'github'] as const;

/** The flags of `lk doctor`, as parsed. */
export interface DoctorFlags extends QuestionFlags {
  json?: boolean | undefined;
  format: (typeof FORMATS)[number];
  verbose?: boolean | undefined;
  quiet?: boolean | undefined;
  'fail-on': (typeof FAIL_LEVELS)[number];
  only?: string[] | undefined;
  skip?: string[] | undefined;
  bench?: string | undefined;
  allocation?: string | undefined;
  job?: string | undefined;
  python?: string | undefined;
  sysroot?: string | undefined;
  script?: string | undefined;
  probe?: boolean | undefined;
  from?: string | undefined;
  snapshot?: string | undefined;
}
