import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { thisMachine } from '../../src/host/open.ts';
import { checkScripts, checkText } from '../../src/script/check.ts';
import type { ScriptReport, Verdict } from '../../src/script/judge.ts';
import { loadParser } from '../../src/script/parse.ts';
import { type FileTree, withTree } from '../file-tree.ts';
import { pythonWords } from './python-words.ts';

const reader = thisMachine();
beforeAll(loadParser);

const judge = (text: string, spawns = true): ScriptReport => checkText('/nowhere/job.py', text, { reader, spawns });

/** Lays files, judges one of them. */
const judged = (files: FileTree, file = '/job.py', spawns = true): Promise<ScriptReport> =>
  withTree(files, async (root) => (await checkScripts([path.join(root, file)], { reader, spawns }))[0] as ScriptReport);

const IMPORT = 'from lenskit.batch import recommend\n';

test('a carriage return alone ends a line, as to Python', () => {
  for (const text of ['# note\r%s', `${IMPORT}# note\r%s\n`, `${IMPORT.trimEnd()}\r%s\r`]) {
    const whole = text.includes('import') ? text : IMPORT + text;
    const { verdict, findings } = judge(whole.replace('%s', 'recommend(p, u)'));
    expect([verdict, findings[0]?.place.column]).toEqual(['unprotected', 1]);
    expect(judge(whole.replace('%s', '# recommend(p, u)')).verdict).toBe('no parallelism');
  }
});

test('a broken list of a hundred thousands is read', () => {
  expect(judge(`${IMPORT}x = [${'1,'.repeat(300_000)}\nrecommend(p, u)\n`).verdict).not.toBe('skipped');
});

