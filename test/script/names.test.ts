import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { statementsOf } from '../../src/script/guards.ts';
import { namesOf } from '../../src/script/names.ts';
import { loadParser, parsePython } from '../../src/script/parse.ts';
import { newPython } from './new-python.ts';
import { PARTS } from './script-parts.ts';

beforeAll(loadParser);

const FORMS: readonly string[] = [
  ...PARTS,
  '(a, [b, *c]), d.e, f[g] = h',
  'a = b = c',
  'a: B = c',
  'a.b: C = d',
  'a: B',
  'for a, (b, *c) in d: e\nelse: f',
  'for a.b in c: pass',
  'with a as b, c() as (d, *e), f as g.h, i as j[k]: l',
  'with (a as b, c): pass',
  'async def f():\n    async with a as b:\n        async for c in d:\n            await c\n    return [x async for x in y]',
  'try: a\nexcept (B, c.D) as e: f\nexcept G: h\nelse: i\nfinally: j',
  'try: a\nexcept* B as e: f',
  'match a, b:\n    case [c, *d] | (c, d): e\n    case {"k": f, g.h: i, **j}: k\n    case L(m, n=o) as p if p > q: r\n    case s.t: pass\n    case -1 | "x" | None: pass\n    case (u): v\n    case _: w',
  'import a.b.c, d as e, f',
  'from a import b, c as d',
  'from . import a',
  'del a, (b, [c]), d.e, f[g]',
  'global a\na = 1',
  'def f(a, /, b: C = d, *e: F, g=h, i: J, **k) -> L:\n    m = a\n    n\n    return m, b, e, g, i, k, f',
  'def f():\n    global a, b\n    a = c\n    b += 1\n    def g():\n        nonlocal d\n        d = a\n    d = 1',
  'def f():\n    import a, b.c\n    from d import e as f\n    return a, b, e, f',
  'def f():\n    x: A = b\n    y: C\n    return x, y, C',
  'def f():\n    del a\n    a',
  'def f():\n    try: pass\n    except A as e: pass\n    return e',
  'def f():\n    match a:\n        case B(c) | [c, *d]: pass\n    return c, d',
  'def f():\n    class A(b):\n        c = d\n        e = c\n        def g(self): return c, h\n    return A',
  'def f():\n    return [a for a in b if (c := a)], c',
  'def f():\n    for a in b: pass\n    with c as d: pass\n    return lambda e, f=a: (e, f, d, g)',
  'class A(B, metaclass=C):\n    a = b\n    c = a\n    d = [a for x in a]\n    def e(self, f=a): return a\n    class G:\n        h = a\n    for i in j: k = i',
  'class A:\n    global a\n    a = 1\n    b = a',
  'class A:\n    def f(self): return __class__, super()',
  '@a.b(c)\n@d\ndef f(): pass',
  '@a\nclass B: pass',
  'lambda a, *b, c=d, **e: (a, b, c, e, f)',
  'lambda: (yield)',
  '[a for a in b for c in a if d]',
  '{a: b for a, b in c}',
  '{a for a in (b for b in c)}',
  '[(a := b) for c in d]',
  '[[e := f for c in d] for g in h]',
  'print(a := 1, b=c, *d, **e)',
  'f"{a!r:>{b}} {c=} {d:%Y}"',
  'a[b:c, ...] @= d',
  'a if b else c',
  'a < b < c and not d',
  'assert a, b',
  'raise a from b',
  'while a: b\nelse: c',
  'if a: b\nelif c: d\nelse: e',
  '(yield_)',
  'a.b.c(d.e)',
  'return_ = a[b].c(d)[e]',
  'def f[T: A, *B, **C](d: T) -> T: return T',
  'class A[T](B[T]):\n    x: T\n    def f(self) -> T: return T',
  'type A[T] = list[T, B]',
  'type A = B',
  'match = 1\ntype = match\ncase = type',
  'print(match, case, _)',
];

/** Of its byte code: the names of the module that are bound, that are looked up, and in a class may be either its own. */
const PROGRAM = `
import dis, json, sys, types, warnings
warnings.simplefilter("ignore")
HIDDEN = {"__name__", "__doc__", "__annotations__", "__module__", "__qualname__", "__static_attributes__", "__firstlineno__", "__type_params__", ".type_params"}
def names(text):
    try:
        top = compile(text, "x", "exec")
    except SyntaxError:
        return None
    binds, reads, either = set(), set(), set()
    def look(code, is_class):
        own = {one.argval for one in dis.get_instructions(code) if one.opname in ("STORE_NAME", "DELETE_NAME")}
        for one in dis.get_instructions(code):
            name = one.argval
            if name in HIDDEN and (is_class or name != "__name__"):
                continue
            if one.opname in ("STORE_GLOBAL", "DELETE_GLOBAL") or (one.opname in ("STORE_NAME", "DELETE_NAME") and not is_class):
                binds.add(name)
            elif one.opname in ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"):
                (either if is_class and name in own else reads).add(name)
        for inner in code.co_consts:
            if isinstance(inner, types.CodeType):
                look(inner, not inner.co_flags & 1)
    look(top, False)
    return [sorted(binds), sorted(reads), sorted(either)]
for line in sys.stdin:
    print(json.dumps(names(json.loads(line))))
`;

const python = newPython();
(python === null ? describe.skip : describe)('names as Python sees them (its byte code; needs Python 3.10)', () => {
  test('of every form', () => {
    const input = FORMS.map((text) => JSON.stringify(text)).join('\n');
    const { stdout } = spawnSync(python as string, ['-I', '-c', PROGRAM], { input, encoding: 'utf8' });
    const answers = stdout.trim().split('\n');
    const wrong: unknown[] = [];
    let known = 0;
    for (const [index, text] of FORMS.entries()) {
      const answer = JSON.parse(answers[index] as string) as [string[], string[], string[]] | null;
      if (answer === null) continue;
      known++;
      const { root } = parsePython(`${text}\n`);
      const all = statementsOf(root).map((node) => namesOf(node));
      const union = (of: 'binds' | 'reads') =>
        [...new Set(all.flatMap((one) => [...one[of], ...one.later.flatMap((later) => [...later[of]])]))].sort();
      const [binds, reads, either] = answer;
      // What is deleted, and what is changed in place, is there before.
      const before = /\bdel |[@+]=/.test(text) ? union('binds') : [];
      const read = union('reads').filter(
        (name) => reads.includes(name) || !(either.includes(name) || before.includes(name)),
      );
      const [found, wanted] = [
        [union('binds'), read],
        [binds, reads],
      ];
      if (JSON.stringify(found) !== JSON.stringify(wanted)) wrong.push({ text, found, wanted });
    }
    expect(wrong).toEqual([]);
    expect(known).toBeGreaterThan(FORMS.length - 8);
  });
});
