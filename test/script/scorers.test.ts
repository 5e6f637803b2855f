import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { thisMachine } from '../../src/host/open.ts';
import { MODELS } from '../../src/plan/models.ts';
import { checkScripts, checkText } from '../../src/script/check.ts';
import { loadParser } from '../../src/script/parse.ts';
import { type FileTree, withTree } from '../file-tree.ts';
import { pythonWords } from './python-words.ts';

const reader = thisMachine();
beforeAll(loadParser);

const built = (text: string): string[] => checkText('/nowhere/job.py', text, { reader, spawns: true }).models;

/** Of files that are laid, what one builds. */
const builtIn = (files: FileTree, file = '/job.py'): Promise<string[]> =>
  withTree(files, async (root) => {
    const [report] = await checkScripts([path.join(root, file)], { reader, spawns: true });
    return report?.models ?? [];
  });

const KNN = 'from lenskit.knn import ItemKNNScorer\n';

describe('a class of LensKit that is constructed or handed on', () => {
  test.each([
    ['import as', 'from lenskit.knn import ItemKNNScorer as K\nK(k=5)'],
    ['the module that it is written in', 'from lenskit.knn.item import ItemKNNScorer\nItemKNNScorer()'],
    ['a private module', 'from lenskit.knn._item import ItemKNNScorer\nItemKNNScorer()'],
    ['import', 'import lenskit.knn\nlenskit.knn.ItemKNNScorer()'],
    ['import of what is above', 'import lenskit\nlenskit.knn.item.ItemKNNScorer()'],
    ['import of the module as', 'import lenskit.knn as k\nk.ItemKNNScorer()'],
    ['import of the package as', 'import lenskit as lk\nlk.knn.ItemKNNScorer()'],
    ['from the package', 'from lenskit import knn\nknn.ItemKNNScorer()'],
    ['star', 'from lenskit.knn import *\nItemKNNScorer()'],
    ['star of the package', 'from lenskit import *\nknn.ItemKNNScorer()'],
    [
      'over several lines',
      'from lenskit.knn import (\n  UserKNNScorer, # other\n  ItemKNNScorer,\n)\nItemKNNScorer(\n)',
    ],
    ['given to a call', `${KNN}topn_pipeline(ItemKNNScorer)`],
    ['by a keyword', `${KNN}topn_pipeline(scorer=ItemKNNScorer)`],
    ['to a builder', `${KNN}b.add_component("scorer", ItemKNNScorer, ItemKNNConfig(k=3), query=q)`],
    ['to partial', `${KNN}make = partial(ItemKNNScorer, k=3)`],
    ['in a dict', `${KNN}models = {"iknn": ItemKNNScorer}`],
    ['as a key', `${KNN}models = {ItemKNNScorer: {}}`],
    ['in a list', `${KNN}for make in [ItemKNNScorer]:\n    make()`],
    ['in a comprehension', `${KNN}p = [make(k=k) for k in ks for make in (ItemKNNScorer,)]`],
    ['as an attribute', `${KNN}self.make = ItemKNNScorer`],
    ['of a class', `${KNN}class Study:\n    make = ItemKNNScorer`],
    ['as a default', `${KNN}def study(make=ItemKNNScorer):\n    pass`],
    ['as what a function gives', `${KNN}def make():\n    return ItemKNNScorer`],
    ['under a name', `${KNN}K = ItemKNNScorer\nK()`],
    ['under the name of a name', `${KNN}K = L = ItemKNNScorer\nM = L\nM()`],
    ['under one of two names', `${KNN}K, o = ItemKNNScorer, other\nK()`],
    ['under a name of the module', 'import lenskit\nk = lenskit.knn\nk.ItemKNNScorer()'],
    ['chosen', `${KNN}make = ItemKNNScorer if x else None`],
    ['on the way', `${KNN}(K := ItemKNNScorer)(k=1)`],
    ['by a class that inherits it', `${KNN}class Mine(ItemKNNScorer):\n    pass\nMine()`],
    ['in a function', `${KNN}def main():\n    def inner():\n        ItemKNNScorer()\n`],
    ['in a function with its import', `def main():\n    ${KNN}    ItemKNNScorer()\n`],
    ['in a method', `${KNN}class Study:\n    def run(self):\n        return ItemKNNScorer()`],
    ['in a lambda', `${KNN}make = lambda: ItemKNNScorer()`],
    ['in an f-string', `${KNN}print(f"{ItemKNNScorer()}")`],
    ['under a guard', `${KNN}if __name__ == "__main__":\n    ItemKNNScorer()`],
    ['in what may fail', `try:\n    ${KNN}except ImportError:\n    ItemKNNScorer = None\nItemKNNScorer()`],
    [
      'in with, match and else',
      `${KNN}with a as b:\n  match c:\n    case 1:\n      if d:\n        pass\n      else:\n        ItemKNNScorer()`,
    ],
    [
      'in a function, by a name that is another later',
      `from mylib import K\ndef f():\n    K()\n${KNN}K = ItemKNNScorer`,
    ],
    ['by a name that a function may change', `${KNN}K = ItemKNNScorer\ndef reset():\n    global K\n    K = None\nK()`],
    [
      'by a name of the function around',
      `def f():\n    K = None\n    def g():\n        nonlocal K\n        from lenskit.knn import ItemKNNScorer as K\n    K()`,
    ],
    [
      'by the last of a hundred names from below',
      `def f():\n    a0()\n${Array.from({ length: 300 }, (_, n) => `a${n} = a${n + 1}\n`).join('')}${KNN}a300 = ItemKNNScorer\na150()`,
    ],
    ['above its import', `if x:\n    ItemKNNScorer()\n${KNN}`],
    [
      'by a global name',
      `def load():\n    global K\n    from lenskit.knn import ItemKNNScorer as K\ndef main():\n    K()`,
    ],
    ['beside broken syntax', `${KNN}x = = 3\nItemKNNScorer()\n)`],
    ['decorated', `${KNN}@app.command()\ndef main():\n    ItemKNNScorer()`],
  ])('%s', (_, text) => expect(built(text)).toEqual(['item-knn']));

  test.each([
    ['an import alone', KNN],
    ['a name of it alone', `${KNN}K = ItemKNNScorer`],
    ['a subclass alone', `${KNN}class Mine(ItemKNNScorer):\n    pass`],
    ['a class of the user', 'class ItemKNNScorer:\n    pass\nItemKNNScorer()'],
    ['of another library', 'from mylib import ItemKNNScorer\nItemKNNScorer()'],
    ['of a library whose name begins alike', 'import lenskit2.knn as k\nk.ItemKNNScorer()'],
    ['of no import', 'ItemKNNScorer()'],
    ['of a module that has none', 'from lenskit.als import ItemKNNScorer\nItemKNNScorer()'],
    ['shadowed by a class', `${KNN}class ItemKNNScorer:\n    pass\nItemKNNScorer()`],
    ['shadowed by an import', `${KNN}from mylib import ItemKNNScorer\nItemKNNScorer()`],
    ['shadowed by a parameter', `${KNN}def f(ItemKNNScorer, *a, x: int = 3, **k):\n    ItemKNNScorer()`],
    ['shadowed by the parameter of a lambda', `${KNN}f = lambda ItemKNNScorer: ItemKNNScorer()`],
    ['shadowed in a function', `${KNN}def f():\n    ItemKNNScorer = mine()\n    ItemKNNScorer()`],
    ['shadowed by a loop', `${KNN}def f():\n    for ItemKNNScorer in x:\n        ItemKNNScorer()`],
    ['shadowed by with', `${KNN}def f():\n    with x as ItemKNNScorer:\n        ItemKNNScorer()`],
    ['shadowed by a comprehension', `${KNN}[ItemKNNScorer() for ItemKNNScorer in x]`],
    ['shadowed by a pattern', `${KNN}def f():\n  match x:\n    case [ItemKNNScorer]:\n      ItemKNNScorer()`],
    [
      'seen from a method, of its class',
      'class A:\n    from lenskit.knn import ItemKNNScorer\n    def f(self):\n        ItemKNNScorer()',
    ],
    ['shadowed on the way', `${KNN}def f():\n    if (ItemKNNScorer := mine()):\n        ItemKNNScorer()`],
    [
      'given to a name around it',
      `def f():\n    K = None\n    def g():\n        nonlocal K\n        from lenskit.knn import ItemKNNScorer as K`,
    ],
    ['said alone', `${KNN}ItemKNNScorer\n`],
    ['under one of two names alone', `${KNN}K, L = ItemKNNScorer, other`],
    ['asked for', `${KNN}x = 1 if ItemKNNScorer else 2`],
    ['deleted', `${KNN}del ItemKNNScorer\nItemKNNScorer()`],
    [
      'in a string or a comment',
      `${KNN}x = "ItemKNNScorer()" # ItemKNNScorer()\n"""\nItemKNNScorer()\n"""\n__all__ = ["ItemKNNScorer"]`,
    ],
    [
      'as a type',
      `${KNN}def f(a: ItemKNNScorer, b: list[ItemKNNScorer] = []) -> ItemKNNScorer | None:\n    c: ItemKNNScorer\n    d: ItemKNNScorer = a`,
    ],
    ['as an argument of a type', `${KNN}class T(Trainer[ItemKNNScorer]):\n    pass\nX = ItemKNNScorer | None`],
    [
      'looked at',
      `${KNN}isinstance(x, (A, ItemKNNScorer))\nhelp(ItemKNNScorer)\nif type(x) is ItemKNNScorer or ItemKNNScorer:\n    pass`,
    ],
    ['by an attribute', `${KNN}print(ItemKNNScorer.__name__)\nf(ItemKNNScorer.config_class)`],
    ['as the name of an argument', `${KNN}f(ItemKNNScorer=1)\nx.ItemKNNScorer()`],
  ])('none: %s', (_, text) => expect(built(text)).toEqual([]));
});

