import { hurts } from '../../openmp/at-import.ts';
import { traitsOf } from '../../rules/generations.ts';
import { bindingInTraining } from '../../situation/numba-layer.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, counted, type Finding, pass, variablesAsEvidence, workerProcesses } from '../check.ts';

/**
 * Torch's OpenMP binds the thread that imports it, before LensKit counts CPUs: its threads, its workers and everything
 * they start stay on the place it was bound to. Says so where CPUs are lost by it, or where the import never ends.
 * In 0.14 Numba's threads bind the thread that starts them, which is in training; what is started later is bound with it.
 */
export const backendPinnedOpenmp: Check = {
  id: 'backend/pinned-openmp',
  title: 'OpenMP binds LensKit to a part of the CPUs',
  run(context) {
    if (traitsOf(context.rules).pools === 'numba') return byNumba(context);
    const { binding, cpuFacts, cpus } = context;
    const { kind, by, unset, runtime } = binding;
    const names = by.map((name) => `${name}=${context.env[name]}`).join(' ');
    const evidence = variablesAsEvidence(by, context.env);
    const fix = { unset };
    if (kind === 'hangs') {
      return {
        status: 'fail',
        title: `${names}: importing Torch never ends`,
        detail:
          "Torch's libgomp reads a character that is no number for ever; it is a list of CPUs, such as 0-3 or 0,2",
        evidence,
        fix,
      };
    }
    if (kind === 'unknown') {
      return {
        status: 'info',
        title: `${names}: OpenMP threads are bound, and to what is not known here`,
        detail: `${runtime} binds when its first threads start; lk doctor --probe shows what LensKit counts then`,
        evidence,
      };
    }
    if (kind === 'unbound') return pass(harmless(context));
    evidence.push({
      where: 'affinity',
      said: `${cpuFacts.affinity ?? 'not known'}, and ${binding.affinity} once Torch is imported`,
    });
    if (binding.affinity === cpuFacts.affinity)
      return pass(`${names} binds to the CPUs that are allowed anyway: ${binding.affinity}`);
    if (!hurts(binding, { effective: cpus.effective, affinity: cpuFacts.affinity })) {
      return {
        status: 'info',
        title: `${names} binds LensKit to CPU ${binding.affinity}, which are as many as it may use`,
        evidence,
      };
    }
    if ((cpus.affinity ?? 0) <= (binding.cpus ?? 0)) {
      return {
        status: 'warn',
        title: `${names} leaves CPU ${cpuFacts.affinity} for CPU ${binding.affinity}, where other processes may be`,
        detail:
          'the kernel lets a process leave its affinity as long as its cpuset allows it, and GOMP_CPU_AFFINITY does',
        evidence,
        fix,
      };
    }
    return {
      status: 'warn',
      title: `${names} binds LensKit to CPU ${binding.affinity}: all its threads and worker processes share ${counted(binding.cpus ?? 1, 'CPU')} of ${cpus.affinity}`,
      detail:
        "Torch's libgomp binds the thread that imports it, before LensKit counts CPUs; what is started later stays there",
      evidence,
      fix,
    };
  },
};

/** Seen with 0.14.4, Numba 0.58.1 and `OMP_PROC_BIND=true`: a process that is spawned after a parallel loop has one CPU. */
function byNumba(context: Situation): Finding {
  const { env, cpuFacts } = context;
  const binding = bindingInTraining(context);
  if (binding === null) return pass(harmless(context));
  const { kind, by, unset, affinity, cpus } = binding;
  const names = by.map((name) => `${name}=${env[name]}`).join(' ');
  const evidence = variablesAsEvidence(by, env);
  if (kind !== 'bound')
    return {
      status: 'info',
      title: `${names}: Numba's OpenMP threads are bound, and to what is not known here`,
      evidence,
    };
  evidence.push({
    where: 'affinity',
    said: `${cpuFacts.affinity ?? 'not known'}, and ${affinity} once Numba's threads start`,
  });
  if (affinity === cpuFacts.affinity) return pass(`${names} binds to the CPUs that are allowed anyway: ${affinity}`);
  const workers = workerProcesses(context);
  const harms = workers > 0 && binding.hurts;
  return {
    status: harms ? 'warn' : 'info',
    title: harms
      ? `${names}: ${counted(workers, 'worker')} started after training in the same process share ${counted(cpus ?? 1, 'CPU')} of ${context.cpus.affinity}`
      : `${names} binds the main thread to CPU ${affinity} once Numba's threads start`,
    detail: "Numba's OpenMP binds the thread that starts it, which is in training; what is started later stays there",
    evidence,
    ...(harms ? { fix: { unset } } : {}),
  };
}

function harmless({ env }: Situation): string {
  const set = ['OMP_PROC_BIND', 'OMP_PLACES', 'GOMP_CPU_AFFINITY', 'KMP_AFFINITY'].filter(
    (name) => env[name] !== undefined,
  );
  return set.length === 0
    ? 'OpenMP binds nothing'
    : `OpenMP binds nothing: ${set.map((name) => `${name}=${env[name]}`).join(' ')} has no such effect`;
}
