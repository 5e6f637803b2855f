import { type ObservedProcess, readProcess, variablesOf } from './observed.ts';

/** A real worker of Ray on a node, as `probe/ray_nodes.py` saw it. */
export interface SeenWorker {
  python: string;
  lenskit: string | null;
  worker: ObservedProcess;
  /** The CPUs that Ray gave it; null: not known. */
  assigned: number | null;
  /** What it was started with, of the variables that libraries read. */
  variables: { [name: string]: string };
}

/** The script's document; null: not what it writes. */
export function readWorker(text: string): SeenWorker | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof document !== 'object' || document === null) return null;
  const { python, lenskit, state, assigned, variables } = document as { [key: string]: unknown };
  const worker = readProcess(state);
  if (worker === null || typeof python !== 'string') return null;
  return {
    python,
    lenskit: typeof lenskit === 'string' ? lenskit : null,
    worker,
    assigned: typeof assigned === 'number' && Number.isFinite(assigned) ? assigned : null,
    variables: variablesOf(variables),
  };
}
