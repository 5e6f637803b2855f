import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Report } from '../../src/documents/doctor-report.ts';
import { FileSystemHost } from '../../src/host/filesystem.ts';
import type { PythonFacts } from '../../src/python/facts.ts';
import { observePython } from '../../src/python/observe.ts';
import { lk } from '../cli.ts';
import { type FileTree, withTree } from '../file-tree.ts';
import { interpreters } from './interpreters.ts';

/** The version that Python finds, and the code that it would import. */
const REAL = `
import importlib.metadata, importlib.util, json
try: version = importlib.metadata.version("lenskit")
except importlib.metadata.PackageNotFoundError: version = None
spec = importlib.util.find_spec("lenskit")
print(json.dumps([version, spec and spec.origin]))
`;

type Files = { [file: string]: string };

/** A LensKit in a folder: its code, and metadata where it has a version. */
const lenskit = (at: string, version: string | null): Files => ({
  [`${at}/lenskit/__init__.py`]: '',
  ...(version === null ? {} : metadata(at, version)),
});
const metadata = (at: string, version: string): Files => ({
  [`${at}/lenskit-${version}.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: lenskit\nVersion: ${version}\n`,
});

interface Case {
  rule: string;
  /** `SITE` is the virtual environment's folder, `USER` the user's, `BASE` that below `base`, `ROOT` all of it; the rest are below the working folder. */
  files: Files;
  env?: { [name: string]: string };
  version: string | null;
  /** The code that is imported, where its version is not known. */
  unversioned?: string;
  unread?: string[];
}

/** As `uv run --with` writes it (uv 0.13). */
const overlay = (...folders: string[]) =>
  `import site; ${folders.map((folder) => `site.addsitedir(__import__("os").fsdecode(b"${folder}"))`).join('; ')}`;

const CASES: Case[] = [
  ...['ROOT/here/fake', 'fake', './fake', 'x/../fake/', ':/nowhere:fake', 'nowhere::fake'].map((PYTHONPATH) => ({
    rule: `PYTHONPATH=${PYTHONPATH}`,
    files: { ...lenskit('fake', '2'), ...lenskit('SITE', '1') },
    env: { PYTHONPATH },
    version: '2',
  })),
  ...['.', '', ':', ':/nowhere', '/nowhere:', 'x::y'].map((PYTHONPATH) => ({
    rule: `an empty element of PYTHONPATH is the working folder, an empty PYTHONPATH none: ${JSON.stringify(PYTHONPATH)}`,
    files: { ...lenskit('.', '2'), ...lenskit('SITE', '1') },
    env: { PYTHONPATH },
    version: PYTHONPATH === '' ? '1' : '2',
  })),
  {
    rule: 'the first of two on PYTHONPATH',
    files: { ...lenskit('b', '2'), ...lenskit('a', '3') },
    env: { PYTHONPATH: 'b:a' },
    version: '2',
  },
  {
    rule: '~ is no home on PYTHONPATH',
    files: { 'ROOT/home/fake/lenskit-2.dist-info/METADATA': 'Version: 2\n' },
    env: { PYTHONPATH: '~/fake' },
    version: null,
  },
  {
    rule: 'no .pth is read on PYTHONPATH',
    files: { ...lenskit('more', '2'), 'p/x.pth': '../more\n' },
    env: { PYTHONPATH: 'p' },
    version: null,
  },
  {
    rule: 'but of a site folder that is on PYTHONPATH, too',
    files: { ...lenskit('ROOT/src', '2'), 'SITE/x.pth': 'ROOT/src\n' },
    env: { PYTHONPATH: 'SITE' },
    version: '2',
  },
  ...Object.entries({
    'an absolute folder': 'ROOT/src',
    'a relative one, below the site folder': '../src-beside',
    'white space at the end of a line': 'ROOT/src \t',
    'lines that end as on Windows': '# x\r\nROOT/src\r\n',
    'comments and empty lines': '# /x\n\n   \nROOT/src\n',
    'a folder that is not there before it': '/nowhere\nROOT/src',
    'the first of two': 'ROOT/src\nROOT/src-3\n',
    'one folder twice': 'ROOT/src\nROOT/src\nROOT/src-3\n',
    '.. that goes up before links are followed': 'ROOT/nowhere/../src',
  }).map(([rule, text]) => ({
    rule: `a .pth names ${rule}`,
    files: {
      ...lenskit('ROOT/src', '2'),
      ...lenskit('SITE/../src-beside', '2'),
      ...lenskit('ROOT/src-3', '3'),
      'SITE/x.pth': text,
    },
    version: '2',
  })),
  ...Object.entries({
    'a comment': '#ROOT/src',
    'white space before it': ' ROOT/src',
    'a file': 'ROOT/src/lenskit/__init__.py/',
    'a folder of which .pth files name others': 'ROOT/chain',
    nothing: '',
  }).map(([rule, text]) => ({
    rule: `a .pth adds no LensKit: ${rule}`,
    files: { ...lenskit('ROOT/src', '2'), 'ROOT/chain/y.pth': 'ROOT/src', 'SITE/x.pth': text },
    version: null,
    ...(rule === 'a file' ? { unread: ['archive'] } : {}),
  })),
  {
    rule: '.pth files are read in the order of their names',
    files: { ...lenskit('ROOT/a', '2'), ...lenskit('ROOT/b', '3'), 'SITE/b.pth': 'ROOT/b', 'SITE/B.pth': 'ROOT/a' },
    version: '2',
  },
  {
    rule: 'the site folder comes before what its .pth files add',
    files: { ...lenskit('ROOT/a', '2'), 'SITE/a.pth': 'ROOT/a', ...lenskit('SITE', '1') },
    version: '1',
  },
  {
    rule: 'other names are no .pth',
    files: { ...lenskit('ROOT/a', '2'), 'SITE/a.pth.bak': 'ROOT/a', 'SITE/a.PTH': 'ROOT/a' },
    version: null,
  },
  {
    rule: 'an editable install: metadata in the site folder, code elsewhere',
    files: { ...metadata('SITE', '2'), ...lenskit('ROOT/src', null), 'SITE/__editable__.lenskit-2.pth': 'ROOT/src\n' },
    version: '2',
  },
  {
    rule: 'an editable install whose .pth runs code',
    files: { ...metadata('SITE', '2'), 'SITE/__editable___lenskit_2_finder.pth': 'import os; os.getcwd()\n' },
    version: '2',
  },
  {
    rule: "setuptools' old develop: metadata beside the code",
    files: {
      'ROOT/src/lenskit.egg-info/PKG-INFO': 'Metadata-Version: 2.1\nName: lenskit\nVersion: 2\n',
      'ROOT/src/lenskit/__init__.py': '',
      'SITE/easy-install.pth': 'ROOT/src\n',
    },
    version: '2',
  },
  {
    rule: 'a .pth that runs code may add folders, which is said',
    files: {
      ...lenskit('ROOT/src', '2'),
      'SITE/x.pth': 'import _virtualenv\nimport sys\nROOT/nowhere\nimport\tos\n',
      'SITE/_virtualenv.py': '',
    },
    version: null,
    unread: ['code'],
  },
  {
    rule: "what is known of setuptools' and virtualenv's is not said",
    files: {
      'SITE/_virtualenv.py': '',
      'SITE/_virtualenv.pth': 'import _virtualenv',
      'SITE/_distutils_hack/__init__.py': 'def add_shim(): pass',
      'SITE/distutils-precedence.pth':
        "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack').add_shim(); ",
    },
    version: null,
  },
  {
    rule: 'code of a .pth after the LensKit that is found changes nothing',
    files: { ...lenskit('SITE', '1'), 'SITE/x.pth': 'import sys\n' },
    version: '1',
  },
  {
    rule: 'a checkout on PYTHONPATH hides the code of the environment, and not its metadata',
    files: { ...lenskit('checkout', null), ...lenskit('SITE', '1') },
    env: { PYTHONPATH: 'checkout' },
    version: '1',
    unversioned: 'checkout/lenskit/__init__.py',
  },
  {
    rule: 'a checkout on PYTHONPATH hides another that is installed to be edited',
    files: {
      ...lenskit('checkout', null),
      ...metadata('SITE', '1'),
      ...lenskit('ROOT/src', null),
      'SITE/x.pth': 'ROOT/src',
    },
    env: { PYTHONPATH: 'checkout' },
    version: '1',
    unversioned: 'checkout/lenskit/__init__.py',
  },
  {
    rule: 'the checkout on PYTHONPATH that is installed to be edited hides nothing',
    files: { ...metadata('SITE', '1'), ...lenskit('checkout', null), 'SITE/x.pth': 'ROOT/here/checkout' },
    env: { PYTHONPATH: 'checkout' },
    version: '1',
  },
  {
    rule: 'a folder without __init__.py hides nothing',
    files: { 'checkout/lenskit/data.txt': '', ...lenskit('SITE', '1') },
    env: { PYTHONPATH: 'checkout' },
    version: '1',
  },
  {
    rule: 'a checkout alone is imported, its version not known',
    files: lenskit('checkout', null),
    env: { PYTHONPATH: 'checkout' },
    version: null,
    unversioned: 'checkout/lenskit/__init__.py',
  },
  {
    rule: 'the user’s folder below a relative PYTHONUSERBASE',
    files: lenskit('BASE', '2'),
    env: { PYTHONUSERBASE: 'base' },
    version: '2',
  },
  {
    rule: 'a .pth of the user’s folder',
    files: { 'USER/x.pth': 'ROOT/src', ...lenskit('ROOT/src', '2') },
    version: '2',
  },
  {
    rule: 'the virtual environment’s .pth comes before the user’s folder',
    files: { 'SITE/x.pth': 'ROOT/src', ...lenskit('ROOT/src', '2'), ...lenskit('USER', '3') },
    version: '2',
  },
  {
    rule: 'uv run --with adds its own folder and the project’s',
    files: { 'SITE/_uv_ephemeral_overlay.pth': overlay('ROOT/tool', 'ROOT/env'), ...lenskit('ROOT/env', '3') },
    version: '3',
  },
  {
    rule: 'a folder that it adds comes with its .pth files, before the next',
    files: {
      'SITE/_uv_ephemeral_overlay.pth': overlay('ROOT/tool', 'ROOT/env'),
      'ROOT/tool/x.pth': 'ROOT/src',
      ...lenskit('ROOT/src', '2'),
      ...lenskit('ROOT/env', '3'),
    },
    version: '2',
  },
  {
    rule: 'folders that add each other end',
    files: {
      'SITE/_uv_ephemeral_overlay.pth': overlay('ROOT/tool'),
      'ROOT/tool/x.pth': overlay('ROOT/tool', 'ROOT/env'),
      ...lenskit('ROOT/env', '3'),
    },
    version: '3',
  },
  {
    rule: 'a line that does more than add folders is code',
    files: { 'SITE/x.pth': `${overlay('ROOT/tool')}; x = 1` },
    version: null,
    unread: ['code'],
  },
];

const found = interpreters();

describe.each(found)('which LensKit %s imports', (interpreter) => {
  let root = '';
  let python = '';
  let version = '';
  let places: { [name: string]: string } = {};

  beforeAll(() => {
    root = mkdtempSync(path.join(tmpdir(), 'lk-import-'));
    for (const name of ['here', 'script', 'home']) mkdirSync(path.join(root, name));
    execFileSync(interpreter, ['-m', 'venv', '--without-pip', '--system-site-packages', path.join(root, 'venv')]);
    python = path.join(root, 'venv/bin/python3');
    writeFileSync(path.join(root, 'script/real.py'), REAL);
    version = execFileSync(python, ['-c', 'import platform; print(platform.python_version())'], {
      encoding: 'utf8',
    }).trim();
    const library = `lib/python${version.split('.').slice(0, 2).join('.')}/site-packages`;
    places = {
      SITE: path.join(root, 'venv', library),
      USER: path.join(root, 'home/.local', library),
      BASE: path.join(root, 'here/base', library),
      ROOT: root,
    };
  }, 60_000);

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const placed = (text: string) => text.replace(/SITE|USER|BASE|ROOT/g, (name) => places[name] ?? name);

  /** What Python says and what is read, with these files, which are gone afterwards. */
  function both(files: Files, env: { [name: string]: string } = {}) {
    const here = path.join(root, 'here');
    const before = Object.fromEntries(
      [root, path.join(root, 'venv'), path.join(root, 'home'), here, places.SITE ?? ''].map((at) => [
        at,
        new Set(readdirSync(at)),
      ]),
    );
    const beside = path.dirname(places.SITE ?? '');
    try {
      for (const [file, text] of Object.entries(files)) {
        const at = path.resolve(here, placed(file));
        mkdirSync(path.dirname(at), { recursive: true });
        writeFileSync(at, placed(text));
      }
      const all = {
        PATH: '/usr/bin:/bin',
        HOME: path.join(root, 'home'),
        PYTHONUTF8: '1',
        PYTHONDONTWRITEBYTECODE: '1',
        ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, placed(value)])),
      };
      const said = execFileSync(python, [path.join(root, 'script/real.py')], { env: all, cwd: here, encoding: 'utf8' });
      const [real, code] = JSON.parse(said) as [string | null, string | null];
      const options = { root: '/', platform: 'linux', env: all, cwd: here, home: all.HOME, live: false };
      return { real, code, facts: observePython(new FileSystemHost(options), python) };
    } finally {
      for (const [at, names] of Object.entries(before))
        for (const name of readdirSync(at)) if (!names.has(name)) rmSync(path.join(at, name), { recursive: true });
      rmSync(path.join(beside, 'src-beside'), { recursive: true, force: true });
    }
  }

  test.each(CASES)('$rule', ({ files, env, version: expected, unversioned, unread = [] }) => {
    const { real, code, facts } = both(files, env);
    expect(real).toBe(expected);
    expect(facts.lenskit?.version ?? null).toBe(expected);
    expect(facts.packages.lenskit ?? null).toBe(
      Object.keys(files).some((file) => file.includes('.egg-info')) ? null : expected,
    );
    // The interpreter's own folder may have more.
    const ours = facts.unread.filter(({ file }) => file.startsWith(root));
    expect(ours.map(({ what }) => what)).toEqual(unread);
    expect(facts.unversioned?.file ?? null).toBe(unversioned ? path.join(root, 'here', unversioned) : null);
    if (unversioned) expect(code).toBe(facts.unversioned?.file);
  });

  test('zips on PYTHONPATH, and folders in them, are said not to be looked into', () => {
    const zipped = (at: string) => `import zipfile; z = zipfile.ZipFile(${JSON.stringify(at)}, "w"); `;
    const at = path.join(root, 'fake.zip');
    const script = `${zipped(at)}z.writestr("lenskit/__init__.py", ""); z.writestr("lib/lenskit/__init__.py", ""); z.writestr("lenskit-2.dist-info/METADATA", "Name: lenskit\\nVersion: 2\\n"); z.close()`;
    execFileSync(python, ['-c', script]);
    for (const PYTHONPATH of ['../fake.zip', '../fake.zip/lib']) {
      const { code, facts } = both(lenskit('SITE', '1'), { PYTHONPATH });
      expect(code?.startsWith(`${at}/`)).toBe(true);
      expect(facts.lenskit?.version).toBe('1');
      expect(facts.unread).toEqual([{ file: at, what: 'archive', why: expect.any(String) }]);
    }
    const { real, facts } = both({ ...lenskit('first', '3') }, { PYTHONPATH: 'first:../fake.zip' });
    expect([real, facts.lenskit?.version, facts.unread]).toEqual(['3', '3', []]);
  });

  test('files that begin with a dot, as this version has it', () => {
    const { real, facts } = both({ ...lenskit('ROOT/src', '2'), 'SITE/.x.pth': 'ROOT/src' });
    // Debian's patched 3.11.2 may have it, too.
    if (!interpreter.startsWith('/usr/')) expect(facts.lenskit?.version ?? null).toBe(real);
  });

  const line = fc.oneof(
    fc.constantFrom(
      'ROOT/a',
      'ROOT/b',
      'ROOT/c',
      '../../../../a',
      './../../../../b/',
      'ROOT/nowhere',
      '',
      ' ',
      '#ROOT/a',
    ),
    fc.constantFrom(
      'ROOT/a ',
      ' ROOT/b',
      'ROOT/c\t',
      'import os',
      'import\tos',
      'imports',
      'ROOT/a\u2028',
      '\ufeffROOT/a',
      'ROOT/a\fROOT/b',
      '\u00e9',
    ),
  );
  const text = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r', '\n\n')), { maxLength: 5 })
    .map((lines) => lines.flat().join(''));
  const names = fc.constantFrom('a.pth', 'B.pth', '_x.pth', '\u00e9.pth', '0.pth', 'x.pth~', '.pth', 'USER/u.pth');

  test('whatever .pth files and PYTHONPATH say', () => {
    fc.assert(
      fc.property(
        fc.dictionary(names, text, { maxKeys: 3 }),
        fc.option(fc.array(fc.constantFrom('', '.', '../c', 'ROOT/b', 'x'), { maxLength: 2 }), { freq: 2 }),
        fc.boolean(),
        (files, paths, own) => {
          const hidden = '.pth' in files && interpreter.startsWith('/usr/');
          fc.pre(!hidden);
          const { real, facts } = both(
            {
              ...lenskit('ROOT/a', '1'),
              ...lenskit('ROOT/b', '2'),
              ...lenskit('ROOT/c', '3'),
              ...(own ? lenskit('USER', '4') : {}),
              ...Object.fromEntries(
                Object.entries(files).map(([name, of]) => [name.startsWith('USER') ? name : `SITE/${name}`, of]),
              ),
            },
            paths === null ? {} : { PYTHONPATH: paths.join(':') },
          );
          expect(facts.lenskit?.version ?? null).toBe(real);
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);
});

test('what is said of a copied machine is said of its snapshot', async () => {
  const files = {
    '/e/pyvenv.cfg': 'home = /usr/bin\nversion_info = 3.11.7\n',
    '/e/bin/python3': '',
    '/e/lib/python3.11/site-packages/lenskit/__init__.py': '',
    '/e/lib/python3.11/site-packages/lenskit-2025.6.3.dist-info/METADATA': 'Version: 2025.6.3\n',
    '/checkout/lenskit/__init__.py': '',
    '/x.zip': '',
    '/snapshots/x': '',
  };
  await withTree(files, (root) => {
    for (const [PYTHONPATH, title] of [
      ['/checkout', 'a LensKit without metadata of PYTHONPATH hides the one that is installed, 2025.6.3'],
      ['/x.zip', 'LensKit 2025.6.3 is imported, unless what comes before it has another: /x.zip'],
    ] as const) {
      const snapshot = path.join(root, `snapshots/${title.length}.json`);
      const there = ['doctor', '--sysroot', root, '--python', '/e', '--snapshot', snapshot, '--fail-on', 'never'];
      for (const args of [there, ['doctor', '--from', snapshot, '--fail-on', 'never']]) {
        const report = JSON.parse(lk([...args, '--json'], { env: { PYTHONPATH } }).stdout) as Report;
        expect(report.checks.find(({ id }) => id === 'python/hidden-lenskit')?.title).toBe(title);
      }
    }
  });
});

const SITE = '/e/lib/python3.11/site-packages';

function observed(files: FileTree, version = '3.11.7', env: { [name: string]: string } = {}): Promise<PythonFacts> {
  const all = {
    '/e/pyvenv.cfg': `home = /usr/bin\nversion_info = ${version}\n`,
    '/e/bin/python3': '',
    [`/e/lib/python${version.split('.').slice(0, 2).join('.')}/site-packages/x`]: '',
    ...files,
  };
  return withTree(all, (root) =>
    observePython(new FileSystemHost({ root, platform: 'linux', env, cwd: '/w', home: '', live: false }), '/e'),
  );
}

const DIST = 'lenskit-2.dist-info/METADATA';

/** CPython's changelogs: gh-113659. */
test.each([
  ['3.8.18', true],
  ['3.8.19', false],
  ['3.9.18', true],
  ['3.9.19', false],
  ['3.10.13', true],
  ['3.10.14', false],
  ['3.11.7', true],
  ['3.11.8', false],
  ['3.12.1', true],
  ['3.12.2', false],
  ['3.13.0', false],
  ['3.14.0', false],
  ['3.11', false],
])('Python %s reads .x.pth: %s', async (version, reads) => {
  const site = `/e/lib/python${version.split('.').slice(0, 2).join('.')}/site-packages`;
  const { lenskit } = await observed({ [`${site}/.x.pth`]: '/src', [`/src/${DIST}`]: 'Version: 2\n' }, version);
  expect(lenskit?.version ?? null).toBe(reads ? '2' : null);
});

describe('bounds', () => {
  const many = (count: number, one: (n: number) => [string, string]): FileTree =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => one(n)));

  test.each<[string, FileTree]>([
    ['too many files', many(300, (n) => [`${SITE}/${String(n).padStart(3, '0')}.pth`, n === 299 ? '/src' : '#'])],
    ['too many lines', { [`${SITE}/x.pth`]: `${'#\n'.repeat(2000)}/src` }],
    ['a file that is too large', { [`${SITE}/x.pth`]: `${'#'.repeat(70_000)}\n/src` }],
    ['a folder', { [`${SITE}/x.pth/y`]: '' }],
    ['not UTF-8', { [`${SITE}/x.pth`]: Buffer.from([0xff, 0x0a]) }],
    ['too many folders', { [`${SITE}/x.pth`]: `${Array.from({ length: 300 }, (_, n) => `/f/${n}\n`).join('')}/src` }],
  ])('%s: not read, which is said', async (_, files) => {
    const facts = await observed({ ...files, [`/src/${DIST}`]: 'Version: 2\n' });
    expect(facts.lenskit).toBeNull();
    expect(facts.unread).toEqual([
      { file: expect.stringMatching(/^\/e\//), what: 'not read', why: expect.any(String) },
    ]);
  });

  test('links stay below the root of a copied machine', async () => {
    const facts = await observed({ [`${SITE}/x.pth`]: '../../../../../../../src', [`/src/${DIST}`]: 'Version: 2\n' });
    expect(facts.lenskit).toEqual({ version: '2', file: `/src/${DIST}` });
  });

  test('a PYTHONPATH of 120,000 characters', async () => {
    const { unread } = await observed({ '/w/a': '' }, '3.11.7', { PYTHONPATH: 'a/b:'.repeat(30_000) });
    expect(unread).toEqual([expect.objectContaining({ file: '/w/a', what: 'archive' })]);
  });
});