describe('one file', () => {
  test.each<[string, Verdict, string]>([
    ['a call at the top', 'unprotected', 'recommend(p, u)'],
    ['in a helper', 'unprotected', 'def main():\n    recommend(p, u)\nmain()'],
    ['by sys.exit(main())', 'unprotected', 'import sys\ndef main():\n    recommend(p, u)\nsys.exit(main())'],
    [
      'in a method',
      'unprotected',
      'class E:\n    def go(self):\n        return self._go()\n    def _go(self):\n        recommend(p, u)\nE().go()',
    ],
    ['in __init__', 'unprotected', 'class E:\n    def __init__(self):\n        recommend(p, u)\nE()'],
    [
      'in a method of a base',
      'unprotected',
      'class A:\n    def go(self):\n        recommend(p, u)\nclass B(A):\n    pass\nb = B()\nb.go()',
    ],
    ['in a class body', 'unprotected', 'class E:\n    x = recommend(p, u)'],
    [
      'by a decorator that calls',
      'unprotected',
      'def now(f):\n    f()\n    return f\n@now\ndef main():\n    recommend(p, u)',
    ],
    [
      'behind a decorator',
      'unprotected',
      'def timed(f):\n    def inner(*a):\n        return f(*a)\n    return inner\n@timed\ndef main():\n    recommend(p, u)\nmain()',
    ],
    ['as a default', 'unprotected', 'def f(x=recommend(p, u)): pass'],
    ['in a comprehension', 'unprotected', 'r = [recommend(p, u) for p in ps]'],
    ['in an f-string', 'unprotected', 'print(f"{recommend(p, u)}")'],
    [
      'in a with, a try, a loop, a match',
      'unprotected',
      'for p in ps:\n    with a as b:\n        try:\n            match p:\n                case 1:\n                    recommend(p, u)\n        except E:\n            pass',
    ],
    [
      'as a thread',
      'unprotected',
      'import threading\ndef w():\n    recommend(p, u)\nthreading.Thread(target=w).start()',
    ],
    [
      'by a typer application',
      'unprotected',
      'import typer\napp = typer.Typer()\n@app.command()\ndef main():\n    recommend(p, u)\napp()',
    ],
    [
      'by a click group',
      'unprotected',
      'import click\n@click.group()\ndef cli(): pass\n@cli.command()\ndef go():\n    recommend(p, u)\ncli()',
    ],
    ['under a condition of its own', 'unprotected', 'import sys\nif len(sys.argv) > 1:\n    recommend(p, u)'],
    ['else of not main', 'unprotected', 'if __name__ == "__main__":\n    pass\nelse:\n    recommend(p, u)'],
    ['or', 'unprotected', 'if __name__ == "__main__" or True:\n    recommend(p, u)'],
    ['after recursion', 'unprotected', 'def a():\n    b()\ndef b():\n    a()\n    recommend(p, u)\na()'],
    ['through a partial and a rename', 'unprotected', 'from functools import partial\nr = partial(recommend, p)\nr(u)'],
    ['never called', 'no parallelism', 'def main():\n    recommend(p, u)'],
    ['one job', 'no parallelism', 'recommend(p, u, n_jobs=1)'],
    ['one job by a constant', 'no parallelism', 'JOBS = 1\nrecommend(p, u, n_jobs=JOBS)'],
    ['two jobs', 'unprotected', 'recommend(p, u, n_jobs=2)'],
    ['after a handler that exits', 'unprotected', 'try:\n    a()\nexcept E:\n    exit()\nrecommend(p, u)'],
    ['after a handler that raises', 'unprotected', 'try:\n    a()\nexcept E:\n    raise SystemExit\nrecommend(p, u)'],
    ['after a body that raises', 'unprotected', 'try:\n    raise E\nexcept E:\n    pass\nrecommend(p, u)'],
    ['after a body that exits', 'no parallelism', 'try:\n    exit()\nfinally:\n    a()\nrecommend(p, u)'],
    ['after a finally that exits', 'no parallelism', 'try:\n    a()\nfinally:\n    exit()\nrecommend(p, u)'],
    ['unreachable', 'no parallelism', 'import sys\nsys.exit()\nrecommend(p, u)'],
    ['a lambda that is not called', 'no parallelism', 'f = lambda: recommend(p, u)'],
    ['of types alone', 'no parallelism', 'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    recommend(p, u)'],
    [
      'exits where it is not main',
      'guard ends workers',
      'import sys\nif __name__ != "__main__":\n    sys.exit()\nrecommend(p, u)',
    ],
    [
      'raises where it is not main',
      'guard ends workers',
      'if __name__ != "__main__":\n    raise SystemExit\nrecommend(p, u)',
    ],
    [
      'data outside',
      'repeats work',
      'import pandas as pd\nd = pd.read_csv("x")\nif __name__ == "__main__":\n    recommend(p, d)',
    ],
    ['training outside', 'repeats work', 'p.train(d)\nif __name__ == "__main__":\n    recommend(p, d)'],
    [
      'a plot outside',
      'repeats work',
      'import matplotlib.pyplot as plt\nif __name__ == "__main__":\n    recommend(p, d)\nplt.plot([1])',
    ],
    [
      'cheap things outside',
      'protected',
      'import os\nfrom pathlib import Path\nOUT = Path("out") / "x"\nos.environ["A"] = "1"\nN = 3 * 4\nif __name__ == "__main__":\n    recommend(p, d)',
    ],
    ['data outside, no batch', 'no parallelism', 'import pandas as pd\npd.read_csv("x")'],
    [
      'data outside, one job',
      'no parallelism',
      'import pandas as pd\npd.read_csv("x")\nif __name__ == "__main__":\n    recommend(p, u, n_jobs=1)',
    ],
  ])('%s: %s', (_, verdict, text) => {
    expect(judge(`${IMPORT}${text}\n`).verdict).toBe(verdict);
  });

  test.each([
    'import lenskit as lk\nlk.batch.recommend(p, u)',
    'import lenskit.batch\nlenskit.batch.predict(p, u)',
    'import lenskit.batch as b\nb.score(p, u)',
    'from lenskit import batch\nbatch.recommend(p, u)',
    'from lenskit.batch import recommend as rec\nrec(p, u)',
    'from lenskit.batch import *\nrecommend(p, u)',
    'from lenskit.batch import BatchPipelineRunner\nr = BatchPipelineRunner(n_jobs=4)\nr.recommend()\nr.run(p, u)',
    'from lenskit.batch import BatchPipelineRunner\nBatchPipelineRunner().run(p, u)',
    'from lenskit.parallel import invoker\nwith invoker(m, f) as i:\n    i.map(x)',
    'from lenskit.parallel.invoker import invoker\ni = invoker(m, f, 2)\nfor r in i.map(x): print(r)',
    'import lenskit.parallel as par\nlist(par.invoker(m, f, n_jobs=None).map(x))',
    'from lenskit.parallel.pool import multiprocess_executor\nmultiprocess_executor().submit(f, 1)',
    'from lenskit.parallel import multiprocess_executor\nwith multiprocess_executor(2) as pool:\n    pool.map(f, x)',
    'from lenskit.parallel import invoker\nfrom other import evaluate\nwith invoker(m, f, 2) as i:\n    evaluate(i, x)',
    'from lenskit.parallel import invoker\nclass A:\n    def __init__(self):\n        self.i = invoker(m, f, 2)\n    def go(self):\n        return self.i.map(x)\nA().go()',
    'from lenskit.util.parallel import invoker\nwith invoker(m, f, 2) as i:\n    i.map(x)',
  ])('known under this name: %s', (text) => {
    expect(judge(`${text}\n`).verdict).toBe('unprotected');
  });

  test.each([
    'from lenskit.batch import BatchPipelineRunner\nBatchPipelineRunner(n_jobs=1).run(p, u)',
    'from lenskit.parallel import invoker\ninvoker(m, f, 1).map(x)',
    'from lenskit.parallel import invoker\nwith invoker(m, f, n_jobs=1) as i:\n    i.map(x)',
    // It starts its workers with the first task.
    'from lenskit.parallel import invoker\nwith invoker(m, f, 2) as i:\n    pass',
    'from lenskit.util.parallel import invoker\nwith invoker(m, f, 2) as i:\n    pass',
    'from lenskit.parallel.pool import multiprocess_executor\nmultiprocess_executor(2)',
    'from lenskit.batch import recommend\ndef recommend(p, u): pass\nrecommend(p, u)',
    'from other.batch import recommend\nrecommend(p, u)  # lenskit',
    'from lenskit import recommend\nrecommend(p, 1)',
  ])('not it: %s', (text) => {
    expect(judge(`${text}\n`).verdict).toBe('no parallelism');
  });

  test('says where, through what, and what to write', () => {
    const report = judge(
      `${IMPORT}\ndef evaluate():\n    return recommend(p, u)\n\ndef main():\n    evaluate()\n\nmain()\n`,
    );
    expect(report.findings).toEqual([
      {
        id: 'script/import-unprotected',
        level: 'error',
        place: { line: 9, column: 1, endLine: 9, endColumn: 7 },
        cell: null,
        source: 'main()',
        message: 'lenskit.batch.recommend() runs when a worker process imports the script, through main(), evaluate()',
        via: [
          { name: 'main()', file: '/nowhere/job.py', line: 9 },
          { name: 'evaluate()', file: '/nowhere/job.py', line: 7 },
          { name: 'lenskit.batch.recommend()', file: '/nowhere/job.py', line: 4 },
        ],
        fix: 'if __name__ == "__main__":\n    main()',
      },
    ]);
  });

  test('from 2026.1 on it is information', () => {
    expect(judge(`${IMPORT}recommend(p, u)\n`, false).findings[0]).toMatchObject({ level: 'info' });
  });

  test('what cannot be read is said with its place; the rest is judged', () => {
    const report = judge(`${IMPORT}x = = 3\nrecommend(p, u)\n`);
    expect(report.verdict).toBe('unprotected');
    expect(report.findings.map(({ id, place }) => [id, place.line])).toEqual([
      ['script/import-unprotected', 3],
      ['script/syntax', 2],
    ]);
  });

  test('__main__.py is not imported again', () =>
    expect(judged({ '/app/__main__.py': `${IMPORT}recommend(p, u)\n` }, '/app/__main__.py')).resolves.toMatchObject({
      verdict: 'protected',
    }));
});

