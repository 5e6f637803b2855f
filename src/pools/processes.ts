import { BACKEND_VARIABLES } from '../backends/variables.ts';
import { cpusAtLoad } from '../cpus/at-load.ts';
import type { EffectiveCpus } from '../cpus/effective.ts';
import type { BindingAtImport } from '../openmp/at-import.ts';
import { backendThreadsOf } from '../rules/backend-threads.ts';
import { since } from '../rules/generation.ts';
import { givenThreads, isConfig2026, type WorkerConfig } from '../rules/resolution.ts';
import type { Situation } from '../situation/situation.ts';

/** What the threads of a process depend on: environments, the CPUs that can be counted, and LensKit differ. */
export interface Process {
  env: { readonly [name: string]: string };
  /** Where a variable of `env` comes from that the user has not set, in words. */
  origins: { readonly [name: string]: string };
  /** The CPUs that a library counts when it is loaded, and once Torch has bound its thread. */
  atLoad: number;
  later: number;
  /** False: LensKit never sets itself up there, and what it would give is not given. */
  setUp: boolean;
  /** The threads and backend threads that LensKit gives; null: it limits nothing. */
  threads: number | null;
  backend: number | null;
  /** The threads that LensKit gives to MKL alone (a worker of 0.14); null: none. */
  mkl: number | null;
}

export type ProcessContext = Pick<Situation, 'resolution' | 'env' | 'rules' | 'ray'> & {
  python: Pick<Situation['python'], 'interpreter' | 'packages'>;
  cpus: Pick<EffectiveCpus, 'affinity' | 'online'>;
  binding: Pick<BindingAtImport, 'cpus'>;
  /** Absent: not probed. */
  probe?: Situation['probe'];
};

/** The main process and a worker of a batch run; null: there is none, or LensKit fails to make one. */
export function processesOf(context: ProcessContext): { inMain: Process; inWorker: Process | null } | null {
  const { resolution, env, cpus, binding } = context;
  if (resolution === null) return null;
  const { main } = resolution;
  const atLoad = cpusAtLoad(cpus);
  const later = binding.cpus ?? atLoad;
  const threads = positive(givenThreads(main).threads);
  const inMain = {
    env,
    origins: {},
    atLoad,
    later,
    setUp: true,
    threads,
    backend: backendThreadsOf(resolution),
    mkl: null,
  };
  if (isConfig2026(main)) return { inMain, inWorker: rayWorker(context, inMain) };
  const first = resolution.workers[0];
  const worker: WorkerConfig | null = first && !('error' in first) ? first : null;
  if (worker === null) return { inMain, inWorker: null };
  // A child starts with the affinity that its parent was left with; what LensKit hands it comes after the libraries.
  const inWorker = {
    ...inMain,
    atLoad: later,
    threads: positive(givenThreads(worker).threads),
    backend: positive(givenThreads(worker).backend),
    mkl: 'mklThreads' in worker ? positive(worker.mklThreads) : null,
  };
  return { inMain, inWorker };
}

/**
 * A worker of Ray. One that LensKit starts itself gets LensKit's variables before anything is loaded
 * (`ParallelSettings.env_vars`), and from 2026.2.0 on a hook that sets LensKit up (`ensure_cluster`,
 * `init_cluster(global_logging=True)`; 2026.1.0 leaves the hook out). One of a cluster that runs already gets neither:
 * Ray sets OMP_NUM_THREADS to the CPUs of the task where its node has not (`set_omp_num_threads_if_unset`, Ray 2.60).
 * Seen with LensKit 2026.1.0, 2026.3.0 and 2026.4.0. What is set on a node of such a cluster is not known from here, unless
 * one of its workers was looked at (`lk nodes --ray`).
 */
function rayWorker({ resolution, ray, rules, python, probe }: ProcessContext, inMain: Process): Process | null {
  const missing = python.interpreter !== null && python.packages.ray === undefined;
  if (resolution === null || ray === null || ray.cpusOfTask === null || ray.tasks === 0 || missing) return null;
  if (ray.cluster === 'existing') {
    const own = { OMP_NUM_THREADS: String(ray.cpusOfTask) };
    const env = (probe?.ok ? probe.observed.ray?.variables : undefined) ?? own;
    const isOwn = env.OMP_NUM_THREADS === own.OMP_NUM_THREADS;
    return {
      ...inMain,
      env,
      origins: isOwn ? { OMP_NUM_THREADS: `Ray, by the task's CPUs` } : {},
      later: inMain.atLoad,
      setUp: false,
      threads: null,
      backend: null,
    };
  }
  const handed = BACKEND_VARIABLES.filter((name) => inMain.env[name] === undefined);
  const process = {
    ...inMain,
    env: { ...inMain.env, ...resolution.childEnv },
    origins: Object.fromEntries(handed.map((name) => [name, 'LK_NUM_BACKEND_THREADS'])),
    atLoad: inMain.later,
  };
  return since(rules, '2026.2.0') ? process : { ...process, setUp: false, threads: null, backend: null };
}

function positive(value: number | bigint | null): number | null {
  return value !== null && value > 0 ? Number(value) : null;
}
