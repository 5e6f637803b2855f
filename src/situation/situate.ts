import { cpusAtLoad } from '../cpus/at-load.ts';
import { type EffectiveCpus, effectiveCpus } from '../cpus/effective.ts';
import { type LenskitCount, lenskitCount, machineCount } from '../cpus/lenskit-count.ts';
import type { CpuFacts } from '../cpus/observe.ts';
import { shareOf } from '../machine/scheduler/share.ts';
import { type BindingAtImport, bindingAtImport } from '../openmp/at-import.ts';
import { torchRuntime } from '../openmp/runtime.ts';
import { modelsOf } from '../plan/models.ts';
import { planThreads } from '../plan/threads.ts';
import { majorMinor } from '../python/version.ts';
import { ASSUMED_GENERATION, type Rules, rulesFor } from '../rules/generation.ts';
import { traitsOf } from '../rules/generations.ts';
import type { ConfigInput } from '../rules/resolution.ts';
import { resolveConfig } from '../rules/resolve.ts';
import type { Traits } from '../rules/rule-set.ts';
import { whatDiffers } from '../rules/unknown-releases.ts';
import { advise } from './advice.ts';
import { allocated } from './allocated.ts';
import { atImport } from './at-import.ts';
import { blasThreads } from './blas-threads.ts';
import type { Facts } from './facts.ts';
import { keptVariables } from './kept-variables.ts';
import { takenParameters } from './parameters.ts';
import type { Question } from './question.ts';
import { rayCluster, rayUse } from './ray.ts';
import type { Situation, Surroundings, UnknownRules } from './situation.ts';
import { UsageError } from './usage-error.ts';

/**
 * From facts and a question to all that answers need: the CPUs, whose rules hold, what LensKit resolves, the plan,
 * the recommendation. Pure: the same facts and question give the same situation.
 *
 * @throws UsageError for a `--lenskit` that names no version, and what does not go with its rules
 */
export function situate(found: Facts, question: Question): Situation | UnknownRules {
  const facts = question.allocation === null ? found : allocated(found, question.allocation, question.cpus);
  // The CPUs of --cpus are then the node's.
  const whole = question.allocation === null ? question.cpus : null;
  const env = variables(facts, question);
  const cpuFacts = whole === null ? facts.cpus : machineOf(whole, facts.cpus);
  const cpus = effectiveCpus(cpuFacts);
  const { rules, version, why } = lenskitOf(facts, question);
  const traits = rules && traitsOf(rules);
  const siblings = whole === null ? facts.machine.siblings : undefined;
  // What does not import Torch is not bound by it.
  const binding = bindingAtImport(
    importsTorch(traits) ? env : {},
    cpuFacts,
    siblings,
    torchRuntime(facts.python.pools),
  );
  const { ncpus, unbound } = counts(facts, whole, cpus, env, binding, traits);
  // Those of a machine that is none of the job's divide nothing.
  const share = shareOf(whole === null ? env : {}, cpus, facts.machine.jobFile);
  const { grant } = share;
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
    live: facts.live,
    grant,
    share,
    settings: facts.settings,
    models: modelsAsked(facts, question, rules),
    env,
    lenskit: { version, why },
  };
  if (rules === null || traits === null) return { ...surroundings, rules: null };
  refuseOtherBenchmark(question, rules);

  const atLoad = BigInt(cpusAtLoad(cpus));
  const input: ConfigInput = {
    rules,
    cpus: BigInt(ncpus.count),
    affinity: atLoad,
    numba: facts.python.packages.numba ?? null,
    env,
    params: takenParameters(question.params, rules),
    files: traits.settingsFiles ? facts.settings : [],
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
    plan:
      resolution &&
      planThreads({
        resolution,
        rules,
        // The libraries count by affinity, whatever LensKit counts.
        cpus: traits.counts === 'machine' ? atLoad : input.cpus,
        ...(traits.limitsBlas === 'never' ? { blas: BigInt(blasThreads(facts.python, env, cpus)) } : {}),
        ray: rayCluster(surroundings),
        models: surroundings.models,
      }),
    ray: rayUse(resolution, surroundings),
    ...advise(surroundings, facts, input, unbound.count),
  };
}

/** @throws UsageError where the benchmark is of another generation's workers, or of another model than is asked about */
function refuseOtherBenchmark({ costs, model }: Question, rules: Rules): void {
  if (costs === null) return;
  if ((costs.by === 'ray') !== (traitsOf(rules).batch === 'tasks'))
    throw new UsageError(
      `--bench ${costs.file}: measured with another generation than the rules here, ${rules.generation}`,
    );
  if (model !== null && model !== costs.model)
    throw new UsageError(`--bench ${costs.file}: measured with ${costs.model}, and --model asks about ${model}`);
}

/** By --model, else those that the script builds and this LensKit brings. @throws UsageError for one that it does not */
function modelsAsked({ script }: Facts, { model }: Question, rules: Rules | null): string[] {
  const brought = rules === null ? [] : modelsOf(rules).map(({ name }) => name);
  if (model === null) return (script?.models ?? []).filter((name) => brought.includes(name));
  if (rules !== null && !brought.includes(model))
    throw new UsageError(`--model ${model}: LensKit of the rules ${rules.generation} brings no such model`);
  return [model];
}

function variables(facts: Facts, question: Question): { [name: string]: string } {
  const env: { [name: string]: string } = { ...facts.env, ...keptVariables(question.env) };
  for (const name of question.unset) delete env[name];
  return env;
}

/** 0.14 knows nothing of Torch, and of one whose rules are not known nobody knows. */
function importsTorch(traits: Traits | null): boolean {
  return traits !== null && traits.pools !== 'numba';
}

/** LensKit's count, and what it would be if nothing were bound. */
function counts(
  facts: Facts,
  whole: number | null,
  cpus: EffectiveCpus,
  env: { readonly [name: string]: string },
  binding: BindingAtImport,
  traits: Traits | null,
): { ncpus: LenskitCount; unbound: LenskitCount } {
  const python = { version: majorMinor(facts.python.version), cpuCount: env.PYTHON_CPU_COUNT };
  const own = traits?.counts === 'machine' ? machineCount : lenskitCount;
  const unbound = whole === null ? own(cpus, python) : { count: whole, why: '--cpus' };
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
  if (rules === 'too-old') return { rules: null, version, why: `${from}; ${whatDiffers(version)}` };
  return { rules, version: rules.release === null ? null : version, why: from };
}
