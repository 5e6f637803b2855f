/** A model that LensKit brings, by the name that flags, reports and `lk bench batch` call it. */
export interface Model {
  name: string;
  /** The class of its component, and the modules that it can be imported from. */
  class: string;
  modules: readonly string[];
}

/** The scorers of LensKit 2025.1 to 2026.4. */
export const MODELS: readonly Model[] = [
  { name: 'item-knn', class: 'ItemKNNScorer', modules: ['lenskit.knn', 'lenskit.knn.item'] },
  { name: 'user-knn', class: 'UserKNNScorer', modules: ['lenskit.knn', 'lenskit.knn.user'] },
  { name: 'ease', class: 'EASEScorer', modules: ['lenskit.knn', 'lenskit.knn.ease'] },
  { name: 'slim', class: 'SLIMScorer', modules: ['lenskit.knn', 'lenskit.knn.slim'] },
  { name: 'association', class: 'AssociationScorer', modules: ['lenskit.knn', 'lenskit.knn.association'] },
  { name: 'implicit-mf', class: 'ImplicitMFScorer', modules: ['lenskit.als'] },
  { name: 'biased-mf', class: 'BiasedMFScorer', modules: ['lenskit.als'] },
  { name: 'flexmf-implicit', class: 'FlexMFImplicitScorer', modules: ['lenskit.flexmf'] },
  { name: 'flexmf-explicit', class: 'FlexMFExplicitScorer', modules: ['lenskit.flexmf'] },
  { name: 'funk-svd', class: 'FunkSVDScorer', modules: ['lenskit.funksvd'] },
  { name: 'biased-svd', class: 'BiasedSVDScorer', modules: ['lenskit.sklearn.svd'] },
  { name: 'nmf', class: 'NMFScorer', modules: ['lenskit.sklearn.nmf'] },
  { name: 'lightgcn', class: 'LightGCNScorer', modules: ['lenskit.graphs', 'lenskit.graphs.lightgcn'] },
  { name: 'hpf', class: 'HPFScorer', modules: ['lenskit.hpf'] },
  { name: 'implicit-als', class: 'ALS', modules: ['lenskit.implicit'] },
  { name: 'implicit-bpr', class: 'BPR', modules: ['lenskit.implicit'] },
  { name: 'bias', class: 'BiasScorer', modules: ['lenskit.basic', 'lenskit.basic.bias'] },
  { name: 'popular', class: 'PopScorer', modules: ['lenskit.basic', 'lenskit.basic.popularity'] },
  {
    name: 'time-bounded-popular',
    class: 'TimeBoundedPopScore',
    modules: ['lenskit.basic.popularity'],
  },
];