/** A script from parts: how LensKit is named, where the call stands, what runs it, what protects it. */
const NAMES = [
  ['from lenskit.batch import recommend', 'recommend'],
  ['from lenskit.batch import predict as pr', 'pr'],
  ['import lenskit.batch', 'lenskit.batch.recommend'],
  ['import lenskit as lk', 'lk.batch.score'],
  ['from lenskit import batch', 'batch.recommend'],
] as const;
const BODIES: readonly ((call: string) => { define: string; run: string })[] = [
  (call) => ({ define: '', run: call }),
  (call) => ({ define: '', run: `result = ${call}` }),
  (call) => ({ define: `def main():\n    ${call}`, run: 'main()' }),
  (call) => ({
    define: `def inner():\n    return ${call}\n\ndef main():\n    for x in range(3):\n        inner()`,
    run: 'main()',
  }),
  (call) => ({ define: `class Job:\n    def run(self):\n        ${call}`, run: 'Job().run()' }),
  (call) => ({
    define: `import functools\ndef timed(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        return f(*a, **k)\n    return inner\n\n@timed\ndef main():\n    ${call}`,
    run: 'main()',
  }),
  (call) => ({ define: `async def main():\n    ${call}`, run: 'import asyncio; asyncio.run(main())' }),
  (call) => ({
    define: `import click\n@click.command()\n@click.option("--n")\ndef main(n):\n    ${call}`,
    run: 'main()',
  }),
  (call) => ({ define: `import typer\napp = typer.Typer()\n\n@app.command()\ndef main():\n    ${call}`, run: 'app()' }),
  (call) => ({ define: `def main():\n    ${call}`, run: 'import sys; sys.exit(main())' }),
];
const GUARDS: readonly ((run: string) => string)[] = [
  (run) => `if __name__ == "__main__":\n    ${run}`,
  (run) => `if "__main__" == __name__:\n    ${run}`,
  (run) => `if __name__ == '__main__' and True:\n    ${run}`,
  (run) => `import os\nif os.environ.get("X") and __name__ == "__main__":\n    ${run}`,
  (run) => `if not __name__ != "__main__":\n    ${run}`,
  (run) => `if __name__ != "__main__":\n    pass\nelse:\n    ${run}`,
  (run) => `if __name__ in ("__main__",):\n    ${run}`,
  (run) => `MAIN = __name__ == "__main__"\nif MAIN:\n    ${run}`,
  (run) => `def is_main():\n    return __name__ == "__main__"\n\nif is_main():\n    ${run}`,
  (run) => `def guarded():\n    if __name__ != "__main__":\n        return\n    ${run}\n\nguarded()`,
  (run) => `import multiprocessing\nif multiprocessing.current_process().name == "MainProcess":\n    ${run}`,
  (run) => `match __name__:\n    case "__main__":\n        ${run}`,
  (run) => `while __name__ == "__main__":\n    ${run}\n    break`,
];
/** Ways to have a number of processes that is known, or one of several. */
const JOINS: readonly { before: string; jobs: string; isOne: boolean }[] = [
  { before: 'jobs = 1 if small else None', jobs: 'jobs', isOne: false },
  { before: 'jobs = 4\nif DEBUG:\n    jobs = 1', jobs: 'jobs', isOne: false },
  { before: 'try:\n    jobs = count()\nexcept ImportError:\n    jobs = 1', jobs: 'jobs', isOne: false },
  { before: 'jobs = 1\nwhile jobs < 3:\n    jobs += 1', jobs: 'jobs', isOne: false },
  {
    before: 'match kind:\n    case "all":\n        jobs = None\n    case _:\n        jobs = 1',
    jobs: 'jobs',
    isOne: false,
  },
  { before: 'for jobs in (1, 2):\n    pass', jobs: 'jobs', isOne: false },
  { before: 'jobs = {"a": 2, "b": 1}', jobs: 'jobs[kind]', isOne: false },
  { before: 'jobs = 1 if True else None', jobs: 'jobs', isOne: true },
  { before: 'DEBUG = True\njobs = 4\nif DEBUG:\n    jobs = 1', jobs: 'jobs', isOne: true },
  { before: 'if DEBUG:\n    jobs = 1\nelse:\n    jobs = int("1")', jobs: 'jobs', isOne: true },
  { before: 'for jobs in (2, 1):\n    pass', jobs: 'jobs', isOne: true },
];

