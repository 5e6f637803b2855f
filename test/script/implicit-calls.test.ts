import { beforeAll, describe, expect, test } from '@jest/globals';
import { thisMachine } from '../../src/host/open.ts';
import { checkText } from '../../src/script/check.ts';
import { loadParser } from '../../src/script/parse.ts';

beforeAll(loadParser);

const HEAD = 'from lenskit.batch import recommend\n\ndef work(*args):\n    recommend(1, 1)\n\n';
const judge = (text: string): ReturnType<typeof checkText> =>
  checkText('/nowhere/job.py', `${HEAD}${text}\n`, { reader: thisMachine(), spawns: true });
const verdict = (text: string): string => judge(text).verdict;

/** A special method, and statements of which each has Python call it of `a`, an object of its class. */
const SPECIAL: readonly (readonly [string, readonly string[]])[] = [
  [
    '__bool__',
    [
      'if a: pass',
      'while a: break',
      'x = a and 1',
      'x = a or 1',
      'x = not a',
      'x = 1 if a else 2',
      'assert a',
      'bool(a)',
      'any([a])',
      'list(filter(None, [a]))',
      'x = [1 for n in [1] if a]',
    ],
  ],
  ['__len__', ['len(a)', 'if a: pass']],
  [
    '__lt__',
    ['a < 1', '1 > a', 'sorted([a, a])', 'min(a, a)', 'xs = [a, a]\nxs.sort()', 'import operator\noperator.lt(a, 1)'],
  ],
  ['__gt__', ['max([a, a])', '1 < a']],
  ['__eq__', ['a == 1', '1 == a', 'a != 1', '1 in [a]', '[a].index(1)', '[a] == [1]', 'match a:\n    case 1: pass']],
  ['__hash__', ['{a}', '{a: 1}', 'd = {}\nd[a] = 1', 'd = {}\nd.get(a)', 'set([a])', 'hash(a)', 's = set()\ns.add(a)']],
  ['__contains__', ['1 in a', '1 not in a']],
  [
    '__iter__',
    [
      'for x in a: pass',
      'x, = a',
      '[*a]',
      '[*A()]',
      'print(*a)',
      'list(a)',
      '1 in a',
      '",".join(a)',
      'xs = []\nxs += a',
    ],
  ],
  ['__str__', ['print(a)', 'str(a)', 'f"{a}"', '"%s" % a', '"{}".format(a)', 'format(a)']],
  ['__repr__', ['repr(a)', 'print([a])', 'f"{a!r}"', 'print(a)']],
  ['__format__', ['f"{a:x}"', 'format(a, "x")', '"{}".format(a)']],
  [
    '__add__',
    [
      'a + 1',
      'a += 1',
      'import operator\noperator.add(a, 1)',
      'from functools import reduce\nimport operator\nreduce(operator.add, [a, a])',
    ],
  ],
  ['__radd__', ['1 + a', 'sum([a])']],
  ['__floordiv__', ['a // 1']],
  ['__neg__', ['-a']],
  ['__invert__', ['~a']],
  ['__abs__', ['abs(a)']],
  ['__int__', ['int(a)']],
  ['__index__', ['[1][a]', 'range(a)']],
  ['__fspath__', ['open(a)', 'import os\nos.path.exists(a)']],
  ['__getitem__', ['a[1]', 'from operator import itemgetter\nitemgetter(1)(a)']],
  ['__setitem__', ['a[1] = 2']],
  ['__delitem__', ['del a[1]']],
  ['__setattr__', ['a.x = 1', 'setattr(a, "x", 1)']],
  ['__delattr__', ['del a.x', 'delattr(a, "x")']],
  ['__getattr__', ['a.x', 'getattr(a, "x")']],
  ['__getattribute__', ['a.x']],
  ['__call__', ['a()']],
  ['__enter__', ['with a: pass', 'import contextlib\nwith contextlib.ExitStack() as s:\n    s.enter_context(a)']],
  ['__del__', ['del a', 'a = None', 'A()']],
  ['__copy__', ['import copy\ncopy.copy(a)']],
];

