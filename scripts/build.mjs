// Builds dist/: the program as one CommonJS file that starts fast, and the library as an ES module.
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import esbuild from 'esbuild';
import { bundledPackages, notices } from '../packaging/notices/licences.mjs';

/**
 * What oclif does before a command runs, and dies of: a user without an entry in the list of users (as in many
 * containers) has no home directory and no shell. And what it only takes time for: colours from a file of the user's,
 * which this program does not offer, Node's child processes to tell WSL from Linux, a stream for standard output
 * (`src/output/streams.ts` sees to that), what `DEBUG` prints. A build fails where oclif no longer says it so.
 */
const PATCHES = {
  'util/os.js': [
    ["(await import('wsl-utils')).isWsl ? 'wsl' : (0, node_os_1.platform)()", '(0, node_os_1.platform)()'],
    ['return (0, node_os_1.homedir)();', "try { return (0, node_os_1.homedir)(); } catch { return '/'; }"],
    [
      '(0, node_os_1.userInfo)().shell?.',
      "(() => { try { return (0, node_os_1.userInfo)().shell; } catch { return 'unknown'; } })()?.",
    ],
  ],
  'logger.js': [
    [
      'const debug = (0, debug_1.default)(namespace);',
      'const debug = process.env.DEBUG ? (0, debug_1.default)(namespace) : () => { };',
    ],
  ],
  // TypeScript for who develops with oclif; NODE_ENV=development in a user's environment asked for it.
  'config/ts-path.js': [
    [
      'const enableAutoTranspile = settings_1.settings.enableAutoTranspile ?? settings_1.settings.tsnodeEnabled;',
      'const enableAutoTranspile = false;',
    ],
  ],
  'command.js': [["process.stdout.on('error', (err) => {", 'void ((err) => {']],
  'config/config.js': [['async loadTheme() {', 'async loadTheme() { return undefined;']],
};

function patched(path, code) {
  const file = Object.keys(PATCHES).find((end) => path.replaceAll('\\', '/').endsWith(`/lib/${end}`));
  for (const [from, to] of PATCHES[file] ?? []) {
    if (!code.includes(from)) throw new Error(`${path}: there is no ${from}`);
    code = code.replace(from, () => to);
  }
  return code;
}

/**
 * Loads each part of a CommonJS package where it is used, not at the top of the file: of @oclif/core, most of
 * whose parts no run of a command needs. (TypeScript's output has one form: `const x_1 = require("y");`.)
 */
const lazyRequires = {
  name: 'lazy-requires',
  setup(build) {
    build.onLoad({ filter: /node_modules\/@oclif\/core\/lib\/.*\.js$/ }, async ({ path }) => {
      let code = patched(path, await readFile(path, 'utf8'));
      const imports = [];
      code = code.replace(
        /^const (\w+_\d+) = (__importDefault\()?require\("([^"]+)"\)\)?;$/gm,
        (_, name, isDefault, from) => {
          imports.push([name, isDefault ? `(__importDefault(require("${from}")))` : `(require("${from}"))`]);
          return '';
        },
      );
      for (const [name, expression] of imports)
        code = code.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), () => expression);
      return { contents: code, loader: 'js' };
    });
  },
};

/**
 * Measuring and reading Python are as large as the rest, comparing needs half of it, and a project's settings and what
 * `--verbose` adds are not for every run: each is a file of its own, loaded where it is used.
 */
const SEPARATE = {
  bench: './bench.cjs',
  check: './check.cjs',
  compare: './compare.cjs',
  completion: './completion.cjs',
  live: './live.cjs',
  settings: './settings.cjs',
  details: './details.cjs',
};
const separateFiles = {
  name: 'separate-files',
  setup(build) {
    build.onResolve({ filter: /\/run\.ts$/ }, ({ path, kind, resolveDir }) => {
      const folder = /commands[\\/](\w+)[\\/]run\.ts$/.exec(join(resolveDir, path))?.[1];
      return kind === 'dynamic-import' && SEPARATE[folder] ? { path: SEPARATE[folder], external: true } : null;
    });
  },
};

