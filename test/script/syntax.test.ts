import { beforeAll, describe, expect, test } from '@jest/globals';
import { thisMachine } from '../../src/host/open.ts';
import { checkText } from '../../src/script/check.ts';
import type { ScriptReport } from '../../src/script/judge.ts';
import { loadParser, parsePython } from '../../src/script/parse.ts';
import { withoutTypeDefaults } from '../../src/script/type-parameters.ts';

beforeAll(loadParser);

const IMPORT = 'from lenskit.batch import recommend\n';
const judge = (text: string): ScriptReport =>
  checkText('/nowhere/job.py', text, { reader: thisMachine(), spawns: true });

/** Syntax of Python 3.12 to 3.14, at the top of a script. */
const NEW: readonly string[] = [
  'class A[T = int]: pass',
  'def f[T = int](x: T) -> T: return x',
  'async def f[T: int = bool, *Ts = *tuple[int, ...], **P = [int, str]](x: T): pass',
  'class A[T: (int, str) = int, U = "a, ]"]: x = 1',
  'class A[\n    T = dict[str, list[int]],  # a comma, a ]\n    U = (lambda x=1: x),\n](Base[T]): pass',
  'type A[T = int] = list[T]',
  'type A = int | str',
  'type A[*Ts] = tuple[*Ts]',
  'try:\n    import a\nexcept ImportError, OSError:\n    a = None',
  'try:\n    import a\nexcept* ImportError, OSError, ValueError:\n    a = None',
  'x = t"hello {name!r:>{width}}"',
  'x = rt\'{a}\' t"{b=}"',
  'x = t"""\n{a}\n"""',
  'x = f"{f"{f"{1}"}"}"',
  `x = f'{a['b']}{"\\n".join(c)}'`,
  'x = f"{\n    a  # why\n}"',
];

describe('the syntax of Python 3.12 to 3.14 is read', () => {
  test.each(NEW)('%s', (text) => {
    const { root, errors } = parsePython(withoutTypeDefaults(text) ?? text);
    root.tree.delete();
    expect(errors).toEqual([]);
    const before = judge(`${IMPORT}${text}\nrecommend(p, u)\n`);
    expect([before.verdict, before.findings.length]).toEqual(['unprotected', 1]);
    expect(before.findings[0]?.place.line).toBe(text.split('\n').length + 2);
    expect(judge(`${IMPORT}${text}\nif __name__ == "__main__":\n    recommend(p, u)\n`).verdict).toBe('protected');
  });

  test('what runs inside runs', () => {
    expect(judge(`${IMPORT}x = t"a {recommend(p, u)} b"\n`).verdict).toBe('unprotected');
    expect(judge(`${IMPORT}x = f"{f"{recommend(p, u)}"}"\n`).verdict).toBe('unprotected');
    expect(judge(`${IMPORT}class A[T = int]:\n    x = recommend(p, u)\n`).verdict).toBe('unprotected');
    expect(judge(`${IMPORT}def f[T = int]():\n    recommend(p, u)\nf()\n`).verdict).toBe('unprotected');
  });

  test('what is lazy does not', () => {
    expect(judge(`${IMPORT}type A = recommend(p, u)\n`).verdict).toBe('no parallelism');
    expect(judge(`${IMPORT}class A[T = recommend(p, u)]: pass\n`).verdict).toBe('no parallelism');
    expect(
      judge(`${IMPORT}class A:\n    def __format__(self, how):\n        recommend(p, u)\nx = t"{A()}"\n`).verdict,
    ).toBe('no parallelism');
  });

  test('several exceptions without parentheses are all caught', () => {
    const script = (types: string): string =>
      `import sys\n${IMPORT}try:\n    if __name__ != "__main__":\n        sys.exit()\nexcept ${types}:\n    pass\nrecommend(p, u)\n`;
    expect(judge(script('ValueError, SystemExit')).verdict).toBe('unprotected');
  });

  test('every place stays where it is', () => {
    for (const text of NEW) expect(withoutTypeDefaults(text)?.length ?? text.length).toBe(text.length);
    expect(withoutTypeDefaults('x[a] = 1\ndef f(a=[1]): pass\nclass A(b[c], d=e): pass\n')).toBeNull();
    expect(withoutTypeDefaults('class A[T = int')).toBeNull();
    expect(withoutTypeDefaults('class A[T = (int]: pass')).toBeNull();
  });
});

describe('what cannot be read is never said to start nothing', () => {
  test.each([
    [`${IMPORT}x = = 3\n`, 'not followed'],
    [`${IMPORT}x = = 3\nif __name__ == "__main__":\n    recommend(p, u)\n`, 'not followed'],
    [`${IMPORT}x = = 3\nrecommend(p, u)\n`, 'unprotected'],
    [`${IMPORT}match ["run", 3]:\n    case ["run", n]:\n        recommend(p, u)\n`, 'not followed'],
  ])('%j', (text, verdict) => expect(judge(text).verdict).toBe(verdict));
});
