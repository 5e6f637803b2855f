import { type Rules, since } from '../rules/generation.ts';
import { traitsOf } from '../rules/generations.ts';
import type { Measured } from '../rules/rule-set.ts';

/**
 * What decides how many threads of one process are at work at once: `none`, one thread; `threads`, LensKit's Rayon
 * (LK_NUM_THREADS), up to 0.14 Numba (NUMBA_NUM_THREADS); `backend threads`, BLAS and Torch (LK_NUM_BACKEND_THREADS),
 * up to 0.14 BLAS alone (OPENBLAS_NUM_THREADS); `either`, the larger of both; `cpus`,
 * a BLAS or OpenMP that LensKit has not set up by then, or whose library takes all CPUs by itself.
 */
export type Parallelism = 'none' | 'threads' | 'backend threads' | 'either' | 'cpus';

/** What decides it in training and while a list is made. */
export interface Parallelisms {
  training: Parallelism;
  inference: Parallelism;
}

/** How a model works in a generation, as it was counted: docs/models.md has the counts and the calls. */
interface Work {
  training: Parallelism;
  /** While a list of recommendations is made. */
  recommend: Parallelism;
  /** While up to 50 items are scored. */
  predict: Parallelism;
}

/** A model that LensKit brings, by the name that flags, reports and `lk bench batch` call it. */
export interface Model {
  name: string;
  /** The class of its component, and the modules that it can be imported from. */
  class: string;
  modules: readonly string[];
  /** Up to 0.14, where models are algorithms: the full names of its classes; what was counted comes first. */
  algorithms?: readonly string[];
  /** The release that brought it; absent: 2025.1. */
  since?: string;
  /** Its lists are made in Rust or BLAS without the GIL, so that batch jobs that are threads run at once (2026): docs/costs.md. */
  withoutGil?: true;
  /** By LensKit 0.14.4, 2025.8.1 and 2026.4.0 (absent: it is not there); by 2025.2.0 where it works in another way. */
  work: { readonly [measured in Measured]?: Work };
}

const work = (training: Parallelism, recommend: Parallelism, predict: Parallelism): Work => ({
  training,
  recommend,
  predict,
});

/** One thread, whatever is set. */
const ALONE = work('none', 'none', 'none');

/** The scorers of LensKit 0.10 to 2026.4, counted by `npm run measure:models`. */
export const MODELS: readonly Model[] = [
  {
    name: 'item-knn',
    class: 'ItemKNNScorer',
    modules: ['lenskit.knn', 'lenskit.knn.item'],
    withoutGil: true,
    algorithms: ['lenskit.algorithms.item_knn.ItemItem'],
    work: {
      '0.14': work('threads', 'none', 'none'),
      '2025.2': work('either', 'none', 'none'),
      '2025': work('threads', 'none', 'none'),
      '2026': work('threads', 'none', 'none'),
    },
  },
  {
    name: 'user-knn',
    class: 'UserKNNScorer',
    modules: ['lenskit.knn', 'lenskit.knn.user'],
    algorithms: ['lenskit.algorithms.user_knn.UserUser'],
    work: { '0.14': ALONE, '2025.2': work('backend threads', 'none', 'none'), '2025': ALONE, '2026': ALONE },
  },
  {
    name: 'ease',
    class: 'EASEScorer',
    modules: ['lenskit.knn', 'lenskit.knn.ease'],
    since: '2025.7.0',
    withoutGil: true,
    work: {
      '2025': work('either', 'backend threads', 'backend threads'),
      '2026': work('backend threads', 'backend threads', 'backend threads'),
    },
  },
  {
    name: 'slim',
    class: 'SLIMScorer',
    modules: ['lenskit.knn', 'lenskit.knn.slim'],
    since: '2025.8.0',
    work: { '2025': work('threads', 'none', 'none'), '2026': work('threads', 'none', 'none') },
  },
  {
    name: 'association',
    class: 'AssociationScorer',
    modules: ['lenskit.knn', 'lenskit.knn.association'],
    work: { '2026': ALONE },
  },
  {
    name: 'implicit-mf',
    class: 'ImplicitMFScorer',
    modules: ['lenskit.als'],
    algorithms: ['lenskit.algorithms.als.ImplicitMF'],
    work: {
      '0.14': work('either', 'backend threads', 'none'),
      '2025.2': work('either', 'backend threads', 'backend threads'),
      '2025': work('either', 'backend threads', 'backend threads'),
      '2026': work('either', 'backend threads', 'backend threads'),
    },
  },
  {
    name: 'biased-mf',
    class: 'BiasedMFScorer',
    modules: ['lenskit.als'],
    algorithms: ['lenskit.algorithms.als.BiasedMF'],
    work: {
      '0.14': work('either', 'backend threads', 'none'),
      '2025.2': work('either', 'none', 'none'),
      '2025': work('threads', 'none', 'none'),
      '2026': work('threads', 'backend threads', 'none'),
    },
  },
  {
    name: 'flexmf-implicit',
    class: 'FlexMFImplicitScorer',
    modules: ['lenskit.flexmf'],
    since: '2025.3.0',
    work: {
      '2025': work('backend threads', 'backend threads', 'none'),
      '2026': work('backend threads', 'backend threads', 'none'),
    },
  },
  {
    name: 'flexmf-explicit',
    class: 'FlexMFExplicitScorer',
    modules: ['lenskit.flexmf'],
    since: '2025.3.0',
    work: {
      '2025': work('backend threads', 'backend threads', 'none'),
      '2026': work('backend threads', 'backend threads', 'none'),
    },
  },
  {
    name: 'funk-svd',
    class: 'FunkSVDScorer',
    modules: ['lenskit.funksvd'],
    algorithms: ['lenskit.algorithms.funksvd.FunkSVD'],
    work: { '0.14': ALONE, '2025': ALONE, '2026': ALONE },
  },
  {
    name: 'biased-svd',
    class: 'BiasedSVDScorer',
    modules: ['lenskit.sklearn.svd'],
    algorithms: ['lenskit.algorithms.svd.BiasedSVD'],
    work: {
      '0.14': work('backend threads', 'none', 'none'),
      '2025': work('cpus', 'none', 'none'),
      '2026': work('cpus', 'backend threads', 'backend threads'),
    },
  },
  {
    name: 'nmf',
    class: 'NMFScorer',
    modules: ['lenskit.sklearn.nmf'],
    since: '2025.3.0',
    work: { '2025': work('cpus', 'none', 'none'), '2026': work('cpus', 'backend threads', 'none') },
  },
  {
    name: 'lightgcn',
    class: 'LightGCNScorer',
    modules: ['lenskit.graphs', 'lenskit.graphs.lightgcn'],
    since: '2025.3.0',
    work: {
      '2025': work('cpus', 'backend threads', 'backend threads'),
      '2026': work('cpus', 'backend threads', 'backend threads'),
    },
  },
  {
    name: 'hpf',
    class: 'HPFScorer',
    modules: ['lenskit.hpf'],
    algorithms: ['lenskit.algorithms.hpf.HPF'],
    work: { '2025': work('cpus', 'none', 'none') },
  },
  {
    name: 'implicit-als',
    class: 'ALS',
    modules: ['lenskit.implicit'],
    algorithms: ['lenskit.algorithms.implicit.ALS'],
    work: {
      '0.14': work('cpus', 'backend threads', 'none'),
      '2025': work('either', 'backend threads', 'none'),
      '2026': work('either', 'backend threads', 'none'),
    },
  },
  {
    name: 'implicit-bpr',
    class: 'BPR',
    modules: ['lenskit.implicit'],
    algorithms: ['lenskit.algorithms.implicit.BPR'],
    work: {
      '0.14': work('cpus', 'none', 'none'),
      '2025': work('threads', 'backend threads', 'none'),
      '2026': work('threads', 'backend threads', 'none'),
    },
  },
  {
    name: 'bias',
    class: 'BiasScorer',
    modules: ['lenskit.basic', 'lenskit.basic.bias'],
    algorithms: ['lenskit.algorithms.bias.Bias'],
    work: { '0.14': ALONE, '2025': ALONE, '2026': ALONE },
  },
  {
    name: 'popular',
    class: 'PopScorer',
    modules: ['lenskit.basic', 'lenskit.basic.popularity'],
    algorithms: ['lenskit.algorithms.basic.PopScore', 'lenskit.algorithms.basic.Popular'],
    work: { '0.14': ALONE, '2025': ALONE, '2026': ALONE },
  },
  {
    name: 'time-bounded-popular',
    class: 'TimeBoundedPopScore',
    modules: ['lenskit.basic.popularity'],
    // Arrow sorts the times.
    work: { '2025': work('cpus', 'none', 'none'), '2026': work('cpus', 'none', 'none') },
  },
];

