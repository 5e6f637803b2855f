import { traitsOf } from '../rules/generations.ts';
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

/**
 * The situation, for what reads or runs LensKit's programs: those of 0.x are written in another way (`lenskit.algorithms`).
 *
 * @throws FlagError where the rules are of 0.x
 */
export function withPipelines(situation: Situation, what: string): Situation {
  const { rules, lenskit } = situation;
  if (traitsOf(rules).api === 'pipelines') return situation;
  throw new FlagError(
    `${what} of LensKit before 2025.1 yet, and the rules here are ${rules.generation} (${lenskit.why}); --lenskit VERSION chooses others`,
  );
}
