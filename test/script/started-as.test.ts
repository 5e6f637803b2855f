import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { thisMachine } from '../../src/host/open.ts';
import { checkScripts, checkText } from '../../src/script/check.ts';
import type { ScriptReport } from '../../src/script/judge.ts';
import { loadParser } from '../../src/script/parse.ts';
import { type FileTree, withTree } from '../file-tree.ts';

beforeAll(loadParser);

const reader = thisMachine();
const IMPORT = 'from lenskit.batch import recommend\n';
const judge = (text: string, python: string | null = null): ScriptReport =>
  checkText('/nowhere/job.py', IMPORT + text, { reader, spawns: true, python });

describe('a script is judged as it runs without options', () => {
  const ARGPARSE = 'import argparse\nparser = argparse.ArgumentParser()\n';
  const CLICK = 'import click\n@click.command()\n';
  test.each([
    [`${ARGPARSE}parser.add_argument("--jobs")\nrecommend(p, u, n_jobs=parser.parse_args().jobs or 1)`],
    [`${ARGPARSE}parser.add_argument("-j", "--n-jobs", default=1)\nrecommend(p, u, n_jobs=parser.parse_args().n_jobs)`],
    [`${ARGPARSE}parser.add_argument("--jobs", default=1)\nrecommend(p, u, n_jobs=vars(parser.parse_args())["jobs"])`],
    [`${CLICK}@click.option("--jobs", default=1)\ndef main(jobs):\n    recommend(p, u, n_jobs=jobs)\nmain()`],
    ['import sys\nrecommend(p, u, n_jobs=int(sys.argv[1]) if len(sys.argv) > 1 else 1)'],
  ])('one process, and more only where they are asked for: %s', (text) => {
    const { verdict, findings } = judge(`${text}\n`);
    expect([verdict, findings.map(({ id, level }) => [id, level])]).toEqual([
      'no parallelism',
      [['script/import-unprotected', 'info']],
    ]);
    expect(findings[0]?.message).toMatch(/where the command line asks for more than one process/);
  });

  test.each([
    [`${ARGPARSE}parser.add_argument("--jobs")\nrecommend(p, u, n_jobs=parser.parse_args().jobs)`, 'error'],
    [`${ARGPARSE}parser.add_argument("--jobs", default=4)\nrecommend(p, u, n_jobs=parser.parse_args().jobs)`, 'error'],
    [`${CLICK}@click.option("--jobs", default=2)\ndef main(jobs):\n    recommend(p, u, n_jobs=jobs)\nmain()`, 'error'],
    ['import sys\nrecommend(p, u, n_jobs=int(sys.argv[1]) if len(sys.argv) > 1 else 2)', 'error'],
    ['recommend(p, u, n_jobs=load("config")["jobs"])', 'warning'],
    ['import sys\nif len(sys.argv) > 1:\n    recommend(p, u)', 'warning'],
  ])('more than one, or nobody knows: %s', (text, level) => {
    const { verdict, findings } = judge(`${text}\n`);
    expect([verdict, findings[0]?.level]).toEqual(['unprotected', level]);
  });

  test('what a condition leaves of a name', () => {
    const before = `${ARGPARSE}parser.add_argument("--jobs")\nargs = parser.parse_args()\njobs = args.jobs\n`;
    for (const text of [
      'if jobs is None:\n    jobs = 1\n',
      'if not jobs:\n    jobs = 1\n',
      'jobs = 1 if jobs is None else jobs\n',
      'jobs = jobs if jobs else 1\n',
      'if args.jobs is None:\n    args.jobs = 1\njobs = args.jobs\n',
      'if jobs:\n    pass\nelif jobs is None:\n    jobs = 1\n',
    ])
      expect([text, judge(`${before}${text}recommend(p, u, n_jobs=jobs)\n`).verdict]).toEqual([text, 'no parallelism']);
    expect(judge(`${before}if jobs is None:\n    jobs = 2\nrecommend(p, u, n_jobs=jobs)\n`).verdict).toBe(
      'unprotected',
    );
    expect(judge(`${before}if jobs is not None:\n    jobs = 1\nrecommend(p, u, n_jobs=jobs)\n`).verdict).toBe(
      'unprotected',
    );
  });
});