/** What holds for more models than anything else; of 2025.2 as of 2025, of 0.14's training of those that are parallel. */
const MOST: { readonly [measured in Measured]?: Parallelisms } = {
  '0.14': { training: 'threads', inference: 'none' },
  '2025': { training: 'threads', inference: 'none' },
  '2026': { training: 'threads', inference: 'backend threads' },
};

export function mostModels(rules: Rules): Parallelisms {
  return measured(MOST, rules) as Parallelisms;
}

/** Of the LensKits that stand for these rules the first that something is known of. */
function measured<Known>(by: { readonly [measured in Measured]?: Known }, rules: Rules): Known | undefined {
  const found = traitsOf(rules).measuredAs.find((name) => by[name] !== undefined);
  return found === undefined ? undefined : by[found];
}

/** The model whose costs stand for those that nobody named. */
export const TYPICAL_MODEL = 'implicit-mf';

/** The models of a generation, each with what decides its threads in training and while recommending. */
export function modelsOf(rules: Rules): (Parallelisms & { name: string })[] {
  return MODELS.flatMap(({ name, since: born, work: known }) => {
    const found = measured(known, rules);
    if (found === undefined || (born !== undefined && !since(rules, born))) return [];
    const { training, recommend } = found;
    return [{ name, training, inference: rayonWhileRecommending(name, rules) ? 'threads' : recommend }];
  });
}

/** item-knn from 2025.3 to 2025.5, counted with 2025.3.1, 2025.5.0, 2025.6.0 and 2025.7.0. */
function rayonWhileRecommending(name: string, rules: Rules): boolean {
  return name === 'item-knn' && since(rules, '2025.3.0') && !since(rules, '2025.6.0');
}

/** True where the jobs of a batch run, threads of one Python, make the lists of all of these models at the same time. */
export function areWithoutGil(names: readonly string[]): boolean {
  const free = (name: string) => MODELS.find((model) => model.name === name)?.withoutGil === true;
  return names.length > 0 && names.every(free);
}

export function isModelName(name: string): boolean {
  return MODELS.some((model) => model.name === name);
}

/** The name of a model that is called by it or by one of its classes, in any case; null: LensKit brings none. */
export function modelNamed(text: string): string | null {
  const wanted = text.toLowerCase();
  const classes = (model: Model) => [
    model.class,
    ...(model.algorithms ?? []).map((full) => full.split('.').at(-1) ?? ''),
  ];
  const found = MODELS.find(
    (model) => model.name === wanted || classes(model).some((name) => name.toLowerCase() === wanted),
  );
  return found?.name ?? null;
}
