import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { thisMachine } from '../../src/host/open.ts';
import { checkText } from '../../src/script/check.ts';
import { type Fixed, fixScript } from '../../src/script/fix.ts';
import { loadParser } from '../../src/script/parse.ts';

const options = { reader: thisMachine(), spawns: true };
beforeAll(loadParser);

const judge = (text: string) => checkText('/nowhere/job.py', text, options);
const fix = (text: string): Fixed => fixScript(text, judge(text), judge);

test('lines that a carriage return alone ends are left as they are', () =>
  expect(fix('from lenskit.batch import recommend\rrecommend(p, u)\r')).toEqual({
    ok: false,
    why: 'a carriage return alone ends some of its lines',
  }));

describe('the work goes into main()', () => {
  test.each([
    [
      'a lone call',
      'from lenskit.batch import recommend\n\nrecommend(p, u)\n',
      'from lenskit.batch import recommend\n\n\ndef main():\n    recommend(p, u)\n\n\nif __name__ == "__main__":\n    main()\n',
    ],
    [
      'work with its comment; imports, definitions and constants stay',
      'from lenskit.batch import recommend\nimport pandas as pd\nN = 10\n# the data\ndata = pd.read_csv("x")\n\ndef helper(x):\n    return x\n\nresult = recommend(p, data, n=N)\n',
      'from lenskit.batch import recommend\nimport pandas as pd\nN = 10\n\ndef helper(x):\n    return x\n\n\ndef main():\n    # the data\n    data = pd.read_csv("x")\n\n    result = recommend(p, data, n=N)\n\n\nif __name__ == "__main__":\n    main()\n',
    ],
    [
      'names that others use stay reachable',
      'from lenskit.batch import recommend\n\ndef show():\n    print(result)\n\nresult = recommend(p, u)\nshow()\n',
      'from lenskit.batch import recommend\n\ndef show():\n    print(result)\n\n\ndef main():\n    global result\n    result = recommend(p, u)\n    show()\n\n\nif __name__ == "__main__":\n    main()\n',
    ],
    [
      'a block that is there already is used; a taken name is not',
      'from lenskit.batch import recommend\n\ndef main():\n    print(r)\n\nr = recommend(p, u)\n\nif __name__ == "__main__":\n    main()\n',
      'from lenskit.batch import recommend\n\ndef main():\n    print(r)\n\n\ndef run():\n    global r\n    r = recommend(p, u)\n\n\nif __name__ == "__main__":\n    run()\n    main()\n',
    ],
    [
      'strings over several lines are not indented; tabs stay tabs',
      'from lenskit.batch import recommend\ndef f():\n\treturn 1\nrecommend(p, """a\nb\n""")\n',
      'from lenskit.batch import recommend\ndef f():\n\treturn 1\n\n\ndef main():\n\trecommend(p, """a\nb\n""")\n\n\nif __name__ == "__main__":\n\tmain()\n',
    ],
    [
      'several statements on a line move together',
      'from lenskit.batch import recommend\na = f(); b = g(); recommend(a, b)\n',
      'from lenskit.batch import recommend\n\n\ndef main():\n    a = f(); b = g(); recommend(a, b)\n\n\nif __name__ == "__main__":\n    main()\n',
    ],
    [
      'what reads its own constant says so',
      'from lenskit.batch import recommend\nN = 1\nN = N + recommend(p, N)\n',
      'from lenskit.batch import recommend\nN = 1\n\n\ndef main():\n    global N\n    N = N + recommend(p, N)\n\n\nif __name__ == "__main__":\n    main()\n',
    ],
  ])('%s', (_, before, after) => {
    expect(fix(before)).toEqual({ ok: true, text: after });
    const crlf = fix(before.replaceAll('\n', '\r\n'));
    expect(crlf.ok && crlf.text.replaceAll('\r\n', '\n')).toBe(after);
  });
});

describe('what would change its meaning is left alone, with the reason', () => {
  test.each([
    [
      'a definition needs what the work makes',
      'd = recommend(p, u)\nclass A:\n    size = d.size\n',
      'line 3 needs d, which the work makes',
    ],
    ['import *', 'recommend(p, u)\nif x:\n    from y import *\n', 'line 3: import * cannot stand in a function'],
    ['globals()', 'recommend(p, u)\nprint(globals())\n', 'line 3: globals() sees other names in a function'],
    [
      'work after the block',
      'if __name__ == "__main__":\n    main()\nrecommend(p, u)\n',
      'line 2: the block for the main program stands before work that would come after it',
    ],
    ['broken syntax', 'recommend(p, u)\nx = = 3\n', 'line 3: the syntax could not be read'],
    ['nothing to wrap', 'def f():\n    recommend(p, u)\n', 'there is nothing to wrap'],
  ])('%s', (_, text, why) => {
    expect(fix(`from lenskit.batch import recommend\n${text}`)).toEqual({ ok: false, why });
  });
});

test('whatever is wrapped is protected then, and wrapping again changes nothing', () => {
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
      const text = `from lenskit.batch import recommend\n${lines.join('\n')}\n`;
      const result = fix(text);
      if (!result.ok) return;
      expect([judge(result.text).verdict, result.text]).toEqual(['protected', expect.anything()]);
      expect(fix(result.text)).toMatchObject({ ok: false });
      // nothing is lost
      const words = (code: string) => code.split(/\s+/).filter((word) => word.length > 0);
      for (const word of words(text)) expect(words(result.text)).toContain(word);
    }),
    { numRuns: 300 },
  );
});

test('a chain of operands that is twenty thousand deep is wrapped like any other', () => {
  const fixed = fix(`from lenskit.batch import recommend\nx = ${'1 + '.repeat(20_000)}1\nresult = recommend(x, u)\n`);
  expect(fixed.ok && fixed.text.includes('def main():')).toBe(true);
});
