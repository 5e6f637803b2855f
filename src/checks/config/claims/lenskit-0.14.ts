import { isConfig014, type Resolution } from '../../../rules/resolution.ts';
import type { Situation } from '../../../situation/situation.ts';
import { counted } from '../../check.ts';
import type { Claim, Difference } from './claim.ts';

/** `docs/performance.rst` of LensKit 0.14.4, "Controlling Parallelism", against `lenskit/util/parallel.py`. */
export const CLAIMS_014: readonly Claim[] = [
  { of: ['0.14'], differs: halfTheCores },
  { of: ['0.14'], differs: numbaInWorkers },
];

/** "The default number of processes is one-half the number of cores": `invoker()` asks for no more than 4. */
function halfTheCores({ resolution }: Situation): Difference[] {
  const knob = resolution?.knobs.find(({ name }) => name === 'processes');
  const half = knob?.documented?.value;
  if (knob === undefined || knob.source?.kind !== 'default' || half == null || knob.value === null) return [];
  if (knob.value === half) return [];
  return [
    {
      says: `${knob.value} processes by default, not ${half}: LensKit starts no more than 4 unless it is told to`,
      evidence: {
        where: 'documentation of LK_NUM_PROCS',
        said: `${knob.documented?.formula} = ${half}`,
      },
    },
  ];
}

/** "Right now, the worker will configure Numba and MKL": Numba has fixed its number by then. */
function numbaInWorkers({ resolution }: Situation): Difference[] {
  const worker = workerOf(resolution);
  if (worker === null || worker.numbaThreads === worker.numbaConfig) return [];
  return [
    {
      says: `a worker has ${counted(worker.numbaThreads, 'thread')} of Numba, not ${worker.numbaConfig}: LensKit sets the number after Numba has fixed its own`,
      evidence: {
        where: 'documentation of LK_NUM_PROCS',
        said: `the worker will configure Numba: inner thread count ${worker.threads}`,
      },
    },
  ];
}

function workerOf(resolution: Resolution | null) {
  const [worker] = resolution?.workers ?? [];
  return resolution !== null && isConfig014(resolution.main) && worker && 'numbaConfig' in worker ? worker : null;
}