test('a script for LensKit 0.14', () => {
  const text = `from lenskit import batch, Recommender, crossfold as xf
from lenskit.algorithms import basic, item_knn as knn
from lenskit.algorithms.als import BiasedMF
from lenskit.algorithms import Recommender
import lenskit.algorithms.als as als

algos = {"pop": basic.Popular(), "ii": knn.ItemItem(20), "als": BiasedMF(50)}

def evaluate(name, algo, train, test):
    fittable = Recommender.adapt(algo)
    fittable.fit(train)
    return batch.recommend(fittable, test.user.unique(), 100)

evaluate("implicit", als.ImplicitMF(50), None, None)
`;
  expect(built(text)).toEqual(['item-knn', 'implicit-mf', 'biased-mf', 'popular']);
});

test('each model once, in the order of the table', () => {
  const text = `from lenskit.basic import PopScorer\nfrom lenskit.als import BiasedMFScorer\n${KNN}[PopScorer(), PopScorer(), BiasedMFScorer(), ItemKNNScorer()]`;
  expect(built(text)).toEqual(['item-knn', 'biased-mf', 'popular']);
});

test('a name that stands for one class, then for another', () => {
  const text = `${KNN}K = ItemKNNScorer\nK()\nfrom lenskit.als import BiasedMFScorer as K\nK()\ndef f():\n    K = 3`;
  expect(built(text)).toEqual(['item-knn', 'biased-mf']);
  expect(built(`${KNN}K = ItemKNNScorer\nK = 3\nK()`)).toEqual([]);
});