test('annotations run nothing from Python 3.14 on', () => {
  const text = 'def f(x: recommend(p, u)):\n    pass\n';
  expect(['3.13.1', '3.14.0', '3.14', null].map((python) => judge(text, python).verdict)).toEqual([
    'unprotected',
    'no parallelism',
    'no parallelism',
    'unprotected',
  ]);
});

describe('packages that were installed', () => {
  const RUNS = `${IMPORT}def run():\n    recommend(p, u)\n`;
  const METADATA = (requires: string): string =>
    `Metadata-Version: 2.1\nName: labtools\n${requires}\n\nRequires-Dist: x\n`;
  const site = (environment: string, requires: string, code = RUNS): FileTree => ({
    [`/${environment}/pyvenv.cfg`]: 'home = /usr/bin\n',
    [`/${environment}/lib/python3.12/site-packages/labtools/__init__.py`]: code,
    [`/${environment}/lib/python3.12/site-packages/labtools-1.0.dist-info/METADATA`]: METADATA(requires),
    [`/${environment}/lib/python3.12/site-packages/labtools-1.0.dist-info/RECORD`]: 'labtools/__init__.py,,\n',
  });
  const JOB = { '/project/pyproject.toml': '', '/project/scripts/job.py': 'import labtools\nlabtools.run()\n' };
  const verdictOf = (files: FileTree, asked: readonly string[] = []): Promise<string | undefined> =>
    withTree({ ...JOB, ...files }, async (root) => {
      const sites = asked.map((one) => path.join(root, one));
      const reports = await checkScripts([path.join(root, 'project/scripts/job.py')], { reader, spawns: true, sites });
      return reports[0]?.verdict;
    });
  const SITE = 'other/lib/python3.12/site-packages';

  test("and are made for LensKit are followed: in the project's own environment, else in the one that was asked about", async () => {
    expect(await verdictOf({})).toBe('no parallelism');
    expect(await verdictOf(site('project/.venv', 'Requires-Dist: lenskit>=2025.1'))).toBe('unprotected');
    expect(await verdictOf(site('project/venv', 'Requires-Dist: lenskit (>=2025.1)'))).toBe('unprotected');
    expect(await verdictOf(site('other', 'Requires-Dist: lenskit'), [SITE])).toBe('unprotected');
    const both = { ...site('project/.venv', 'Requires-Dist: pandas'), ...site('other', 'Requires-Dist: lenskit') };
    expect(await verdictOf(both, [SITE])).toBe('no parallelism');
  });

  test('and others are not', async () => {
    for (const requires of ['Requires-Dist: pandas', 'Requires-Dist: lenskit-doctor', 'Summary: lenskit'])
      expect(await verdictOf(site('project/.venv', requires))).toBe('no parallelism');
  });

  test('an editable install lies where its path file says', () =>
    withTree({ '/src/labtools.py': RUNS }, async (lab) => {
      const { '/project/.venv/lib/python3.12/site-packages/labtools/__init__.py': _, ...files } = site(
        'project/.venv',
        'Requires-Dist: lenskit',
      );
      const editable = '/project/.venv/lib/python3.12/site-packages/__editable__.labtools.pth';
      expect(await verdictOf(files)).toBe('no parallelism');
      expect(await verdictOf({ ...files, [editable]: `import x\n${lab}/src\n` })).toBe('unprotected');
    }));
});

describe('what the main process leaves to its workers', () => {
  const guard = 'if __name__ == "__main__":\n    recommend(p, u)\n';
  test.each([
    ['import os\nif "X" not in os.environ:\n    os.environ["X"] = "1"\n    recommend(p, u)\n', 'protected'],
    ['import os\nif y:\n    os.environ["X"] = "1"\nif "X" not in os.environ:\n    recommend(p, u)\n', 'unprotected'],
    ['import os\nif os.path.exists("a"):\n    exit()\nopen("a", "w")\n', 'guard ends workers'],
    ['import os\nif y:\n    open("a", "w")\nif os.path.exists("a"):\n    exit()\n', 'repeats work'],
    ['try:\n    open("a", "x")\nexcept OSError:\n    exit()\n', 'guard ends workers'],
    ['try:\n    open("a", "x")\nexcept OSError:\n    pass\n', 'protected'],
    ['try:\n    open("a", "x")\nexcept KeyError:\n    exit()\n', 'guard ends workers'],
  ])('%s', (text, verdict) => {
    expect(judge(text.includes('recommend') ? text : text + guard).verdict).toBe(verdict);
  });
});
