import { type Attention, needsAttention } from '../checks/attention.ts';
import type { CheckResult } from '../checks/examine.ts';
import type { ComparedMachine } from '../documents/comparison.ts';
import type { Report } from '../documents/doctor-report.ts';

type Cpus = Report['cpus'];
type Python = Report['python'];
type Plan = NonNullable<Report['plan']>;

/** The parts of a report that are compared. A `Report` is one; of a foreign file these alone are read. */
export interface Compared {
  time: string;
  hypothetical: string[];
  lenskit: Report['lenskit'];
  cpus: Pick<
    Cpus,
    | 'online'
    | 'affinity'
    | 'cpuset'
    | 'effective'
    | 'lenskit'
    | 'lenskitWhy'
    | 'limitedBy'
    | 'isolated'
    | 'cgroupView'
    | 'quota'
  >;
  python: Pick<Python, 'interpreter' | 'version' | 'implementation' | 'freeThreaded' | 'startMethod' | 'packages'>;
  machine: Pick<Report['machine'], 'surroundings' | 'share'> & {
    memory: Pick<Report['machine']['memory'], 'limit'>;
  };
  knobs: Report['knobs'];
  plan: Pick<
    Plan,
    | 'main'
    | 'ray'
    | 'models'
    | 'atImport'
    | 'trainingThreads'
    | 'inferenceThreads'
    | 'batchThreads'
    | 'trainingThreadsByModel'
    | 'inferenceThreadsByModel'
    | 'batchThreadsByModel'
  > | null;
  pools: Pick<Report['pools'][number], 'pool' | 'file' | 'main' | 'worker' | 'by' | 'workerBy'>[];
  checks: Pick<CheckResult, 'id' | 'status' | 'title'>[];
  recommendation: Pick<NonNullable<Report['recommendation']>, 'env' | 'unset' | 'parameters'> | null;
}

/** A machine to compare, as it was named. */
export interface Named {
  name: string;
  file: string | null;
  host: string | null;
  from: ComparedMachine['from'];
  compared: Compared;
}

/** What it is at the first look. */
export function machineOf({ compared, ...named }: Named): ComparedMachine {
  const { time, hypothetical, lenskit, python, cpus } = compared;
  return {
    name: named.name,
    file: named.file,
    host: named.host,
    from: named.from,
    time,
    hypothetical,
    lenskit: lenskit.version,
    rules: lenskit.generation,
    python: python.version,
    effectiveCpus: cpus.effective,
  };
}

/** What needs attention: errors, failures, warnings. */
export function serious({ checks }: Pick<Compared, 'checks'>): (Compared['checks'][number] & { status: Attention })[] {
  return checks.filter((check) => needsAttention(check));
}
