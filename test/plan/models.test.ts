import { expect, test } from '@jest/globals';
import {
  areWithoutGil,
  isModelName,
  MODELS,
  modelNamed,
  modelsOf,
  mostModels,
  TYPICAL_MODEL,
} from '../../src/plan/models.ts';
import { GENERATIONS, type Rules, rulesFor } from '../../src/rules/generation.ts';

/**
 * The scorers as LensKit's own files have them (class, modules; up to 0.14 `lenskit.algorithms.…`; the release that
 * brought it), and as docs/models.md counted them: training, recommending, predicting by 0.14.4, 2025.2.0, 2025.8.1 and
 * 2026.4.0. `B` backend threads, `T` threads, `E` the larger of both, `C` all CPUs, `-` one thread; empty: it is not there.
 */
const TABLE = `
item-knn | ItemKNNScorer | lenskit.knn lenskit.knn.item | item_knn.ItemItem | | T-- | E-- | T-- | T-- | without GIL
user-knn | UserKNNScorer | lenskit.knn lenskit.knn.user | user_knn.UserUser | | --- | B-- | --- | --- |
ease | EASEScorer | lenskit.knn lenskit.knn.ease | | 2025.7.0 | | | EBB | BBB | without GIL
slim | SLIMScorer | lenskit.knn lenskit.knn.slim | | 2025.8.0 | | | T-- | T-- |
association | AssociationScorer | lenskit.knn lenskit.knn.association | | | | | | --- |
implicit-mf | ImplicitMFScorer | lenskit.als | als.ImplicitMF | | EB- | EBB | EBB | EBB |
biased-mf | BiasedMFScorer | lenskit.als | als.BiasedMF | | EB- | E-- | T-- | TB- |
flexmf-implicit | FlexMFImplicitScorer | lenskit.flexmf | | 2025.3.0 | | | BB- | BB- |
flexmf-explicit | FlexMFExplicitScorer | lenskit.flexmf | | 2025.3.0 | | | BB- | BB- |
funk-svd | FunkSVDScorer | lenskit.funksvd | funksvd.FunkSVD | | --- | | --- | --- |
biased-svd | BiasedSVDScorer | lenskit.sklearn.svd | svd.BiasedSVD | | B-- | | C-- | CBB |
nmf | NMFScorer | lenskit.sklearn.nmf | | 2025.3.0 | | | C-- | CB- |
lightgcn | LightGCNScorer | lenskit.graphs lenskit.graphs.lightgcn | | 2025.3.0 | | | CBB | CBB |
hpf | HPFScorer | lenskit.hpf | hpf.HPF | | | | C-- | |
implicit-als | ALS | lenskit.implicit | implicit.ALS | | CB- | | EB- | EB- |
implicit-bpr | BPR | lenskit.implicit | implicit.BPR | | C-- | | TB- | TB- |
bias | BiasScorer | lenskit.basic lenskit.basic.bias | bias.Bias | | --- | | --- | --- |
popular | PopScorer | lenskit.basic lenskit.basic.popularity | basic.PopScore basic.Popular | | --- | | --- | --- |
time-bounded-popular | TimeBoundedPopScore | lenskit.basic.popularity | | | | | C-- | C-- |
`;
const rows = TABLE.trim()
  .split('\n')
  .map((row) => row.split('|').map((cell) => cell.trim()));

const LETTERS: { [word: string]: string } = {
  none: '-',
  threads: 'T',
  'backend threads': 'B',
  either: 'E',
  cpus: 'C',
};
const letters = (...words: string[]) => words.map((word) => LETTERS[word] ?? word).join('');

function known(lenskit: string): Rules {
  const rules = rulesFor(lenskit);
  if (typeof rules === 'string') throw new Error(rules);
  return rules;
}

