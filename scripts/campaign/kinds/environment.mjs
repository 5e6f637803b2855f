import { anyValue } from '../texts.mjs';
import { ANSWERS, bench, doctor } from './asked.mjs';

/** Without LANG and LC_ALL: of a strange one Node itself dies (SIGSEGV in ICU), before any program of it begins. */
const VARIABLES = [
  ...[
    'LK_NUM_PROCS',
    'LK_NUM_THREADS',
    'LK_NUM_BACKEND_THREADS',
    'LK_NUM_CHILD_THREADS',
    'LK_NUM_CPUS',
    'LK_NUM_BATCH_JOBS',
    'LK_USE_RAY',
  ],
  ...[
    'LK_TUNE_JOBS',
    'LK_NUM_THREDS',
    'LK_PARALLEL__NUM_THREADS',
    'LK_PARALLEL__x; touch P #',
    'LK_PARALLEL',
    'LENSKIT_DATA',
  ],
  ...['LK_RANDOM__SEED', 'LK_PROMETHEUS', 'LK_TUNING__JOBS', 'LK_TUNING__MAX_POINTS', 'LK_TUNING'],
  ...[
    'OMP_NUM_THREADS',
    'OPENBLAS_NUM_THREADS',
    'MKL_NUM_THREADS',
    'MKL_THREADING_LAYER',
    'RAYON_NUM_THREADS',
    'NUMBA_NUM_THREADS',
  ],
  ...[
    'OMP_PROC_BIND',
    'OMP_PLACES',
    'KMP_AFFINITY',
    'GOMP_CPU_AFFINITY',
    'OMP_THREAD_LIMIT',
    'OMP_DYNAMIC',
    'KMP_HW_SUBSET',
    'BLIS_NUM_THREADS',
  ],
  ...[
    'PYTHON_CPU_COUNT',
    'PYTHONPATH',
    'PYTHONHOME',
    'VIRTUAL_ENV',
    'CONDA_PREFIX',
    'PYENV_VERSION',
    'PYENV_ROOT',
    'PYTHON_GIL',
    'PATH',
  ],
  ...[
    'SLURM_JOB_ID',
    'SLURM_CPUS_PER_TASK',
    'SLURM_CPUS_ON_NODE',
    'SLURM_JOB_CPUS_PER_NODE',
    'SLURM_MEM_PER_NODE',
    'SLURM_NTASKS',
    'SLURM_STEP_ID',
  ],
  ...[
    'PBS_JOBID',
    'PBS_NP',
    'NCPUS',
    'PBS_NODEFILE',
    'LSB_JOBID',
    'LSB_DJOB_NUMPROC',
    'LSB_MCPU_HOSTS',
    'NSLOTS',
    'JOB_ID',
    'PE_HOSTFILE',
  ],
  ...[
    'FLUX_JOB_ID',
    'OAR_JOB_ID',
    'OAR_NODEFILE',
    'KUBERNETES_SERVICE_HOST',
    'CUDA_VISIBLE_DEVICES',
    'ROCR_VISIBLE_DEVICES',
    'RAY_ADDRESS',
  ],
  ...['RAY_TMPDIR', 'TERM', 'COLUMNS', 'CI', 'GITHUB_ACTIONS', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'container'],
];

/** Variables of LensKit, of libraries and schedulers, with values that nobody would choose. */
export const environment = {
  make(random, scratch) {
    const chosen = random.some(VARIABLES, random.int(1, 5));
    // one variable takes at most 128 KiB
    const env = Object.fromEntries(chosen.map((name) => [name, anyValue(random).slice(0, 120_000)]));
    const unprivileged = random.chance(0.2);
    if (random.chance(0.1)) return bench(random, [], ['true'], { env: withPath(env), unprivileged });
    const snapshot = `${scratch.work}/snapshot.json`;
    const flags = [
      ...(random.chance(0.3) ? ['--snapshot', snapshot] : []),
      ...(random.chance(0.3)
        ? ['--lenskit', random.pick(['0.14.4', '2025.2.0', '2025.8.1', '2026.1.0', '2026.4.0'])]
        : []),
    ];
    const first = doctor(random, flags, {
      env,
      unprivileged,
      statuses: ANSWERS,
      outputs: [{ file: snapshot, is: 'json' }],
    });
    return flags.includes('--snapshot') ? [first, doctor(random, ['--from', snapshot])] : first;
  },
};

function withPath({ PATH: _, ...env }) {
  return env;
}
