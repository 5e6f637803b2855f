import { ConfigError } from '../src/rules/errors.ts';
import type { Count, Parameters } from '../src/rules/resolution.ts';
import { resolveParallelism } from '../src/rules/resolve.ts';
import type { Case } from '../test/shared.ts';

/** What test-lenskit/random_numba.py prints. */
export interface NumbaAnswer extends Case {
  fresh: boolean;
  ncpus: number;
  affinity?: number;
  env: { [name: string]: string };
  nJobs?: Parameters['nJobs'];
  got: {
    main?: object;
    levels?: (Count | { error: string })[];
    workers?: ({ error: string } | object)[];
    error?: { type: string; stage: string };
  };
}

/** Our answer in the form of LensKit's. */
export function ourAnswer(lenskit: string, { ncpus, affinity, env, nJobs }: NumbaAnswer): NumbaAnswer['got'] {
  try {
    const { main, levels, workers } = resolveParallelism({
      lenskit,
      cpus: ncpus,
      env,
      params: nJobs === undefined ? {} : { nJobs },
      ...(affinity === undefined ? {} : { affinity }),
    });
    return {
      main,
      levels: (levels ?? []).map((level) => (typeof level === 'object' ? { error: level.error.type } : level)),
      workers: workers.map((worker) => ('error' in worker ? { error: worker.error.type } : worker)),
    };
  } catch (error) {
    if (error instanceof ConfigError) return { error: { type: error.type, stage: error.stage } };
    throw error;
  }
}

/** LensKit's: of a call that fails nothing but why. */
export function itsAnswer({ got }: NumbaAnswer): NumbaAnswer['got'] {
  return got.error === undefined ? got : { error: got.error };
}