test('branches that join: no false alarm where every one has one process or stands in the block, an alarm where one has more', () => {
  const part = fc.record({
    name: fc.constantFrom(...NAMES),
    body: fc.constantFrom(...BODIES),
    guard: fc.constantFrom(...GUARDS),
    join: fc.constantFrom(...JOINS),
  });
  fc.assert(
    fc.property(part, ({ name: [imported, called], body, guard, join: { before, jobs, isOne } }) => {
      const { define, run } = body(`${called}(pipe, users, n_jobs=${jobs})`);
      const script = (end: string): string => [imported, before, define, end].join('\n\n').concat('\n');
      const guarded = judge(script(guard(run)));
      expect([guarded.verdict, script(guard(run))]).toEqual([
        isOne ? 'no parallelism' : 'protected',
        expect.anything(),
      ]);
      expect(guarded.findings).toEqual([]);
      expect([judge(script(run)).verdict, script(run)]).toEqual([
        isOne ? 'no parallelism' : 'unprotected',
        expect.anything(),
      ]);
    }),
    { numRuns: 300 },
  );
});

test('what must happen is an error, what may is a warning, what was not followed is information', () => {
  const levels = (text: string): string[] => judge(`${IMPORT}${text}\n`).findings.map(({ level }) => level);
  expect(levels('recommend(p, u)')).toEqual(['error']);
  expect(levels('if x:\n    recommend(p, u)')).toEqual(['warning']);
  expect(levels('def f():\n    recommend(p, u)\nsomething(f)')).toEqual(['warning']);
  expect(levels('exec(text)')).toEqual(['info']);
  expect(judge(`${IMPORT}exec(text)\n`).verdict).toBe('not followed');
});

