import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { thisMachine } from '../../src/host/open.ts';
import { checkText } from '../../src/script/check.ts';
import { edited } from '../../src/script/edits.ts';
import { fixScript } from '../../src/script/fix.ts';
import { loadParser } from '../../src/script/parse.ts';

const options = { reader: thisMachine(), spawns: true };
beforeAll(loadParser);

const judge = (text: string) => checkText('/nowhere/job.py', text, options);
const HEAD = 'from lenskit.batch import recommend\n';

/** The script as `--fix` writes it, or why it does not. */
function fixed(text: string): string {
  const result = fixScript(text, judge(text), judge);
  if (!result.ok) return `refused: ${result.why}`;
  expect(edited(text, result.edits)).toBe(result.text);
  return result.text;
}

const GUARD = 'if __name__ == "__main__":\n';

describe('the work comes under the guard, where it stands', () => {
  test.each([
    [
      'a bare main() is one line',
      'def main():\n    recommend(p, u)\n\n\nmain()\n',
      `def main():\n    recommend(p, u)\n\n\n${GUARD}    main()\n`,
    ],
    [
      'sys.exit(main())',
      'import sys\ndef main():\n    recommend(p, u)\nsys.exit(main())\n',
      `import sys\ndef main():\n    recommend(p, u)\n${GUARD}    sys.exit(main())\n`,
    ],
    [
      'sys.exit(0) as the last line, which ends workers',
      `import sys\n${GUARD}    recommend(p, u)\nsys.exit(0)\n`,
      `import sys\n${GUARD}    recommend(p, u)\n    sys.exit(0)\n`,
    ],
    [
      'what works once',
      `import os\nos.mkdir("out")\n${GUARD}    recommend(p, u)\n`,
      `import os\n${GUARD}    os.mkdir("out")\n    recommend(p, u)\n`,
    ],
    [
      'work with its comment; imports, definitions and plain values stay',
      'import pandas as pd\nN = 10\n# the data\ndata = pd.read_csv("x")\n\ndef helper(x):\n    return x\n\nresult = recommend(p, data, n=N)\n',
      `import pandas as pd\nN = 10\n${GUARD}    # the data\n    data = pd.read_csv("x")\n\ndef helper(x):\n    return x\n\n${GUARD}    result = recommend(p, data, n=N)\n`,
    ],
    [
      'one value twice: the work keeps its place between',
      'n = 5\na = recommend(p, n)\nn = 2\nb = recommend(p, n)\ndef show():\n    return n\n',
      `n = 5\n${GUARD}    a = recommend(p, n)\nn = 2\n${GUARD}    b = recommend(p, n)\ndef show():\n    return n\n`,
    ],
    [
      'a rebinding import: the same',
      'import a as n\nrecommend(p, n)\nimport b as n\nrecommend(p, n)\ndef f():\n    return n\n',
      `import a as n\n${GUARD}    recommend(p, n)\nimport b as n\n${GUARD}    recommend(p, n)\ndef f():\n    return n\n`,
    ],
    [
      'values that only the work uses come with it',
      'split = make()\ntrain = split.train\nK = 20\nimport json\nrecommend(train, K)\n',
      `${GUARD}    split = make()\n    train = split.train\n    K = 20\n    import json\n    recommend(train, K)\n`,
    ],
    [
      'every later statement that uses a name',
      'data = load()\ndef f():\n    return 1\nsize = data.size\ndef g(x=size):\n    return x\nrecommend(p, 1)\n',
      `${GUARD}    data = load()\ndef f():\n    return 1\n${GUARD}    size = data.size\n    def g(x=size):\n        return x\n    recommend(p, 1)\n`,
    ],
    [
      'a function named eval, globals(), exec: names stay where they are',
      'def eval(x):\n    return x\nd = eval(load())\nprint(globals())\nexec("q = 1")\nrecommend(d, q)\n',
      `def eval(x):\n    return x\n${GUARD}    d = eval(load())\n    print(globals())\n    exec("q = 1")\n    recommend(d, q)\n`,
    ],
    [
      'annotations, captures, a built-in that is read before it is bound',
      'x: int = load()\nmatch x:\n    case [a, *b] | {"k": a, **b}:\n        pass\nmax = max(1, x)\nrecommend(a, b)\ndef f():\n    return x, a, b, max\n',
      `${GUARD}    x: int = load()\n    match x:\n        case [a, *b] | {"k": a, **b}:\n            pass\n    max = max(1, x)\n    recommend(a, b)\ndef f():\n    return x, a, b, max\n`,
    ],
    [
      'import *',
      'if load():\n    from y import *\nrecommend(p, u)\n',
      `${GUARD}    if load():\n        from y import *\n    recommend(p, u)\n`,
    ],
    [
      'a path stays above the import that needs it',
      'import sys\nsys.path.append("..")\nimport helpers\nsys.path.insert(0, str(1))\nrecommend(helpers.a, 1)\n',
      `import sys\nsys.path.append("..")\nimport helpers\nsys.path.insert(0, str(1))\n${GUARD}    recommend(helpers.a, 1)\n`,
    ],
    [
      'TYPE_CHECKING and optional imports stay',
      'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\ntry:\n    import tqdm\nexcept ImportError:\n    tqdm = None\ntry:\n    import b\nexcept ImportError:\n    print("install b")\n    exit(1)\nrecommend(p, u)\n',
      `from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\ntry:\n    import tqdm\nexcept ImportError:\n    tqdm = None\ntry:\n    import b\nexcept ImportError:\n    print("install b")\n    exit(1)\n${GUARD}    recommend(p, u)\n`,
    ],
    [
      'a block that is there takes what stands before and behind it, by its own indentation',
      `r = recommend(p, u)\n\nif (\n  __name__  # the name\n  == '__main__'\n):  # pragma: no cover\n  # first\n  show(r)\nshow(r)\n`,
      `if (\n  __name__  # the name\n  == '__main__'\n):  # pragma: no cover\n  r = recommend(p, u)\n\n  # first\n  show(r)\n  show(r)\n`,
    ],
    [
      'a block on one line stays',
      'if __name__ == "__main__": main()\nrecommend(p, u)\n',
      `if __name__ == "__main__": main()\n${GUARD}    recommend(p, u)\n`,
    ],
    [
      'blocks that are indented otherwise',
      'for i in range(3):\n  a(i)\nwhile b():\n\tc()\nrecommend(p, u)\n',
      `${GUARD}  for i in range(3):\n    a(i)\n  while b():\n  \tc()\n  recommend(p, u)\n`,
    ],
    [
      'strings over several lines keep their content',
      'recommend(p, """a\n  b\n""", f"""{u}\nc""",\n  2)\n',
      `${GUARD}    recommend(p, """a\n  b\n""", f"""{u}\nc""",\n      2)\n`,
    ],
    ['tabs stay tabs', 'def f():\n\treturn 1\nrecommend(p, f)\n', `def f():\n\treturn 1\n${GUARD}\trecommend(p, f)\n`],
    [
      'a form feed begins its line anew',
      'def f():\n    pass\n\f\nx = 1\n\frecommend(p, x)\n',
      `def f():\n    pass\n\f\nx = 1\n${GUARD}\f    recommend(p, x)\n`,
    ],
    [
      'statements on one line are taken apart where they have to be',
      'import a; b = load(); c = 3; recommend(b, 1); import d\ndef f():\n    return c, d\n',
      `import a\n${GUARD}    b = load()\nc = 3\n${GUARD}    recommend(b, 1)\nimport d\ndef f():\n    return c, d\n`,
    ],
    [
      'a decorated function that needs what the work makes',
      'd = load()\n@d.register\ndef f():\n    pass\nrecommend(d, 1)\n',
      `${GUARD}    d = load()\n    @d.register\n    def f():\n        pass\n    recommend(d, 1)\n`,
    ],
    [
      'a decorator of the script that needs it',
      'd = load()\ndef deco(f):\n    return d\n@deco\ndef f():\n    pass\nrecommend(p, 1)\n',
      `${GUARD}    d = load()\ndef deco(f):\n    return d\n${GUARD}    @deco\n    def f():\n        pass\n    recommend(p, 1)\n`,
    ],
    [
      'what functions change is not looked up before they run',
      'seen = {}\ndef note():\n    seen["a"] = 1\nnote()\na = seen["a"]\ndef f():\n    return a\nrecommend(p, 1)\n',
      `seen = {}\ndef note():\n    seen["a"] = 1\n${GUARD}    note()\n    a = seen["a"]\ndef f():\n    return a\n${GUARD}    recommend(p, 1)\n`,
    ],
    [
      'names that exec() binds',
      'n = 1\nexec("n = load()")\nm = n\ndef f():\n    return m\nrecommend(p, 1)\n',
      `n = 1\n${GUARD}    exec("n = load()")\n    m = n\ndef f():\n    return m\n${GUARD}    recommend(p, 1)\n`,
    ],
    [
      'marks of cells stay at the beginning of their lines, other comments go along',
      '# %% load\n# the data\nd = load()\n# %% run\n# now\nrecommend(p, d)\n    # inside\n# end\n',
      `# %% load\n${GUARD}    # the data\n    d = load()\n# %% run\n    # now\n    recommend(p, d)\n        # inside\n# end\n`,
    ],
  ])('%s', (_, before, after) => {
    expect(fixed(HEAD + before)).toBe(HEAD + after);
    for (const newline of ['\r\n', '\r']) {
      const other = (text: string) => (HEAD + text).replaceAll('\n', newline);
      expect(fixed(other(before))).toBe(other(after));
    }
    // Without a newline at its end.
    expect(fixed((HEAD + before).trimEnd())).toBe((HEAD + after).trimEnd());
  });
});

