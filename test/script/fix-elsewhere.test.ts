import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { thisMachine } from '../../src/host/open.ts';
import { checkText, fixText } from '../../src/script/check.ts';
import type { Fixed } from '../../src/script/fix.ts';
import { loadParser } from '../../src/script/parse.ts';

const MODULES = {
  'conf.py': `import functools
CFG = {}
level = 0
def load(path):
    CFG["n"] = path
def raised():
    global level
    level += 1
def plain(x):
    return x + 1
@functools.lru_cache
def state():
    return {}
class One:
    made = None
    def __new__(cls):
        if cls.made is None:
            cls.made = super().__new__(cls)
        return cls.made
`,
  'models.py': `from lenskit.pipeline import Component
import conf
class Mine(Component):
    def __call__(self, x):
        return conf.CFG["n"], conf.level
`,
  'deeper.py': 'import conf\ndef setup():\n    conf.load("deep")\n',
};

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lk-elsewhere-'));
  for (const [name, text] of Object.entries(MODULES)) writeFileSync(path.join(folder, name), text);
  await loadParser();
});
afterAll(() => rmSync(folder, { recursive: true }));

function fix(text: string): Fixed {
  const file = path.join(folder, 'job.py');
  const options = { reader: thisMachine(), spawns: true, advise: false };
  return fixText(file, text, checkText(file, text, options), options);
}

const HEAD = 'from lenskit.batch import recommend\nfrom lenskit.pipeline import Component\nimport conf\n';
const RUN = 'recommend(S(), [1])\n';
const component = (value: string): string =>
  `class S(Component):\n    def __call__(self, x):\n        return ${value}\n`;

/** The lines that stay where workers run them, by their texts; or why the script is left. */
function kept(text: string): string[] | string {
  const fixed = fix(text);
  if (!fixed.ok) return fixed.why;
  return fixed.kept.map(({ line }) => text.split('\n')[line - 1] ?? '');
}

describe('what changes what workers look up stays where they run it', () => {
  test.each([
    ['a name of another module', '', 'conf.load("a")', 'conf.CFG["n"]'],
    ['by a name of its own', 'from conf import load as fetch\n', 'fetch("a")', 'conf.CFG["n"]'],
    ['through a module between', 'import deeper\n', 'deeper.setup()', 'conf.CFG["n"]'],
    ['a global of another module', '', 'conf.raised()', 'conf.level'],
    ['as a function looks it up', 'def n():\n    return conf.level\n', 'conf.raised()', 'n()'],
    ['what a cached function gives', '', 'conf.state()["a"] = load()', 'conf.state()["a"]'],
    ['a singleton', 'from conf import One\n', 'One().n = load()', 'One().n'],
    ['a function of the script', 'REG = {}\ndef put(k):\n    REG[k] = 1\n', 'put("a")', 'REG'],
    ['a function that imports it', 'def start():\n    import conf as c\n    c.load("a")\n', 'start()', 'conf.CFG'],
    ['a default that is kept', 'def count(seen=[]):\n    seen.append(1)\n    return len(seen)\n', 'count()', 'count()'],
    [
      'a class method',
      'class R:\n    all = {}\n    @classmethod\n    def put(cls, k):\n        cls.all[k] = 1\n',
      'x = R.put("a")',
      'R.all',
    ],
    ['what is taken out', 'ITEMS = [1, 2]\n', 'x = ITEMS.pop()', 'ITEMS'],
    ['an iteration', 'ROWS = [{}, {}]\n', 'for row in ROWS: row["a"] = load()', 'ROWS'],
  ])('%s', (_, before, line, value) => {
    expect(kept(`${HEAD}${before}${component(value)}print("begins")\n${line}\n${RUN}`)).toEqual([line]);
  });

  test('of components of other modules, too', () =>
    expect(kept(`${HEAD}from models import Mine\nconf.load("a")\nprint("begins")\nrecommend(Mine(), [1])\n`)).toEqual([
      'conf.load("a")',
    ]));

  test('a function that is sent to workers', () =>
    expect(
      kept(
        `${HEAD}from lenskit.parallel import invoker\ndef f(m, x):\n    return conf.level\nconf.raised()\nwith invoker(1, f) as inv:\n    print(list(inv.map([1])))\n`,
      ),
    ).toEqual(['conf.raised()']));

  test('what sets up later imports, by a path that has to be found', () =>
    expect(
      kept(`${HEAD}import sys\nsys.path.insert(0, find())\nimport helpers\nprint(1)\nrecommend(helpers.p, [1])\n`),
    ).toEqual(['sys.path.insert(0, find())']));

  test.each([
    ['main() changes it', `def main():\n    conf.load("a")\n    ${RUN}main()\n`, /^line \d+ may change conf\.CFG/],
    ['exec() may bind it', `exec("q = 1")\n${RUN}`, /^line \d+: exec\(\) may bind/],
    ['eval() may change it', `eval("conf.load(1)")\n${RUN}`, /^line \d+: eval\(\) may bind/],
    [
      'the module is changed by its name',
      `import sys\nsetattr(sys.modules[__name__], "q", load())\n${RUN}`,
      /^line \d+: sys\.modules may bind/,
    ],
  ])('refused where %s', (_, text, why) => expect(kept(`${HEAD}${component('conf.CFG')}${text}`)).toMatch(why));
});