test('deep chains are followed, and what comes after them', () => {
  for (const chain of [
    `x${' + x'.repeat(160)}`,
    `x${'.y()'.repeat(80)}`,
    `x${' and x'.repeat(160)}`,
    `x${'[0]'.repeat(200)}`,
  ]) {
    expect(judge(`${IMPORT}z = ${chain}\nrecommend(p, u)\n`).verdict).toBe('unprotected');
    expect(judge(`${IMPORT}z = ${chain.replace('x', 'recommend(p, u)')}\n`).verdict).toBe('unprotected');
  }
});

test('the variables that it is run with', () => {
  const withProcesses = (text: string, LK_NUM_PROCS?: string): Verdict =>
    checkText('/nowhere/job.py', `${IMPORT}${text}\n`, { reader, spawns: true, environment: { LK_NUM_PROCS } }).verdict;
  expect(withProcesses('recommend(p, u)', '1')).toBe('no parallelism');
  expect(withProcesses('recommend(p, u)', '1,4')).toBe('no parallelism');
  expect(withProcesses('recommend(p, u)', '4')).toBe('unprotected');
  expect(withProcesses('recommend(p, u, n_jobs=2)', '1')).toBe('unprotected');
  expect(withProcesses('import os\nos.environ.setdefault("LK_NUM_PROCS", "1")\nrecommend(p, u)')).toBe(
    'no parallelism',
  );
});

const FILLERS = [
  '',
  'import numpy as np',
  'N = 10',
  '# a comment',
  '"""text"""',
  'def unrelated(x):\n    return x + 1',
  'class Empty:\n    pass',
  'type_ = int',
];

test('no false alarm on a protected script, and none missed: variants of the same script from parts', () => {
  const part = fc.record({
    name: fc.constantFrom(...NAMES),
    body: fc.constantFrom(...BODIES),
    guard: fc.constantFrom(...GUARDS),
    fillers: fc.array(fc.constantFrom(...FILLERS), { minLength: 3, maxLength: 3 }),
    jobs: fc.constantFrom('', ', n_jobs=4', ', n_jobs=None', ', n=10'),
  });
  fc.assert(
    fc.property(part, ({ name: [imported, called], body, guard, fillers, jobs }) => {
      const { define, run } = body(`${called}(pipe, users${jobs})`);
      const script = (end: string): string =>
        [fillers[0], imported, fillers[1], define, fillers[2], end].join('\n\n').concat('\n');
      expect([judge(script(guard(run))), script(guard(run))]).toEqual([
        expect.objectContaining({ verdict: 'protected', findings: [] }),
        expect.anything(),
      ]);
      expect([judge(script(run)).verdict, script(run)]).toEqual(['unprotected', expect.anything()]);
      const alone = body(`${called}(pipe, users, n_jobs=1)`);
      expect(judge(script(run).replace(define, alone.define).replace(run, alone.run)).verdict).toBe('no parallelism');
    }),
    { numRuns: 400 },
  );
});

