// Builds dist/: the program as one CommonJS file that starts fast, and the library as an ES module.
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import esbuild from 'esbuild';

/**
 * Loads each part of a CommonJS package where it is used, not at the top of the file: of @oclif/core, most of
 * whose parts no run of a command needs. (TypeScript's output has one form: `const x_1 = require("y");`.)
 */
const lazyRequires = {
  name: 'lazy-requires',
  setup(build) {
    build.onLoad({ filter: /node_modules\/@oclif\/core\/lib\/.*\.js$/ }, async ({ path }) => {
      let code = await readFile(path, 'utf8');
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

/** Measuring is another program's size: it is a file of its own, loaded by the command that wants it. */
const SEPARATE = { './run.ts': './bench.cjs' };
const separateFiles = {
  name: 'separate-files',
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ path, kind, importer }) =>
      kind === 'dynamic-import' && SEPARATE[path] && importer.includes('commands/bench/')
        ? { path: SEPARATE[path], external: true }
        : null,
    );
  },
};

rmSync('dist', { recursive: true, force: true });

const common = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning', legalComments: 'none' };

await esbuild.build({
  ...common,
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/cli.cjs',
  format: 'cjs',
  minify: true,
  keepNames: true,
  external: ['systeminformation', 'typescript'],
  // A script that comes from the code cache has no import() of its own (bin/load.cjs).
  supported: { 'dynamic-import': false },
  plugins: [lazyRequires, separateFiles],
});

await esbuild.build({
  ...common,
  entryPoints: ['src/commands/bench/run.ts'],
  outfile: 'dist/bench.cjs',
  format: 'cjs',
  minify: true,
  keepNames: true,
  // Piscina finds its worker beside itself; Vega is large and only for --plot.
  external: ['systeminformation', 'piscina', 'vega', 'vega-lite'],
});

/** The sources say `__dirname`, as in CommonJS: the tests and the program are that. */
const dirname = `import { fileURLToPath as __fileURLToPath } from 'node:url';
const __dirname = __fileURLToPath(new URL('.', import.meta.url));`;

await esbuild.build({
  ...common,
  entryPoints: ['src/index.ts'],
  outfile: 'dist/index.js',
  format: 'esm',
  packages: 'external',
  banner: { js: dirname },
});

// A worker thread's entry, for the library and the program alike.
await esbuild.build({
  ...common,
  entryPoints: ['src/invoker/worker.ts'],
  outfile: 'dist/invoker-worker.js',
  format: 'esm',
});
