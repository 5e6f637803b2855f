import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { thisMachine } from '../../src/host/open.ts';
import { checkText } from '../../src/script/check.ts';
import type { Verdict } from '../../src/script/judge.ts';
import { loadParser } from '../../src/script/parse.ts';
import { newPython } from './new-python.ts';

beforeAll(loadParser);

const reader = thisMachine();
const verdictOf = (text: string): Verdict => checkText('/nowhere/job.py', text, { reader, spawns: true }).verdict;

/** Conditions on the name of the module, each a pure function of it. */
const CONDITIONS: readonly string[] = [
  '__name__ in {"__main__"}',
  '__name__ in {"__main__": 1}',
  '__name__ not in ("__mp_main__", "x")',
  '{__name__} == {"__main__"}',
  '{__name__} & {"__main__", "x"}',
  '{__name__} - {"__mp_main__"}',
  '{"__main__"} <= {__name__, "x"}',
  '{"__main__", "x"} > {__name__}',
  '{__name__}.isdisjoint(["__mp_main__"])',
  'frozenset(["__main__"]).issuperset([__name__])',
  '{"__main__"}.intersection({__name__})',
  'len({__name__, "__main__"}) == 1',
  'len(__name__) == 8',
  '[__name__] == ["__main__"]',
  '(__name__, 1) == ("__main__", True)',
  '("__main__",) == (__name__,)',
  '["a", __name__] < ["a", "__mb"]',
  '["__main__", "__mp_main__"].index(__name__) == 0',
  '["__main__"].count(__name__)',
  '("x", "y")[__name__ == "__main__"] == "y"',
  '{True: "a", False: "b"}[__name__ == "__main__"] == "a"',
  '{"__main__": 1}.get(__name__)',
  'dict([("__main__", 1)]).get(__name__)',
  'dict.fromkeys(["__main__"], 1).get(__name__)',
  '{n: 1 for n in ["__main__"]}.get(__name__)',
  '[n for n in [__name__] if n == "__main__"]',
  '{n for n in (__name__, "x") if n != "x" and n < "__mb"}',
  '[1, 2, 3][1:][0] == len(__name__) - 6',
  '[__name__, "x"][::-1][1] == "__main__"',
  '__name__[2:-2] == "main"',
  '__name__[::-1][6:] == "__"',
  '__name__[::2] == "_mi_"',
  '__name__[-3:1:-1] == "niam"',
  '__name__[3] + __name__[-3] == "an"',
  '__name__.split("_")[2] == "main"',
  '__name__.rsplit("_", 1)[0] == "__main_"',
  '__name__.partition("main")[0] == "__"',
  '__name__.rpartition("mp")[0] == ""',
  '__name__.strip("_") == "main"',
  '__name__.lstrip("_p").startswith("ma")',
  '__name__.removeprefix("__mp").removesuffix("__") == "__main"',
  '__name__.replace("mp_", "") == __name__',
  '__name__.replace("_", "-", 2) == "--main__"',
  '__name__.startswith(("__main", "x"))',
  '__name__.startswith("main", 2)',
  '__name__.endswith("main__", 0, 8)',
  '__name__.find("mp") < 0',
  '__name__.rfind("m") == 2',
  '__name__.count("m") == 1',
  '__name__.upper() == "__MAIN__"',
  '__name__.swapcase().lower() == "__main__"',
  '__name__.title() == "__Main__"',
  '__name__.center is None or __name__.zfill(9) == "0__main__"',
  '__name__.ljust(9, "x").endswith("x")',
  '__name__.isidentifier() and __name__.strip("_").isalpha()',
  '__name__.strip("_").islower() and not __name__.count("p")',
  '"-".join(__name__[2:6]) == "m-a-i-n"',
  '"".join(reversed(__name__)) == "__niam__"',
  '"".join(sorted(set(__name__))) == "_aimn"',
  '"%s!" % __name__ == "__main__!"',
  '"%s-%d" % (__name__, 3) == "__main__-3"',
  '"{}{{}}".format(__name__) == "__main__{}"',
  '"{1}{0}".format("x", __name__) == "__main__x"',
  'f"{__name__!s}.py" == "__main__.py"',
  '__name__ * 2 == "__main____main__"',
  '"__main__".__eq__(__name__)',
  'str.__eq__("__main__", __name__)',
  'str.startswith(__name__, "__ma")',
  'repr(__name__) == "\'__main__\'"',
  'ord(__name__[3]) == ord("a")',
  'chr(ord(__name__[3])) == "a"',
  'all(one in "__main__" for one in [__name__])',
  'any([__name__ == "__main__", False])',
  'all(a == b for a, b in zip([__name__], ["__main__"]))',
  'max([__name__ == "__main__", False])',
  'min(len(__name__), 9) == 8',
  'isinstance(__name__, str) and __name__ == "__main__"',
  '(lambda n: n == "__main__")(__name__)',
  '(n := __name__) == "__main__" and n',
  '"__m" < __name__ < "__mb"',
  'not __name__ != "__main__"',
  'bool(__name__ == "__main__")',
  're.match("__main__", __name__)',
  're.match(r"_+(mp_)?main", __name__).group(1) is None',
  're.fullmatch(r"__[a-o]+__", __name__)',
  're.search("MP", __name__, re.IGNORECASE) is None',
  're.search(r"(?i)^__MAIN", __name__) is not None',
  're.compile(r"^__(?P<what>ma\\w*)$").match(__name__)',
  're.match(r"__m\\S+", __name__).end() == 8',
  'fnmatch.fnmatch(__name__, "__ma*__")',
  'operator.eq(__name__, "__main__")',
  'operator.contains({"__main__"}, __name__)',
  'globals()["__name__"] == "__main__"',
  'globals().get("__name__") == "__main__"',
  'vars().get("__name__") == "__main__"',
  'eval("__name__ == \'__main__\'")',
];

/** What Python makes of each, under both names. */
const PROGRAM = `
import sys, json
head = "import re, sys, fnmatch, operator\\n"
def truth(text, name):
    space = {"__name__": name}
    exec(head, space)
    try:
        exec(f"found = bool({text})", space)
    except Exception as error:
        return type(error).__name__
    return space["found"]
print(json.dumps([[truth(one, name) for name in ("__main__", "__mp_main__")] for one in json.load(sys.stdin)]))
`;

const python = newPython();

(python === null ? describe.skip : describe)('what is known is evaluated as Python does (needs Python 3.10)', () => {
  const answers = (): (boolean | string)[][] => {
    const { stdout } = spawnSync(python as string, ['-I', '-c', PROGRAM], {
      input: JSON.stringify(CONDITIONS),
      encoding: 'utf8',
    });
    return JSON.parse(stdout) as (boolean | string)[][];
  };

  test('a condition is true in the main process, and not where a worker imports the script', () => {
    const told = answers().map(([main, worker], at) => [CONDITIONS[at], main, worker === true]);
    expect(told).toEqual(CONDITIONS.map((one) => [one, true, false]));
  });

  test.each(CONDITIONS)('%s', (condition) => {
    const head = 'import re, sys, fnmatch, operator\nfrom lenskit.batch import recommend\n';
    expect(verdictOf(`${head}if ${condition}:\n    recommend(p, u)\n`)).toBe('protected');
    // The other way round it runs in workers alone, and starts nothing in the main process.
    expect(verdictOf(`${head}if not (${condition}):\n    pass\nelse:\n    recommend(p, u)\n`)).toBe('protected');
  });
});
