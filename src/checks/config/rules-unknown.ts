import { type Check, pass } from '../check.ts';

/** A LensKit older than the rules known here never reaches this check: see `diagnose`. */
export const configRulesUnknown: Check = {
  id: 'config/rules-unknown',
  title: 'the rules of this LensKit are not known',
  run({ rules }) {
    return pass(`rules ${rules.generation}`);
  },
};
