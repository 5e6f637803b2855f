// Builds dist/: the program as CommonJS files that start fast, and the library as an ES module.
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import esbuild from 'esbuild';
import { CACHED } from '../bin/load.cjs';
import { bundledPackages, notices } from '../packaging/notices/licences.mjs';
import { lazyRequires, OCLIF, oclifApart } from './build/oclif.mjs';
import { absentPackages, gathering, RARE_CONTENTS, rarePackages, toldColours } from './build/packages.mjs';

/**
 * Measuring and reading Python are as large as the rest, comparing needs half of it, and a project's settings, text and what
 * `--verbose` adds are not for every run: each of these, `src/commands/NAME/run.ts`, is a file of its own, loaded where
 * it is used.
 */
const SEPARATE = ['bench', 'check', 'compare', 'completion', 'details', 'live', 'nodes', 'settings', 'text'];
/** Of them, what has threads of its own: `worker.ts` beside it. */
const WITH_WORKER = ['check', 'compare', 'nodes'];

const separateFiles = {
  name: 'separate-files',
  setup(build) {
    build.onResolve({ filter: /\/run\.ts$/ }, ({ path, kind, resolveDir }) => {
      const folder = /commands[\\/](\w+)[\\/]run\.ts$/.exec(join(resolveDir, path))?.[1];
      return kind === 'dynamic-import' && SEPARATE.includes(folder)
        ? { path: `./${folder}.cjs`, external: true }
        : null;
    });
  },
};

/** Entries that gather parts of packages, by the names of their files in dist/. */
const GATHERED = {
  oclif: OCLIF.map((part) => `export * as ${part} from '@oclif/core/${part}';`).join('\n'),
  ...RARE_CONTENTS,
};

rmSync('dist', { recursive: true, force: true });

const common = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  legalComments: 'none',
  metafile: true,
};

/** The files of the program, by their names in dist/. */
const PROGRAM = Object.fromEntries([
  ['cli', 'src/cli.ts'],
  ...SEPARATE.map((name) => [name, `src/commands/${name}/run.ts`]),
  ...WITH_WORKER.map((name) => [`${name}-worker`, `src/commands/${name}/worker.ts`]),
  ...Object.keys(GATHERED).map((name) => [name, `gathered:${name}`]),
]);

const ofProgram = {
  ...common,
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minify: true,
  alias: {
    // Its ES module asks for import.meta, which CommonJS has not.
    tinyglobby: './node_modules/tinyglobby/dist/index.cjs',
    // The one for Node wants a package that draws pixels, where there is one; SVG needs none.
    'vega-canvas': './node_modules/vega-canvas/build/vega-canvas.browser.js',
  },
  // systeminformation reads kernel statistics so, on Solaris only.
  logOverride: { 'require-resolve-not-external': 'silent' },
  plugins: [gathering(GATHERED), lazyRequires, oclifApart, separateFiles, rarePackages, absentPackages, toldColours],
};
const entries = (isWanted) => Object.fromEntries(Object.entries(PROGRAM).filter(([name]) => isWanted(name)));
const program = [
  await esbuild.build({ ...ofProgram, entryPoints: entries((name) => !CACHED.includes(name)) }),
  await esbuild.build({
    ...ofProgram,
    entryPoints: entries((name) => CACHED.includes(name)),
    // A script that comes from the code cache has no import() of its own (bin/load.cjs).
    supported: { 'dynamic-import': false },
  }),
];

for (const file of CACHED.map((name) => `dist/${name}.cjs`)) {
  // bin/load.cjs reads them as ASCII: esbuild leaves other letters in tagged templates and regular expressions.
  const text = readFileSync(file, 'utf8').replace(
    /[^\0-\x7f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // What the code cache is told apart by (bin/load.cjs).
  writeFileSync(file, `//${createHash('sha256').update(text, 'latin1').digest('hex')}\n${text}`, 'latin1');
}

// The grammar and its interpreter, as WebAssembly; development packages, so that nobody's install compiles them. Its
// JavaScript is a file of its own: when its memory is used up, it is loaded once more.
for (const file of [
  'web-tree-sitter/web-tree-sitter.cjs',
  'web-tree-sitter/web-tree-sitter.wasm',
  'tree-sitter-python/tree-sitter-python.wasm',
])
  copyFileSync(`node_modules/${file}`, `dist/${basename(file)}`);

/** The sources say `__dirname`, as in CommonJS: the tests and the program are that. */
const dirname = `import { fileURLToPath as __fileURLToPath } from 'node:url';
const __dirname = __fileURLToPath(new URL('.', import.meta.url));`;

// The library, and its worker threads, which the program starts as well.
const library = await esbuild.build({
  ...common,
  entryPoints: { index: 'src/index.ts', 'invoker-worker': 'src/invoker/worker.ts' },
  format: 'esm',
  banner: { js: dirname },
  plugins: [rarePackages],
});

/** The packages whose files are copied as they are. */
const COPIED = ['node_modules/web-tree-sitter', 'node_modules/tree-sitter-python'];
const packages = bundledPackages([...program, library].map(({ metafile }) => metafile));
writeFileSync('dist/THIRD-PARTY-NOTICES.txt', notices([...packages, ...COPIED]));
