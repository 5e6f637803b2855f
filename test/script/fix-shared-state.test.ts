import { beforeAll, describe, expect, test } from '@jest/globals';
import { thisMachine } from '../../src/host/open.ts';
import { checkText } from '../../src/script/check.ts';
import { fixScript } from '../../src/script/fix.ts';
import type { ScriptReport } from '../../src/script/judge.ts';
import { loadParser } from '../../src/script/parse.ts';

const reader = thisMachine();
beforeAll(loadParser);

const judge = (text: string): ScriptReport => checkText('/nowhere/job.py', text, { reader, spawns: true });
const fix = (text: string) => fixScript(text, judge(text), judge);

const HEAD = `import random, heapq
from enum import Enum
from lenskit.batch import recommend
from lenskit.basic import PopScorer
from lenskit.pipeline import topn_pipeline
`;
const component = (value: string): string => `class Mine(PopScorer):
    def __call__(self, u, n):
        return (u, ${value})
`;
const RUN = 'print(recommend(topn_pipeline(Mine()), [1], 2))\n';

/** The fix keeps the line outside of every guard, or leaves the script and names a line. */
function holds(text: string, line: string): void {
  const result = fix(text);
  if (!result.ok) {
    expect(result.why).toMatch(/line \d+/);
    return;
  }
  expect(result.text.split('\n')).toContain(line);
}

describe('what may change what workers look up stays where they run it, or the script is left', () => {
  test.each([
    ['ITEMS = list(range(20))\n', 'random.shuffle(ITEMS)', 'ITEMS[0]'],
    ['ITEMS = list(range(20))\n', 'heapq.heapify(ITEMS)', 'ITEMS[0]'],
    ['CFG = {}\ndef load(cfg, p):\n    cfg["p"] = p\n', 'load(CFG, "x")', 'CFG["p"]'],
    ['CFG = {}\ndef load(p, into):\n    into["p"] = p\n', 'load("x", into=CFG)', 'CFG["p"]'],
    ['BAD = []\ndef fill(to):\n    to.append(3)\n', 'fill(BAD)', 'BAD'],
    ['BAD = []\ndef fill(to):\n    to[0].append(3)\n', 'fill([BAD])', 'BAD'],
    ['CACHE = {}\ndef put(k, v, c=CACHE):\n    c[k] = v\n', 'put("a", 1)', 'CACHE'],
    ['BAD = []\nstop = BAD\n', 'stop.append(2)', 'BAD'],
    ['CFG = {"a": {}}\nsub = CFG["a"]\n', 'sub["y"] = 2', 'CFG["a"]'],
  ])('%s%s', (before, line, value) => {
    holds(`${HEAD}${before}${component(value)}print("begins")\n${line}\n${RUN}`, line);
  });

  test('an attribute of the class itself', () => {
    holds(
      `${HEAD}${component('self.bonus')}print("begins")\nsetattr(Mine, "bonus", 5)\n${RUN}`,
      'setattr(Mine, "bonus", 5)',
    );
  });

  test.each(['Color = Enum("Color", "RED BLUE")', "Cfg = namedtuple('Cfg', 'a b')"])(
    'a type made by a call: %s',
    (line) => {
      const run = `print(recommend(topn_pipeline(PopScorer(config=${line.split(' ')[0]})), [1], 2))\n`;
      holds(`${HEAD}from collections import namedtuple\nprint("begins")\n${line}\n${run}`, line);
    },
  );
});

describe('what only the work uses is no reason to leave a script', () => {
  test.each([
    'ITEMS = list(range(20))\nrandom.shuffle(ITEMS)\n',
    'CFG = {}\nCFG.update(a=1)\nprint(CFG)\n',
    'data = load()\nprint(len(data))\n',
  ])('%s', (work) => {
    const result = fix(`${HEAD}${component('1')}${work}${RUN}`);
    expect(result).toMatchObject({ ok: true });
  });
});