describe('what workers look up stays where they run it', () => {
  const COMPONENT = 'from lenskit.pipeline import Component\nimport pandas as pd\n';
  test('a data frame that a component reads, and what it is made of', () => {
    const text = `${HEAD}${COMPONENT}path = find()\ndata = pd.read_csv(path)\nother = pd.read_csv("y")\nclass S(Component):\n    def __call__(self, x):\n        return helper(x)\ndef helper(x):\n    return data[x]\nrecommend(S(), other)\n`;
    const result = fixScript(text, judge(text), judge);
    expect(result).toMatchObject({
      ok: true,
      kept: [
        { line: 4, name: 'path' },
        { line: 5, name: 'data' },
      ],
    });
    expect(fixed(text)).toBe(
      text.replace('other =', `${GUARD}    other =`).replace('\nrecommend', `\n${GUARD}    recommend`),
    );
  });

  test('a function that is handed to workers', () => {
    const text =
      'from lenskit.parallel import invoker\ndata = load()\ndef f(m, x):\n    return data[x]\nwith invoker(1, f) as inv:\n    list(inv.map(xs))\n';
    expect(fixed(text)).toBe(text.replace('with', `${GUARD}    with`).replace('    list', '        list'));
  });

  test('what only training reads does not', () =>
    expect(
      fixed(
        `${HEAD}${COMPONENT}data = pd.read_csv("x")\nclass S(Component):\n    def train(self, d):\n        return data\nrecommend(S(), 1)\n`,
      ),
    ).toContain(`${GUARD}    data = `));

  test.each([
    [
      'it is made by what starts workers',
      'from lenskit.pipeline import Component\nd = recommend(p, u)\nclass S(Component):\n    def __call__(self, x):\n        return d\nrecommend(S(), 1)\n',
      'line 3: workers need d, and cannot run what makes it',
    ],
    [
      'the component itself needs it',
      'from lenskit.pipeline import Component\nd = recommend(p, u)\nclass S(Component):\n    size = d.size\nrecommend(S(), 1)\n',
      'line 3: workers need d, and cannot run what makes it',
    ],
    [
      'it is bound under the guard that is there',
      `from lenskit.pipeline import Component\n${GUARD}    d = 1\nclass S(Component):\n    def __call__(self, x):\n        return d\nrecommend(S(), 1)\n`,
      'line 3: d is bound under the guard, and workers need it',
    ],
  ])('refused where %s', (_, text, why) => expect(fixed(HEAD + text)).toBe(`refused: ${why}`));
});