describe('modules beside it', () => {
  const helper = `${IMPORT}def go():\n    recommend(p, u)\n`;

  test.each<[string, Verdict, FileTree]>([
    ['a function of one', 'unprotected', { '/job.py': 'import helper\nhelper.go()\n', '/helper.py': helper }],
    ['a name from one', 'unprotected', { '/job.py': 'from helper import go as g\ng()\n', '/helper.py': helper }],
    [
      'of a package, relatively on',
      'unprotected',
      {
        '/job.py': 'from pkg.a import go\ngo()\n',
        '/pkg/__init__.py': '',
        '/pkg/a.py': 'from .b import go\n',
        '/pkg/b.py': helper,
      },
    ],
    [
      'one that works when it is imported',
      'unprotected',
      { '/job.py': 'import helper\n', '/helper.py': `${helper}go()\n` },
    ],
    [
      'its own block does not run',
      'protected',
      {
        '/job.py': 'import helper\nif __name__ == "__main__":\n    helper.go()\n',
        '/helper.py': `${helper}if __name__ == "__main__":\n    go()\n`,
      },
    ],
    [
      'two that import each other',
      'unprotected',
      { '/job.py': 'import a\na.go()\n', '/a.py': 'import b\nfrom b import go\n', '/b.py': `import a\n${helper}` },
    ],
    ['only imported', 'no parallelism', { '/job.py': helper }],
    [
      'none of LensKit',
      'no parallelism',
      { '/job.py': 'import helper\nhelper.go()\n', '/helper.py': 'def go(): pass\n' },
    ],
  ])('%s: %s', async (_, verdict, files) => {
    expect((await judged(files)).verdict).toBe(verdict);
  });

  test('nothing else is read', async () => {
    const read: string[] = [];
    const watching = {
      read: (file: string, limit?: number) => {
        read.push(file);
        return reader.read(file, limit);
      },
      kind: (file: string) => reader.kind(file),
      list: (folder: string) => reader.list(folder),
    };
    const files = {
      '/in/job.py': 'import helper, os, numpy\nfrom ..out import x\nfrom . import other\nimport lenskit.batch\n',
      '/in/helper.py': '',
      '/in/other.py': '',
      '/in/unrelated.py': '',
      '/out.py': 'lenskit',
    };
    await withTree(files, async (root) => {
      await checkScripts([path.join(root, 'in/job.py')], { reader: watching, spawns: true });
      expect([...new Set(read)].map((file) => path.relative(root, file)).sort()).toEqual([
        'in/helper.py',
        'in/job.py',
        'in/other.py',
      ]);
    });
  });
});