/** What is large and rarely wanted is a file of its own, too; an import of such a package is one of its file. */
const RARE = { systeminformation: './systeminformation.cjs', vega: './vega.cjs', 'vega-lite': './vega.cjs' };
const rarePackages = {
  name: 'rare-packages',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(${Object.keys(RARE).join('|')})$`) }, ({ path }) => ({
      path: RARE[path],
      external: true,
    }));
  },
};

/** A quarter of the program that no run of `lk doctor` needs: oclif and what it needs, by their names in the package. */
const OCLIF = ['args', 'command', 'flags', 'run'];
const oclifApart = {
  name: 'oclif-apart',
  setup(build) {
    build.onResolve({ filter: /^@oclif\/core\/\w+$/ }, ({ path }) => ({ path: basename(path), namespace: 'oclif' }));
    build.onLoad({ filter: /.*/, namespace: 'oclif' }, ({ path }) => {
      if (!OCLIF.includes(path)) throw new Error(`@oclif/core/${path} is not in dist/oclif.cjs`);
      return { contents: `module.exports = require('./oclif.cjs').${path};` };
    });
    build.onResolve({ filter: /^\.\/oclif\.cjs$/, namespace: 'oclif' }, ({ path }) => ({ path, external: true }));
  },
};

rmSync('dist', { recursive: true, force: true });

const common = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning', legalComments: 'none' };

/** What each bundle was made of. */
const metafiles = [];
async function bundle(options) {
  metafiles.push((await esbuild.build({ ...common, metafile: true, ...options })).metafile);
}

/** What bin/load.cjs loads: a script that comes from the code cache has no import() of its own. */
const cached = { format: 'cjs', minify: true, external: ['typescript'], supported: { 'dynamic-import': false } };

await bundle({
  ...cached,
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/cli.cjs',
  plugins: [oclifApart, separateFiles, rarePackages],
});

await bundle({
  ...cached,
  stdin: {
    contents: OCLIF.map((part) => `export * as ${part} from '@oclif/core/${part}';`).join('\n'),
    resolveDir: '.',
  },
  outfile: 'dist/oclif.cjs',
  plugins: [lazyRequires],
});

for (const file of ['dist/cli.cjs', 'dist/oclif.cjs']) {
  // bin/load.cjs reads them as ASCII: esbuild leaves other letters in tagged templates and regular expressions.
  const program = readFileSync(file, 'utf8').replace(
    /[^\0-\x7f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // What the code cache is told apart by (bin/load.cjs).
  writeFileSync(file, `//${createHash('sha256').update(program, 'latin1').digest('hex')}\n${program}`, 'latin1');
}

await bundle({
  entryPoints: { settings: 'src/commands/settings/run.ts', details: 'src/commands/details/run.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minify: true,
  keepNames: true,
});

await bundle({
  entryPoints: ['src/commands/bench/run.ts'],
  outfile: 'dist/bench.cjs',
  format: 'cjs',
  minify: true,
  keepNames: true,
  plugins: [separateFiles, rarePackages],
});

await bundle({
  entryPoints: ['src/commands/live/run.ts'],
  outfile: 'dist/live.cjs',
  format: 'cjs',
  minify: true,
  keepNames: true,
  plugins: [separateFiles, rarePackages],
});

await bundle({
  entryPoints: { check: 'src/commands/check/run.ts', 'check-worker': 'src/commands/check/worker.ts' },
  // Its ES module asks for import.meta, which CommonJS has not.
  alias: { tinyglobby: './node_modules/tinyglobby/dist/index.cjs' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minify: true,
  keepNames: true,
  plugins: [rarePackages],
});

await bundle({
  stdin: { contents: `export { compile } from 'vega-lite'; export { parse, View } from 'vega';`, resolveDir: '.' },
  outfile: 'dist/vega.cjs',
  // The one for Node wants a package that draws pixels, where there is one; SVG needs none.
  alias: { 'vega-canvas': './node_modules/vega-canvas/build/vega-canvas.browser.js' },
  format: 'cjs',
  minify: true,
});

await bundle({
  entryPoints: ['systeminformation'],
  outfile: 'dist/systeminformation.cjs',
  format: 'cjs',
  minify: true,
  // Reads kernel statistics on Solaris only.
  logOverride: { 'require-resolve-not-external': 'silent' },
});

await esbuild.build({
  ...common,
  entryPoints: { compare: 'src/commands/compare/run.ts', 'compare-worker': 'src/commands/compare/worker.ts' },
  alias: { tinyglobby: './node_modules/tinyglobby/dist/index.cjs' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minify: true,
  keepNames: true,
  external: ['systeminformation'],
  plugins: [separateFiles],
});

await bundle({
  entryPoints: ['src/commands/completion/run.ts'],
  outfile: 'dist/completion.cjs',
  format: 'cjs',
  minify: true,
});

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

await bundle({
  entryPoints: ['src/index.ts'],
  outfile: 'dist/index.js',
  format: 'esm',
  packages: 'external',
  banner: { js: dirname },
});

// A worker thread's entry, for the library and the program alike.
await bundle({
  entryPoints: ['src/invoker/worker.ts'],
  outfile: 'dist/invoker-worker.js',
  format: 'esm',
});

/** The packages whose files are copied as they are. */
const COPIED = ['node_modules/web-tree-sitter', 'node_modules/tree-sitter-python'];
writeFileSync('dist/THIRD-PARTY-NOTICES.txt', notices([...bundledPackages(metafiles), ...COPIED]));
