import { chmodSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { thisMachine } from '../../src/host/open.ts';
import { Projects } from '../../src/project/nearest.ts';
import { readSettings } from '../../src/project/settings.ts';
import { type FileTree, withTree } from '../file-tree.ts';

const OWN = '/p/.lenskit-doctor.toml';
const PYPROJECT = '/p/pyproject.toml';

describe('the settings of a project', () => {
  test('from either file', () => {
    const one = readSettings('exclude = ["build"]\ninclude = ["*.pyw"]\n', OWN);
    const other = readSettings('[tool.lenskit-doctor]\nexclude = ["build"]\ninclude = ["*.pyw"]\n', PYPROJECT);
    for (const settings of [one, other]) {
      expect(settings?.exclude?.some((glob) => glob.matches('/p/a/build'))).toBe(true);
      expect(settings?.include?.some((glob) => glob.matches('/p/a/x.pyw'))).toBe(true);
    }
    expect(readSettings('', OWN)).toEqual({
      file: OWN,
      exclude: null,
      include: null,
      'force-exclude': null,
      skip: null,
      'fail-on': null,
      python: null,
      lines: {},
    });
  });

  test('what lk doctor obeys, with the lines', () => {
    const text = `[tool.lenskit-doctor]
skip = ["cpu/throttled", { check = "gpu", reason = " one GPU by design " }, { check = "ray", reason = "" }]
fail-on = "warn"
python = "../venv"
`;
    expect(readSettings(text, PYPROJECT)).toMatchObject({
      skip: [
        { check: 'cpu/throttled', reason: null },
        { check: 'gpu', reason: 'one GPU by design' },
        { check: 'ray', reason: null },
      ],
      'fail-on': 'warn',
      python: '/venv',
      lines: { skip: 2, 'fail-on': 3, python: 4 },
    });
    expect(readSettings('[[skip]]\ncheck = "gpu"\nreason = "x"\n', OWN)?.skip).toEqual([{ check: 'gpu', reason: 'x' }]);
    expect(readSettings('python = "/e/bin/python"\n', OWN)?.python).toBe('/e/bin/python');
  });

  test('a pyproject.toml that does not speak of lk says nothing, and may be broken', () => {
    expect(readSettings('[tool.ruff]\nexclude = 3\n', PYPROJECT)).toBeNull();
    expect(readSettings('name = "lenskit-doctor"\n', PYPROJECT)).toBeNull();
    expect(readSettings('][', PYPROJECT)).toBeNull();
  });

  test.each([
    ['exlude = []', OWN, '/p/.lenskit-doctor.toml, line 1: there is no exlude; did you mean exclude?'],
    [
      '[tool.lenskit-doctor]\nexclude = []\ncolour = "red"\n',
      PYPROJECT,
      '/p/pyproject.toml, line 3: there is no colour; there are exclude, include, force-exclude, skip, fail-on, python',
    ],
    [
      '[tool.lenskit_doctor]\nexclude = []\n',
      PYPROJECT,
      '/p/pyproject.toml: there is no tool.lenskit_doctor; did you mean tool.lenskit-doctor?',
    ],
    [
      '[tool.lenskit-doctor]\nexclude = []\n',
      OWN,
      '/p/.lenskit-doctor.toml: [tool.lenskit-doctor] is for pyproject.toml; here its keys stand without that line',
    ],
    ['exclude = "x"', OWN, 'line 1: exclude: "x" is no list; write ["build", "old/*.py"]'],
    ['\ninclude = [1]', OWN, 'line 2: include: 1 is no text; write "build"'],
    ['exclude = ["[x"]', OWN, 'line 1: exclude: "[x" is no pattern: a [ without its ]'],
    ['force-exclude = 1', OWN, 'line 1: force-exclude: 1 is neither true nor false'],
    ['exclude = [', OWN, 'line 1: no TOML: '],
    ['skp = []', OWN, 'line 1: there is no skp; did you mean skip?'],
    ['skip = "gpu"', OWN, 'line 1: skip: "gpu" is no list; write ["cpu/throttled", { check ='],
    ['skip = [1]', OWN, 'line 1: skip: 1 is no check; write'],
    ['skip = [{ chek = "gpu" }]', OWN, 'line 1: skip: there is no chek; did you mean check?'],
    ['skip = [{ reason = "x" }]', OWN, 'skip: {reason: "x"} names no check; write { check = "gpu/shared-model" }'],
    ['skip = [{ check = "gpu", reason = 1 }]', OWN, 'skip: the reason 1 is no text; write reason ='],
    ['fail-on = "wran"', OWN, 'line 1: fail-on: "wran" is no level; did you mean warn?'],
    ['fail-on = true', OWN, 'line 1: fail-on: True is no level; write one of fail, warn, never'],
    ['python = ""', OWN, 'line 1: python: "" is no path; write ".venv" or'],
    ['python = ["x"]', OWN, 'line 1: python: ["x"] is no path'],
    ['[tool]\nlenskit-doctor = 3', PYPROJECT, 'tool.lenskit-doctor is no table; write [tool.lenskit-doctor]'],
    ['__proto__ = 1', OWN, 'there is no __proto__'],
  ])('%j in %s is wrong', (text, file, message) => expect(() => readSettings(text, file)).toThrow(message));

  test('the nearest applies, alone; in one folder .lenskit-doctor.toml', () => {
    const tree: FileTree = {
      '/pyproject.toml': '[tool.lenskit-doctor]\nexclude = ["a"]\n',
      '/b/pyproject.toml': '[project]\nname = "b"\n',
      '/b/c/.lenskit-doctor.toml': 'include = ["x"]\n',
      '/b/c/pyproject.toml': '[tool.lenskit-doctor]\nexclude = ["y"]\n',
      '/b/c/d/x.py': '',
    };
    return withTree(tree, (root) => {
      const projects = new Projects(thisMachine());
      const file = (folder: string) => projects.nearest(path.join(root, folder))?.file.slice(root.length);
      expect([file('b'), file('b/c/d'), file('b/c'), file('.')]).toEqual([
        '/pyproject.toml',
        '/b/c/.lenskit-doctor.toml',
        '/b/c/.lenskit-doctor.toml',
        '/pyproject.toml',
      ]);
      expect(projects.nearest('/nowhere/at/all')).toBeNull();
    });
  });

  test('what is not UTF-8 or too large is named', () =>
    withTree(
      { '/.lenskit-doctor.toml': Buffer.from([0x23, 0xff]), '/d/pyproject.toml': ' '.repeat(1_100_000) },
      (root) => {
        chmodSync(root, 0o755);
        expect(() => new Projects(thisMachine()).nearest(root)).toThrow('.lenskit-doctor.toml: not UTF-8');
        expect(() => new Projects(thisMachine()).nearest(path.join(root, 'd'))).toThrow('pyproject.toml: larger than');
      },
    ));
});
