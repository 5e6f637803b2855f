import type { Generation, Rules } from '../rules/generation.ts';
import { since } from '../rules/generation.ts';

/**
 * What decides how many threads of one process are at work at once: `none`, one thread; `threads`, LensKit's Rayon
 * (LK_NUM_THREADS); `backend threads`, BLAS and Torch (LK_NUM_BACKEND_THREADS); `either`, the larger of both; `cpus`,
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
  /** The release that brought it; absent: 2025.1. */
  since?: string;
  /** Its lists are made in Rust or BLAS without the GIL, so that batch jobs that are threads run at once (2026): docs/costs.md. */
  withoutGil?: true;
  /** By LensKit 2025.8.1 and 2026.4.0 (absent: it is not there); by 2025.2.0 where it works in another way. */
  work: { readonly '2025.2'?: Work; readonly '2025'?: Work; readonly '2026'?: Work };
}

const work = (training: Parallelism, recommend: Parallelism, predict: Parallelism): Work => ({
  training,
  recommend,
  predict,
});

/** One thread, whatever is set. */
const ALONE = work('none', 'none', 'none');

/** The scorers of LensKit 2025.1 to 2026.4, counted by `npm run measure:models`. */
export const MODELS: readonly Model[] = [
  {
    name: 'item-knn',
    class: 'ItemKNNScorer',
    modules: ['lenskit.knn', 'lenskit.knn.item'],
    withoutGil: true,
    work: {
      '2025.2': work('either', 'none', 'none'),
      '2025': work('threads', 'none', 'none'),
      '2026': work('threads', 'none', 'none'),
    },
  },
  {
    name: 'user-knn',
    class: 'UserKNNScorer',
    modules: ['lenskit.knn', 'lenskit.knn.user'],
    work: {
      '2025.2': work('backend threads', 'none', 'none'),
      '2025': ALONE,
      '2026': ALONE,
    },
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
    work: {
      '2025.2': work('either', 'backend threads', 'backend threads'),
      '2025': work('threads', 'backend threads', 'backend threads'),
      '2026': work('either', 'backend threads', 'backend threads'),
    },
  },
  {
    name: 'biased-mf',
    class: 'BiasedMFScorer',
    modules: ['lenskit.als'],
    work: {
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
    work: { '2025': ALONE, '2026': ALONE },
  },
  {
    name: 'biased-svd',
    class: 'BiasedSVDScorer',
    modules: ['lenskit.sklearn.svd'],
    work: {
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
  { name: 'hpf', class: 'HPFScorer', modules: ['lenskit.hpf'], work: { '2025': work('cpus', 'none', 'none') } },
  {
    name: 'implicit-als',
    class: 'ALS',
    modules: ['lenskit.implicit'],
    work: {
      '2025': work('either', 'backend threads', 'none'),
      '2026': work('either', 'backend threads', 'none'),
    },
  },
  {
    name: 'implicit-bpr',
    class: 'BPR',
    modules: ['lenskit.implicit'],
    work: {
      '2025': work('threads', 'backend threads', 'none'),
      '2026': work('threads', 'backend threads', 'none'),
    },
  },
  {
    name: 'bias',
    class: 'BiasScorer',
    modules: ['lenskit.basic', 'lenskit.basic.bias'],
    work: { '2025': ALONE, '2026': ALONE },
  },
  {
    name: 'popular',
    class: 'PopScorer',
    modules: ['lenskit.basic', 'lenskit.basic.popularity'],
    work: { '2025': ALONE, '2026': ALONE },
  },
  {
    name: 'time-bounded-popular',
    class: 'TimeBoundedPopScore',
    modules: ['lenskit.basic.popularity'],
    // Arrow sorts the times.
    work: { '2025': work('cpus', 'none', 'none'), '2026': work('cpus', 'none', 'none') },
  },
];

/** What holds for more models than anything else. */
export function mostModels(rules: Rules): Parallelisms {
  return { training: 'threads', inference: yearOf(rules.generation) === '2025' ? 'none' : 'backend threads' };
}

/** The model whose costs stand for those that nobody named. */
export const TYPICAL_MODEL = 'implicit-mf';

/** The models of a generation, each with what decides its threads in training and while recommending. */
export function modelsOf(rules: Rules): (Parallelisms & { name: string })[] {
  return MODELS.flatMap(({ name, since: born, work: byYear }) => {
    const found = (rules.generation === '2025.2' ? byYear['2025.2'] : undefined) ?? byYear[yearOf(rules.generation)];
    if (found === undefined || (born !== undefined && !isSince(rules, born))) return [];
    const { training, recommend } = found;
    return [{ name, training, inference: rayonWhileRecommending(name, rules) ? 'threads' : recommend }];
  });
}

/** Of a generation that is named its newest release counts. */
function isSince(rules: Rules, version: string): boolean {
  return rules.release === null && rules.generation === '2025.2' ? false : since(rules, version);
}

function yearOf(generation: Generation): '2025' | '2026' {
  return generation === '2026.1' ? '2026' : '2025';
}

/** item-knn from 2025.3 to 2025.5, counted with 2025.3.1, 2025.5.0, 2025.6.0 and 2025.7.0. */
function rayonWhileRecommending(name: string, rules: Rules): boolean {
  return name === 'item-knn' && rules.generation === '2025.3' && !since(rules, '2025.6.0');
}

/** True where the jobs of a batch run, threads of one Python, make the lists of all of these models at the same time. */
export function areWithoutGil(names: readonly string[]): boolean {
  const free = (name: string) => MODELS.find((model) => model.name === name)?.withoutGil === true;
  return names.length > 0 && names.every(free);
}

export function isModelName(name: string): boolean {
  return MODELS.some((model) => model.name === name);
}

/** The name of a model that is called by it or by its class, in any case; null: LensKit brings none. */
export function modelNamed(text: string): string | null {
  const wanted = text.toLowerCase();
  const found = MODELS.find((model) => model.name === wanted || model.class.toLowerCase() === wanted);
  return found?.name ?? null;
}