describe('hostile input', () => {
  const skipped = async (make: (file: string) => void): Promise<ScriptReport> =>
    withTree({}, async (root) => {
      const file = path.join(root, 'job.py');
      make(file);
      return (await checkScripts([file], { reader, spawns: true }))[0] as ScriptReport;
    });

  test('a 50 MB line, a binary, a FIFO, a folder, nothing: passed over or named with the reason', async () => {
    const reasons = await Promise.all([
      skipped((file) => {
        writeFileSync(file, 'lenskit');
        truncateSync(file, 50_000_000);
      }),
      skipped((file) => writeFileSync(file, 'lenskit\0\x01')),
      skipped((file) => void execFileSync('mkfifo', [file])),
      skipped(() => {}),
    ]);
    expect(reasons.map(({ verdict, why }) => [verdict, why])).toEqual([
      ['skipped', 'larger than 2097152 bytes'],
      ['skipped', 'not text'],
      ['skipped', 'not a file'],
      ['unreadable', 'not there'],
    ]);
  });

  test.each([
    ['brackets', `${'('.repeat(20_000)}1${')'.repeat(20_000)}`],
    ['open brackets', '['.repeat(100_000)],
    ['calls', `${'f('.repeat(5000)}${')'.repeat(5000)}`],
    ['blocks', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}if x:`).join('\n')],
    ['attributes', `x${'.y'.repeat(50_000)}`],
    ['operators', `x${' + x'.repeat(50_000)}`],
    [
      'functions that call twice',
      `${Array.from({ length: 60 }, (_, n) => `def f${n}():\n    f${n + 1}()\n    f${n + 1}(${n})\n`).join('')}f0()`,
    ],
    ['one long line', `x = "${'a'.repeat(1_900_000)}"`],
  ])('deep or large: %s', (_, text) => {
    const report = judge(`${IMPORT}${text}\n`);
    expect(report.findings.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  test('whatever bytes come, a verdict comes back', () => {
    fc.assert(
      fc.property(pythonWords(['__name__', '==', '"__main__"', 'recommend']), (text) => void judge(`${IMPORT}${text}`)),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void judge(`lenskit ${text}`)));
  });
});

describe('notebooks and documents', () => {
  const notebook = (...cells: string[]): string =>
    JSON.stringify({
      nbformat: 4,
      cells: [
        { cell_type: 'markdown', source: '# x' },
        ...cells.map((source) => ({ cell_type: 'code', source: source.split(/(?<=\n)/) })),
      ],
    });

  test('a notebook is fine as it is', async () => {
    const report = await judged(
      { '/a.ipynb': notebook(`%matplotlib inline\n${IMPORT}`, 'recommend(p, u)', '!ls\nrecommend?') },
      '/a.ipynb',
    );
    expect(report).toMatchObject({
      verdict: 'notebook',
      findings: [],
      why: 'a notebook: its workers import no script again',
    });
  });

  test('a comment that ends in a question is no help, and %env sets a variable', async () => {
    const cells = [
      'from lenskit.parallel import invoker',
      'def score(m, u):\n    return 1',
      'with invoker(m, score) as inv:  # is 4 enough?\n    pass',
    ];
    expect((await judged({ '/a.ipynb': notebook(...cells) }, '/a.ipynb')).findings).toMatchObject([{ cell: 3 }]);
    const alone = ['%env LK_NUM_PROCS=1\n', ...cells];
    expect((await judged({ '/a.ipynb': notebook(...alone) }, '/a.ipynb')).findings).toEqual([]);
  });

  test('but not what it defines and sends to workers', async () => {
    const report = await judged(
      {
        '/a.ipynb': notebook(
          'from lenskit.parallel import invoker',
          'x = 1\ndef score(model, user):\n    return 1\n',
          'with invoker(m, score) as inv:\n    pass',
        ),
      },
      '/a.ipynb',
    );
    expect(report.findings).toMatchObject([
      { id: 'script/notebook-function', level: 'warning', cell: 3, place: { line: 1, column: 6 } },
    ]);
    expect(report.findings[0]?.message).toMatch(/^score\(\) is defined in the notebook/);
    const component = await judged(
      {
        '/a.ipynb': notebook(
          `${IMPORT}from lenskit.pipeline import Component`,
          'class Mine(Component):\n    pass',
          'recommend(p, u)',
        ),
      },
      '/a.ipynb',
    );
    expect(component.findings).toMatchObject([{ id: 'script/notebook-function', cell: 2 }]);
  });

  test('Quarto runs as a notebook, Jupytext and marimo as scripts', async () => {
    const quarto = `---\ntitle: x\n---\n\`\`\`{python}\n#| echo: false\n${IMPORT}recommend(p, u)\n\`\`\`\n\n\`\`\`python\nnot run\n\`\`\`\n`;
    expect((await judged({ '/a.qmd': quarto }, '/a.qmd')).verdict).toBe('notebook');
    expect(judge(`# %%\n${IMPORT}# %% [markdown]\n# text\n# %%\nrecommend(p, u)\n`).verdict).toBe('unprotected');
    const marimo = `import marimo\napp = marimo.App()\n\n@app.cell\ndef __():\n    from lenskit.batch import recommend\n    recommend(p, u)\n    return\n\nif __name__ == "__main__":\n    app.run()\n`;
    expect(judge(marimo).findings).toEqual([]);
  });

  test('one that is none', async () => {
    for (const text of ['', '{', '[]', 'null', '{"cells": 3}'])
      expect((await judged({ '/a.ipynb': text }, '/a.ipynb')).verdict).toBe('skipped');
  });
});

