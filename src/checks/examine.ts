import type { Situation, UnknownRules } from '../situation/situation.ts';
import { type Check, type Finding, type Fix, type MachineCheck, RULES_UNKNOWN, skip } from './check.ts';
import { type LeftOut, leftOut } from './select.ts';

/** A check that ran, with what it came to. */
export interface CheckResult extends Required<Omit<Finding, 'detail' | 'fix'>> {
  id: string;
  detail: string | null;
  fix: Fix | null;
}

/** Runs checks over a situation; where the rules are not known those are skipped that need them, and those that a project leaves out. */
export function examine(
  situation: Situation | UnknownRules,
  checks: readonly Check[],
  left: readonly LeftOut[] = [],
): CheckResult[] {
  return checks.map((check) => {
    const out = leftOut(check.id, left);
    if (out !== undefined) return result(check.id, byProject(out));
    if (needsNoRules(check)) return runCheck(check.id, () => check.run(situation));
    if (situation.rules === null) return result(check.id, skip(RULES_UNKNOWN));
    return runCheck(check.id, () => check.run(situation));
  });
}

function byProject({ wanted, reason, where }: LeftOut): Finding {
  return { ...skip(reason ?? "left out by the project's settings"), evidence: [{ where, said: wanted }] };
}

function needsNoRules(check: Check): check is MachineCheck {
  return 'needsNoRules' in check;
}

/** A check that fails itself is a result, too, and not the end of the others: nothing is known of what it looks for. */
function runCheck(id: string, run: () => Finding): CheckResult {
  try {
    return result(id, run());
  } catch (error) {
    return result(id, {
      status: 'error',
      title: `this check failed itself, please report it: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

function result(id: string, { status, title, detail, evidence, fix }: Finding): CheckResult {
  return { id, status, title, detail: detail ?? null, evidence: evidence ?? [], fix: fix ?? null };
}
