import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { thisMachine } from '../../src/host/open.ts';
import { checkText } from '../../src/script/check.ts';
import { loadParser } from '../../src/script/parse.ts';
import { newPython } from './new-python.ts';

beforeAll(loadParser);

const reader = thisMachine();

/** Subjects with patterns: some take them, some do not. */
const CASES: readonly [subject: string, pattern: string][] = [
  ['1', '1'],
  ['1', '-1'],
  ['-1', '-1'],
  ['"a"', '"a" | "b"'],
  ['"c"', '"a" | "b"'],
  ['"c"', '_'],
  ['None', 'None'],
  ['["run", 3]', '["run", n]'],
  ['["run", 3]', '["train", n]'],
  ['["run", 3]', '["run"]'],
  ['["run", 3, 4]', '["run", *rest]'],
  ['["run"]', '[first, *rest, last]'],
  ['(1, 2, 3)', '[first, *rest, 3]'],
  ['(1, 2, 3)', '[first, *_, 4]'],
  ['(1, 2)', '1, 2'],
  ['(1, 2)', '1, 3'],
  ['(1,)', '(1,)'],
  ['1', '(1)'],
  ['"ab"', '[a, b]'],
  ['{"mode": "run", "n": 3}', '{"mode": "run"}'],
  ['{"mode": "run", "n": 3}', '{"mode": "run", "n": n, **rest}'],
  ['{"mode": "run"}', '{"mode": "run", "n": n}'],
  ['{"mode": "run"}', '{}'],
  ['[1]', '{}'],
  ['[[1, 2], {"a": "b"}]', '[[1, x], {"a": ("b" | "c") as y}]'],
  ['"a"', 'str()'],
  ['"a"', 'str("a")'],
  ['"a"', 'int() | float()'],
  ['"a"', 'list()'],
  ['[1]', 'list([1])'],
  ['(1,)', 'tuple()'],
  ['True', 'bool()'],
  ['Color.RED', 'Color.RED'],
  ['Color.RED', 'Color.BLUE'],
  ['Point(1, 2)', 'Point(x=1)'],
  ['Point(1, 2)', 'Point(x=2)'],
  ['Point(1, 2)', 'Point(1, y)'],
  ['Point(1, 2)', 'Point(_, 3)'],
  ['Other()', 'Point()'],
];

const HEAD = `class Color:
    RED = "red"
    BLUE = "blue"
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y):
        self.x = x
        self.y = y
class Other:
    pass
`;

const PROGRAM = `
import json, sys
head, cases = json.load(sys.stdin)
def takes(subject, pattern):
    space = {}
    exec(f"{head}found = False\\nmatch {subject}:\\n    case {pattern}:\\n        found = True\\n", space)
    return space["found"]
print(json.dumps([takes(*case) for case in cases]))
`;

const python = newPython();

(python === null ? describe.skip : describe)('patterns take what Python takes by them (needs Python 3.10)', () => {
  const answers = (): boolean[] => {
    const input = JSON.stringify([HEAD, CASES]);
    const { stdout } = spawnSync(python as string, ['-I', '-c', PROGRAM], { input, encoding: 'utf8' });
    return JSON.parse(stdout) as boolean[];
  };
  /** Null: it may or may not. */
  const taken = (subject: string, pattern: string): boolean | null => {
    const text = `from lenskit.batch import recommend\n${HEAD}match (${subject}):\n    case ${pattern}:\n        recommend(p, u)\n`;
    const { verdict, findings } = checkText('/nowhere/job.py', text, { reader, spawns: true });
    return verdict === 'no parallelism' ? false : findings[0]?.level === 'error' ? true : null;
  };

  test('each is decided, and as Python decides it', () => {
    const told = CASES.map(([subject, pattern]) => [subject, pattern, taken(subject, pattern)]);
    expect(told).toEqual(answers().map((one, at) => [...(CASES[at] as [string, string]), one]));
  });
});