describe('every model', () => {
  const model = fc.constantFrom(
    ...MODELS.flatMap((one) => [
      ...one.modules.map((module_) => ({ name: one.name, class: one.class, module: module_ })),
      // Up to 0.14: a class in a module of its own.
      ...(one.algorithms ?? []).map((full) => {
        const at = full.lastIndexOf('.');
        return { name: one.name, class: full.slice(at + 1), module: full.slice(0, at) };
      }),
    ]),
  );
  const name = fc.stringMatching(/^[a-z]{6,9}_$/);
  type One = { module: string; class: string };
  /** How a class can come to have a name. */
  const forms: ((one: One, alias: string) => { head: string; name: string })[] = [
    (one) => ({ head: `from ${one.module} import ${one.class}`, name: one.class }),
    (one, alias) => ({ head: `from ${one.module} import ${one.class} as ${alias}`, name: alias }),
    (one) => ({ head: `import ${one.module}`, name: `${one.module}.${one.class}` }),
    (one, alias) => ({ head: `import ${one.module} as ${alias}`, name: `${alias}.${one.class}` }),
    (one) => ({ head: `from ${one.module} import *`, name: one.class }),
    (one, alias) => {
      const parts = one.module.split('.');
      const head = `from ${parts.slice(0, -1).join('.')} import ${parts.at(-1)} as ${alias}`;
      return { head, name: `${alias}.${one.class}` };
    },
    (one, alias) => ({ head: `import lenskit as ${alias}`, name: `${alias}${one.module.slice(7)}.${one.class}` }),
    (one, alias) => ({ head: `import ${one.module}\n${alias} = ${one.module}.${one.class}`, name: alias }),
    (one, alias) => ({ head: `import ${one.module}\n${alias} = ${one.module}`, name: `${alias}.${one.class}` }),
  ];
  const uses: ((name: string) => string)[] = [
    (one) => `${one}()`,
    (one) => `f(${one})`,
    (one) => `x = {"a": [${one}]}`,
    (one) => `f(x=${one}(1, b=2))`,
    (one) => `again = ${one}\nagain()`,
  ];
  const indented = (text: string) => text.replace(/^/gm, '    ');
  const places: ((head: string, use: string) => string)[] = [
    (head, use) => `${head}\n${use}`,
    (head, use) => `${head}\ndef f(x):\n${indented(use)}`,
    (head, use) => (head.includes('*') ? `${head}\n${use}` : `def f(x):\n${indented(`${head}\n${use}`)}`),
    (head, use) => `if __name__ == "__main__":\n${indented(`${head}\n${use}`)}`,
    (head, use) => `try:\n${indented(head)}\nexcept E:\n    pass\nfor x in y:\n${indented(use)}`,
    (head, use) => `class A:\n    def f(self):\n        global ready_\n${indented(indented(use))}\n${head}`,
  ];
  const pick = <T>(list: readonly T[]) => fc.constantFrom(...list);

  test('is found by whatever name, wherever', () => {
    fc.assert(
      fc.property(model, name, pick(forms), pick(uses), pick(places), (one, alias, form, use, place) => {
        const { head, name: called } = form(one, alias);
        expect(built(place(head, use(called)))).toEqual([one.name]);
        expect(built(head)).toEqual([]);
        expect(built(place(head.replaceAll('lenskit', 'mylib'), use(called.replaceAll('lenskit', 'mylib'))))).toEqual(
          [],
        );
      }),
      { numRuns: 400 },
    );
  });
});

