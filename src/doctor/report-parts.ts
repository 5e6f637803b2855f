import { comparisons } from '../checks/probe/differs.ts';
import { COUNTING_CALLS, isAffinityKnown } from '../cpus/lenskit-count.ts';
import type { Report } from '../documents/doctor-report.ts';
import { directivesOf } from '../machine/scheduler/allocation.ts';
import { startMethod } from '../python/start-method.ts';
import { traitsOf } from '../rules/generations.ts';
import type { Parameters } from '../rules/resolution.ts';
import { flagOf, type Question } from '../situation/question.ts';
import type { Situation, Surroundings, UnknownRules } from '../situation/situation.ts';

/** The parts of a report that only repeat what was found, in the words of the JSON document. */

export function cpuReport(surroundings: Situation | UnknownRules): Report['cpus'] {
  const { cpuFacts: facts, cpus } = surroundings;
  const { quota } = cpus;
  return {
    online: cpus.online,
    affinity: cpus.affinity,
    cpuset: cpus.cpuset,
    effective: cpus.effective,
    floor: cpus.floor,
    ...countReport(surroundings),
    quota: quota && {
      cpus: quota.cpus,
      quotaMicroseconds: quota.quotaMicroseconds,
      periodMicroseconds: quota.periodMicroseconds,
      version: quota.version,
      cgroup: quota.cgroup,
      file: quota.file,
    },
    limitedBy: cpus.limitedBy,
    isolated: cpus.isolated,
    cgroup: facts.cgroup,
    cgroupView: facts.cgroupView,
    throttling: facts.throttling,
    physicalCores: facts.physicalCores,
    model: facts.model,
    observed: observedCpus(surroundings),
    warnings: facts.warnings,
  };
}

function observedCpus({ cpuShare }: Surroundings): Report['cpus']['observed'] {
  if (cpuShare === null || !cpuShare.ok) return null;
  const { got, loops, seconds, idle, stolen, stopped } = cpuShare;
  return { cpus: got, of: loops, seconds, idle, stolen, stopped };
}

/** No number where LensKit comes to none, or where nobody can tell. */
function countReport({
  ncpus,
  cpuFacts,
  rules,
  binding: { kind, by, runtime, affinity },
}: Situation | UnknownRules): Pick<Report['cpus'], 'lenskit' | 'lenskitWhy' | 'lenskitCall' | 'binding'> {
  const binding = kind === 'unbound' ? null : { kind, by, runtime, affinity };
  const lenskitCall = rules && COUNTING_CALLS[traitsOf(rules).counts];
  const unknown = (lenskitWhy: string) => ({ lenskit: null, lenskitWhy, lenskitCall, binding });
  if (rules === null) return unknown('its rules are not known');
  if (kind === 'hangs') return unknown(`${by.join(', ')}: importing Torch never ends`);
  const byAffinity = traitsOf(rules).counts === 'affinity' && !ncpus.why.startsWith('PYTHON_CPU_COUNT');
  if (kind === 'unknown' && byAffinity) return unknown(`${by.join(', ')}: where ${runtime} binds is not known`);
  if (!isAffinityKnown(cpuFacts) && byAffinity) return unknown('the affinity cannot be read');
  return { lenskit: ncpus.count, lenskitWhy: ncpus.why, lenskitCall, binding };
}

export function pythonReport({ python, cpuFacts }: Surroundings): Report['python'] {
  const { interpreter, version, kind, foundBy, freeThreaded, implementation, packages, torch, competing, notes } =
    python;
  return {
    interpreter,
    version,
    implementation,
    kind,
    foundBy,
    freeThreaded,
    startMethod: startMethod(cpuFacts.platform, version),
    packages,
    torch,
    competing,
    notes,
  };
}

export function hypothetical({
  lenskit,
  cpus,
  users,
  model,
  costs,
  allocation,
  env,
  unset,
  params,
}: Question): string[] {
  return [
    ...(lenskit === null ? [] : [`--lenskit ${lenskit}`]),
    ...(cpus === null ? [] : [`--cpus ${cpus}`]),
    ...(users === null ? [] : [`--users ${users}`]),
    ...(model === null ? [] : [`--model ${model}`]),
    ...(costs === null ? [] : [`--bench ${costs.file}`]),
    ...(allocation === null ? [] : [`--allocation ${directivesOf(allocation).join(' ')}`]),
    ...Object.keys(env).map((name) => `--env ${name}`),
    ...unset.map((name) => `--unset ${name}`),
    ...Object.entries(params).flatMap(([name, value]) =>
      (value ?? null) === null ? [] : [`${flagOf(name as keyof Parameters)} ${value}`],
    ),
  ];
}

/** srun of 22.05 and newer takes --cpus-per-task from this variable alone. */
export function jobReport({ question, grant }: Surroundings): Report['job'] {
  if (question.allocation === null) return null;
  const each = grant?.variable === 'SLURM_CPUS_PER_TASK' ? grant.cpus : null;
  return {
    directives: directivesOf(question.allocation),
    env: each === null ? {} : { SRUN_CPUS_PER_TASK: String(each) },
  };
}

/**
 * By the job's variables, and by what says that a cluster of Ray runs. Of a job that is yet to be submitted there are no nodes, nor of
 * one that a variable is only asked for.
 */
export function nodeCommands({ question, grant, env, machine }: Surroundings): string[] {
  const isAsked = Object.keys(question.env).some((name) => name === 'RAY_ADDRESS' || name.startsWith('SLURM_'));
  if (question.allocation !== null || question.cpus !== null || isAsked) return [];
  const { RAY_ADDRESS: address } = env;
  const isRay = address === undefined ? machine.rayCluster !== null : address !== '' && address !== 'local';
  return [...(grant?.scheduler === 'Slurm' ? ['lk nodes --slurm'] : []), ...(isRay ? ['lk nodes --ray'] : [])];
}

/** What the probe saw beside what was foretold. */
export function probeReport(context: Situation): Report['probe'] {
  const { probe } = context;
  if (probe === null) return null;
  const { interpreter } = probe;
  if (!probe.ok) return { interpreter, error: probe.why, cudaDevices: [], comparisons: [] };
  return {
    interpreter,
    error: null,
    cudaDevices: probe.observed.cudaDevices,
    comparisons: comparisons(context, probe.observed),
  };
}