describe('what Python calls of an object without its name being written', () => {
  test.each(SPECIAL)('%s', (name, uses) => {
    const made = `class A:\n    def ${name}(self, *args):\n        work()\n\na = A()\n`;
    expect(verdict(made)).toBe('no parallelism');
    for (const use of uses) expect([use, verdict(`${made}${use}`)]).toEqual([use, 'unprotected']);
  });

  test.each([
    [
      'a metaclass, by its class',
      'class M(type):\n    def __call__(cls):\n        work()\nclass A(metaclass=M): pass\n',
      'A()',
    ],
    [
      'a metaclass, by isinstance',
      'class M(type):\n    def __instancecheck__(cls, x):\n        work()\nclass A(metaclass=M): pass\n',
      'isinstance(1, A)',
    ],
    [
      'a metaclass of a base',
      'class M(type):\n    def __init__(cls, name, bases, body):\n        bases and work()\nclass A(metaclass=M): pass\n',
      'class B(A): pass',
    ],
    [
      '__init_subclass__ with a keyword',
      'class A:\n    def __init_subclass__(cls, go=False):\n        go and work()\n',
      'class B(A, go=True): pass',
    ],
    [
      'a setter',
      'class A:\n    @property\n    def x(self): return 1\n    @x.setter\n    def x(self, v): work()\na = A()\na.x\n',
      'a.x = 2',
    ],
    ['a descriptor', 'class D:\n    def __set__(self, a, v): work()\nclass A:\n    d = D()\na = A()\n', 'a.d = 2'],
    [
      'methodcaller',
      'from operator import methodcaller\nclass A:\n    def go(self): work()\ngo = methodcaller("go")\n',
      'go(A())',
    ],
    [
      'singledispatch',
      'from functools import singledispatch\n@singledispatch\ndef go(x): pass\n@go.register\ndef _(x: int): work()\ngo("a")\n',
      'go(1)',
    ],
    [
      'a factory of a field',
      'from dataclasses import dataclass, field\n@dataclass\nclass A:\n    x: object = field(default_factory=work)\n',
      'A()',
    ],
    ['a finalizer', 'import weakref\nclass A: pass\na = A()\nweakref.finalize(a, work)\n', 'del a'],
    [
      'a runner of its own',
      'from lenskit.batch import BatchPipelineRunner\nclass R(BatchPipelineRunner): pass\nr = R()\n',
      'r.run(1, 1)',
    ],
    [
      'a coroutine of a thread',
      'import asyncio\nasync def main():\n    t = asyncio.to_thread(work)\n',
      'async def other():\n    await asyncio.to_thread(work)\nasyncio.run(other())',
    ],
  ])('%s', (_, before, use) => {
    expect(verdict(before)).toBe('no parallelism');
    expect(verdict(`${before}${use}`)).toBe('unprotected');
  });
});

describe('a generator is followed as far as things are taken of it', () => {
  const steps = 'def steps():\n    yield 1\n    yield 2\n    work()\n    yield 3\n';
  test.each([
    ['for x in steps(): break', 'no parallelism'],
    ['for x in steps():\n    if x == 2: break', 'no parallelism'],
    ['for x in steps():\n    if x == 3: break', 'unprotected'],
    ['for x in steps(): pass', 'unprotected'],
    ['def f():\n    for x in steps(): return x\nf()', 'no parallelism'],
    ['g = steps()\nnext(g)\nnext(g)', 'no parallelism'],
    ['g = steps()\nnext(g)\nnext(g)\nnext(g)', 'unprotected'],
    ['from itertools import islice\nlist(islice(steps(), 2))', 'no parallelism'],
    ['from itertools import islice\nlist(islice(steps(), 3))', 'unprotected'],
    ['list(zip([1, 2], steps()))', 'no parallelism'],
    ['list(zip(steps(), [1, 2]))', 'unprotected'],
    ['1 in steps()', 'no parallelism'],
    ['any(steps())', 'no parallelism'],
    ['all(steps())', 'unprotected'],
  ])('%s: %s', (use, expected) => {
    expect(verdict(`${steps}${use}`)).toBe(expected);
  });

  test('what stands behind a loop over something unknown is reached', () => {
    expect(verdict('import os\ndef f():\n    for n in os.listdir("."):\n        return n\n    work()\nf()')).toBe(
      'unprotected',
    );
    expect(verdict('import os\ndef f():\n    while os.path.exists("x"):\n        return 1\n    work()\nf()')).toBe(
      'unprotected',
    );
  });

  test('finally runs where it is left', () => {
    const text = 'def g():\n    try:\n        yield 1\n    finally:\n        work()\n';
    expect(verdict(`${text}for x in g(): break`)).toBe('unprotected');
    expect(verdict(`${text}x = g()`)).toBe('no parallelism');
  });
});

describe('variables for a while', () => {
  const with_ = (context: string): string => `import os\nfrom unittest import mock\nwith ${context}:\n    work()`;
  test.each([
    [with_('mock.patch.dict(os.environ, {"LK_NUM_PROCS": "1"})'), 'no parallelism'],
    [with_('mock.patch.dict("os.environ", LK_NUM_PROCS="1")'), 'no parallelism'],
    [with_('mock.patch.dict(os.environ, {"OTHER": "1"})'), 'unprotected'],
    [`${with_('mock.patch.dict(os.environ, {"LK_NUM_PROCS": "1"})').replace('work()', 'pass')}\nwork()`, 'unprotected'],
    [
      'import os\nfrom unittest.mock import patch\n@patch.dict(os.environ, {"LK_NUM_PROCS": "1"})\ndef f(): work()\nf()',
      'no parallelism',
    ],
  ])('%s: %s', (text, expected) => {
    expect(verdict(text)).toBe(expected);
  });
});