describe('modules beside the script', () => {
  const HELPER = `${KNN}from lenskit.als import BiasedMFScorer\ndef knn():\n    return ItemKNNScorer()\ndef als():\n    return BiasedMFScorer()\n`;
  test.each<[string, string[], FileTree]>([
    ['a function', ['item-knn'], { '/job.py': 'from helper import knn\nknn()', '/helper.py': HELPER }],
    ['by the module', ['biased-mf'], { '/job.py': 'import helper as h\nh.als()', '/helper.py': HELPER }],
    ['none that is used', [], { '/job.py': 'import helper', '/helper.py': HELPER }],
    [
      'by a string',
      ['item-knn', 'biased-mf'],
      { '/job.py': 'import helper\ngetattr(helper, "als")()', '/helper.py': HELPER },
    ],
    [
      'but its own block, by a string',
      ['item-knn', 'biased-mf'],
      {
        '/job.py': 'import helper\ngetattr(helper, "als")()',
        '/helper.py': `${HELPER}if __name__ == "__main__":\n    from lenskit.basic import PopScorer\n    PopScorer()`,
      },
    ],
    [
      'a checkout of LensKit',
      ['item-knn'],
      {
        '/job.py': `${KNN}ItemKNNScorer()`,
        '/lenskit/__init__.py': '',
        '/lenskit/knn.py': 'class ItemKNNScorer: pass',
      },
    ],
    ['folders that are packages', ['item-knn'], { '/job.py': 'import p.q.go\np.q.go.knn()', '/p/q/go.py': HELPER }],
    [
      'an alias, by a string',
      ['item-knn'],
      { '/job.py': 'import helper\nf(getattr(helper, x))', '/helper.py': `${KNN}K = ItemKNNScorer` },
    ],
    [
      'by globals',
      ['item-knn', 'biased-mf'],
      { '/job.py': 'from helper import go\ngo("als")', '/helper.py': `${HELPER}def go(x):\n    return globals()[x]()` },
    ],
    [
      'through another',
      ['item-knn'],
      { '/job.py': 'from a import go\ngo()', '/a.py': 'from b import *\ndef go():\n    knn()', '/b.py': HELPER },
    ],
    [
      'what it imports',
      ['item-knn'],
      { '/job.py': 'from helper import ItemKNNScorer\nItemKNNScorer()', '/helper.py': KNN },
    ],
    [
      'a name that it gives',
      ['item-knn'],
      { '/job.py': 'from helper import K\nK()', '/helper.py': `${KNN}K = ItemKNNScorer` },
    ],
    [
      'what it makes when it is imported',
      ['item-knn'],
      { '/job.py': 'import helper', '/helper.py': `${KNN}K = ItemKNNScorer()` },
    ],
    [
      'what it registers',
      ['item-knn'],
      { '/job.py': 'import helper', '/helper.py': `${KNN}@register\ndef f():\n    ItemKNNScorer()` },
    ],
    [
      'a class of it',
      ['item-knn'],
      {
        '/job.py': 'import helper\nhelper.Study.run()',
        '/helper.py': `${KNN}class Study:\n    def run(self):\n        ItemKNNScorer()`,
      },
    ],
    [
      'a registry',
      ['item-knn', 'biased-mf'],
      { '/job.py': 'from helper import ALL\nALL[x]()', '/helper.py': `${HELPER}ALL = {"a": als, "k": knn}` },
    ],
    ['a package', ['item-knn'], { '/job.py': 'from p import go\ngo.knn()', '/p/__init__.py': '', '/p/go.py': HELPER }],
    [
      'a relative import',
      ['item-knn'],
      { '/job.py': 'import p\np.knn()', '/p/__init__.py': 'from .go import knn', '/p/go.py': HELPER },
    ],
    ['a folder that is a package', ['item-knn'], { '/job.py': 'import p.go\np.go.knn()', '/p/go.py': HELPER }],
    [
      'its own block does not run',
      [],
      { '/job.py': 'import helper', '/helper.py': `${KNN}if __name__ == "__main__":\n    ItemKNNScorer()` },
    ],
    [
      'two that import each other',
      ['item-knn'],
      { '/job.py': 'from a import *\nknn()', '/a.py': 'from b import *', '/b.py': `from a import *\n${HELPER}` },
    ],
    [
      'a class of the same name',
      [],
      { '/job.py': 'from helper import ItemKNNScorer\nItemKNNScorer()', '/helper.py': 'class ItemKNNScorer: pass' },
    ],
    ['a script that only lies beside', [], { '/job.py': 'import os', '/helper.py': `${KNN}ItemKNNScorer()` }],
  ])('%s', async (_, models, files) => expect(await builtIn(files)).toEqual(models));

  test('a module that many import is read for each', async () => {
    const files = {
      '/a.py': 'import helper\nhelper.knn()',
      '/b.py': 'import helper\nhelper.als()',
      '/helper.py': HELPER,
    };
    await withTree(files, async (root) => {
      const reports = await checkScripts([path.join(root, 'a.py'), path.join(root, 'b.py')], { reader, spawns: true });
      expect(reports.map(({ models }) => models)).toEqual([['item-knn'], ['biased-mf']]);
    });
  });
});

