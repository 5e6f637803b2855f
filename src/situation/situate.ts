import { ASSUMED_GENERATION, type Rules, rulesFor } from '../config/generation.ts';
import type { ConfigInput } from '../config/resolution.ts';
import { resolveConfig } from '../config/resolve.ts';
import { type EffectiveCpus, effectiveCpus } from '../cpus/effective.ts';
import { type LenskitCount, lenskitCount, obeysCpuCount } from '../cpus/lenskit-count.ts';
import type { CpuFacts } from '../cpus/observe.ts';
import { shareOf } from '../machine/scheduler/share.ts';
import { type BindingAtImport, bindingAtImport, hurts } from '../openmp/at-import.ts';
import { torchRuntime } from '../openmp/runtime.ts';
import { planThreads } from '../plan/threads.ts';
import { majorMinor } from '../python/version.ts';
import { applied, type Recommendation, type RecommendFor, recommend } from '../recommend/recommend.ts';
import { allocated } from './allocated.ts';
import { atImport } from './at-import.ts';
import type { Facts } from './facts.ts';
import { keptVariables } from './kept-variables.ts';
import { fitsLimits } from './limits.ts';
import type { Question } from './question.ts';
import { rayCluster, rayUse } from './ray.ts';
import type { Situation, Surroundings, UnknownRules } from './situation.ts';
import { threadStacks } from './thread-stacks.ts';

/** A `--lenskit` that names no version. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * From facts and a question to all that answers need: the CPUs, whose rules hold, what LensKit resolves, the plan,
 * the recommendation. Pure: the same facts and question give the same situation.
 *
 * @throws UsageError for a `--lenskit` that names no version
 */
export function situate(found: Facts, question: Question): Situation | UnknownRules {
  const facts = question.allocation === null ? found : allocated(found, question.allocation, question.cpus);
  // The CPUs of --cpus are then the node's.
  const whole = question.allocation === null ? question.cpus : null;
  const env = variables(facts, question);
  const cpuFacts = whole === null ? facts.cpus : machineOf(whole, facts.cpus);
  const cpus = effectiveCpus(cpuFacts);
  const siblings = whole === null ? facts.machine.siblings : undefined;
  const binding = bindingAtImport(env, cpuFacts, siblings, torchRuntime(facts.python.pools));
  const { ncpus, unbound } = counts(facts, whole, cpus, env, binding);
  // Those of a machine that is none of the job's divide nothing.
  const share = shareOf(whole === null ? env : {}, cpus, facts.machine.jobFile);
  const { grant } = share;
  const { rules, version, why } = lenskitOf(facts, question);
  const surroundings: Surroundings = {
    question,
    cpuFacts,
    cpus,
    ncpus,
    binding,
    atImport: atImport(facts.python, env, cpus, binding),
    python: facts.python,
    machine: facts.machine,
    probe: facts.probe,
    cpuShare: facts.cpuShare,
    script: facts.script,
    grant,
    share,
    settings: facts.settings,
    env,
    lenskit: { version, why },
  };
  if (rules === null) return { ...surroundings, rules };

  const input: ConfigInput = {
    rules,
    cpus: BigInt(ncpus.count),
    env,
    params: rules.generation === '2026.1' ? {} : question.params,
    files: rules.generation === '2026.1' ? facts.settings : [],
    freeThreaded: facts.python.freeThreaded,
  };
  const outcome = resolveConfig(input);
  const resolution = outcome.ok ? outcome.resolution : null;
  return {
    ...surroundings,
    rules,
    params: input.params,
    resolution,
    refusal: outcome.ok ? null : outcome.error,
    knobs: outcome.ok ? outcome.resolution.knobs : outcome.knobs,
    plan: resolution && planThreads(resolution, input.cpus, rayCluster(surroundings)),
    ray: rayUse(resolution, surroundings),
    ...recommendation(surroundings, facts, input, unbound.count),
  };
}