test.each(rows.map((row) => [row[0] ?? '', row] as const))('%s: its class, and how it works', (name, row) => {
  const model = MODELS.find((one) => one.name === name);
  if (model === undefined) throw new Error('there is no such model');
  const { class: of, modules, algorithms = [], since = '', work, withoutGil } = model;
  const workOf = (measured: keyof typeof work) => {
    const found = work[measured];
    return found === undefined ? '' : letters(found.training, found.recommend, found.predict);
  };
  expect([
    name,
    of,
    modules.join(' '),
    algorithms.map((full) => full.replace(/^lenskit\.algorithms\./, '')).join(' '),
    since,
    ...(['0.14', '2025.2', '2025', '2026'] as const).map(workOf),
    withoutGil ? 'without GIL' : '',
  ]).toEqual(row);
  for (const full of algorithms) expect(full).toMatch(/^lenskit\.algorithms\.\w+\.\w+$/);
});

test('the table has every model, and each name once', () => {
  expect(MODELS.map(({ name }) => name)).toEqual(rows.map(([name]) => name));
  expect(MODELS.map(({ name }) => isModelName(name))).toEqual(MODELS.map(() => true));
  expect(isModelName('als')).toBe(false);
  expect(isModelName(TYPICAL_MODEL)).toBe(true);
});

test.each([
  // 2025.2.0 was counted for four models; for the others what 2025.8.1 does stands.
  ['2025.1.1', ['ease', 'slim', 'association', 'flexmf-implicit', 'flexmf-explicit', 'nmf', 'lightgcn']],
  ['2025.3.0', ['ease', 'slim', 'association']],
  ['2025.7.0', ['slim', 'association']],
  ['2025.8.0', ['association']],
  ['2026.4.0', ['hpf']],
  [
    '0.14.4',
    [
      'ease',
      'slim',
      'association',
      'flexmf-implicit',
      'flexmf-explicit',
      'nmf',
      'lightgcn',
      'hpf',
      'time-bounded-popular',
    ],
  ],
])('LensKit %s brings all but %j', (lenskit, without) => {
  const brought = modelsOf(known(lenskit)).map(({ name }) => name);
  expect(MODELS.map(({ name }) => name).filter((name) => !brought.includes(name))).toEqual(without);
});

test.each([
  ['0.14.4', 'implicit-mf', 'EB'],
  ['2025.2.0', 'implicit-mf', 'EB'],
  ['2025.2.0', 'popular', '--'],
  ['2025.2.0', 'item-knn', 'E-'],
  ['2025.3.0', 'item-knn', 'TT'],
  ['2025.5.0', 'item-knn', 'TT'],
  ['2025.5.0', 'user-knn', '--'],
  ['2025.6.0', 'item-knn', 'T-'],
  ['2025.8.1', 'implicit-mf', 'EB'],
  ['2026.4.0', 'biased-mf', 'TB'],
])('LensKit %s, %s: %s in training and while it recommends', (lenskit, name, expected) => {
  const found = modelsOf(known(lenskit)).find((model) => model.name === name);
  expect(found && letters(found.training, found.inference)).toBe(expected);
});

test('what is said where no model is named', () => {
  const said = GENERATIONS.map((generation) => {
    const { training, inference } = mostModels({ generation, release: null });
    return [generation, letters(training, inference)];
  });
  expect(said).toEqual([
    ['0.14', 'T-'],
    ['2025.2', 'T-'],
    ['2025.3', 'T-'],
    ['2026.1', 'TB'],
  ]);
});

test('jobs that are threads run at once where every model lets go of the GIL', () => {
  expect(areWithoutGil(['item-knn'])).toBe(true);
  expect(areWithoutGil(['item-knn', 'ease'])).toBe(true);
  expect(areWithoutGil(['item-knn', 'popular'])).toBe(false);
  expect(areWithoutGil(['no such model'])).toBe(false);
  expect(areWithoutGil([])).toBe(false);
});

test.each([
  ['item-knn', 'item-knn'],
  ['ITEM-KNN', 'item-knn'],
  ['ItemKNNScorer', 'item-knn'],
  ['itemknnscorer', 'item-knn'],
  ['ItemItem', 'item-knn'],
  ['itemitem', 'item-knn'],
  ['Popular', 'popular'],
  ['PopScore', 'popular'],
  ['bpr', 'implicit-bpr'],
  ['item', null],
  ['', null],
  ['lenskit.algorithms.als.BiasedMF', null],
])('%s is the model %s', (text, name) => {
  expect(modelNamed(text)).toBe(name);
});
