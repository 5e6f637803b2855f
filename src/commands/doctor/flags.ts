import type { FailLevel } from '../../project/fail-levels.ts';
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
  pid?: number | undefined;
  /** Seconds. */
  for?: number | undefined;
  verbose?: boolean | undefined;
  packages?: boolean | undefined;
  paths?: boolean | undefined;
}

/** True where what a bug report wants to know is asked for. */
export function asksForMore({ verbose, packages, paths }: LookFlags): boolean {
  return verbose === true || packages === true || paths === true;
}

/** True where it is not this program's own surroundings that are looked at. */
export function isElsewhere({ from, pid, sysroot }: LookFlags): boolean {
  return (from ?? pid ?? sysroot) !== undefined;
}

/** The flags of `lk doctor`, as parsed. */
export interface DoctorFlags extends LookFlags {
  json?: boolean | undefined;
  format: (typeof FORMATS)[number];
  quiet?: boolean | undefined;
  'fail-on'?: FailLevel | undefined;
  only?: string[] | undefined;
  skip?: string[] | undefined;
  snapshot?: string | undefined;
}