/** For LensKit as it counts once nothing is bound any more; and within the limits of threads and address space. */
function recommendation(
  { binding, cpus, env, machine, python, share, cpuFacts }: Surroundings,
  facts: Facts,
  found: ConfigInput,
  count: number,
): Pick<Situation, 'recommendation' | 'recommendedRun'> {
  const input = { ...found, cpus: BigInt(count) };
  const wanted: RecommendFor = {
    effective: Math.min(cpus.effective, share.cpus ?? cpus.effective),
    floor: Math.min(cpus.floor, share.cpus ?? cpus.floor),
    rayMissing: python.interpreter !== null && python.packages.ray === undefined,
    limitBlas: false,
    blasInOpenmp: python.pools.some(({ threading }) => threading === 'openmp'),
    unset: [
      ...pointless(facts, env, count),
      ...(hurts(binding, { effective: cpus.effective, affinity: cpuFacts.affinity }) ? binding.unset : []),
    ],
  };
  const stacks = threadStacks(machine.limits ?? null, env);
  const limits = { threads: cpuFacts.threadLimits, machine, stacks };
  const runOf = (result: Recommendation): Situation['recommendedRun'] => {
    const then = applied(env, result);
    const outcome = resolveConfig({ ...input, params: {}, env: then });
    return outcome.ok ? { resolution: outcome.resolution, atImport: atImport(python, then, cpus, binding) } : null;
  };
  let effective = wanted.effective;
  let chosen = recommend(input, wanted);
  let run = runOf(chosen);
  while (run !== null && !fitsLimits(run.resolution, run.atImport, count, limits)) {
    const limited = recommend(input, { ...wanted, effective, limitBlas: true });
    [chosen, run] = [limited, runOf(limited)];
    if (effective === 1) break;
    effective = Math.floor(effective / 2);
  }
  return { recommendation: chosen, recommendedRun: run };
}

function variables(facts: Facts, question: Question): { [name: string]: string } {
  const env: { [name: string]: string } = { ...facts.env, ...keptVariables(question.env) };
  for (const name of question.unset) delete env[name];
  return env;
}

/** Variables that LensKit or Python do not obey, and that only mislead. */
function pointless(facts: Facts, env: { readonly [name: string]: string }, count: number): string[] {
  const obeyed = obeysCpuCount(majorMinor(facts.python.version)) && count === Number(env.PYTHON_CPU_COUNT);
  return ['RAYON_NUM_THREADS', ...(obeyed ? [] : ['PYTHON_CPU_COUNT'])];
}

/** LensKit's count, and what it would be if nothing were bound. */
function counts(
  facts: Facts,
  whole: number | null,
  cpus: EffectiveCpus,
  env: { readonly [name: string]: string },
  binding: BindingAtImport,
): { ncpus: LenskitCount; unbound: LenskitCount } {
  const python = { version: majorMinor(facts.python.version), cpuCount: env.PYTHON_CPU_COUNT };
  const unbound = whole === null ? lenskitCount(cpus, python) : { count: whole, why: '--cpus' };
  if (binding.kind !== 'bound' || binding.cpus === null) return { ncpus: unbound, unbound };
  const set = binding.by.map((name) => `${name}=${env[name]}`).join(' ');
  const why = `${set} binds it to CPU ${binding.affinity} when Torch is imported`;
  return { ncpus: lenskitCount(cpus, python, { cpus: binding.cpus, why }), unbound };
}

/** A machine with so many CPUs and no limits. */
function machineOf(count: number, facts: CpuFacts): CpuFacts {
  return {
    ...facts,
    online: count,
    affinity: count === 1 ? '0' : `0-${count - 1}`,
    cpuset: null,
    isolated: null,
    quotas: [],
    throttling: null,
    stopped: null,
    warnings: [],
  };
}

function lenskitOf(facts: Facts, question: Question): { rules: Rules | null; version: string | null; why: string } {
  const installed = facts.python.lenskit;
  const version = question.lenskit ?? installed?.version ?? null;
  if (version === null) {
    const where =
      facts.python.interpreter === null
        ? 'no Python was found'
        : facts.python.unversioned !== null
          ? `no version is written for ${facts.python.unversioned.file}`
          : `${facts.python.unread.length === 0 ? 'LensKit is not installed' : 'no LensKit was found'} in ${facts.python.interpreter}`;
    return { rules: { generation: ASSUMED_GENERATION, release: null }, version: null, why: `assumed: ${where}` };
  }
  const rules = rulesFor(version);
  const from = question.lenskit === null ? `read from ${installed?.file}` : 'chosen with --lenskit';
  if (rules === 'invalid' && question.lenskit !== null) {
    throw new UsageError(
      `--lenskit ${version}: no version; write one such as 2025.8.1, or a generation such as 2026.1`,
    );
  }
  if (rules === 'invalid') return { rules: null, version, why: `${from}; this is no version that is understood` };
  if (rules === 'too-old')
    return { rules: null, version, why: `${from}; its rules are not known, they begin with 2025.1` };
  return { rules, version: rules.release === null ? null : version, why: from };
}
