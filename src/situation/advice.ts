import { obeysCpuCount } from '../cpus/lenskit-count.ts';
import { hurts } from '../openmp/at-import.ts';
import { batchSeconds, type KnownCosts, leastTask } from '../plan/costs.ts';
import { majorMinor } from '../python/version.ts';
import type { Advice } from '../recommend/advice.ts';
import { inRoundNumbers, type Step, stepsByUsers } from '../recommend/by-users.ts';
import { applied, type Recommendation, type RecommendFor, recommend } from '../recommend/recommend.ts';
import type { Rules } from '../rules/generation.ts';
import { traitsOf } from '../rules/generations.ts';
import { type ConfigInput, processesOf } from '../rules/resolution.ts';
import { resolveConfig } from '../rules/resolve.ts';
import { atImport } from './at-import.ts';
import { areJobsAtOnce, cpusOfBatch, effectiveOfBatch, mostJobs } from './batch.ts';
import { knownCosts } from './costs.ts';
import type { Facts } from './facts.ts';
import { fitsLimits } from './limits.ts';
import { mostWorkers } from './most-workers.ts';
import { bindingInTraining } from './numba-layer.ts';
import type { Situation, Surroundings } from './situation.ts';
import { threadStacks } from './thread-stacks.ts';

interface Fitted {
  recommendation: Recommendation;
  run: Situation['recommendedRun'];
}

/**
 * For LensKit as it counts once nothing is bound any more; within the CPUs, memory, and limits of threads and address
 * space; as many workers as pay.
 *
 * @param count the CPUs that LensKit counts then
 */
export function advise(
  surroundings: Surroundings,
  facts: Facts,
  found: ConfigInput,
  count: number,
): { recommendation: Advice; recommendedRun: Situation['recommendedRun'] } {
  const input = { ...found, cpus: BigInt(count) };
  const { question } = surroundings;
  const machine = machineFor(surroundings, facts, input.rules, count);
  const fitting = fitter(surroundings, input, machine, count);
  const costs = knownCosts(surroundings, input.rules);
  const cpus = cpusOfBatch(surroundings);
  const jobs = mostJobs(surroundings, input.rules);
  const seconds = (workers: number, users: number) => batchSeconds(costs.costs, { workers, cpus, jobs }, users);
  const own = usualWorkers(input);
  const alone = fitting(1) as Fitted;
  const tasks = traitsOf(input.rules).batch === 'tasks';
  // LensKit gives its own Ray as many CPUs as it counts, whatever LK_NUM_CPUS says (PYTHON_CPU_COUNT counts).
  const room = Math.min(mostWorkers(surroundings, input.rules), tasks ? Math.max(1, count) : Number.POSITIVE_INFINITY);
  const task = leastTask(costs.costs);
  // Each task takes a whole CPU.
  for (let most = Math.min(task === null ? machine.effective : machine.floor, room); ; ) {
    const steps = stepsByUsers({ seconds, task, most, usual: own <= room ? own : null });
    const all = steps.map(({ fromUsers, workers }) => ({
      fromUsers,
      workers,
      fitted: workers === 1 ? alone : fitting(workers),
    }));
    const failed = all.find(({ fitted }) => fitted === null);
    if (failed === undefined) return chosenOf(all as FittedStep[], costs, question.users);
    most = Math.floor(failed.workers / 2);
  }
}

/** The workers that LensKit takes by itself where nothing is set; 1: none. */
function usualWorkers(input: ConfigInput): number {
  const outcome = resolveConfig({ ...input, env: {}, params: {}, files: [] });
  return outcome.ok ? Number(processesOf(outcome.resolution.main)) : 1;
}

/** A step with what is to be set for it. */
type FittedStep = Step & { fitted: Fitted };

function chosenOf(steps: readonly FittedStep[], costs: KnownCosts, users: number | null): ReturnType<typeof advise> {
  const byUsers = steps.map(({ fromUsers, workers, fitted }) => {
    const { env, unset, parameters } = fitted.recommendation;
    return { fromUsers: inRoundNumbers(fromUsers), workers, env, unset, parameters };
  });
  const at = byUsers.findLastIndex(({ fromUsers }) => fromUsers <= (users ?? 1));
  const { fitted } = steps[Math.max(0, at)] as FittedStep;
  return { recommendation: { ...fitted.recommendation, byUsers, users, costs }, recommendedRun: fitted.run };
}

function machineFor(surroundings: Surroundings, facts: Facts, rules: Rules, count: number): RecommendFor {
  const { binding, cpus, env, python, share, cpuFacts } = surroundings;
  const inTraining = traitsOf(rules).pools === 'numba' ? bindingInTraining(surroundings) : null;
  return {
    effective: effectiveOfBatch(surroundings),
    floor: Math.min(cpus.floor, share.cpus ?? cpus.floor),
    rayMissing: python.interpreter !== null && python.packages.ray === undefined,
    limitBlas: false,
    jobsAtOnce: areJobsAtOnce(surroundings, rules),
    blasInOpenmp: python.pools.some(({ threading }) => threading === 'openmp'),
    unset: [
      ...pointless(facts, env, count),
      ...(hurts(binding, { effective: cpus.effective, affinity: cpuFacts.affinity }) ? binding.unset : []),
      ...(inTraining?.hurts ? inTraining.unset : []),
    ],
  };
}

/** Variables that LensKit or Python do not obey, and that only mislead. */
function pointless(facts: Facts, env: { readonly [name: string]: string }, count: number): string[] {
  const obeyed = obeysCpuCount(majorMinor(facts.python.version)) && count === Number(env.PYTHON_CPU_COUNT);
  return ['RAYON_NUM_THREADS', ...(obeyed ? [] : ['PYTHON_CPU_COUNT'])];
}

/**
 * The recommendation for a number of workers; null: they go beyond a limit, whatever is set. Without workers there is
 * always one: of fewer and fewer threads the last.
 */
function fitter(
  { binding, cpus, env, machine: around, python, cpuFacts }: Surroundings,
  input: ConfigInput,
  machine: RecommendFor,
  count: number,
): (workers: number) => Fitted | null {
  const limits = { threads: cpuFacts.threadLimits, machine: around, stacks: threadStacks(around.limits ?? null, env) };
  const runOf = (result: Recommendation): Fitted['run'] => {
    const then = applied(env, result);
    const outcome = resolveConfig({ ...input, params: {}, env: then });
    return outcome.ok ? { resolution: outcome.resolution, atImport: atImport(python, then, cpus, binding) } : null;
  };
  const attempt = (workers: number, over: Partial<RecommendFor>): Fitted => {
    const recommendation = recommend(input, { ...machine, ...over }, workers);
    return { recommendation, run: runOf(recommendation) };
  };
  const fits = ({ run }: Fitted) => run === null || fitsLimits(run.resolution, run.atImport, count, limits);
  return (workers) => {
    let fitted = attempt(workers, {});
    let { effective } = machine;
    while (!fits(fitted)) {
      fitted = attempt(workers, { effective, limitBlas: true });
      if (workers > 1) return fits(fitted) ? fitted : null;
      if (effective === 1) break;
      effective = Math.floor(effective / 2);
    }
    return fitted;
  };
}
