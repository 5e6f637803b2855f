import { openblasThreads } from '../../../backends/openblas.ts';
import { cpusAtLoad } from '../../../cpus/at-load.ts';
import { backendThreadsOf } from '../../../rules/backend-threads.ts';
import { type Count, isConfig2026, type Knob, type KnobValue } from '../../../rules/resolution.ts';
import type { Situation } from '../../../situation/situation.ts';
import { counted } from '../../check.ts';
import type { Claim, Difference } from './claim.ts';

/** "Configuring Parallelism" of LensKit 2025.2.0 to 2026.4.0, against its code: `docs/documentation.md` has each sentence. */
export const CLAIMS_SINCE_2025: readonly Claim[] = [
  { of: ['2025.3'], differs: fromKnobs },
  { of: ['2025.3'], differs: fromWorkerThreads },
  { of: ['2026.1'], differs: fromRayThreads },
  { of: ['2025.3'], differs: fromChildThreads },
  { of: ['2026.1'], differs: fromUnusedKnobs },
  { of: ['2026.1'], differs: fromInterop },
  { of: ['2025.3', '2026.1'], differs: fromBlas },
  { of: ['2026.1'], differs: fromQuota },
];

function fromKnobs({ resolution }: Situation): Difference[] {
  return (resolution?.knobs ?? []).flatMap((knob): Difference[] => {
    const differences: Difference[] = [];
    const worker = knob.documented?.worker;
    if (worker && knob.worker && isMore(knob.worker.value, worker.value)) {
      differences.push({
        says: `a worker has ${counted(knob.worker.value as Count, singular(knob.name))}, not at most ${worker.value}: the number of processes does not cap it`,
        evidence: { where: `documentation of ${knob.env}`, said: `${worker.formula} = ${worker.value}` },
      });
    }
    const backend = resolution?.knobs.find(({ name }) => name === 'backendThreads')?.worker?.value ?? null;
    const unset = knob.source === null && knob.status === 'deprecated' && knob.documented?.value != null;
    if (unset && knob.documented && backend !== null && backend !== knob.documented.value) {
      differences.push({
        says: `a worker has ${counted(backend as Count, 'backend thread')}, not ${knob.documented.value}: ${knob.env} has no default any more`,
        evidence: {
          where: `documentation of ${knob.env}`,
          said: `${knob.documented.formula} = ${knob.documented.value}`,
        },
      });
    }
    return differences;
  });
}

/**
 * "The default for LK_NUM_THREADS in a worker process is now the same as LK_NUM_BACKEND_THREADS" (2025.3); the code
 * takes the main process's threads, capped (`_subprocess_config`, 2025.8.1).
 */
function fromWorkerThreads({ resolution }: Situation): Difference[] {
  const knob = (name: string): Knob | undefined => resolution?.knobs.find((one) => one.name === name);
  const [threads, backend] = [knob('threads'), knob('backendThreads')];
  const isList = Array.isArray(threads?.value) && threads.value.length > 1;
  if (isList || !threads?.worker || !backend?.worker) return [];
  const [really, promised] = [threads.worker.value, backend.worker.value];
  if (really === null || promised === null || really === promised) return [];
  return [workerThreads(really as Count, promised)];
}

/** The same sentence: a worker of Ray has as many as the main process (`ParallelSettings.env_vars`, 2026.4.0). */
function fromRayThreads({ resolution, ray }: Situation): Difference[] {
  const main = resolution?.main;
  if (!main || !isConfig2026(main) || ray?.cluster !== 'own' || ray.tasks === 0) return [];
  const { numThreads, numBackendThreads } = main;
  return numThreads === numBackendThreads ? [] : [workerThreads(numThreads, numBackendThreads)];
}

function workerThreads(really: Count, promised: KnobValue): Difference {
  return {
    says: `a worker has ${counted(really, 'thread')}, not ${promised} as it has backend threads`,
    evidence: { where: 'documentation of LK_NUM_THREADS', said: 'in a worker the same as LK_NUM_BACKEND_THREADS' },
  };
}