test('notebooks and documents, over their cells', async () => {
  const cell = (source: string) => ({ cell_type: 'code', source });
  const cells = [{ cell_type: 'markdown', source: `${KNN}ItemKNNScorer()` }, cell(`%pip install x\n${KNN}`)];
  const notebook = (...more: object[]) => ({ '/a.ipynb': JSON.stringify({ nbformat: 4, cells: [...cells, ...more] }) });
  expect(await builtIn(notebook(), '/a.ipynb')).toEqual([]);
  expect(await builtIn(notebook(cell('ItemKNNScorer?\nItemKNNScorer()')), '/a.ipynb')).toEqual(['item-knn']);
  const quarto = (text: string) => ({ '/a.qmd': `# x\n\`\`\`{python}\n${KNN}\`\`\`\n${text}` });
  expect(await builtIn(quarto('ItemKNNScorer()'), '/a.qmd')).toEqual([]);
  expect(await builtIn(quarto('```{python}\nItemKNNScorer()\n```\n'), '/a.qmd')).toEqual(['item-knn']);
});

test('what is no script builds none', async () => {
  expect(await builtIn({ '/job.py': `${KNN}ItemKNNScorer()\0` })).toEqual([]);
  expect(await builtIn({ '/a.ipynb': '{}' }, '/a.ipynb')).toEqual([]);
  expect(await builtIn({}, '/gone.py')).toEqual([]);
});

