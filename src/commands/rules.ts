import type { Situation, UnknownRules } from '../situation/situation.ts';
import { FlagError } from './flags.ts';

/**
 * The situation, for commands that can do nothing without rules.
 *
 * @throws FlagError where they are not known
 */
export function known(situation: Situation | UnknownRules): Situation {
  if (situation.rules !== null) return situation;
  throw new FlagError(
    `the rules of LensKit ${situation.lenskit.version} are not known; choose some with --lenskit VERSION`,
  );
}
