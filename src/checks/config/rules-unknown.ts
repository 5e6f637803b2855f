import { inert } from '../../escape/shell.ts';
import { nearestRules } from '../../rules/unknown-releases.ts';
import { type MachineCheck, pass } from '../check.ts';

/** A LensKit of which nobody has read here what makes its processes and threads. */
export const configRulesUnknown: MachineCheck = {
  id: 'config/rules-unknown',
  title: 'the rules of this LensKit are not known',
  needsNoRules: true,
  run({ rules, lenskit }) {
    if (rules !== null) return pass(`rules ${rules.generation}`);
    const nearest = nearestRules(lenskit.version ?? '');
    return {
      status: 'warn',
      title: `the rules of LensKit ${lenskit.version} are not known`,
      detail: lenskit.why,
      fix: {
        text:
          nearest === null
            ? inert`choose rules: lk doctor --lenskit VERSION`
            : inert`lk doctor --lenskit ${nearest} shows the rules that come nearest`,
      },
    };
  },
};