describe('hostile input', () => {
  const many = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, n) => line(n)).join('');
  test.each([
    ['brackets', `${'('.repeat(20_000)}K${')'.repeat(20_000)}`],
    ['open brackets', '['.repeat(100_000)],
    ['calls', `${'K('.repeat(5000)}${')'.repeat(5000)}`],
    ['attributes', `K${'.y'.repeat(49_000)}`],
    ['attributes of calls', `K${'.y()'.repeat(24_000)}`],
    ['lambdas', `x = ${'lambda: (K, '.repeat(20_000)}1${')'.repeat(20_000)}`],
    ['operators', `x${' | K'.repeat(49_000)}`],
    ['a name of a name', many(20_000, (n) => `a${n + 1} = a${n}\n`)],
    [
      'a name of a name, from below',
      many(5000, (n) => `def f${n}(): a${n}()\n`) + many(5000, (n) => `a${n} = a${n + 1}\n`),
    ],
    ['one name often', many(10_000, () => 'if x:\n    K = ItemKNNScorer\nK.y\n')],
    [
      'functions that use one name',
      many(10_000, (n) => `def f${n}():\n    return L\n`) + many(10_000, () => 'L = ItemKNNScorer.x\n'),
    ],
    ['a class of many', `class A(${'K.x, '.repeat(50_000)}object): pass\n`],
    [
      'classes of classes',
      many(5000, (n) => `class A${n}(A${n + 1}, A${n + 2}): pass\n`) + many(5000, (n) => `A${n}.x()\n`),
    ],
    ['many modules', many(5000, (n) => `import m${n}.a.b\nm${n}.c.d()\n`)],
    ['a long module', `import a${'.a'.repeat(49_000)}\na${'.a'.repeat(49_000)}()`],
    ['stars', many(10_000, (n) => `from m${n} import *\nx${n}()\n`)],
    ['targets', `${'a, '.repeat(100_000)}b = c`],
    ['patterns', `match x:\n case ${'['.repeat(5000)}a${']'.repeat(5000)}: pass`],
  ])('deep or large: %s', (_, text) => {
    // Every shape ends, and what is found before it is said.
    expect(built(`${KNN}K = 1\nItemKNNScorer()\n${text}\n`)).toEqual(['item-knn']);
  });

  test('whatever comes, an answer comes back', () => {
    const known = new Set(MODELS.map(({ name }) => name));
    fc.assert(
      fc.property(pythonWords(['ItemKNNScorer']), (text) => {
        expect(built(`${KNN}${text}`).filter((one) => !known.has(one))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