describe('left alone, with the reason', () => {
  test.each([
    ['broken syntax', 'recommend(p, u)\nx = = 3\n', 'line 3: the syntax could not be read'],
    ['nothing to wrap', 'def f():\n    recommend(p, u)\n', 'there is nothing to wrap'],
    ['another __name__', '__name__ = "a"\nrecommend(p, u)\n', 'line 2 gives __name__ another value'],
    [
      'a guard that ends workers',
      'import sys\nif __name__ != "__main__":\n    sys.exit()\nrecommend(p, u)\n',
      'line 3: what the script does by its name has to be changed by hand',
    ],
    [
      'blocks as deep as Python allows',
      `${deep(95)}\nrecommend(p, u)\n`,
      'line 2: its blocks are too deep for one more',
    ],
  ])('%s', (_, text, why) => expect(fixed(HEAD + text)).toBe(`refused: ${why}`));

  function deep(depth: number): string {
    const lines = Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}if a:`);
    return [...lines, `${' '.repeat(depth)}show()`].join('\n');
  }
});

test('whatever is fixed is protected then, keeps its words, and fixing again changes nothing', () => {
  const line = fc.constantFrom(
    'data = load()',
    'N = 3',
    'import os',
    'def f(x):\n    return x + N',
    'for i in range(3):\n    print(i)',
    '# comment',
    'recommend(p, u)',
    'x = recommend(p, data)',
    'print(f(x))',
    'with a() as b:\n    b.c()',
    's = """\n  text\n"""',
    'if N:\n    recommend(p, u)',
    'class A:\n    y = 1',
    'a = 1; b = f(2)',
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
      const text = `${HEAD}${lines.join('\n')}\n`;
      const result = fixed(text);
      if (result.startsWith('refused')) return;
      expect([judge(result).verdict, result]).toEqual(['protected', expect.anything()]);
      expect(fixed(result)).toBe('refused: there is nothing to wrap');
      const words = (code: string) =>
        code
          .replaceAll(GUARD.trim(), '')
          .split(/[\s;]+/)
          .filter((word) => word.length > 0);
      expect(words(result)).toEqual(words(text));
    }),
    { numRuns: 200 },
  );
});

test('a chain of operands that is twenty thousand deep is fixed like any other', () =>
  expect(fixed(`${HEAD}x = ${'1 + '.repeat(20_000)}load()\nresult = recommend(x, u)\n`)).toContain(
    `${GUARD}    x = 1 +`,
  ));