/** Child threads end the list of backend threads, and are a worker's where it had one entry (`_resolve_parallel_config`, 2025.8.1). */
function fromChildThreads({ resolution }: Situation): Difference[] {
  const value = (name: string): KnobValue => resolution?.knobs.find((one) => one.name === name)?.value ?? null;
  const [child, backend] = [value('childThreads'), value('backendThreads')];
  if (child === null || !Array.isArray(backend) || backend.length < 3) return [];
  if (backend[1] === child) return [];
  return [
    {
      says: `a worker has ${counted(backend[1] as Count, 'backend thread')}, not the ${child} of LK_NUM_CHILD_THREADS: the list of backend threads goes before it`,
      evidence: {
        where: 'documentation of LK_NUM_CHILD_THREADS',
        said: 'backend threads to be used in worker processes',
      },
    },
  ];
}

/** 2026 starts no worker processes of its own, and has no `initialize()` that takes numbers (`lenskit/parallel/config.py`, 2026.1.0). */
function fromUnusedKnobs({ resolution, question }: Situation): Difference[] {
  const processes = resolution?.knobs.find(({ name }) => name === 'numProcs');
  const given = Object.values(question.params).some((value) => (value ?? null) !== null);
  return [
    ...(processes && processes.source !== null && processes.source.kind !== 'default'
      ? [
          {
            says: 'LK_NUM_PROCS is read and used by nothing: LensKit starts no worker processes',
            evidence: {
              where: 'documentation of LK_NUM_PROCS',
              said: 'the number of processes to use for batch operations',
            },
          },
        ]
      : []),
    ...(given
      ? [
          {
            says: 'LensKit has no initialize() that takes numbers: the parameters count for nothing',
            evidence: { where: 'documentation of the knobs', said: 'a parameter to initialize() takes precedence' },
          },
        ]
      : []),
  ];
}

/** `init_threading()` leaves Torch's inter-op threads alone (2026.1.0). */
function fromInterop({ python, resolution, binding, cpus }: Situation): Difference[] {
  const main = resolution?.main;
  const inter = binding.cpus ?? cpusAtLoad(cpus);
  if (python.torch === null || !main || !isConfig2026(main) || Number(main.numThreads) === inter) return [];
  return [
    {
      says: `Torch has ${counted(inter, 'inter-op thread')}, not ${main.numThreads}: LK_NUM_THREADS does not reach them`,
      evidence: { where: 'documentation of LK_NUM_THREADS', said: 'passed to torch.set_num_interop_threads()' },
    },
  ];
}

/** With a variable of OpenBLAS or MKL set, BLAS is left alone (`initialize()`, 2025.3.1 and newer). */
function fromBlas({ resolution, env, cpus }: Situation): Difference[] {
  const set = ['OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'].find((name) => env[name] !== undefined);
  const backend = resolution && backendThreadsOf(resolution);
  if (set === undefined || backend === null) return [];
  const { threads } = openblasThreads(env, cpusAtLoad(cpus));
  if (threads === backend) return [];
  return [
    {
      says: `OpenBLAS has ${counted(threads, 'thread')}, not ${backend}: with ${set} set LensKit leaves BLAS alone`,
      evidence: { where: 'documentation of LK_NUM_BACKEND_THREADS', said: 'passed to the underlying BLAS layer' },
    },
  ];
}

/** The documentation of 2026 says that the count accounts for CPU limits; it knows the affinity alone. */
function fromQuota({ cpus, ncpus }: Situation): Difference[] {
  if (cpus.limitedBy !== 'quota' || ncpus.count <= cpus.effective) return [];
  return [
    {
      says: `LensKit counts ${ncpus.count} CPUs, not ${cpus.effective}: it accounts for affinity, not for CPU limits`,
      evidence: { where: 'documentation of num_cpus', said: 'accounts for operating system CPU limits' },
    },
  ];
}

/** What a worker has is more than the documentation's cap; fewer agree with it. */
function isMore(value: KnobValue, cap: KnobValue): boolean {
  return (typeof value === 'number' || typeof value === 'bigint') && typeof cap === 'number' && value > cap;
}

/** `backend thread`. */
function singular(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).slice(0, -1);
}