describe('what is only put into something is not called', () => {
  const HEAD = 'from lenskit.batch import recommend\nimport pandas as pd\n\ndef main():\n    recommend(1, 1)\n\n';
  test.each([
    'x = list([main])',
    'x = set((main,))',
    "x = sorted({'a': main})",
    "STEPS = {'a': main}\nx = tuple(STEPS.items())",
    "STEPS = {'a': main}\nfor s in sorted(STEPS):\n    print(s)",
    'x = any([main])',
    'print(len([main]))',
    'x = pd.Series([main])',
  ])('%s', (line) => {
    expect(judge(`${HEAD}${line}\n`).verdict).not.toBe('unprotected');
  });
  test.each([
    'x = list(main() for _ in "a")',
    'x = sorted([1], key=lambda _: main())',
    'x = list(map(lambda _: main(), [1]))',
  ])('and what is taken runs: %s', (line) => {
    expect(judge(`${HEAD}${line}\n`).verdict).toBe('unprotected');
  });
});

test('thousands of names that nobody has bound do not hide what comes after them', () => {
  const lines = Array.from({ length: 2500 }, (_, n) => `x${n} = load(${n})`);
  expect(judge(`from lenskit.batch import recommend\n${lines.join('\n')}\nrecommend(x0, x1)\n`).verdict).toBe(
    'unprotected',
  );
});

describe('what Python runs where nobody looks for it', () => {
  const HEAD =
    'import contextlib, os, sys\nfrom enum import Enum\nfrom lenskit.batch import recommend\n\ndef work():\n    recommend(1, 1)\n\n';
  test.each([
    ['an exit that is suppressed', 'unprotected', 'with contextlib.suppress(SystemExit):\n    sys.exit(0)\nwork()'],
    [
      'an exit that something else does not suppress',
      'no parallelism',
      'with contextlib.suppress(OSError):\n    sys.exit(0)\nwork()',
    ],
    [
      'a number of jobs that was taken out',
      'unprotected',
      'o = {"n_jobs": 1, "n": 3}\no.pop("n_jobs")\nrecommend(1, 1, **o)',
    ],
    ['a number of jobs that was not', 'no parallelism', 'o = {"n_jobs": 1, "n": 3}\no.pop("n")\nrecommend(1, 1, **o)'],
    ['what a function says it returns', 'unprotected', 'def f() -> work():\n    pass'],
    ['what a parameter says it is', 'unprotected', 'def f(x: work()):\n    pass'],
    ['what a name says it is', 'unprotected', 'y: work()'],
    [
      'members of an enumeration',
      'unprotected',
      'class E(Enum):\n    A = 3\n    def __init__(self, n):\n        work()',
    ],
    ['the variable by its method', 'no parallelism', 'os.environ.__setitem__("LK_NUM_PROCS", "1")\nwork()'],
    ['the variable in a list of pairs', 'no parallelism', 'os.environ.update([("LK_NUM_PROCS", "1")])\nwork()'],
  ])('%s', (_, verdict, text) => {
    expect(judge(`${HEAD}${text}\n`).verdict).toBe(verdict);
  });

  test('annotations that wait are not run', () => {
    expect(
      judge(`from __future__ import annotations\n${HEAD}def f(x: work()) -> work():\n    pass\n`).verdict,
    ).not.toBe('unprotected');
  });

  test('a number of jobs that is one unless a variable says more: it may', () => {
    const [finding] = judge(`${HEAD}recommend(1, 1, n_jobs=int(os.environ.get("JOBS", 1)))\n`).findings;
    expect(finding?.level).toBe('warning');
    expect(judge(`${HEAD}recommend(1, 1, n_jobs=int(os.environ.get("JOBS", 4)))\n`).findings[0]?.level).toBe('error');
  });
});
