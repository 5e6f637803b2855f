import { inert } from '../escape/shell.ts';
import type { Situation, UnknownRules } from '../situation/situation.ts';
import { type Check, type Finding, type Fix, skip } from './check.ts';
import { configRulesUnknown } from './config/rules-unknown.ts';

/** A check that ran, with what it came to. */
export interface CheckResult extends Required<Omit<Finding, 'detail' | 'fix'>> {
  id: string;
  detail: string | null;
  fix: Fix | null;
}

/** Runs checks over a situation; where the rules are not known one says so, and all others are skipped. */
export function examine(situation: Situation | UnknownRules, checks: readonly Check[]): CheckResult[] {
  return checks.map((check) =>
    situation.rules === null ? withoutRules(check, situation) : runCheck(check, situation),
  );
}

function withoutRules({ id }: Check, { lenskit }: UnknownRules): CheckResult {
  if (id !== configRulesUnknown.id) return result(id, skip('the rules of this LensKit are not known'));
  return result(id, {
    status: 'warn',
    title: `the rules of LensKit ${lenskit.version} are not known`,
    detail: lenskit.why,
    fix: { text: inert`pip install "lenskit>=2025.1", or choose rules with lk doctor --lenskit VERSION` },
  });
}

/** A check that fails itself is a result, too, and not the end of the others: nothing is known of what it looks for. */
function runCheck(check: Check, situation: Situation): CheckResult {
  try {
    return result(check.id, check.run(situation));
  } catch (error) {
    return result(check.id, {
      status: 'error',
      title: `this check failed itself, please report it: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

function result(id: string, { status, title, detail, evidence, fix }: Finding): CheckResult {
  return { id, status, title, detail: detail ?? null, evidence: evidence ?? [], fix: fix ?? null };
}
