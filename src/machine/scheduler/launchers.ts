import type { Env } from './grant.ts';
import { countOf } from './values.ts';

/** A program that started this process as one of several on this machine. */
export interface Launcher {
  launcher: string;
  /** The processes that it started here; null: it gives no count. */
  siblings: number | null;
  variable: string;
  raw: string | null;
}

interface Kind {
  name: string;
  /** The variables that tell, of which the first that is set counts. */
  variables: readonly string[];
  /** What these variables hold. Absent: the number of processes here. */
  holds?: 'all processes' | 'no count';
  /** Of several launchers with one role one started the process, and says so in more than one way. */
  role: 'MPI' | 'tests' | 'tasks';
}

/**
 * By their own code and documentation: Open MPI's mpirun(1), MPICH's Hydra, Intel MPI, MVAPICH2, PALS, PMI, torchrun,
 * pytest-xdist's workermanage.py, joblib's _parallel_backends.py, distributed's nanny.py.
 */
const KINDS: readonly Kind[] = [
  { name: 'Open MPI', variables: ['OMPI_COMM_WORLD_LOCAL_SIZE'], role: 'MPI' },
  { name: 'MVAPICH2', variables: ['MV2_COMM_WORLD_LOCAL_SIZE'], role: 'MPI' },
  { name: 'MPICH', variables: ['MPI_LOCALNRANKS'], role: 'MPI' },
  { name: 'PMI', variables: ['PMI_LOCAL_SIZE', 'PALS_LOCAL_SIZE'], role: 'MPI' },
  { name: 'torchrun', variables: ['LOCAL_WORLD_SIZE'], role: 'MPI' },
  { name: 'PMI', variables: ['PMI_SIZE'], holds: 'all processes', role: 'MPI' },
  { name: 'pytest-xdist', variables: ['PYTEST_XDIST_WORKER_COUNT'], role: 'tests' },
  { name: 'joblib', variables: ['ENABLE_IPC', 'LOKY_MAX_CPU_COUNT'], holds: 'no count', role: 'tasks' },
  {
    name: 'Dask',
    variables: ['__DASK_PARENT_PID', 'DASK_INTERNAL_INHERIT_CONFIG'],
    holds: 'no count',
    role: 'tasks',
  },
];

/** For a snapshot: those whose values are looked at, and those of which it matters that they are set. */
export const LAUNCHER_VARIABLES = variablesOf((holds) => holds !== 'no count');
export const LAUNCHER_MARKERS = variablesOf((holds) => holds === 'no count');

function variablesOf(are: (holds: Kind['holds']) => boolean): readonly string[] {
  return KINDS.filter(({ holds }) => are(holds)).flatMap(({ variables }) => variables);
}

/** The launchers around this process, the outermost first; `nodes` are those over which all processes are spread. */
export function launchersOf(env: Env, nodes: number | null): (Launcher & { role: Kind['role'] })[] {
  const found: (Launcher & { role: Kind['role'] })[] = [];
  for (const { name, variables, holds, role } of KINDS) {
    const variable = variables.find((candidate) => env[candidate]);
    if (variable === undefined || found.some((other) => other.role === role && other.siblings !== null)) continue;
    if (holds === 'no count') {
      found.push({ launcher: name, siblings: null, variable, raw: null, role });
      continue;
    }
    const raw = String(env[variable]);
    const count = countOf(raw);
    if (count === null) continue;
    const siblings = holds === 'all processes' ? Math.ceil(count / (nodes ?? 1)) : count;
    found.push({ launcher: name, siblings, variable, raw, role });
  }
  return found;
}
