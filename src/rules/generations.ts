import { lenskit014 } from './0.14/rule-set.ts';
import { lenskit20252 } from './2025.2/rule-set.ts';
import { lenskit20253 } from './2025.3/rule-set.ts';
import { lenskit20261 } from './2026.1/rule-set.ts';
import type { Generation, Rules } from './generation.ts';
import type { RuleSet, Traits } from './rule-set.ts';

const RULE_SETS: { readonly [generation in Generation]: RuleSet } = {
  '0.14': lenskit014,
  '2025.2': lenskit20252,
  '2025.3': lenskit20253,
  '2026.1': lenskit20261,
};

export function ruleSetOf({ generation }: Pick<Rules, 'generation'>): RuleSet {
  return RULE_SETS[generation];
}

export function traitsOf(rules: Pick<Rules, 'generation'>): Traits {
  return ruleSetOf(rules).traits;
}
