import type { Generation } from '../../../rules/generation.ts';
import type { Situation } from '../../../situation/situation.ts';
import type { Evidence } from '../../check.ts';

/** Where the code gives another number than the documentation foretells. */
export interface Difference {
  says: string;
  evidence: Evidence;
}

/** Something that LensKit's documentation says under some rules, and whether it is otherwise in a configuration. */
export interface Claim {
  of: readonly Generation[];
  differs(situation: Situation): Difference[];
}
