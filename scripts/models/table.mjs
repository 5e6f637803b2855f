// The models that are measured: those of src/plan/models.ts, by the names that reports call them.
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

export const NAMES = MODELS.map(({ name }) => name);

/** The full name of a model's scorer, and the options that it is made with. */
export function scorerOf(wanted) {
  const model = MODELS.find(({ name }) => name === wanted);
  if (model === undefined) throw new Error(`${wanted}: no model; one of ${NAMES.join(', ')}`);
  return { scorer: `${model.modules[0]}.${model.class}`, options: OPTIONS[wanted] ?? {} };
}

/** The environment without the variables that are measured. */
export function withoutKnobs() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(LK_|OMP_|MKL_|OPENBLAS_)/.test(name)));
}
