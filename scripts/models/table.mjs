// The models that are measured: those of src/plan/models.ts, by the names that reports call them.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { bundled } from '../bundled.mjs';

const { MODELS } = await bundled('src/plan/models.ts');

/** What takes minutes does less of the same. */
const OPTIONS = {
  'flexmf-implicit': { epochs: 1 },
  'flexmf-explicit': { epochs: 1 },
  'funk-svd': { embedding_size: 10, epochs: 25 },
  nmf: { embedding_size: 20, max_iter: 20 },
  lightgcn: { epochs: 1 },
  'time-bounded-popular': { cutoff: '2010-01-01' },
};

/** Up to 0.14 some classes have no default for what they need; and what takes minutes does less of the same. */
const NEEDED_014 = {
  'item-knn': { nnbrs: 20 },
  'user-knn': { nnbrs: 20 },
  'implicit-mf': { features: 50 },
  'biased-mf': { features: 50 },
  'funk-svd': { features: 10 },
  'biased-svd': { features: 50 },
  hpf: { features: 20 },
};
const OPTIONS_014 = {
  'item-knn': { save_nbrs: 500 },
  'implicit-mf': { iterations: 2 },
  'biased-mf': { iterations: 2 },
  'funk-svd': { iterations: 25 },
  hpf: { maxiter: 20 },
};

export const NAMES = MODELS.map(({ name }) => name);

/** True for an environment (a folder with bin/python) whose LensKit has algorithms: 0.14 and older. */
export function hasAlgorithms(environment) {
  const code = 'import importlib.util as u, sys; sys.exit(0 if u.find_spec("lenskit.algorithms") else 1)';
  return spawnSync(path.join(environment, 'bin/python'), ['-c', code], { stdio: 'ignore' }).status === 0;
}

/** The full name of a model's scorer, and the options that it is made with; null: there is none up to 0.14. */
export function scorerOf(wanted, algorithms = false) {
  const model = MODELS.find(({ name }) => name === wanted);
  if (model === undefined) throw new Error(`${wanted}: no model; one of ${NAMES.join(', ')}`);
  const needed = algorithms ? (NEEDED_014[wanted] ?? {}) : {};
  const options = { ...needed, ...(algorithms ? OPTIONS_014 : OPTIONS)[wanted] };
  const [scorer] = algorithms ? (model.algorithms ?? []) : [`${model.modules[0]}.${model.class}`];
  return scorer === undefined ? null : { scorer, options, needed };
}

/** The environment without the variables that are measured. */
export function withoutKnobs() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(LK_|OMP_|MKL_|OPENBLAS_|NUMBA_)/.test(name)),
  );
}
