import { inert } from '../../escape/shell.ts';
import { assumedFrom } from '../../rules/generation.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, type Evidence, type Finding, pass } from '../check.ts';
import { comparisons } from '../probe/differs.ts';

/**
 * A LensKit that came after the last one whose sources were compared with the rules. All numbers rest on them, so that
 * it is a warning and is seen, but no failure: nobody's CI ends red on the day of a release. A probe that saw what was
 * foretold is a comparison, too.
 */
export const configRulesAssumed: Check = {
  id: 'config/rules-assumed',
  title: 'this LensKit is newer than the rules that were read',
  run(situation) {
    const { rules, lenskit, python, question } = situation;
    const known = assumedFrom(rules);
    if (known === null) return pass(`the rules ${rules.generation} were read from the sources of such a LensKit`);
    const from = question.lenskit === null ? (python.lenskit?.file ?? 'LensKit') : '--lenskit';
    const evidence = [
      { where: from, said: String(lenskit.version) },
      { where: `newest LensKit of the rules ${rules.generation}`, said: known },
    ];
    const title = `rules of ${known} assumed for ${lenskit.version}: not checked`;
    return isProbed(situation) ? asProbed(title, evidence) : notProbed(title, evidence);
  },
};

function notProbed(title: string, evidence: Evidence[]): Finding {
  return {
    status: 'warn',
    title,
    detail: 'what lk foretells holds if this release counts, reads and starts as the one before; --probe compares',
    evidence,
    fix: { commands: [['lk', 'doctor', '--probe']], text: inert`or a newer lk, which may know its rules` },
  };
}

function asProbed(title: string, evidence: Evidence[]): Finding {
  return {
    status: 'info',
    title,
    detail: 'the probe saw all that they foretell here; other settings and models were not tried',
    evidence,
  };
}

/** The installed LensKit was asked, in this environment, and all was as foretold. */
function isProbed(situation: Situation): boolean {
  const { probe, question } = situation;
  if (question.lenskit !== null || probe === null || !probe.ok || probe.observed.main === null) return false;
  return comparisons(situation, probe.observed).every(({ agrees }) => agrees);
}