describe('numbers and names that are known', () => {
  test.each([
    'min(8, 4 // 2, 1 << 0)',
    '5 & 3',
    'max([1, 0])',
    'sum([1])',
    'divmod(5, 4)[0]',
    'min(1, os.cpu_count() or 1)',
  ])('n_jobs=%s', (jobs) => {
    expect(verdict(`import os\nrecommend(1, 1, n_jobs=${jobs})`)).toBe('no parallelism');
    expect(verdict(`import os\nrecommend(1, 1, n_jobs=1 + ${jobs})`)).toBe('unprotected');
  });

  test.each([
    'if __name__.strip("_") == "main": work()',
    'if __name__.replace("_", "") == "main": work()',
    'if __name__[2:6] == "main": work()',
    'if __name__.split("__")[1] == "main": work()',
    'for _ in range(__name__ == "__main__"): work()',
    'for _ in [1] * (__name__ == "__main__"): work()',
    '[len, work][__name__ == "__main__"]("")',
    'if any(__name__ == n for n in ["__main__"]): work()',
  ])('%s', (text) => {
    expect(verdict(text)).toBe('protected');
    expect(verdict(text.replace(/main/g, 'mp_main'))).not.toBe('protected');
  });

  test('handlers of what cannot raise do not run', () => {
    expect(verdict('try:\n    x = 1\nexcept work():\n    pass')).toBe('no parallelism');
    expect(verdict('try:\n    x = 1\nexcept ValueError:\n    work()')).toBe('no parallelism');
    expect(verdict('try:\n    x = int(y)\nexcept ValueError:\n    work()')).toBe('unprotected');
  });
});

describe('what is guarded, and still', () => {
  const guard = '\nif __name__ == "__main__":\n    work()\n';
  test.each([
    ['import zipfile\nzipfile.ZipFile("a", "x")', 'fails in workers'],
    ['import zipfile\nzipfile.ZipFile("a")', 'protected'],
    ['import tarfile\ntarfile.open("a", mode="x:gz")', 'fails in workers'],
    ['import os\nos.open("a", os.O_CREAT | os.O_EXCL)', 'fails in workers'],
    ['import os\nos.mkdir("a")', 'fails in workers'],
    ['import os\nos.mkdir("a")\nos.rmdir("a")', 'protected'],
    ['import os\nos.mkdir("a")\nos.mkdir("b")\nos.rmdir("b")', 'fails in workers'],
    ['import os, shutil\nos.makedirs("a/b")\nshutil.rmtree("./a")', 'protected'],
    ['import os, shutil\nif os.path.exists("a"):\n    shutil.rmtree("a")\nos.mkdir("a")', 'protected'],
    ['import os\nos.remove("a")', 'fails in workers'],
    ['print("loading")', 'repeats work'],
    ['class A:\n    print("loading")', 'repeats work'],
    ['def f(x=print("loading")): pass', 'repeats work'],
    ['def f(): print("loading")', 'protected'],
    ['try:\n    import tqdm\nexcept ImportError:\n    print("no tqdm")', 'protected'],
  ])('%s: %s', (text, expected) => {
    expect(verdict(`${text}${guard}`)).toBe(expected);
  });

  test('a folder that goes only after the workers were started', () => {
    expect(verdict(`import os\nos.mkdir("a")${guard}os.rmdir("a")`)).toBe('fails in workers');
  });

  const sent = (init: string, more = ''): string =>
    `import threading\nfrom lenskit.pipeline import Component, topn_pipeline\n${more}class S(Component):\n    def __init__(self):\n        ${init}\n\nif __name__ == "__main__":\n    recommend(topn_pipeline(S()), 1)\n`;
  test.each([
    [sent('self.f = lambda x: x'), 'fails in workers'],
    [sent('self.f = [{"a": lambda x: x}]'), 'fails in workers'],
    [sent('self.f = lambda x: x\n        self.f = None'), 'protected'],
    [sent('self.f = len'), 'protected'],
    [sent('self.lock = threading.Lock()'), 'fails in workers'],
    [sent('self.f = open("x")'), 'fails in workers'],
    [sent('self.f = make()', 'def make():\n    def inner(): pass\n    return inner\n'), 'fails in workers'],
    [sent('self.f = lambda x: x\n    def __getstate__(self): return {}'), 'protected'],
    [sent('self.f = lambda x: x').replace(', 1)', ', 1, n_jobs=1)'), 'no parallelism'],
  ])('%s: %s', (text, expected) => {
    expect(verdict(text)).toBe(expected);
  });

  test('what cannot be sent is named', () => {
    const [finding] = judge(sent('self.f = lambda x: x')).findings;
    expect(finding?.message).toBe(
      "lenskit.batch.recommend() sends workers what cannot be sent: a lambda, as S.f (PicklingError: Can't pickle <lambda>)",
    );
    expect(finding?.level).toBe('error');
  });
});