describe('what looks up what the work changed comes under the guard', () => {
  const guarded = (text: string): string[] => {
    const fixed = fix(text);
    if (!fixed.ok) return [fixed.why];
    return fixed.text.split('\n').flatMap((line) => (line.startsWith('    ') ? [line.trim()] : []));
  };
  test.each([
    ['a name of another module', 'conf.load("a")\n', 'n = conf.CFG["n"]'],
    ['names that exec() binds', 'exec("q = 1")\n', 'n = q'],
    ['names that are bound by the module', 'import __main__\n__main__.q = load()\n', 'n = q'],
    [
      'A[…] of a class that looks it up',
      'T = {}\nclass A:\n    def __class_getitem__(cls, k):\n        return T[k]\nT.update(load())\n',
      'n = A["k"]',
    ],
    [
      'an attribute of a class whose metaclass does',
      'T = {}\nclass M(type):\n    def __getattr__(cls, k):\n        return T[k]\nclass A(metaclass=M):\n    pass\nT.update(load())\n',
      'n = A.k',
    ],
    [
      'A[…] that does something',
      'class A:\n    def __class_getitem__(cls, k):\n        return load(k)\n',
      'n = A["k"]',
    ],
    ['a class that calls what does', 'T = {}\ndef f():\n    return T["a"]\nT.update(load())\n', 'n: f() = 3'],
  ])('%s', (_, before, line) => {
    expect(guarded(`${HEAD}${before}${line}\nrecommend(n, [1])\ndef f():\n    return n\n`)).toContain(line);
  });
});

describe('what changes nothing for workers is no reason to keep or refuse', () => {
  test.each([
    ['a function that only computes', 'print(conf.plain(1))\nconf.plain(2)\n', 'conf.CFG, conf.level'],
    [
      'functions of libraries',
      'import numpy as np, os\nos.makedirs("out")\nnp.save("x", load())\n',
      'np.log(x), os.getpid()',
    ],
    ['a log', 'import logging\nlog = logging.getLogger()\nlog.info("a")\n', 'log.info("b")'],
    ['a cache of the component', 'CACHE = {}\ndef get(k):\n    return k\nget("a")\n', 'CACHE.setdefault(x, get(x))'],
    ['what LensKit is given', 'ITEMS = [1]\nrecommend(1, ITEMS)\n', 'ITEMS'],
    ['what a function looks at', 'ITEMS = [1]\ndef size(x):\n    return len(x)\nn = size(ITEMS)\n', 'ITEMS'],
    [
      'a bare main() that logs and reports',
      'CFG = {"a": 1}\ndef main():\n    print(CFG, vars(conf))\n    recommend(S(), [1])\nmain()\n',
      'CFG["a"]',
    ],
  ])('%s', (_, work, value) => {
    expect(kept(`${HEAD}${component(value)}${work}${RUN}`)).toEqual([]);
  });
});
