import { STATUSES, type Status } from '../checks/check.ts';
import { type CheckResult, examine } from '../checks/examine.ts';
import { ALL_CHECKS, type LeftOut, requireChecks, selected } from '../checks/select.ts';
import { REPORT_VERSION, type Report } from '../documents/doctor-report.ts';
import type { LiveFacts } from '../live/facts.ts';
import { oversubscription, rayonInference } from '../plan/threads.ts';
import { poolThreads } from '../pools/pool-threads.ts';
import type { PoolThreads } from '../pools/row.ts';
import type { Facts } from '../situation/facts.ts';
import type { Question } from '../situation/question.ts';
import { situate } from '../situation/situate.ts';
import type { Situation, UnknownRules } from '../situation/situation.ts';
import { cpuReport, hypothetical, jobReport, nodeCommands, probeReport, pythonReport } from './report-parts.ts';

/** What the report says of the program that made it. */
interface Program {
  version: string;
  time: Date;
}

/**
 * From facts to a report: what LensKit will do on that machine, what is wrong with it, and what to set.
 * Pure: the same facts and question give the same report.
 *
 * @throws UsageError for a `--lenskit` that names no version
 * @throws UnknownCheck for a selection that matches no check
 */
export function diagnose(
  facts: Facts,
  question: Question,
  program: Program,
  selection = ALL_CHECKS,
  left: readonly LeftOut[] = [],
): Report {
  const chosen = selected(selection);
  requireChecks(left);
  const situation = situate(facts, question);
  return reportOf(situation, examine(situation, chosen, left), program);
}

/** The document of a situation and of what the checks came to in it. */
export function reportOf(situation: Situation | UnknownRules, checks: CheckResult[], program: Program): Report {
  const { machine, grant, share, lenskit, question, rules } = situation;
  return {
    schemaVersion: REPORT_VERSION,
    program: { name: 'lk', version: program.version },
    time: program.time.toISOString(),
    cpus: cpuReport(situation),
    python: pythonReport(situation),
    machine: {
      surroundings: machine.surroundings,
      scheduler: grant,
      launchers: share.launchers,
      share: share.cpus,
      memory: machine.memory,
      limits: machine.limits ?? null,
      gpus: machine.gpus,
      driver: machine.driver,
      request: machine.request,
      coreKinds: machine.coreKinds,
      nodes: nodeCommands(situation),
    },
    lenskit: { version: lenskit.version, generation: rules?.generation ?? null, why: lenskit.why },
    hypothetical: hypothetical(question),
    job: jobReport(situation),
    ...(rules === null ? NOTHING_KNOWN : known(situation as Situation)),
    live: situation.live,
    checks,
    summary: summarise(checks),
  };
}

const NOTHING_KNOWN = { knobs: [], plan: null, warnings: [], pools: [], probe: null, recommendation: null };

function known(situation: Situation): Pick<Report, keyof typeof NOTHING_KNOWN> {
  const { resolution, plan, ray, cpus, knobs, recommendation, atImport } = situation;
  return {
    knobs,
    plan: resolution &&
      plan && {
        main: resolution.main,
        ...(resolution.levels === undefined ? {} : { levels: resolution.levels }),
        workers: resolution.workers,
        childEnv: resolution.childEnv,
        ...plan,
        atImport,
        models: [...situation.models],
        inference: rayonInference(resolution, situation.rules),
        ray,
        oversubscription: oversubscription(plan.peakThreads, cpus.effective),
      },
    warnings: resolution?.warnings ?? [],
    pools: poolThreads(situation).map((row) => loadedRow(row, situation.live)),
    probe: probeReport(situation),
    recommendation,
  };
}

/** Torch's threads have no file of their own. */
function loadedRow(row: PoolThreads, live: LiveFacts | null): Report['pools'][number] {
  if (live === null) return row;
  const { pool, file } = row;
  if (file !== null) return { ...row, loaded: live.loaded.includes(file) };
  return pool.startsWith('Torch') ? { ...row, loaded: live.loaded.some((name) => name.includes('/torch/lib/')) } : row;
}

function summarise(checks: readonly CheckResult[]): Report['summary'] {
  const count = (status: Status) => checks.filter((check) => check.status === status).length;
  return Object.fromEntries(STATUSES.map((status) => [status, count(status)])) as Report['summary'];
}
